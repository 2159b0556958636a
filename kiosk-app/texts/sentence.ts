/** Texts for people, always in both languages at once: the page or the paper chooses. */
import type { Sentence } from '../screens/contract.ts';
import { en } from './en.ts';
import { type TextKey, zhCN } from './zh-CN.ts';

/** A placeholder's value; a Sentence fills each language with its own words. */
export type Fill = Readonly<Record<string, string | number | Sentence>>;

/**
 * The text of `key` with its `{placeholders}` filled.
 * A placeholder without a value stays as it is, so that the mistake is seen, not hidden.
 */
export function sentence(key: TextKey, fill: Fill = {}): Sentence {
  return { zh: filled(zhCN[key], fill, 'zh'), en: filled(en[key], fill, 'en') };
}

function filled(text: string, fill: Fill, language: 'zh' | 'en'): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (all, name: string) => {
    const value = fill[name];
    if (value === undefined) return all;
    return typeof value === 'object' ? value[language] : String(value);
  });
}
