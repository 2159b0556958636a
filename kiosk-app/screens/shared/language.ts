/** Which language the person in front of this glass reads. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Sentence } from '../contract.ts';

export type Language = 'zh' | 'en';
export const LanguageContext = createContext<Language>('zh');
export const useLanguage = () => useContext(LanguageContext);

/** The sentence in the reader's language; Chinese where the other is missing. */
export function say(sentence: Sentence, language: Language): string {
  return language === 'en' && sentence.en !== '' ? sentence.en : sentence.zh;
}

export function useSay(): (sentence: Sentence) => string {
  const language = useLanguage();
  return (sentence) => say(sentence, language);
}

/** Tells the browser and screen readers, too. */
export function setDocumentLanguage(language: Language): void {
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
}
