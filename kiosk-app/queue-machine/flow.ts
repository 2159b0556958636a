/** The queue machine's flow on its ports: page and keypad in, hall and printer out. */
import type { Answer } from '../../broker-config/messages.ts';
import type { Clock, Delivered, HallView } from '../runtime/ports.ts';
import { stepper } from '../runtime/stepper.ts';
import { queueEffects } from './effects.ts';
import type { QueuePorts } from './ports.ts';
import { mayBeOut } from './print-job.ts';
import { healthOf } from './printer-health.ts';
import { createRecaller, cutOff, recoverJobs } from './recover.ts';
import {
  type Issued,
  initialState,
  type QueueConfig,
  type QueueInput,
  type QueueState,
  queueLimits,
} from './state.ts';
import { step } from './step.ts';
import { hallTime } from './ticket-fields.ts';
import { screenOf } from './view.ts';

export interface QueueFlow {
  /** Takes no press any more and waits for answer and paper under way, at most `stopWaitMs`. */
  stop(): Promise<void>;
}

/** How long an orderly stop waits; what is still open then is settled at the next start. */
export const stopWaitMs = 3_000;

export function runQueueMachine(ports: QueuePorts, config: QueueConfig): QueueFlow {
  const { clock } = ports;
  const moment = () => ({ now: clock.now(), mono: clock.mono() });
  const dispatch = (input: QueueInput) => flow.dispatch(input);
  let interrupted: Issued | null = null;
  const recalled = (ticket: string) => {
    if (interrupted?.ticket.id === ticket) interrupted = null;
    dispatch({ type: 'recalled', ticket });
  };
  const recaller = createRecaller({ ...ports, recalled });
  const effects = queueEffects(ports, { dispatch, state: () => flow.state }, recaller.add);
  let drawing: (() => void) | undefined;
  function draw(): void {
    undraw();
    ports.screen.show(screenOf(flow.state, moment()));
  }
  function undraw(): void {
    drawing?.();
    drawing = undefined;
  }
  const flow = stepper({
    clock,
    state: initialState(config, moment()),
    step,
    perform: effects.perform,
    settled: ({ phase }: QueueState) => {
      if (phase.at === 'issuing') drawing ??= clock.after(queueLimits.issuingShownAfterMs, draw);
      else draw();
    },
  });
  const unknown = recoverJobs(ports);
  interrupted = cutOff(unknown, clock.now());
  for (const job of unknown) recaller.add(job, undefined);
  /** Its page names the service, so it waits for the hall's names. */
  function offerAgain({ online, directory }: HallView): void {
    if (interrupted === null || !online || directory === null) return;
    dispatch({ type: 'cut-off', issued: interrupted });
    interrupted = null;
  }
  let stopped = false;
  const deaf = listen(ports, (input) => {
    if (!stopped) dispatch(input);
  });
  const unwatch = watch(ports, dispatch, offerAgain);
  const unconnect = clock.after(queueLimits.connectWaitMs, () =>
    dispatch({ type: 'timer', name: 'connecting' }),
  );
  /** A press still unanswered at the end is asked on by the outbox: no ticket is left behind. */
  function giveUp(): void {
    const { phase } = flow.state;
    if (phase.at !== 'issuing') return;
    dispatch({ type: 'request-failed', press: phase.press.key, code: 'BUS_CLOSED', sent: true });
  }
  return {
    async stop() {
      stopped = true;
      await within(clock, stopWaitMs, effects.idle());
      giveUp();
      for (const end of [deaf, unwatch, unconnect, recaller.close, undraw, effects.close]) end();
      ports.presses.summary();
    },
  };
}

/** What people press. */
function listen(ports: QueuePorts, dispatch: (input: QueueInput) => void): () => void {
  ports.screen.onAction((action) => {
    if (action.do !== 'take') dispatch({ type: action.do });
    else
      dispatch({ type: 'take', key: action.press, service: action.service, class: action.class });
  });
  return ports.devices.onEvent((device, event) => {
    const press = ports.makeKey();
    if (event.type === 'card') {
      const { personToken, maskedName, maskedNumber } = event.card;
      const masked = maskedName ?? maskedNumber ?? null;
      dispatch({ type: 'card', token: personToken ?? null, masked, press });
    } else if (event.type === 'scan') {
      dispatch({ type: 'scan', text: event.text, press });
    } else if (event.type === 'fault') {
      const because = ports.citizenText(event.code);
      if (because !== null) dispatch({ type: 'fault', because });
    } else if (event.type === 'key' && ports.devices.get(device)?.kind === 'keypad') {
      dispatch({ type: 'key', key: event.key, press });
    }
  });
}

/** What the hall and the printer say. */
function watch(
  ports: QueuePorts,
  dispatch: (input: QueueInput) => void,
  heard: (view: HallView) => void,
): () => void {
  const ends = [
    ports.link.onDelivered((delivered) => {
      if (!isTake(delivered)) return;
      const { answer } = delivered;
      if (answer.ok && mayBeOut(ports.jobs, answer.result.ticket.id)) return;
      dispatch({ type: 'late-answer', press: delivered.key, answer });
    }),
    ports.link.watch((view) => {
      // The first use of a time zone is slow: not in the middle of a press.
      if (view.directory !== null) hallTime(0, view.directory.timeZone);
      dispatch({ type: 'view', view });
      heard(view);
    }),
    ports.devices.watch((status) => {
      if (status.device === ports.printer) dispatch({ type: 'printer', health: healthOf(status) });
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Both give a ticket, in the same words. */
function isTake(d: Delivered): d is Delivered & { answer: Answer<'take'> } {
  return d.op === 'take' || d.op === 'check-in';
}

/** Resolves when `work` does, or after `ms`. */
async function within(clock: Clock, ms: number, work: Promise<unknown>): Promise<void> {
  let cancel = () => {};
  const limit = new Promise<void>((resolve) => {
    cancel = clock.after(ms, resolve);
  });
  await Promise.race([work, limit]);
  cancel();
}
