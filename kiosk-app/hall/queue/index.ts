/**
 * The queue core: pure, no Node module, no clock. `perform` judges a command and applies what
 * follows from it; a journal of the events and `evolve` give the same state again.
 *
 * Time. Every function takes the hall's clock as `now` (ms since 1970). What counts is
 * max(now, state.lastAt), so a clock that steps back changes nothing. Hand in a clock that follows
 * the monotonic one between corrections, or a large step back stops time in here until it is caught up.
 */

export { linkHash } from './chain.ts';
export { invitesOf, logEntryOf, padsTouched, padWindows, windowsTouched } from './changes.ts';
export { checkHallProfile } from './check-profile.ts';
export {
  type AlarmBody,
  BookBody,
  CancelBookingBody,
  type Command,
  type CommandOp,
  type CommandResult,
  type Decision,
  hallDev,
  type Performed,
} from './command.ts';
export { decide, perform } from './decide.ts';
export { directoryOf } from './directory.ts';
export { QueueError, type QueueErrorCode, queueErrorCodes } from './errors.ts';
export type * from './events.ts';
export { evolve } from './evolve.ts';
export { HallProfile } from './hall-profile.ts';
export { compileRules, type PhoneUrl, type Rules } from './rules.ts';
export { restoreState, snapshotOf } from './snapshot.ts';
export { chainStart, emptyState, type QueueState } from './state.ts';
export { nextDue } from './tick.ts';
export { alarmsOf, boardOf, padSnapshotOf, snapshotAnswer, windowSnapshotOf } from './views.ts';
