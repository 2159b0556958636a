/** Pages that belong to one person for months: the language stays as it was set. */
import { type Language, setDocumentLanguage } from './language.ts';

const languageKey = 'xuhao-language';

export function savedLanguage(): Language {
  const saved = storage()?.getItem(languageKey) === 'en' ? 'en' : 'zh';
  setDocumentLanguage(saved);
  return saved;
}

/** A browser that keeps nothing refuses even the question. */
function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export function saveLanguage(language: Language): void {
  storage()?.setItem(languageKey, language);
  setDocumentLanguage(language);
}
