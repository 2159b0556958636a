/**
 * What the flows say to people, zh-CN first (en.ts has the same keys). `{name}` is filled in by
 * sentence.ts. Short main clauses; first what is, then what the reader can do.
 */
export const zhCN = {
  // ---- queue machine: why no number can be taken now, and what to do
  'queue.connecting.because': '正在连接大厅系统，请稍候。',
  'queue.connecting.todo': '如果等了很久，请到咨询台人工取号。',
  'queue.unreachable.because': '取号机暂时连不上大厅系统。',
  'queue.unreachable.todo': '请到咨询台人工取号，您仍然可以现场办理。',
  'queue.stopped.because': '大厅系统暂停发号，已经取到的号码仍然有效。',
  'queue.stopped.todo': '请到咨询台人工取号，或稍后再来取号。',
  'queue.closed.because': '现在没有可以取号的业务。',
  'queue.closed.todo': '请看各业务的取号时间，或到咨询台询问。',
  'queue.noServices.because': '这台取号机没有可以办理的业务。',

  // ---- the ticket printer, as the citizen needs to know it
  'printer.paper-out.because': '取号机没有纸了。',
  'printer.cover-open.because': '取号机的打印机盖子没有关好。',
  'printer.cutter.because': '取号机的切纸刀卡住了。',
  'printer.offline.because': '取号机的打印机没有连接上。',
  'printer.error.because': '取号机的打印机出了故障。',
  'printer.unknown.because': '正在检查打印机，请稍候。',
  'printer.todo': '请使用旁边的取号机，或请工作人员帮您取号。',
  'printer.low.notice': '纸快用完了，请工作人员准备换纸。',
  'printer.attention.notice': '打印机需要检查，请告诉工作人员。',

  // ---- one press that came to nothing
  'take.noAnswer.because': '大厅没有及时答复，这一次没有取到号码。',
  'take.noAnswer.todo': '请再按一次；如果还不行，请找工作人员。',
  'take.offline.because': '与大厅的连接刚刚断开，这一次没有取到号码。',
  'take.offline.todo': '请稍等再按一次，或到咨询台人工取号。',
  'take.refused.todo': '您可以选择其他业务，或咨询工作人员。',
  'take.notPrinted.because': '{cause}票没有打印出来，这个号码已经作废，没有给您发号。',
  'take.notPrinted.todo': '请使用旁边的取号机，或请工作人员帮您取号。',
  'take.personRequired.because': '这项业务要刷身份证取号，这台取号机没有读卡器。',

  'take.cardFirst.because': '请先刷身份证，再选这项业务。',
  'take.checkIn': '预约取号',
  'scan.unknown.because': '这个码不是预约取号的码。',
  'scan.unknown.todo': '请打开预约成功页面的二维码再扫，或直接选择业务取号。',
  'fault.todo': '请再试一次；如果还不行，请直接选择业务，或找工作人员。',

  // ---- under a number on the screen
  'done.uncertain.note':
    '票可能没有打印出来。请记住号码 {number}，它是有效的；需要纸票请找工作人员补打。',
  'done.reprint.offered.note':
    '票可能没有打印出来，号码 {number} 有效。没有拿到纸票，可以在这里补打一张。',
  'done.reprint.printing.note': '正在补打号码 {number} 的票，请稍候。',
  'done.reprint.confirmed.note': '号码 {number} 的票已补打，票上写明“补打”，号码不变。',
  'done.reprint.uncertain.note':
    '补打的票可能也没有打印出来。请记住号码 {number}，它是有效的；需要纸票请找工作人员。',
  'done.reprint.failed.note':
    '补打没有成功。请记住号码 {number}，它是有效的；需要纸票请找工作人员。',
  'done.none.note': '请记住您的号码 {number}，或用手机拍下来。',

  // ---- on the paper
  'ticket.manyWindows': '{labels} 等窗口',

  // ---- names of services that the directory does not know (yet)
  'unknown.service': '业务 {id}',
  'unknown.class': '类别 {id}',
  'unknown.board': '正在读取排队情况。',

  // ---- a call, said aloud and on the sign over the window
  'call.spoken': '请 {number} 号到 {label} 号窗口办理。',
  'sign.called': '{number} 请到{label}号窗口',
  'sign.serving': '{number} 正在办理',
  'sign.waiting': '{label}号窗口 请等候叫号',
  'sign.paused': '暂停服务',
  'sign.closed': '暂停服务',
  'sign.offline': '{label}号窗口 请听叫号',

  // ---- evaluation at the pad
  'evaluate.spoken': '请您对本次服务作出评价。',
  'evaluate.notKept': '本机没能记下您的评价。',
  'evaluate.todo': '您可以用手机扫码评价，或告诉工作人员评价器有故障。',

  // ---- the clerk's window: what the last key did
  'window.did.call-next': '已呼叫 {number}',
  'window.did.call-ticket': '已呼叫 {number}',
  'window.did.recall': '已重呼 {number}',
  'window.did.start': '已开始办理 {number}',
  'window.did.finish': '已办结 {number}',
  'window.did.miss': '{number} 已记为过号',
  'window.did.hold': '{number} 已挂起',
  'window.did.resume': '已恢复 {number}',
  'window.did.return-missed': '过号 {number} 已恢复',
  'window.did.transfer': '{number} 已转出',
  'window.did.void': '{number} 已作废',
  'window.did.open': '窗口已开放',
  'window.did.pause': '窗口已暂停服务',
  'window.did.close': '窗口已关闭',
  'window.did.serve': '受理业务已调整',
  'window.did.invite': '已邀请 {number} 评价',
  'window.busy': '上一个操作还没有完成，这次按键没有执行。',
  'window.tooQuick': '刚刚已经呼叫过，这次按键没有执行。',
  'window.noWindow': '这台机器还没有分配窗口，操作没有执行。',
  'window.offline': '与大厅的连接断开了，操作没有执行。',
  'window.noAnswer': '大厅没有及时答复，操作可能没有执行；请以屏幕上的当前号码为准。',
} as const;

export type TextKey = keyof typeof zhCN;
