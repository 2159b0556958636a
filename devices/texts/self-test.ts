/** What each step of a self-test looks at, in words. A step without a sentence shows its own name. */

const texts: Readonly<Record<string, { 'zh-CN': string; en: string }>> = {
  'self-test': { 'zh-CN': '总体', en: 'as a whole' },
  attributes: { 'zh-CN': '打印机属性', en: 'what the printer says of itself' },
  state: { 'zh-CN': '打印机状态', en: 'state of the printer' },
  'test-page': { 'zh-CN': '打印测试页', en: 'test page' },
  'printer-state': { 'zh-CN': '小票打印机状态', en: 'state of the ticket printer' },
  'test-ticket': { 'zh-CN': '打印测试小票', en: 'test ticket' },
  'keypad-wire': { 'zh-CN': '按键连接', en: 'wire of the keypad' },
  formats: { 'zh-CN': '图像格式', en: 'image formats' },
  frame: { 'zh-CN': '取一帧图像', en: 'one frame' },
  'watchdog-state': { 'zh-CN': '看门狗状态', en: 'state of the watchdog' },
  'caller-heard': { 'zh-CN': '呼叫器按键记录', en: 'whether the caller was heard' },
  'caller-look': { 'zh-CN': '呼叫器鸣响并显示 888', en: 'caller beeps and shows 888' },
  'evaluator-wire': { 'zh-CN': '评价器线路', en: 'wire of the evaluator' },
  'evaluator-heard': { 'zh-CN': '评价器按键记录', en: 'whether the evaluator was heard' },
  'evaluator-look': { 'zh-CN': '评价器鸣响或亮灯', en: 'evaluator beeps or lights up' },
  'locker-answer': { 'zh-CN': '锁板应答', en: 'answer of the lock board' },
  'locker-feedback': { 'zh-CN': '锁的开关反馈', en: 'what a lock reports when it is open' },
  'locker-order': { 'zh-CN': '状态字节顺序', en: 'order of the state bytes' },
  'locker-bits': { 'zh-CN': '状态位的含义', en: 'polarity of the state bits' },
  'card-status': { 'zh-CN': '卡箱、通道与废卡箱状态', en: 'state of stacker, card path and bin' },
  'card-sensors': { 'zh-CN': '通道传感器', en: 'sensors of the card path' },
  'card-initialise': { 'zh-CN': '初始化', en: 'initialising' },
  'card-dispense': { 'zh-CN': '发一张卡到出卡口', en: 'a card from the stacker to the gate' },
  'card-eject': { 'zh-CN': '退出卡片', en: 'pushing the card out' },
  'sam-reset': { 'zh-CN': '读卡器安全模块复位', en: 'reset of the SAM' },
  'sam-status': { 'zh-CN': '读卡器安全模块状态', en: 'status of the SAM' },
  'sam-number': { 'zh-CN': '读卡器安全模块编号', en: 'number of the SAM' },
  'scanner-wire': { 'zh-CN': '扫码器连接', en: 'wire of the scanner' },
  'scanner-heartbeat': { 'zh-CN': '扫码器应答', en: 'answer of the scanner' },
  'scanner-trigger': { 'zh-CN': '扫码器点亮', en: 'light of the scanner' },
  'voice-answers': { 'zh-CN': '语音应答', en: 'answer of the voice' },
  'voice-speaks': { 'zh-CN': '说一句测试话', en: 'a test sentence' },
  'sign-answers': { 'zh-CN': '窗口屏应答', en: 'answer of the sign' },
  'sign-shows': { 'zh-CN': '窗口屏显示测试内容', en: 'a test on the sign' },
  'radar-frames': { 'zh-CN': '雷达数据', en: 'reports of the radar' },
  'radar-version': { 'zh-CN': '雷达固件版本', en: 'firmware of the radar' },
};

export function selfTestText(step: string, lang: 'zh-CN' | 'en'): string {
  return Object.hasOwn(texts, step) ? (texts[step]?.[lang] ?? step) : step;
}
