/**
 * One paper: printed once, its beginning and its outcome recorded.
 *
 *   the hall's answer --> sending --> confirmed | uncertain
 *         +-- has to wait --> queued -> sending ...
 *         +-- nothing was sent ------> failed
 *
 * A commit costs the citizen a flush of the disk. That a first paper may be under way is on the hall's
 * disk before the answer (the ticket is `printing`), so where the printer has nothing else to do the
 * first byte leaves at once and the machine's own record follows in the same turn. Who ends in between
 * leaves the ticket to the hall, where it counts as one in doubt; and no page can ask for it again:
 * what was touched on an earlier process's glass is not taken (runtime/screen-server.ts).
 */

import { codeOf, type DeviceCode } from '../../devices/codes.ts';
import type { PrintOutcome, TicketDocument, TicketPrinter } from '../../devices/contract.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { JobState, PrintJob, Spool } from '../runtime/spool.ts';
import type { Issued } from './state.ts';

export interface PrintPorts {
  log: Log;
  jobs: Pick<Spool['jobs'], 'add' | 'get' | 'setState'>;
  /** As it is open now. */
  printer: TicketPrinter | undefined;
}

export interface PrintOrder {
  ticket: string;
  /** The ticket's own id for its paper, so that one ticket has one only; reprint.ts for a second. */
  jobId: string;
  /**
   * The paper that the hall waits for: what offers it again after a power cut. null: a second one,
   * known here alone and so recorded before all else.
   */
  again: Issued | null;
  /** Made here, so that a template that fails is a paper that failed. */
  document(): TicketDocument;
  deadlineMs: number;
  /** Asked at the last moment: false forbids the first byte. */
  mayBegin(): boolean;
  /** The first byte leaves now. */
  began(): void;
}

export type Printed = PrintOutcome & { firstByteAt: number | null };

/** Never rejects. The caller tells the hall, then calls `closeJob` with the same outcome. */
export async function printTicket(ports: PrintPorts, order: PrintOrder): Promise<Printed> {
  const { ticket, jobId, again, deadlineMs } = order;
  const { printer } = ports;
  if (printer === undefined) return nothing('DEV_CLOSED');
  let began = false;
  try {
    const before = ports.jobs.get(jobId);
    if (before !== undefined) return asBefore(before);
    const document = order.document();
    const record = recorder(ports, { jobId, ticket, document, ...(again && { again }) });
    const onSending = () => {
      if (!order.mayBegin()) throw new Error('given up before its first byte');
      if (record.tried || again === null) record.as('sending');
      began = true;
      order.began();
    };
    const printing = printer.print(document, { jobId, deadlineMs, onSending });
    // A printer with nothing else to do has begun by now.
    if (!record.tried) recordSoon(ports, ticket, () => record.as(began ? 'sending' : 'queued'));
    return await printing;
  } catch (error) {
    ports.log.error(
      { event: 'print-error', ticket, error: messageOf(error) },
      'printing broke off',
    );
    const code = codeOf(error, 'PRN_NOT_RECORDED');
    return began ? { outcome: 'uncertain', code, firstByteAt: null } : nothing(code);
  }
}

interface Recorder {
  readonly tried: boolean;
  as(state: 'queued' | 'sending'): void;
}

function recorder(
  ports: PrintPorts,
  job: { jobId: string; ticket: string; document: TicketDocument; again?: Issued },
): Recorder {
  let tried = false;
  let known = false;
  return {
    get tried() {
      return tried;
    },
    as(state) {
      tried = true;
      if (known) ports.jobs.setState(job.jobId, state, null);
      else ports.jobs.add({ ...job, state });
      known = true;
    },
  };
}

/**
 * Of a paper that waits, what is refused here is refused again before the first byte, and then nothing
 * is printed. Of one under way, its end is insisted on.
 */
function recordSoon(ports: PrintPorts, ticket: string, record: () => void): void {
  try {
    record();
  } catch (error) {
    ports.log.error({ event: 'job-record', ticket, error: messageOf(error) }, 'job not recorded');
  }
}

/** A ticket that had its paper: what is true of that one stays true. */
function asBefore(job: PrintJob): Printed {
  const { state } = job;
  if (state === 'confirmed') return { outcome: 'confirmed', firstByteAt: null };
  if (state === 'queued' || state === 'failed') return nothing('DEV_CLOSED');
  return inDoubt();
}

/** Something of this ticket may be on paper, by this process or one before: it is never taken back. */
export function mayBeOut(jobs: Pick<Spool['jobs'], 'get'>, ticket: string): boolean {
  const state = jobs.get(ticket)?.state;
  return state !== undefined && state !== 'queued' && state !== 'failed';
}

/** It may be on paper, and nobody is left who could say. */
function inDoubt(): Printed {
  return { outcome: 'uncertain', code: 'PRN_LINK_LOST', firstByteAt: null };
}

function nothing(code: DeviceCode): Printed {
  return { outcome: 'failed', code, firstByteAt: null };
}

/**
 * Records the end of a job, after the hall's message is safe in the outbox; also of one that never
 * began, so that it never does.
 */
export function closeJob(
  jobs: Pick<PrintPorts['jobs'], 'add' | 'get' | 'setState'>,
  { jobId, ticket }: { jobId: string; ticket: string },
  printed: PrintOutcome,
): void {
  const state: JobState = printed.outcome;
  const code = printed.outcome === 'confirmed' ? null : printed.code;
  if (jobs.get(jobId) === undefined) {
    // Whoever finds it half done has to find it no better than it is.
    const began = state === 'failed' ? 'queued' : 'sending';
    jobs.add({ jobId, ticket, document: nothingPrinted, state: began });
  }
  jobs.setState(jobId, state, code);
}

const nothingPrinted: TicketDocument = { title: '', blocks: [] };
