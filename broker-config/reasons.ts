/**
 * Every coded reason of the hall: why something was refused, which rule chose a ticket, what is
 * wrong in the hall. Machines compare the code; people read the sentence (texts/).
 */
import type { Reason } from './messages.ts';
import { en } from './texts/en.ts';
import { zhCN } from './texts/zh-CN.ts';

/** Code -> names of the data its sentences may use. Names ending in Zh/En hold a name in that language. */
export const reasonCodes = {
  refusals: {
    // the request itself
    'bad-request': ['detail'],
    'request-unknown': [],
    'unknown-machine': [],
    'not-allowed': [],
    'no-window': [],
    'key-reused': [],
    'stale-hall': [],
    'storage-unavailable': [],
    'hall-busy': [],
    'hall-stopping': [],
    'day-not-started': [],
    // taking a number
    'service-unknown': ['service'],
    'service-closed': ['serviceZh', 'serviceEn', 'opens'],
    'service-not-offered': ['serviceZh', 'serviceEn'],
    'service-without-window': ['serviceZh', 'serviceEn'],
    'quota-reached': ['serviceZh', 'serviceEn', 'quota'],
    'person-required': ['serviceZh', 'serviceEn'],
    'person-active': ['limit', 'number'],
    'person-day': ['limit'],
    'class-unknown': ['class'],
    'class-not-here': ['classZh', 'classEn'],
    'numbers-exhausted': ['last'],
    // a ticket
    'ticket-unknown': ['ticket'],
    'ticket-of-other-day': ['ticket'],
    'ticket-ended': ['number'],
    'ticket-at-window': ['number', 'window'],
    'not-your-ticket': ['number'],
    'still-printing': ['number'],
    'paper-confirmed': ['number'],
    'already-called': ['number'],
    // calling
    'window-closed': [],
    'window-paused': [],
    'window-busy': ['number'],
    'window-changed': ['number'],
    'nobody-waiting': [],
    'only-bound-waiting': ['count'],
    'only-printing': ['count'],
    'not-served-here': ['number', 'serviceZh', 'serviceEn'],
    'may-not-choose': [],
    'bound-elsewhere': ['number', 'window'],
    'nobody-here': [],
    'already-serving': ['number'],
    'recall-limit': ['limit'],
    'recall-too-soon': ['seconds'],
    'not-waiting': ['number'],
    'not-missed': ['number'],
    'returns-by-itself': ['number', 'left'],
    'not-held': ['number'],
    'held-elsewhere': ['number', 'window'],
    'day-ended': ['number'],
    // windows
    'window-unknown': ['window'],
    'same-window': [],
    'same-service': ['serviceZh', 'serviceEn'],
    'target-closed': ['window'],
    'already-open': [],
    'already-paused': [],
    'already-closed': [],
    'not-tidal': [],
    'service-twice': ['service'],
    // evaluation
    'nothing-finished': [],
    'no-pad': [],
    'not-finished': ['number'],
    'too-late': ['number'],
    'already-evaluated': ['number'],
    'not-your-window': ['number'],
    'no-follow-up': [],
    'not-evaluated-yet': ['number'],
    'label-unknown': ['label'],
    // appointments
    'booking-exists': ['code'],
    'booking-slot': [],
    'bookings-full': ['limit'],
    'booking-unknown': [],
    'booking-cancelled': [],
    'booking-used': ['number'],
    'booking-other-day': ['slot'],
    'booking-too-early': ['from'],
    'booking-too-late': ['slot'],
  },
  rules: {
    'rule-bound': [],
    'rule-returned': [],
    'rule-head': [],
    'rule-aged': ['minutes'],
    'rule-appointment': [],
    'rule-class': ['classZh', 'classEn'],
    'rule-turn': ['turn', 'classZh', 'classEn'],
    'rule-fifo': [],
    'rule-early-return': [],
    'rule-chosen': [],
    'rule-brought-back': [],
    'rule-resumed': [],
  },
  alarms: {
    'wait-ceiling': ['serviceZh', 'serviceEn', 'minutes'],
    'clock-stepped-back': ['seconds'],
    'archive-failed': ['fault'],
    'pad-lost': ['window', 'machine', 'since', 'owner', 'phone'],
    'pad-out': ['window', 'machine', 'since', 'owner', 'phone', 'fault'],
  },
  notices: {
    'missed-void': [],
    'missed-tail': [],
    'missed-after': ['numbers'],
    'missed-keep': ['minutes'],
  },
} as const satisfies Record<string, Record<string, readonly string[]>>;

type Groups = typeof reasonCodes;
export type RefusalCode = keyof Groups['refusals'];
export type RuleCode = keyof Groups['rules'];
export type AlarmCode = keyof Groups['alarms'];
export type NoticeCode = keyof Groups['notices'];
export type ReasonCode = RefusalCode | RuleCode | AlarmCode | NoticeCode;

type All = Groups['refusals'] & Groups['rules'] & Groups['alarms'] & Groups['notices'];
/** Data a code demands, e.g. `{ seconds: number }`. */
export type ReasonData<C extends ReasonCode> = {
  [Name in All[C][number]]: string | number;
};

/** As bounded by the schema `Reason` (messages.ts). */
const dataMax = 200;
const zhMax = 400;
const enMax = 600;

/** A reason with its sentences filled in. */
export function reasonOf<C extends ReasonCode>(code: C, data: ReasonData<C>): Reason {
  return reasonFrom(code, data);
}

/**
 * The same for a code that comes from stored data (a journal written by another version). A code
 * this version does not know is shown as it is.
 */
export function reasonFrom(code: string, data: Record<string, string | number>): Reason {
  const bounded: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(data)) {
    bounded[name] = typeof value === 'string' ? value.slice(0, dataMax) : value;
  }
  return {
    code,
    data: bounded,
    zh: filled(sentence(zhCN, code), bounded).slice(0, zhMax),
    en: filled(sentence(en, code), bounded).slice(0, enMax),
  };
}

function sentence(texts: Record<ReasonCode, string>, code: string): string {
  return Object.hasOwn(texts, code) ? texts[code as ReasonCode] : code;
}

function filled(template: string, data: Record<string, string | number>): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(data, name) ? String(data[name]) : whole,
  );
}
