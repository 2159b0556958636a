/**
 * Papers that were under way when the process ended. They are never printed again by themselves: a
 * second paper with one number is worse than none. The hall gets the truth as far as it is known.
 */

import type { Log } from '../runtime/log.ts';
import type { HallLink, MakeKey } from '../runtime/ports.ts';
import type { PrintJob, Spool } from '../runtime/spool.ts';

export interface RecoverPorts {
  log: Log;
  makeKey: MakeKey;
  link: Pick<HallLink, 'deliver'>;
  jobs: Pick<Spool['jobs'], 'unfinished' | 'setState'>;
}

/** Call once, before the first press. Told to the hall first, closed after: a crash in between tells twice. */
export function recoverJobs(ports: RecoverPorts): void {
  for (const job of ports.jobs.unfinished()) {
    const { ticket, state, jobId } = job;
    ports.log.warn({ event: 'job-recovered', ticket, state }, 'paper under way at the last end');
    if (began(job)) {
      const body = { ticket, outcome: 'uncertain' as const };
      ports.link.deliver('confirm-printed', body, ports.makeKey());
      ports.jobs.setState(jobId, 'uncertain', 'PRN_LINK_LOST');
    } else {
      ports.link.deliver('print-failed', { ticket, reason: 'error' }, ports.makeKey());
      ports.jobs.setState(jobId, 'failed', 'DEV_CLOSED');
    }
  }
}

/** From `sending` on there may be something on paper. */
function began(job: PrintJob): boolean {
  return job.state !== 'queued';
}
