/**
 * The page's ear: whole states by server-sent events from the machine's own process.
 * EventSource reconnects by itself after a cut; after an HTTP error it gives up for good, so that
 * case is opened anew here.
 */
import { reloadIfOutdated } from './fresh.ts';

export interface Heard<S> {
  /** null until the first state came. */
  state: S | null;
  /** `id:` line of that state. */
  id: string;
  /** The link to the machine's own process. */
  alive: boolean;
  /** Wall clock of the last change of `alive`, ms. */
  aliveSince: number;
  /** Role of a machine that this page does not belong to. */
  wrongRole: string | null;
}

/** Shorter cuts are not shown: the process was only restarted. */
const lostAfterMs = 1500;
const reopenAfterMs = 1000;
/**
 * More than two heartbeats of the process without a word: it hangs, or the way to it broke without a
 * farewell (a tunnel to a server that lost its power). What stands on the glass is not the present.
 */
export const silentAfterMs = 40_000;

/** Opens the stream and keeps it open. @returns a function that closes it */
export function listen<S>(path: string, accept: Accept<S>, onHeard: (heard: Heard<S>) => void) {
  let heard: Heard<S> = {
    state: null,
    id: '',
    alive: true,
    aliveSince: Date.now(),
    wrongRole: null,
  };
  let source: EventSource;
  let lostTimer: ReturnType<typeof setTimeout> | undefined;
  let reopenTimer: ReturnType<typeof setTimeout> | undefined;
  let silentTimer: ReturnType<typeof setTimeout> | undefined;
  let opened = 0;

  const tell = (change: Partial<Heard<S>>) => {
    if (change.alive !== undefined && change.alive !== heard.alive) {
      heard = { ...heard, aliveSince: Date.now() };
    }
    heard = { ...heard, ...change };
    onHeard(heard);
  };

  const listenForSilence = () => {
    clearTimeout(silentTimer);
    silentTimer = setTimeout(() => {
      source.close();
      tell({ alive: false });
      open();
    }, silentAfterMs);
  };

  const open = () => {
    source = new EventSource(path);
    // Only who has a heartbeat can be missed.
    source.addEventListener('beat', listenForSilence);
    source.addEventListener('open', () => {
      clearTimeout(lostTimer);
      lostTimer = undefined;
      opened += 1;
      if (opened > 1) void reloadIfOutdated();
      if (!heard.alive) tell({ alive: true });
    });
    source.addEventListener('error', () => {
      clearTimeout(silentTimer);
      lostTimer ??= setTimeout(() => tell({ alive: false }), lostAfterMs);
      if (source.readyState === EventSource.CLOSED) reopenTimer = setTimeout(open, reopenAfterMs);
    });
    source.addEventListener('state', (event: MessageEvent<string>) => {
      const accepted = accept(parse(event.data));
      if (accepted.ok) tell({ state: accepted.state, id: event.lastEventId, wrongRole: null });
      else if (accepted.role !== null) tell({ wrongRole: accepted.role });
    });
  };
  open();
  return () => {
    source.close();
    clearTimeout(lostTimer);
    clearTimeout(reopenTimer);
    clearTimeout(silentTimer);
  };
}

/** `role: null` = not a state at all: dropped, what is on the glass stays. */
export type Accept<S> = (
  data: unknown,
) => { ok: true; state: S } | { ok: false; role: string | null };

/** Accepts whole states of one role. */
export function ofRole<S extends { role: string }>(role: S['role']): Accept<S> {
  return (data) => {
    if (typeof data !== 'object' || data === null || !('role' in data)) {
      return { ok: false, role: null };
    }
    return data.role === role
      ? { ok: true, state: data as S }
      : { ok: false, role: String(data.role) };
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
