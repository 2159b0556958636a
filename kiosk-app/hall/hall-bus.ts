/**
 * The bus as the hall sees it, whichever broker carries it: the one in this process (broker.ts) or
 * Mosquitto on any machine (outer-bus.ts).
 */

export interface BusMessage {
  topic: string;
  payload: Uint8Array;
  /** true: kept by the broker from before the hall subscribed, so a state, never an event. */
  retained: boolean;
}

/** A machine tried what the access table does not allow. Mosquitto does not tell. */
export interface DeniedPublish {
  /** Machine that sent it, proven by its credential. */
  dev: string;
  topic: string;
  payload: Uint8Array;
}

export interface HallBus {
  /**
   * Hands a message to the broker, QoS 1. Never waits and never throws: what can not be sent is
   * dropped and counted. State is published again by `onOnline`; answers are asked for again by key.
   */
  publish(topic: string, payload: Uint8Array, o: { retain: boolean }): void;
  onMessage(f: (message: BusMessage) => void): void;
  onDenied(f: (denied: DeniedPublish) => void): void;
  /**
   * Called every time the broker can be reached (again): whatever it kept may be gone. The first
   * call comes after `start`.
   */
  onOnline(f: () => void): void;
  /** Whether the broker can be reached now. */
  readonly online: boolean;
  /** Counts since the start: for the status page and the tests. */
  readonly counters: Readonly<BusCounters>;
  start(): Promise<void>;
  /** Idempotent. What was published before still leaves; resolves in time whatever others do. */
  close(): Promise<void>;
}

export interface BusCounters {
  /** Messages that were not sent: no link, or too many unacknowledged. */
  dropped: number;
  /** Publishes and subscriptions against the access table. */
  denied: number;
  /** Connections refused: wrong credential, wrong name, wrong settings. */
  refused: number;
  /** Connections cut: oversized packet, protocol error, silence. */
  cut: number;
  /** Publishes held back by the rate limit. */
  throttled: number;
}

export const newCounters = (): BusCounters => ({
  dropped: 0,
  denied: 0,
  refused: 0,
  cut: 0,
  throttled: 0,
});

/** Places for the three listeners of a bus, empty until set. */
export function newListeners() {
  let message: (m: BusMessage) => void = () => {};
  let denied: (d: DeniedPublish) => void = () => {};
  let online: () => void = () => {};
  return {
    message: (m: BusMessage) => message(m),
    denied: (d: DeniedPublish) => denied(d),
    online: () => online(),
    setters: {
      onMessage: (f: (m: BusMessage) => void) => {
        message = f;
      },
      onDenied: (f: (d: DeniedPublish) => void) => {
        denied = f;
      },
      onOnline: (f: () => void) => {
        online = f;
      },
    },
  };
}
