/**
 * The queue core: pure, no Node module, no clock. `perform` judges a command and applies what
 * follows from it; a journal of the events and `evolve` give the same state again.
 *
 * Time. Every function takes the hall's clock as `now` (ms since 1970). What counts is
 * max(now, state.lastAt), so a clock that steps back changes nothing. Hand in a clock that follows
 * the monotonic one between corrections, or a large step back stops time in here until it is caught up.
 */
import type { Board, Directory, LogEntry, RequestResult, WindowSnapshot } from '../../../broker-config/messages.ts';
import type { Fault } from '../../../broker-config/validate.ts';
import type { Command, Decision, Performed } from './command.ts';
import { QueueError } from './errors.ts';
import type { QueueEvent } from './events.ts';
import type { HallProfile } from './hall-profile.ts';
import type { QueueState } from './state.ts';

export { BookBody, CancelBookingBody, hallDev } from './command.ts';
export type { Command, CommandOp, CommandResult, Decision, Performed } from './command.ts';
export { type QueueErrorCode, QueueError, queueErrorCodes } from './errors.ts';
export type * from './events.ts';
export { HallProfile } from './hall-profile.ts';
export { emptyState, type QueueState } from './state.ts';

// SKELETON: signatures are final, bodies land one by one.
const later = (): never => {
  throw new QueueError('QUE_EVENT', 'not built yet');
};
export interface Rules {
  readonly profile: HallProfile;
}
/** Indexes of a profile that `check(HallProfile, ...)` and `checkHallProfile` accepted. */
export function compileRules(_profile: HallProfile): Rules {
  return later();
}
/** Sense of a profile beyond its shape; [] = good. */
export function checkHallProfile(_profile: HallProfile): Fault[] {
  return later();
}
/** Applies one event in place; seq rises by one. @throws QueueError QUE_EVENT: does not fit */
export function evolve(_state: QueueState, _event: QueueEvent): void {
  return later();
}
export function decide(_state: QueueState, _rules: Rules, _command: Command, _now: number): Decision {
  return later();
}
/** decide + evolve + result. Events have to be journaled in both cases, see Performed. */
export function perform(_state: QueueState, _rules: Rules, _command: Command, _now: number): Performed {
  return later();
}
/** Instant (hall ms, may be <= now) at which `tick` has something to do; null: never. */
export function nextDue(_state: QueueState, _rules: Rules, _now: number): number | null {
  return later();
}
export function snapshotOf(_state: QueueState): string {
  return later();
}
/** @throws QueueError QUE_SNAPSHOT */
export function restoreState(_json: string): QueueState {
  return later();
}
export function boardOf(_state: QueueState, _rules: Rules, _epoch: number, _issuing: boolean, _now: number): Board {
  return later();
}
export function windowSnapshotOf(_state: QueueState, _rules: Rules, _epoch: number, _windowId: string): WindowSnapshot {
  return later();
}
export function directoryOf(_rules: Rules, _epoch: number): Directory {
  return later();
}
/** Call after the events were evolved. `prevSeq`: seq before the first of them. */
export function logEntryOf(
  _state: QueueState,
  _rules: Rules,
  _epoch: number,
  _issuing: boolean,
  _prevSeq: number,
  _events: readonly QueueEvent[],
  _now: number,
): LogEntry {
  return later();
}
/** Windows whose WindowSnapshot changed. */
export function windowsTouched(_state: QueueState, _rules: Rules, _events: readonly QueueEvent[]): string[] {
  return later();
}
/** Answer to the request `snapshot` of machine `dev`. */
export function snapshotAnswer(
  _state: QueueState,
  _rules: Rules,
  _epoch: number,
  _issuing: boolean,
  _dev: string,
  _now: number,
): RequestResult<'snapshot'> {
  return later();
}
/** Window that the machine works for (as its caller page or as its pad); null: none. */
export function windowOfMachine(_rules: Rules, _dev: string): string | null {
  return later();
}
