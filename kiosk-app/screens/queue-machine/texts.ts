import { type Language, useLanguage } from '../shared/language.ts';
import * as en from '../texts/en.ts';
import * as zh from '../texts/zh-CN.ts';

export const queueTexts = (language: Language) => (language === 'en' ? en.queue : zh.queue);
export const useQueueTexts = () => queueTexts(useLanguage());
