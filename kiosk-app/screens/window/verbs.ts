/** Every verb has one key, always in the same place on the page, so that hands learn it. */
import type { WindowVerb } from '../contract.ts';

export interface VerbKey {
  verb: WindowVerb;
  /** `KeyboardEvent.key`, lower case. */
  key: string;
  /** Most used first. */
  row: 'main' | 'ticket' | 'window';
}

export const verbKeys: readonly VerbKey[] = [
  { verb: 'call-next', key: ' ', row: 'main' },
  { verb: 'recall', key: 'r', row: 'main' },
  { verb: 'start', key: 's', row: 'main' },
  { verb: 'finish', key: 'f', row: 'main' },
  { verb: 'miss', key: 'm', row: 'main' },
  { verb: 'hold', key: 'h', row: 'ticket' },
  { verb: 'transfer', key: 't', row: 'ticket' },
  { verb: 'invite', key: 'e', row: 'ticket' },
  { verb: 'resume', key: 'u', row: 'ticket' },
  { verb: 'return-missed', key: 'b', row: 'ticket' },
  { verb: 'call-ticket', key: 'n', row: 'ticket' },
  { verb: 'pause', key: 'p', row: 'window' },
  { verb: 'open', key: 'o', row: 'window' },
  { verb: 'close', key: 'x', row: 'window' },
  { verb: 'serve', key: 'w', row: 'window' },
  { verb: 'void', key: 'v', row: 'window' },
];

const byKey = new Map(verbKeys.map((v) => [v.key, v.verb]));
/** Enter does what Space does. */
byKey.set('enter', 'call-next');

export const verbOfKey = (key: string): WindowVerb | undefined => byKey.get(key.toLowerCase());

/** Verbs that need a choice first; all others are sent at once. */
export const dialogVerbs = [
  'hold',
  'transfer',
  'resume',
  'return-missed',
  'call-ticket',
  'pause',
  'close',
  'serve',
  'void',
] as const satisfies readonly WindowVerb[];
export type DialogVerb = (typeof dialogVerbs)[number];

export const needsDialog = (verb: WindowVerb): verb is DialogVerb =>
  (dialogVerbs as readonly WindowVerb[]).includes(verb);
