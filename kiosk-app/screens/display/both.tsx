/** Words on the wall: Chinese, and English under it where the hall wants both. */
import type { Sentence } from '../contract.ts';
import * as en from '../texts/en.ts';
import * as zh from '../texts/zh-CN.ts';

type Texts = typeof zh.display;
/** Names of the plain texts. */
type TextKey = { [K in keyof Texts]: Texts[K] extends string ? K : never }[keyof Texts];

export const t = zh.display;
export const tEn = en.display;

export interface BothProps {
  zh: string;
  en: string;
  bilingual: boolean;
}

export function Both({ zh: chinese, en: english, bilingual }: BothProps) {
  if (!bilingual || english === '' || english === chinese) return <>{chinese}</>;
  return (
    <>
      {chinese} <small lang="en">{english}</small>
    </>
  );
}

export function Text({ of, bilingual }: { of: TextKey; bilingual: boolean }) {
  return <Both zh={t[of]} en={tEn[of]} bilingual={bilingual} />;
}

export function Name({ of, bilingual }: { of: Sentence; bilingual: boolean }) {
  return <Both zh={of.zh} en={of.en} bilingual={bilingual} />;
}
