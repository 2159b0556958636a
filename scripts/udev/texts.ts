/** What stands beside the rules, zh-CN and en. */
import type { Language } from '../doctor/options.ts';
import type { RuleWords } from './rules.ts';

export const ruleWords: Readonly<Record<Language, RuleWords>> = {
  'zh-CN': {
    head: (machine, group) => `Xuhao 机器 ${machine} 的 udev 规则，由机器配置生成，请勿手改。
安装：npm run --silent udev -- --profile 机器.yaml | sudo tee /etc/udev/rules.d/70-xuhao.rules
生效：sudo udevadm control --reload && sudo udevadm trigger
规则里的组必须存在，运行程序的用户要在组里：sudo groupadd -f ${group} && sudo usermod -aG ${group} 用户
固定名字在 /dev/xuhao/ 下，可写进机器配置的 path；重新生成规则时设备要插着。`,
    stable: (link) => `固定名字：${link}`,
    unplugged: (path) =>
      `没有规则：${path} 现在不存在。插上设备；/dev/xuhao/ 下的名字由规则产生，首次请写 doctor --list 显示的端口，再重新生成。`,
    tcp: '网络设备，不需要规则。',
    noRule: '不需要规则。',
  },
  en: {
    head: (
      machine,
      group,
    ) => `udev rules of the Xuhao machine ${machine}, made from its profile: do not edit.
Install: npm run --silent udev -- --profile MACHINE.yaml | sudo tee /etc/udev/rules.d/70-xuhao.rules
Then: sudo udevadm control --reload && sudo udevadm trigger
The group must exist, with the program's user in it: sudo groupadd -f ${group} && sudo usermod -aG ${group} USER
The stable names are under /dev/xuhao/ and may stand as \`path\` in the profile; the devices must be
plugged in when the rules are made again.`,
    stable: (link) => `stable name: ${link}`,
    unplugged: (path) =>
      `No rule: ${path} is not there now. Plug the device in; names under /dev/xuhao/ come from these rules: at first write the port that doctor --list shows, then run this again.`,
    tcp: 'On the network: no rule needed.',
    noRule: 'No rule needed.',
  },
};

export const udevHelp = `由机器配置生成 udev 规则：固定的设备名和打开设备的权限。
Makes udev rules from a machine profile: stable names and the right to open the devices.

  npm run --silent udev -- --profile profiles/machines/MACHINE.yaml [--group xuhao] [--lang zh-CN|en]
`;
