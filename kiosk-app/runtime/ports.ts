/**
 * The edges of the world as the flows see them: time, ids, the bus, the screen. Flows take these as
 * parameters; compositions hand in the real ones, tests hand in virtual ones.
 */
import type {
  Answer,
  Board,
  Directory,
  PadSnapshot,
  RequestBody,
  RequestOp,
  WindowSnapshot,
} from '../../broker-config/messages.ts';

/** Same shape as devices/contract.ts DeviceClock, so one clock serves both. */
export interface Clock {
  /** Wall clock, ms since 1970. May jump. */
  now(): number;
  /** Monotonic, ms with fractions. Never jumps. */
  mono(): number;
  /** Calls `f` once after `ms`; the returned function cancels. */
  after(ms: number, f: () => void): () => void;
}

/** One instant by both clocks: inputs of pure steps carry it. */
export interface Moment {
  /** Wall clock, ms since 1970. */
  now: number;
  /** Monotonic, ms. */
  mono: number;
}

/** New UUIDv7. */
export type MakeKey = () => string;

export interface RequestOptions {
  /** Made where the button was pressed. Same key = same command, however often it is sent. */
  key: string;
  /** Total time including repetitions. */
  deadlineMs: number;
}

export interface Delivered {
  op: RequestOp;
  body: unknown;
  key: string;
  answer: Answer;
}

/**
 * A machine's link to the hall. Requests are repeated with the same key until answered or the
 * deadline passes; at most `requestsWaitingMax` wait at once.
 * @throws BusError BUS_OFFLINE (at once, when known offline), BUS_DEADLINE, BUS_QUEUE_FULL, BUS_CLOSED
 */
export interface HallLink {
  readonly online: boolean;
  request<Op extends RequestOp>(
    op: Op,
    body: RequestBody<Op>,
    o: RequestOptions,
  ): Promise<Answer<Op>>;
  /** Durable: kept in the spool until the hall has answered, across restarts, in order. */
  deliver<Op extends RequestOp>(op: Op, body: RequestBody<Op>, key: string): void;
  /**
   * What the hall answered to something delivered, also to what an earlier process left in the spool.
   * Called before the item leaves the spool, so after a crash in between it is told once more.
   */
  onDelivered(f: (delivered: Delivered) => void): () => void;
  /** Called at once with what is known and again on every change. */
  watch(f: (view: HallView) => void): () => void;
}

/** All a machine knows of the hall. Parts are null until first heard. */
export interface HallView {
  online: boolean;
  /** Wall clock of the last change of `online`. */
  onlineSince: number;
  directory: Directory | null;
  board: Board | null;
  /** Only for a window's machine. */
  window: WindowSnapshot | null;
  /** Only for a window's evaluation pad. */
  pad: PadSnapshot | null;
  /** Hall clock minus own wall clock, ms; 0 until known. */
  hallClockOffsetMs: number;
}

/** The page of this machine: the flow shows states, the page sends actions. */
export interface Screen<State, Action> {
  show(state: State): void;
  onAction(f: (action: Action) => void): void;
}
