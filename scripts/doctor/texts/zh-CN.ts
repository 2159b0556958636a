/** 设备检查的用语。 */
import type { Words } from './words.ts';

export const zhCN: Words = {
  heading: { device: '设备', port: '端口', state: '状态', since: '起始时间', todo: '说明与处理' },
  kinds: {
    'ticket-printer': '小票打印机',
    keypad: '按键',
    'id-card-reader': '身份证阅读器',
    scanner: '扫码器',
    voice: '语音',
    'window-sign': '窗口屏',
    caller: '呼叫器',
    evaluator: '评价器',
    locker: '取件柜',
    'card-dispenser': '发卡机',
    'presence-radar': '人体感应',
    'document-camera': '高拍仪',
    'page-printer': 'A4 打印机',
    watchdog: '看门狗',
  },
  states: { ready: '正常', attention: '需注意', out: '不可用', unknown: '不明' },
  examined: (machine, owner, deep) =>
    `机器 ${machine}，责任人 ${owner}${deep ? '，深度自检（会打印、发声、动作）' : ''}`,
  noDevices: '这台机器的配置中没有设备。',
  running: (at) =>
    at === null
      ? '这台机器的程序正在运行，端口由它占用，因此没有询问设备；它也没有留下设备状态。'
      : `这台机器的程序正在运行，端口由它占用，因此没有询问设备。以下为程序在 ${at} 记录的状态。`,
  heldBy: (command, pid) =>
    `端口正由进程 ${pid}（${command}）使用，没有询问设备。如果它就是本机的程序，加 --data 指明它的数据目录，即可看到它记录的状态；否则先停掉它再检查。`,
  stepOk: (text) => `自检 ${text}：通过`,
  stepFailed: (text, why) => `自检 ${text}：未通过，${why}`,
  worst: (state, count) =>
    state === 'ready'
      ? `${count} 台设备全部正常。`
      : `共 ${count} 台设备，最差：${zhCN.states[state]}。`,
  hall: {
    heading: { machine: '机器', place: '位置', state: '状态', since: '自', owner: '责任人' },
    links: {
      ready: '在线，有设备需处理',
      lost: '失去联系',
      absent: '大厅启动后没有出现过',
      disconnected: '已关机',
    },
    title: (count, well) =>
      count === well
        ? `全大厅 ${count} 台机器全部正常。`
        : `全大厅 ${count} 台机器，${well} 台正常，其余如下：`,
    unknown: (why) => `没有问到大厅各机器的状态：大厅服务器没有运行，或没有状态页面（${why}）。`,
  },
  wrongOptions: '命令不对',
  help: `检查一台机器的全部设备，在线路上逐一询问。用大厅服务器的配置并且大厅在运行时，
还列出全大厅不正常的机器和正在持续的提醒。

  npm run doctor -- --profile profiles/machines/机器.yaml [选项]
  npm run doctor -- --list

  --profile 文件   机器配置
  --data 目录      机器的数据目录（默认 .data/机器名），据此判断程序是否在运行
  --deep           深度自检：会打印、发声、动作，请在没有群众时进行
  --list           列出本机的串口、HID、视频设备和打印机，以及配置里该怎么写
  --json           输出 JSON
  --lang zh-CN|en

退出码：0 全部正常，1 需注意，2 不明，3 不可用，64 命令或配置有误。
`,
  list: {
    serial: '串口',
    hid: 'HID 设备',
    video: '视频设备',
    printers: '打印队列（CUPS）',
    usbPrinters: 'USB 打印机',
    none: '没有找到。',
    notPlugged: '没有插上',
    drivers: (names) => `可用驱动：${names.join('、')}`,
    stable: (path) => `换插后不变的名字：${path}`,
    used: (ids) => `配置中由 ${ids.join('、')} 使用`,
    fingers: {
      keyboard: '键盘类（数字键盘或键盘口扫码器）',
      'pos-scanner': 'HID POS 扫码器',
      other: 'HID',
    },
  },
};
