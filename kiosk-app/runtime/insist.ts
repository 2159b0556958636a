/**
 * Writes that must happen although the disk refuses them now (full, faulty): tried again, in their
 * order, until they succeed. In memory only: what is lost with the process is settled at the next
 * start from what the spool holds.
 */
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';

export const insistLimits = {
  retryMs: 2_000,
  /** Some minutes of a busy machine; the oldest is given up then. */
  pendingMax: 200,
} as const;

export interface Insist {
  /** @returns whether it was done at once; never throws */
  run(what: string, write: () => void): boolean;
  /** Tries everything once more, then never again. */
  close(): void;
}

interface Pending {
  what: string;
  write: () => void;
}

export function insistOn(clock: Clock, log: Log): Insist {
  const pending: Pending[] = [];
  let cancel: (() => void) | null = null;
  let closed = false;

  /** Oldest first; stops at the first that is refused. */
  function drain(): void {
    for (let next = pending[0]; next !== undefined; next = pending[0]) {
      if (!done(next)) return;
      pending.shift();
    }
  }

  function done({ what, write }: Pending): boolean {
    try {
      write();
      return true;
    } catch (error) {
      log.error({ event: 'write-refused', what, error: messageOf(error) }, 'tried again later');
      return false;
    }
  }

  function retryLater(): void {
    if (closed || cancel !== null || pending.length === 0) return;
    cancel = clock.after(insistLimits.retryMs, () => {
      cancel = null;
      drain();
      retryLater();
    });
  }

  function givenUp({ what }: Pending): void {
    log.error({ event: 'write-given-up', what }, 'could not be written');
  }

  return {
    run(what, write) {
      const one = { what, write };
      if (pending.length === 0 && done(one)) return true;
      pending.push(one);
      const oldest = pending.length > insistLimits.pendingMax ? pending.shift() : undefined;
      if (oldest !== undefined) givenUp(oldest);
      retryLater();
      return false;
    },
    close() {
      drain();
      closed = true;
      cancel?.();
      for (const one of pending.splice(0)) givenUp(one);
    },
  };
}
