/** What stands beside the rules, zh-CN and en. */
import type { Language } from '../doctor/options.ts';
import type { RuleWords } from './rules.ts';

export const ruleWords: Readonly<Record<Language, RuleWords>> = {
  'zh-CN': {
    head: (machine) => `Xuhao 机器 ${machine} 的 udev 规则，由机器配置生成，请勿手改。
安装：npm run --silent udev -- --profile 机器.yaml | sudo tee /etc/udev/rules.d/70-xuhao.rules
生效：sudo udevadm control --reload && sudo udevadm trigger
固定名字在 /dev/xuhao/ 下，可写进机器配置的 path。`,
    stable: (link) => `固定名字：${link}`,
    unplugged: (path) => `${path} 没有插上，也不是固定名字：插上设备后重新生成。`,
    tcp: '网络设备，不需要规则。',
    noRule: '不需要规则。',
  },
  en: {
    head: (
      machine,
    ) => `udev rules of the Xuhao machine ${machine}, made from its profile: do not edit.
Install: npm run --silent udev -- --profile MACHINE.yaml | sudo tee /etc/udev/rules.d/70-xuhao.rules
Then: sudo udevadm control --reload && sudo udevadm trigger
The stable names are under /dev/xuhao/ and may stand as \`path\` in the profile.`,
    stable: (link) => `stable name: ${link}`,
    unplugged: (path) =>
      `${path} is not plugged in and no stable name itself: plug the device in and run this again.`,
    tcp: 'On the network: no rule needed.',
    noRule: 'No rule needed.',
  },
};

export const udevHelp = `由机器配置生成 udev 规则：固定的设备名和打开设备的权限。
Makes udev rules from a machine profile: stable names and the right to open the devices.

  npm run --silent udev -- --profile profiles/machines/MACHINE.yaml [--group xuhao] [--lang zh-CN|en]
`;
