/** A motor-driven card issuer: cards in a stacker, a gate towards the citizen, a bin for bad ones. */
import type { DeviceCode } from '../codes.ts';
import type { Device } from '../contract.ts';

export interface CardDispenserStatus {
  /** Where the one card on the way is. `inside`: at the IC or RF reader. */
  card: 'none' | 'gate' | 'inside' | 'unknown';
  stacker: 'empty' | 'few' | 'enough' | 'unknown';
  bin: 'ok' | 'full' | 'unknown';
  /** clock.mono() of the newest answer; null: never heard. */
  at: number | null;
}

/**
 * done: the unit said so, or its state afterwards proves it. failed: the unit said why. uncertain:
 * the command left, and neither an answer nor the state tells what became of the card.
 */
export type CardOutcome =
  | { outcome: 'done' }
  | { outcome: 'failed'; code: DeviceCode }
  | { outcome: 'uncertain'; code: DeviceCode };

export const cardPlaces = ['gate', 'ic', 'rf', 'bin'] as const;
export type CardPlace = (typeof cardPlaces)[number];

export interface CardDispenser extends Device {
  readonly kind: 'card-dispenser';
  /** As last heard; asked every second while nothing else is done. */
  readonly status: CardDispenserStatus;
  /** A card from the stacker to the gate, held there for the citizen. */
  dispense(): Promise<CardOutcome>;
  /** The card on the way to a place; to `ic` and `rf` one from the stacker when none is on the way. */
  move(place: CardPlace): Promise<CardOutcome>;
  /** Pushes the card on the way out of the gate. */
  eject(): Promise<CardOutcome>;
  /** Swallows the card that nobody took, or that could not be written. */
  capture(): Promise<CardOutcome>;
  /** Lets citizens put a card in, or not. */
  entry(allowed: boolean): Promise<CardOutcome>;
  /** Resolves true as soon as the gate is empty, false after `withinMs` or when nobody knows. */
  taken(withinMs: number, signal: AbortSignal): Promise<boolean>;
  /**
   * Power to the chip of the card at the IC place; its answer to reset.
   * @throws DeviceError CRD_*, DEV_NO_ANSWER, DEV_CLOSED
   */
  resetChip(): Promise<Uint8Array>;
  /**
   * One exchange with the chip of the card at the IC place; answer with its status word.
   * @throws DeviceError CRD_*, DEV_NO_ANSWER, DEV_CLOSED
   */
  exchange(apdu: Uint8Array): Promise<Uint8Array>;
}
