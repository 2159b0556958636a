/**
 * Jobs of one printer, one after the other: lays out and encodes at once, drives the pure job
 * machine (protocol.ts), hands segments to the wire, keeps each job id to one print.
 */
import { codeOf, type DeviceCode } from '../codes.ts';
import type {
  DeviceClock,
  PrinterStatus,
  PrintOptions,
  PrintOutcome,
  PrintStages,
  TicketDocument,
} from '../contract.ts';
import { askInTurn, beginId, countUp, jobToken, processId } from './commands.ts';
import { checkedDocument } from './document.ts';
import type { JobToken, TicketEncoder } from './encoder.ts';
import { type LaidItem, layOut } from './layout.ts';
import { paperMm } from './near-end.ts';
import type { PrinterProfile } from './printer-profile.ts';
import {
  type JobEffect,
  type JobInput,
  type JobState,
  newJob,
  stallMaxMs,
  stepJob,
  wakeAt,
} from './protocol.ts';
import { questionsFor } from './status-watch.ts';

/** Waiting and current job together. */
export const jobsMax = 8;
/** Job ids whose outcome is remembered: the same id again gets it, and no second paper. */
export const jobsRememberedMax = 1000;

type Result = PrintOutcome & PrintStages;

interface Job {
  segments: Uint8Array[];
  items: readonly LaidItem[];
  token: JobToken;
  options: PrintOptions;
  machine: JobState;
  firstByteAt: number | null;
  cancel: (() => void) | undefined;
  resolve(result: Result): void;
}

export interface PrintQueuePorts {
  clock: DeviceClock;
  profile: PrinterProfile;
  encoder: TicketEncoder;
  send(bytes: Uint8Array, deadlineMs: number): Promise<void>;
  status(): PrinterStatus;
  /** Why no job may begin now; null: it may. */
  refusal(): DeviceCode | null;
  askStatus(): void;
  /** The token of a job is now on its way. */
  tokenSent(token: JobToken): void;
  /** All of a job was handed over: its proof is awaited. */
  proofAwaited(): void;
  /** `mm`: paper that it surely or perhaps took. */
  ended(result: PrintOutcome, mm: number): void;
}

export interface PrintQueue {
  print(document: TicketDocument, options: PrintOptions): Promise<Result>;
  /** For the job under way, if any. */
  input(input: JobInput): void;
  /** Jobs not begun end as failed. */
  refuseWaiting(code: DeviceCode): void;
  readonly current: { phase: JobState['phase']; token: JobToken } | undefined;
}

