import { type Language, useLanguage } from '../shared/language.ts';
import * as en from '../texts/en.ts';
import * as zh from '../texts/zh-CN.ts';

export const hallTexts = (language: Language) => (language === 'en' ? en.hall : zh.hall);
export const useHallTexts = () => hallTexts(useLanguage());
