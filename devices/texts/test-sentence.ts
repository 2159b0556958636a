/** What a voice says when a technician tests it. */
export const testSentence = {
  'zh-CN': '语音测试，一二三四五。',
  en: 'Voice test: one, two, three, four, five.',
} as const;

/** What a sign shows when a technician tests it; digit signs show the number alone. */
export const testSign = { number: '888', lines: ['测试 888'], blink: false } as const;
