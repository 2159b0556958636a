/** The words that every page carries, in Chinese; apart from those that only some do. */
export const common = {
  locale: 'zh-CN',
  estimate: (min: number) => (min < 1 ? '很快轮到' : `约等 ${min} 分钟`),
  minutes: (min: number) => (min < 1 ? '很快轮到' : `约 ${min} 分钟`),
  windows: (labels: string[]) => `${labels.join('、')} 号窗口`,
  list: (parts: string[]) => parts.join('、'),
  since: (time: string) => `${time} 起`,
  help: '需要帮助，请联系',
  starting: '正在启动',
  startingTodo: '请稍候，马上就好。',
  localLost: '连接中断',
  localLostTodo: '本机程序没有响应，正在自动重新连接。如长时间没有恢复，请联系工作人员。',
  wrongPage: '页面与本机不符',
  wrongPageTodo: (role: string) => `本机的角色是“${role}”，请打开对应的页面。`,
};
