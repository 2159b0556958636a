/**
 * The words of the evaluation and of the pad, in Chinese. In files of their own, so that no other
 * page carries them. `evaluation.en.ts` has the same shape, held together by the compiler.
 */

export const evaluation = {
  levels: {
    'very-satisfied': '非常满意',
    satisfied: '满意',
    'basically-satisfied': '基本满意',
    dissatisfied: '不满意',
    'very-dissatisfied': '非常不满意',
  },
  ask: '请您评价本次服务',
  askOf: (number: string, service: string) => `${number} 号　${service}`,
  choices: '满意程度，五项选一项',
  voluntary: '按一下即可。评价自愿，窗口工作人员看不到您的选择。',
  decline: '不评价',
  closesIn: (s: number) => `${s} 秒后自动关闭`,
  qr: '也可用手机扫码评价',
  said: (question: string, voluntary: string) => `${question}。${voluntary}`,
  sending: '正在提交',
  sendingTodo: '请稍候，不用再按。',
  notTaken: '本机没有收到，请再按一次。',

  rated: (level: string) => `谢谢，您选择了“${level}”`,
  ratedSaid: (level: string) => `谢谢，您选择了${level}，已经记下。`,
  kept: '已经记下。',
  reasons: '想说明原因，可以再选。',
  reasonsMax: (max: number) => `最多选 ${max} 项。`,
  words: '写几句话',
  wordsChange: (words: string) => `留言：${words}`,
  done: '完成',
  undo: '撤销重选',
  undoIn: (s: number) => `撤销重选（${s} 秒内）`,
  previousPage: '上一页',
  nextPage: '下一页',
  pageOf: (page: number, pages: number) => `第 ${page} 页，共 ${pages} 页`,

  wordsTitle: '请写下您的意见',
  wordsHint: '请不要写身份证号、电话等个人信息。',
  wordsLeft: (n: number) => `还可以写 ${n} 字`,
  wordsDone: '写好了',

  thanked: '感谢您的评价',
  thankedWith: (level: string) => `您选择了“${level}”。`,
  secret: '窗口工作人员看不到您的选择。',
  failed: '没有记下您的评价',
  close: '知道了',
};

export const pad = {
  title: '服务评价',
  windowSuffix: '号窗口',
  language: 'English',
  languageTag: 'en',
  elder: '大字版',
  settings: '显示方式',
  idle: '办理结束后，请您评价本次服务',
  idleTodo: '评价自愿，一次服务评价一次。',
  paused: '暂停服务',
  pausedTodo: '本窗口暂停服务，请稍候，或咨询工作人员。',
  closed: '本窗口未开放',
  closedTodo: '请看大厅屏幕，或咨询工作人员。',
  clerk: '为您服务',
  badge: (badge: string) => `工号 ${badge}`,
  photo: '工作人员照片',
  connecting: '正在连接大厅系统',
  connectingTodo: '请稍候，马上就好。',
  noWindow: '本机还没有对应的窗口',
  noWindowTodo: '请管理员在大厅配置中把这台评价器指定给一个窗口。',
  offline: (time: string) => `未连接 ${time}`,
};
