import { type Language, useLanguage } from '../shared/language.ts';
import * as en from '../texts/en.ts';
import * as zh from '../texts/zh-CN.ts';

export const demoTexts = (language: Language) => (language === 'en' ? en.demo : zh.demo);
export const useDemoTexts = () => demoTexts(useLanguage());
