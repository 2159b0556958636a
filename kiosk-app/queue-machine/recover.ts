/**
 * Papers in doubt: under way when the process ended, or left so by their printer. They are never
 * printed again by themselves: a second paper with one number is worse than none. The hall gets the
 * truth as far as it is known, and the rest when the printer can tell it.
 */

import { requestResults } from '../../broker-config/messages.ts';
import { check } from '../../broker-config/validate.ts';
import type { PrintOutcome, TicketPrinter } from '../../devices/contract.ts';
import type { DeviceSupervisor } from '../runtime/device-supervisor.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { HallLink, MakeKey } from '../runtime/ports.ts';
import type { PrintJob, Spool } from '../runtime/spool.ts';
import { type Issued, queueLimits } from './state.ts';

export interface RecoverPorts {
  log: Log;
  makeKey: MakeKey;
  link: Pick<HallLink, 'deliver'>;
  jobs: Pick<Spool['jobs'], 'unfinished' | 'setState'>;
}

/**
 * The number whose paper was cut off a moment ago: who stands there may have a second one. null: none,
 * or too long ago to mean whoever stands there now.
 */
export function cutOff(unknown: readonly PrintJob[], now: number): Issued | null {
  const job = unknown.findLast((j) => j.jobId === j.ticket);
  if (job === undefined || job.at > now || now - job.at > queueLimits.cutOffOfferedMs) return null;
  const again = check(requestResults.take, job.again);
  return again.ok ? again.value : null;
}

/**
 * Call once, before the first press. Told to the hall first, closed after: a crash in between tells
 * twice. @returns the papers whose fate only the printer knows
 */
export function recoverJobs(ports: RecoverPorts): PrintJob[] {
  const unknown: PrintJob[] = [];
  for (const job of ports.jobs.unfinished()) {
    const { ticket, state, jobId } = job;
    ports.log.warn({ event: 'job-recovered', ticket, state }, 'paper under way at the last end');
    if (began(job)) {
      const body = { ticket, outcome: 'uncertain' as const };
      ports.link.deliver('confirm-printed', body, ports.makeKey());
      ports.jobs.setState(jobId, 'uncertain', 'PRN_LINK_LOST');
      unknown.push(job);
    } else {
      // A second paper that never began takes nothing from the number.
      if (jobId === ticket) {
        ports.link.deliver('print-failed', { ticket, reason: 'error' }, ports.makeKey());
      }
      ports.jobs.setState(jobId, 'failed', 'DEV_CLOSED');
    }
  }
  return unknown;
}

export interface RecallPorts extends RecoverPorts {
  devices: Pick<DeviceSupervisor, 'get' | 'watch'>;
  printer: string | null;
  /** It is on paper. */
  recalled(ticket: string): void;
}

/** Papers in doubt that a printer is asked after; the oldest are forgotten. */
const inDoubtMax = 16;

export interface Recaller {
  /** `triedOn`: the printer that left it in doubt; one of an earlier process is no such. */
  add(job: Pick<PrintJob, 'jobId' | 'ticket'>, triedOn: TicketPrinter | undefined): void;
  close(): void;
}

/**
 * Asks the printer after papers that were told as uncertain, as often as it is opened anew, until it
 * knows. Only "it is on paper" is news for the hall.
 */
export function createRecaller(ports: RecallPorts): Recaller {
  const { printer: id } = ports;
  const open = new Map<string, { ticket: string; asked: TicketPrinter | undefined }>();

  function learned(jobId: string, ticket: string, outcome: PrintOutcome | null): void {
    // The wire went before it was known.
    if (outcome === null || !open.delete(jobId)) return;
    ports.log.info(
      { event: 'job-recalled', ticket, outcome: outcome.outcome },
      'asked the printer',
    );
    if (outcome.outcome !== 'confirmed') return;
    const body = { ticket, outcome: 'confirmed' as const };
    ports.link.deliver('confirm-printed', body, ports.makeKey());
    ports.jobs.setState(jobId, 'confirmed', null);
    ports.recalled(ticket);
  }

  function look(): void {
    const printer = id === null ? undefined : ports.devices.get(id, 'ticket-printer');
    if (printer === undefined) return;
    for (const [jobId, job] of open) {
      if (job.asked === printer) continue;
      job.asked = printer;
      printer
        .recall(jobId)
        .then((outcome) => learned(jobId, job.ticket, outcome))
        .catch((error: unknown) => {
          ports.log.error({ event: 'job-recall', error: messageOf(error) }, 'not asked');
        });
    }
  }

  const unwatch = ports.devices.watch(look);
  return {
    add({ jobId, ticket }, triedOn) {
      open.set(jobId, { ticket, asked: triedOn });
      const oldest = open.keys().next().value;
      if (open.size > inDoubtMax && oldest !== undefined) open.delete(oldest);
      look();
    },
    close: unwatch,
  };
}

/** From `sending` on there may be something on paper. */
function began(job: PrintJob): boolean {
  return job.state !== 'queued';
}
