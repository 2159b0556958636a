/** Performs what the steps of the queue machine order: the hall, the printer, the timers. */
import type { RequestOp } from '../../broker-config/messages.ts';
import type { PrintOutcome } from '../../devices/contract.ts';
import { codeOf, messageOf } from '../runtime/errors.ts';
import { type Insist, insistOn } from '../runtime/insist.ts';
import { namedTimers } from '../runtime/stepper.ts';
import type { QueuePorts } from './ports.ts';
import { closeJob, type Printed, type PrintOrder, printTicket } from './print-job.ts';
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

/** What a paper needs. */
interface Means {
  ports: QueuePorts;
  loop: QueueLoop;
  insist: Insist;
  inDoubt: Recaller['add'];
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
  const means: Means = { ports, loop, insist, inDoubt };
  const underWay = new Set<Promise<void>>();
  return {
    perform(effect) {
      if (effect.type === 'request') track(underWay, ask(ports, loop, effect));
      else if (effect.type === 'print') track(underWay, print(means, effect));
      else if (effect.type === 'reprint') track(underWay, reprint(means, effect));
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

async function print(m: Means, { press, issued, fields }: Effect<'print'>): Promise<void> {
  const { ports, loop } = m;
  const ticket = issued.ticket.id;
  const printed = await paper(
    m,
    {
      ticket,
      jobId: ticket,
      again: issued,
      document: () => ports.document(fields),
      deadlineMs: queueLimits.printWaitMs,
      mayBegin: () => mayBegin(loop.state(), ticket),
      began: () => loop.dispatch({ type: 'sending', ticket }),
    },
    (outcome) => loop.dispatch({ type: 'printed', ticket, outcome }),
  );
  ports.presses.printed(press.key, issued.ticket.number, printed, ports.clock.mono());
}

async function reprint(m: Means, { issued, fields }: Effect<'reprint'>): Promise<void> {
  const { ports, loop } = m;
  const ticket = issued.ticket.id;
  const told = (outcome: PrintOutcome) => loop.dispatch({ type: 'reprinted', ticket, outcome });
  const jobId = nextReprintId(ticket, (id) => ports.jobs.get(id) !== undefined);
  if (jobId === null) {
    told({ outcome: 'failed', code: 'PRN_BUSY' });
    return;
  }
  ports.log.info({ event: 'reprint', ticket, job: jobId }, 'a second paper was asked for');
  await paper(
    m,
    {
      ticket,
      jobId,
      again: null,
      document: () => ports.reprint(fields),
      deadlineMs: queueLimits.printWaitMs,
      mayBegin: () => true,
      began: () => undefined,
    },
    told,
  );
}

/** First the message to the hall is safe in the outbox (`told`), then the job is closed. */
async function paper(
  { ports, insist, inDoubt }: Means,
  order: PrintOrder,
  told: (printed: Printed) => void,
): Promise<Printed> {
  const { log, jobs, printer: id, devices } = ports;
  const printer = id === null ? undefined : devices.get(id, 'ticket-printer');
  const printed = await printTicket({ log, jobs, printer }, order);
  told(printed);
  insist.run(`end of job ${order.jobId}`, () => closeJob(jobs, order, printed));
  if (printed.outcome === 'uncertain') inDoubt(order, printer);
  return printed;
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
