import { type Language, useLanguage } from '../shared/language.ts';
import * as en from '../texts/evaluation.en.ts';
import * as zh from '../texts/evaluation.zh-CN.ts';

export const evaluationTexts = (language: Language) =>
  language === 'en' ? en.evaluation : zh.evaluation;
export const useEvaluationTexts = () => evaluationTexts(useLanguage());
export const usePadTexts = () => (useLanguage() === 'en' ? en.pad : zh.pad);
