import { type Language, useLanguage } from '../shared/language.ts';
import * as en from '../texts/en.ts';
import * as zh from '../texts/zh-CN.ts';

export const windowTexts = (language: Language) => (language === 'en' ? en.window : zh.window);
export const useWindowTexts = () => windowTexts(useLanguage());
