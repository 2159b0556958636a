/**
 * How numbers are read aloud. Ticket numbers are names, not amounts: 115 is 一一五 (or 幺幺五, as on
 * the telephone), never 一百一十五. Windows are counted: 12 is 十二号窗口.
 */
import type { SpokenLanguage } from './contract.ts';

export const numberReadings = ['digits', 'value'] as const;
export type NumberReading = (typeof numberReadings)[number];
export const oneReadings = ['yi', 'yao'] as const;
export type OneReading = (typeof oneReadings)[number];

export interface NumberStyle {
  lang: SpokenLanguage;
  numbers: NumberReading;
  /** How 1 sounds among digits in Chinese: 一 or 幺. */
  one: OneReading;
}

const zhDigits = '零一二三四五六七八九';
const enDigits = [
  ...['zero', 'one', 'two', 'three', 'four'],
  ...['five', 'six', 'seven', 'eight', 'nine'],
];
/** Longer runs of digits are nobody's amount: read one by one. */
const valueDigitsMax = 4;

/** `text` with every run of digits written as it is to be read. Other characters stay. */
export function spellNumbers(text: string, style: NumberStyle): string {
  return text.replace(/[0-9]+/g, (run, at: number) => {
    const spelled = spell(run, style);
    if (style.lang === 'zh-CN') return spelled;
    // English words need air on both sides: A015 is "A zero one five".
    const before = /[^\s]$/.test(text.slice(0, at)) ? ' ' : '';
    const after = /^[a-z]/i.test(text.slice(at + run.length)) ? ' ' : '';
    return `${before}${spelled}${after}`;
  });
}

function spell(run: string, style: NumberStyle): string {
  const asValue =
    style.numbers === 'value' && run.length <= valueDigitsMax && (run === '0' || run[0] !== '0');
  if (style.lang === 'en') {
    return asValue ? run : [...run].map((d) => enDigits[Number(d)]).join(' ');
  }
  if (asValue) return zhValue(Number(run));
  const digits = [...run].map((d) => zhDigits.charAt(Number(d))).join('');
  return style.one === 'yao' ? digits.replaceAll('一', '幺') : digits;
}

/** 0..9999 in Chinese: 十二, 一百零五, 二百一十, 三千零四十. */
function zhValue(value: number): string {
  if (value < 10) return zhDigits.charAt(value);
  let words = '';
  let gap = false;
  for (const [unit, name] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(value / unit) % 10;
    if (digit === 0) {
      gap = words !== '';
      continue;
    }
    words += `${gap ? '零' : ''}${zhDigits.charAt(digit)}${name}`;
    gap = false;
  }
  // 一十二 is read 十二 where nothing stands before it.
  return words.startsWith('一十') ? words.slice(1) : words;
}
