/**
 * One paper: recorded on disk before its first byte, printed once, its outcome recorded.
 *
 *   queued --first byte about to leave--> sending --> confirmed | uncertain
 *     +------------ nothing was sent ---------------> failed
 *
 * Only a paper that has to wait is ever `queued`: a commit costs the citizen a flush of the disk.
 */

import { codeOf, type DeviceCode } from '../../devices/codes.ts';
import type { PrintOutcome, TicketDocument, TicketPrinter } from '../../devices/contract.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { JobState, PrintJob, Spool } from '../runtime/spool.ts';

export interface PrintPorts {
  log: Log;
  jobs: Pick<Spool['jobs'], 'add' | 'get' | 'setState'>;
  /** The printer as it is open now. */
  printer(): TicketPrinter | undefined;
}

export interface PrintOrder {
  ticket: string;
  /** The ticket's own id for its paper, so that one ticket has one only; reprint.ts for a second. */
  jobId: string;
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
  const { ticket, jobId, deadlineMs } = order;
  const printer = ports.printer();
  if (printer === undefined) return nothing('DEV_CLOSED');
  let began = false;
  try {
    const before = ports.jobs.get(jobId);
    if (before !== undefined) return asBefore(before);
    const document = order.document();
    const record = recorder(ports, { jobId, ticket, document });
    const onSending = () => {
      if (!order.mayBegin()) throw new Error('given up before its first byte');
      record('sending');
      began = true;
      order.began();
    };
    const printing = printer.print(document, { jobId, deadlineMs, onSending });
    // A printer with nothing else to do has begun by now, and one commit was enough.
    if (!began) recordWaiting(ports, ticket, record);
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

type Record = (state: 'queued' | 'sending') => void;

function recorder(
  ports: PrintPorts,
  job: { jobId: string; ticket: string; document: TicketDocument },
): Record {
  let known = false;
  return (state) => {
    if (known) ports.jobs.setState(job.jobId, state, null);
    else ports.jobs.add({ ...job, state });
    known = true;
  };
}

function recordWaiting(ports: PrintPorts, ticket: string, record: Record): void {
  try {
    record('queued');
  } catch (error) {
    // Tried again before the first byte; if that fails too, nothing is printed.
    ports.log.error({ event: 'job-queued', ticket, error: messageOf(error) }, 'job not recorded');
  }
}

/** A page that outlived the last process sent its press again: what is true of that paper stays true. */
function asBefore(job: PrintJob): Printed {
  const { state } = job;
  if (state === 'confirmed') return { outcome: 'confirmed', firstByteAt: null };
  if (state === 'queued' || state === 'failed') return nothing('DEV_CLOSED');
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
  jobs: PrintPorts['jobs'],
  { jobId, ticket }: { jobId: string; ticket: string },
  printed: PrintOutcome,
): void {
  const state: JobState = printed.outcome;
  const code = printed.outcome === 'confirmed' ? null : printed.code;
  if (jobs.get(jobId) === undefined) {
    jobs.add({ jobId, ticket, document: nothingPrinted, state: 'queued' });
  }
  jobs.setState(jobId, state, code);
}

const nothingPrinted: TicketDocument = { title: '', blocks: [] };