export function createPrintQueue(ports: PrintQueuePorts): PrintQueue {
  const { clock, profile, encoder } = ports;
  const rules = {
    reports: questionsFor(profile).length > 0,
    confirms: profile.status.star_asb || profile.status.process_id || profile.status.gs_r,
  };
  const known = new Map<string, Promise<Result>>();
  const waiting: Job[] = [];
  let current: Job | undefined;

  function print(document: TicketDocument, options: PrintOptions): Promise<Result> {
    const before = known.get(options.jobId);
    if (before !== undefined) return before;
    const refusal = ports.refusal();
    if (refusal !== null) return Promise.resolve(failed(refusal));
    if (waiting.length + (current === undefined ? 0 : 1) >= jobsMax) {
      return Promise.resolve(failed('PRN_BUSY'));
    }
    try {
      const token = tokenFor(options.jobId);
      const items = layOut(checkedDocument(document), profile);
      const segments = encoder.encode(items, token);
      return admit({ segments, items, token, options });
    } catch (error) {
      return Promise.resolve(failed(codeOf(error, 'PRN_DOCUMENT')));
    }
  }

  function admit(job: Pick<Job, 'segments' | 'items' | 'token' | 'options'>): Promise<Result> {
    const { options } = job;
    const { promise, resolve } = Promise.withResolvers<Result>();
    known.set(options.jobId, promise);
    for (const id of known.keys()) {
      if (known.size <= jobsRememberedMax) break;
      known.delete(id);
    }
    const machine = newJob({ ...rules, deadlineMs: options.deadlineMs });
    waiting.push({ ...job, machine, firstByteAt: null, cancel: undefined, resolve });
    startNext();
    return promise;
  }

  function settle(job: Job, outcome: PrintOutcome): void {
    // Nothing was printed: the caller may try again with the same id.
    if (outcome.outcome === 'failed') known.delete(job.options.jobId);
    job.resolve({ ...outcome, firstByteAt: job.firstByteAt });
  }

  function tokenFor(jobId: string): JobToken {
    if (profile.status.star_asb) return { by: 'etb' };
    if (profile.status.process_id) return { by: 'process-id', id: jobToken(jobId) };
    return profile.status.gs_r ? { by: 'gs-r' } : { by: 'none' };
  }

  function startNext(): void {
    if (current !== undefined) return;
    const job = waiting.shift();
    if (job === undefined) return;
    current = job;
    const refusal = ports.refusal();
    if (refusal === null) feed(job, { type: 'start', status: ports.status() });
    else finish(job, { outcome: 'failed', code: refusal });
  }

  function feed(job: Job, input: JobInput): void {
    const step = stepJob(job.machine, input, clock.mono());
    job.machine = step.state;
    for (const effect of step.effects) perform(job, effect);
    job.cancel?.();
    // At least a whole ms: by rounding it can be due already and its time still not be up.
    const at = current === job ? wakeAt(job.machine) : null;
    job.cancel =
      at === null
        ? undefined
        : clock.after(Math.max(1, Math.ceil(at - clock.mono())), () => feed(job, { type: 'time' }));
  }

  function perform(job: Job, effect: JobEffect): void {
    if (effect.type === 'ask-status') ports.askStatus();
    if (effect.type === 'record') record(job);
    if (effect.type === 'send') send(job);
    if (effect.type === 'end') finish(job, effect.outcome);
  }

  /** A host that records synchronously costs no turn of the event loop. */
  function record(job: Job): void {
    const recorded = () => feed(job, { type: 'recorded', status: ports.status() });
    const notRecorded = () => feed(job, { type: 'not-recorded' });
    let pending: void | Promise<void>;
    try {
      pending = job.options.onSending();
    } catch {
      notRecorded();
      return;
    }
    if (pending instanceof Promise) pending.then(recorded, notRecorded);
    else recorded();
  }

  function send(job: Job): void {
    // The job's own clock decides (it stands still without paper); this only bounds the wire.
    const deadlineMs = job.options.deadlineMs + stallMaxMs;
    job.firstByteAt = clock.mono();
    ports.tokenSent(job.token);
    const [first = new Uint8Array(0), ...rest] = job.segments;
    const begun = Buffer.concat([beginning(job.token), first]);
    const sent = [begun, ...rest].map((segment) => ports.send(segment, deadlineMs));
    Promise.all(sent).then(
      () => handedOver(job),
      () => feed(job, { type: 'send-failed' }),
    );
  }

  function handedOver(job: Job): void {
    feed(job, { type: 'sent' });
    if (current === job) ports.proofAwaited();
  }

  function finish(job: Job, outcome: PrintOutcome): void {
    if (current !== job) return;
    job.cancel?.();
    current = undefined;
    settle(job, outcome);
    ports.ended(outcome, job.firstByteAt === null ? 0 : paperMm(job.items, profile));
    startNext();
  }

  return {
    print,
    input(input) {
      if (current !== undefined) feed(current, input);
    },
    refuseWaiting(code) {
      for (const job of waiting.splice(0)) settle(job, { outcome: 'failed', code });
    },
    get current() {
      return current && { phase: current.machine.phase, token: current.token };
    },
  };
}

/**
 * The same question as the token, before the job: a wire that lost the head of a job and carried its
 * tail (a plug put back in that moment) would else have the token answered. Both or no confirmation.
 */
function beginning(token: JobToken): Uint8Array {
  switch (token.by) {
    case 'process-id':
      return processId(beginId(token.id));
    case 'gs-r':
      return askInTurn;
    case 'etb':
      return countUp;
    case 'none':
      return new Uint8Array(0);
  }
}

function failed(code: DeviceCode): Result {
  return { outcome: 'failed', code, firstByteAt: null };
}
