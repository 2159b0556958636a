/**
 * What the loudspeaker says and the window's sign shows for a call. Numbers are spelled here, so
 * that every voice reads them alike: the ticket digit by digit (A115 is A 一一五 or A 幺幺五), the
 * window as it is counted (12 is 十二).
 */
import type { SpokenLanguage, Sentence as SpokenSentence } from '../../devices/voice/contract.ts';
import { type OneReading, spellNumbers } from '../../devices/voice/numbers.ts';
import type { SignContent } from '../../devices/window-sign/contract.ts';

export interface CallToSay {
  /** As printed, e.g. `A015`. */
  number: string;
  /** As on the window, e.g. `3` or `A12`. */
  windowLabel: string;
  /** The same person once more (重呼). */
  again: boolean;
}

/** `{number}` and `{window}` are filled in. */
const spoken = {
  'zh-CN': {
    call: '请{number}号到{window}号窗口办理。',
    again: '请{number}号到{window}号窗口办理，请{number}号尽快到{window}号窗口。',
  },
  en: {
    call: 'Number {number}, please go to window {window}.',
    again: 'Number {number}, please go to window {window}. Last call for number {number}.',
  },
} as const satisfies Record<SpokenLanguage, Record<'call' | 'again', string>>;

/** Text and language of a call; priority, times and expiry are the caller's business. */
export function callSentence(
  call: CallToSay,
  style: { lang: SpokenLanguage; one: OneReading },
): Pick<SpokenSentence, 'text' | 'lang'> {
  const { lang } = style;
  const number = spellNumbers(call.number, { ...style, numbers: 'digits' });
  const window = spellNumbers(call.windowLabel, { ...style, numbers: 'value' });
  const text = spoken[lang][call.again ? 'again' : 'call']
    .replaceAll('{number}', () => number)
    .replaceAll('{window}', () => window);
  return { text, lang };
}

/** What a sign has to show, at the window itself or on a wall over several. */
export type SignState =
  | { state: 'called'; number: string }
  | { state: 'serving'; number: string }
  | { state: 'open' | 'paused' | 'closed' };

const quiet = { open: '请等待叫号', paused: '暂停服务', closed: '停止服务' } as const;

/**
 * At the window: `请 A015`, blinking while it is called. On a wall (`windowLabel` not null) the line
 * says where to: `A015 请到3号窗口`, sixteen columns as the commonest strip has.
 */
export function signContent(sign: SignState, windowLabel: string | null): SignContent {
  if (sign.state !== 'called' && sign.state !== 'serving') {
    const where = windowLabel === null ? '' : `${windowLabel}号`;
    return { number: null, lines: [`${where}${quiet[sign.state]}`], blink: false };
  }
  const { number } = sign;
  const where = windowLabel === null ? `请 ${number}` : `${number} 请到${windowLabel}号窗口`;
  const line = sign.state === 'called' ? where : `${number} 办理中`;
  return { number, lines: [line], blink: sign.state === 'called' };
}
