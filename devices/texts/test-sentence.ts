/** What a voice says when a technician tests it. */
export const testSentence = {
  'zh-CN': '语音测试，一二三四五。',
  en: 'Voice test: one, two, three, four, five.',
} as const;
