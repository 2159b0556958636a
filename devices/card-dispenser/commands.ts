/** The commands of CRT-571 and MTK-F31, and what their answers mean. Pure. */
import type { DeviceCode } from '../codes.ts';
import type { CardDispenserStatus, CardPlace } from './contract.ts';
import type { UnitCommand } from './framing.ts';
import type { Crt571Options } from './options.ts';

const of = (cm: number, pm: number, data: readonly number[] = []): UnitCommand => ({
  cm,
  pm,
  data,
});

/** CM 30. `counting`: captured cards are counted. */
export function initialise(card: NonNullable<Crt571Options['initialise']>, counting: boolean) {
  const pm = { front: 0x30, bin: 0x31, keep: 0x33 }[card];
  return of(0x30, counting ? pm + 4 : pm);
}
export const status = of(0x31, 0x30);
export const sensors = of(0x31, 0x31);
export const move = (place: CardPlace) =>
  of(0x32, { gate: 0x30, ic: 0x31, rf: 0x32, bin: 0x33 }[place]);
export const eject = of(0x32, 0x39);
export const entry = (allowed: boolean) => of(0x33, allowed ? 0x30 : 0x31);
/** Asks which kind of card it is. */
export const cardType = (kind: 'ic' | 'rf') => of(0x50, kind === 'ic' ? 0x30 : 0x31);
/** Power to the chip; the data byte is the voltage class of the published frame. */
export const resetChip = of(0x51, 0x30, [0x33]);
export const apdu = (bytes: Uint8Array) => of(0x51, 0x39, [...bytes]);

/** Commands that change nothing: asked again when nobody answers. */
export const isQuestion = (c: UnitCommand) => c.cm === 0x31;

/** From ST0 ST1 ST2. */
export function readState(state: string, at: number): CardDispenserStatus {
  const [card = '', stacker = '', bin = ''] = state;
  return {
    card: one({ 0: 'none', 1: 'gate', 2: 'inside' } as const, card),
    stacker: one({ 0: 'empty', 1: 'few', 2: 'enough' } as const, stacker),
    bin: one({ 0: 'ok', 1: 'full' } as const, bin),
    at,
  };
}

function one<T extends string>(
  names: Readonly<Record<string, T>>,
  character: string,
): T | 'unknown' {
  return Object.hasOwn(names, character) ? (names[character] ?? 'unknown') : 'unknown';
}

const errors: Readonly<Record<string, DeviceCode>> = {
  '01': 'CRD_COMMAND',
  '02': 'CRD_COMMAND',
  '03': 'CRD_COMMAND',
  '04': 'CRD_COMMAND',
  '05': 'CRD_CHIP',
  '10': 'CRD_JAM',
  '12': 'CRD_SENSOR',
  '13': 'CRD_CARD_SIZE',
  '14': 'CRD_CARD_SIZE',
  '16': 'CRD_BY_HAND',
  '40': 'CRD_JAM',
  '41': 'CRD_CHIP',
  // The sources differ on which of the two says "can not reach the IC place".
  '42': 'CRD_CHIP',
  '43': 'CRD_CHIP',
  '45': 'CRD_BY_HAND',
  '50': 'CRD_COUNTER',
  '51': 'CRD_MOTOR',
  A0: 'CRD_STACKER_EMPTY',
  A1: 'CRD_BIN_FULL',
  B0: 'CRD_NOT_RESET',
};

/** From E1 E0. */
export function errorCode(error: string): DeviceCode {
  if (/^6[0-9]$/.test(error)) return 'CRD_CHIP';
  return errors[error] ?? 'CRD_FAULT';
}

/** Whether the state after a movement proves that it was done; the answer to it was lost. */
export function proves(
  moved: CardPlace | 'dispense' | 'eject',
  before: CardDispenserStatus['card'],
  after: CardDispenserStatus['card'],
): boolean {
  switch (moved) {
    case 'dispense':
      return before === 'none' && after === 'gate';
    case 'gate':
      return before !== 'gate' && after === 'gate';
    case 'ic':
    case 'rf':
      return before !== 'inside' && after === 'inside';
    case 'eject':
    case 'bin':
      // Gone may also be taken by a hand. For a card to be ejected that is the same.
      return moved === 'eject' && before !== 'none' && before !== 'unknown' && after === 'none';
  }
}
