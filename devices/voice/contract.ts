/**
 * What says sentences aloud: a speech module on a serial line, or the machine's own loudspeaker.
 * A voice has one queue of its own. Nothing is cut off: an urgent sentence is the next, not the
 * present one.
 */
import type { DeviceCode } from '../codes.ts';
import type { Device } from '../contract.ts';

/** Who goes first among those that wait; within one priority the older sentence does. */
export const sentencePriorities = ['urgent', 'call', 'notice'] as const;
export type SentencePriority = (typeof sentencePriorities)[number];

export const spokenLanguages = ['zh-CN', 'en'] as const;
export type SpokenLanguage = (typeof spokenLanguages)[number];

export interface Sentence {
  /** At most `sentenceCharsMax` characters. Cleaned by the driver: `[`, `]`, controls, no such glyph. */
  text: string;
  lang: SpokenLanguage;
  priority: SentencePriority;
  /** clock.mono() from which on it must not begin: nobody is called to a window long busy. */
  expiresAt: number;
  /** Said so many times in a row, 1..3. Left out: once. */
  times?: number;
}
export const sentenceCharsMax = 200;

/**
 * spoken: the voice told that it began and that it ended.
 * refused: not said, or nobody knows that it was said to its end (wire lost); `code` says why.
 * expired: its time was over before its turn came; nothing was said of it.
 */
export type SentenceOutcome =
  | { outcome: 'spoken' }
  | { outcome: 'refused'; code: DeviceCode }
  | { outcome: 'expired'; code: 'VOC_EXPIRED' };

export interface Voice extends Device {
  readonly kind: 'voice';
  /** Never rejects, and always ends: a lost or closed voice refuses all it still holds (DEV_CLOSED). */
  say(sentence: Sentence): Promise<SentenceOutcome>;
}
