/** What the hall publishes, made from the sequencer's durable state. */
import type {
  Board,
  Directory,
  LogEntry,
  PadSnapshot,
  WindowSnapshot,
} from '../../broker-config/messages.ts';
import type { Committed, SequencerPort } from './contract.ts';
import {
  boardOf,
  directoryOf,
  logEntryOf,
  padSnapshotOf,
  padsTouched,
  type Rules,
  windowSnapshotOf,
  windowsTouched,
} from './queue/index.ts';

/** null: the state can not be read at the moment (failing disk); it is published again later. */
export interface HallViews {
  /** The hall's time, ms. */
  now(): number;
  directory(): Directory;
  board(): Board | null;
  window(id: string): WindowSnapshot | null;
  /** What the window's pad has to show now. */
  pad(window: string): PadSnapshot | null;
  /** Windows whose pad has something else to show by `committed`. */
  padsTouched(committed: Committed): readonly string[];
  /** One entry for everything in `committed`, which reaches up to the present state. */
  log(committed: Committed): LogEntry | null;
  /** Windows whose snapshot `committed` changed. */
  touched(committed: Committed): readonly string[];
}

export function createViews(sequencer: SequencerPort, rules: Rules): HallViews {
  const { epoch } = sequencer;
  return {
    now: () => sequencer.now(),
    directory: () => directoryOf(rules, epoch),
    board: () => {
      const { state } = sequencer;
      return state && boardOf(state, rules, epoch, sequencer.issuing, sequencer.now());
    },
    window: (id) => {
      const { state } = sequencer;
      return state && windowSnapshotOf(state, rules, epoch, id);
    },
    pad: (window) => {
      const { state } = sequencer;
      return state && padSnapshotOf(state, rules, epoch, window, sequencer.now());
    },
    padsTouched: ({ events }) => padsTouched(rules, events),
    log: ({ prev, events }) => {
      const { state, issuing } = sequencer;
      return state && logEntryOf(state, rules, epoch, issuing, prev, events, sequencer.now());
    },
    touched: ({ events }) => {
      const { state } = sequencer;
      return state ? windowsTouched(state, rules, events) : [];
    },
  };
}
