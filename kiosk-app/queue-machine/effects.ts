/** Performs what the steps of the queue machine order: the hall, the printer, the timers. */
import type { RequestOp } from '../../broker-config/messages.ts';
import { codeOf, messageOf } from '../runtime/errors.ts';
import { type Insist, insistOn } from '../runtime/insist.ts';
import { namedTimers } from '../runtime/stepper.ts';
import type { QueuePorts } from './ports.ts';
import { closeJob, type PrintPorts, printTicket } from './print-job.ts';
import { mayBegin } from './printing.ts';
import type { Recaller } from './recover.ts';
import { nextReprintId } from './reprint.ts';
import {
  type QueueDelivery,
  type QueueEffect,
  type QueueInput,
  type QueueState,
  type QueueTimer,
  queueLimits,
} from './state.ts';

type Effect<T extends QueueEffect['type']> = Extract<QueueEffect, { type: T }>;

export interface QueueEffects {
  perform(effect: QueueEffect): void;
  /** Resolves when no answer and no paper is awaited any more. */
  idle(): Promise<void>;
  /** Ends timers and repetitions; none starts any more. */
  close(): void;
}

export interface QueueLoop {
  dispatch(input: QueueInput): void;
  state(): QueueState;
}

/** `inDoubt`: told of every paper whose end nobody knows. */
export function queueEffects(
  ports: QueuePorts,
  loop: QueueLoop,
  inDoubt: Recaller['add'],
): QueueEffects {
  const { log } = ports;
  const timers = namedTimers<QueueTimer>(ports.clock, (name) =>
    loop.dispatch({ type: 'timer', name }),
  );
  const insist = insistOn(ports.clock, log);
  const underWay = new Set<Promise<void>>();
  return {
    perform(effect) {
      if (effect.type === 'request') track(underWay, ask(ports, loop, effect));
      else if (effect.type === 'print')
        track(underWay, print(ports, loop, insist, inDoubt, effect));
      else if (effect.type === 'reprint')
        track(underWay, reprint(ports, loop, insist, inDoubt, effect));
      else if (effect.type === 'deliver') deliver(ports, insist, effect.message);
      else if (effect.type === 'timer') timers.start(effect.name, effect.ms);
      else if (effect.type === 'cancel') timers.cancel(effect.name);
      else log[effect.level](effect.fields, effect.message);
    },
    async idle() {
      // Again for what the answers began.
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close() {
      timers.close();
      insist.close();
    },
  };
}

function track(all: Set<Promise<void>>, one: Promise<void>): void {
  const tracked = one.finally(() => all.delete(tracked));
  all.add(tracked);
}

function ask(
  ports: QueuePorts,
  loop: QueueLoop,
  { press, ask: { op, body } }: Effect<'request'>,
): Promise<void> {
  const { key, at } = press;
  if (!ports.link.online) {
    loop.dispatch({ type: 'request-failed', press: key, code: 'BUS_OFFLINE', sent: false });
    return Promise.resolve();
  }
  return ports.link.request(op, body, { key, deadlineMs: queueLimits.takeWaitMs }).then(
    (answer) => {
      ports.presses.answered(key, at.mono, ports.clock.mono(), answer);
      loop.dispatch({ type: 'answer', press: key, answer });
    },
    (error: unknown) => {
      const code = codeOf(error) ?? messageOf(error);
      const sent = code !== 'BUS_QUEUE_FULL';
      loop.dispatch({ type: 'request-failed', press: key, code, sent });
    },
  );
}

async function print(
  ports: QueuePorts,
  loop: QueueLoop,
  insist: Insist,
  inDoubt: Recaller['add'],
  effect: Effect<'print'>,
): Promise<void> {
  const { press, issued, fields } = effect;
  const ticket = issued.ticket.id;
  const on = printPorts(ports);
  const printer = on.printer();
  const printed = await printTicket(on, {
    ticket,
    jobId: ticket,
    again: issued,
    document: () => ports.document(fields),
    deadlineMs: queueLimits.printWaitMs,
    mayBegin: () => mayBegin(loop.state(), ticket),
    began: () => loop.dispatch({ type: 'sending', ticket }),
  });
  // First the message to the hall is safe in the outbox, then the job is closed.
  loop.dispatch({ type: 'printed', ticket, outcome: printed });
  const job = { jobId: ticket, ticket };
  insist.run(`end of job ${ticket}`, () => closeJob(ports.jobs, job, printed));
  if (printed.outcome === 'uncertain') inDoubt(job, printer);
  ports.presses.printed(press.key, issued.ticket.number, printed, ports.clock.mono());
}

function printPorts(ports: QueuePorts): PrintPorts {
  const { log, jobs, printer } = ports;
  return {
    log,
    jobs,
    printer: () => (printer === null ? undefined : ports.devices.get(printer, 'ticket-printer')),
  };
}

async function reprint(
  ports: QueuePorts,
  loop: QueueLoop,
  insist: Insist,
  inDoubt: Recaller['add'],
  effect: Effect<'reprint'>,
): Promise<void> {
  const { issued, fields } = effect;
  const ticket = issued.ticket.id;
  const jobId = nextReprintId(ticket, (id) => ports.jobs.get(id) !== undefined);
  if (jobId === null) {
    const outcome = { outcome: 'failed', code: 'PRN_BUSY' } as const;
    loop.dispatch({ type: 'reprinted', ticket, outcome });
    return;
  }
  ports.log.info({ event: 'reprint', ticket, job: jobId }, 'a second paper was asked for');
  const on = printPorts(ports);
  const printer = on.printer();
  const printed = await printTicket(on, {
    ticket,
    jobId,
    again: null,
    document: () => ports.reprint(fields),
    deadlineMs: queueLimits.printWaitMs,
    mayBegin: () => true,
    began: () => undefined,
  });
  loop.dispatch({ type: 'reprinted', ticket, outcome: printed });
  insist.run(`end of job ${jobId}`, () => closeJob(ports.jobs, { jobId, ticket }, printed));
  if (printed.outcome === 'uncertain') inDoubt({ jobId, ticket }, printer);
}

/** A disk that takes nothing must not keep the hall from knowing: it is told directly as well. */
function deliver(ports: QueuePorts, insist: Insist, message: QueueDelivery): void {
  const { link } = ports;
  const { op, body } = message;
  const key = 'key' in message ? message.key : ports.makeKey();
  let told = false;
  const safe = insist.run(`message ${op} ${key}`, () => {
    if (!told) link.deliver<RequestOp>(op, body, key);
  });
  if (safe || 'key' in message) return;
  link.request<RequestOp>(op, body, { key, deadlineMs: queueLimits.takeWaitMs }).then(
    () => {
      told = true;
    },
    (error: unknown) => ports.log.warn({ op, key, error: messageOf(error) }, 'not told directly'),
  );
}
