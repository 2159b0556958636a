/** The pad's flow on its ports: page and keys in, disk and hall out. */
import type { RequestBody } from '../../broker-config/messages.ts';
import type { DeviceSupervisor } from '../runtime/device-supervisor.ts';
import { codeOf, messageOf } from '../runtime/errors.ts';
import { insistOn } from '../runtime/insist.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock, HallLink, MakeKey, Screen } from '../runtime/ports.ts';
import type { Spool } from '../runtime/spool.ts';
import { namedTimers, stepper } from '../runtime/stepper.ts';
import type { EvaluationAction, PadScreen } from '../screens/contract.ts';
import { evaluationLimits } from './evaluation.ts';
import type { KeyReader } from './keys.ts';
import { drawQr, rememberQr } from './qr.ts';
import { initialState, type PadConfig, type PadEffect } from './state.ts';
import { step } from './step.ts';
import { screenOf } from './view.ts';

export interface PadPorts {
  clock: Clock;
  log: Log;
  makeKey: MakeKey;
  link: Pick<HallLink, 'online' | 'request' | 'deliver' | 'watch'>;
  held: Spool['held'];
  outbox: Pick<Spool['outbox'], 'all'>;
  devices: Pick<DeviceSupervisor, 'onEvent'>;
  /** What an event of a device means here. */
  keyOf: KeyReader;
  /** Lights the keys and speaks; a device that can not, does nothing. */
  prompt(ms: number): void;
  screen: Screen<PadScreen, EvaluationAction>;
}

/** @returns ends the flow: what was pressed and thanked for goes to the hall. */
export function runPad(ports: PadPorts, config: PadConfig): () => void {
  const { clock, link, log, held } = ports;
  const insist = insistOn(clock, log);
  const qrOf = rememberQr(drawQr);
  const timers = namedTimers<'page'>(clock, () => flow.dispatch({ type: 'timer' }));
  const moment = () => ({ now: clock.now(), mono: clock.mono() });
  const flow = stepper({
    clock,
    state: initialState(config, recover(ports), moment()),
    step,
    perform,
    settled: (state) => ports.screen.show(screenOf(state, qrOf, moment())),
  });

  function perform(effect: PadEffect): void {
    if (effect.type === 'hold') keep(effect.key, effect.body);
    else if (effect.type === 'drop') drop(effect.key);
    else if (effect.type === 'release') release(effect.key, effect.body);
    else if (effect.type === 'request') ask(effect.key, effect.body);
    else if (effect.type === 'prompt') ports.prompt(effect.ms);
    else if (effect.type === 'timer') timers.start('page', effect.ms);
    else if (effect.type === 'cancel') timers.cancel('page');
    else log.info(effect.fields, effect.message);
  }

  /** On the disk when this returns: nobody is thanked for what a power cut would take. */
  function keep(key: string, body: RequestBody<'evaluate'>): void {
    let ok = true;
    try {
      held.put({ key, op: 'evaluate', body, createdAt: clock.now() });
    } catch (error) {
      ok = false;
      log.error({ event: 'evaluation-not-kept', error: messageOf(error) }, 'the disk refuses');
    }
    flow.dispatch({ type: 'kept', key, ok, online: link.online });
  }

  function drop(key: string): void {
    insist.run('an evaluation taken back', () => held.remove(key));
  }

  /** First in the outbox, then no longer held: a crash in between sends it twice under one key. */
  function release(key: string, body: RequestBody<'evaluate'>): void {
    insist.run('an evaluation', () => link.deliver('evaluate', body, key));
    insist.run('an evaluation handed on', () => held.remove(key));
  }

  function ask(key: string, body: RequestBody<'evaluate'>): void {
    link.request('evaluate', body, { key, deadlineMs: evaluationLimits.answerWaitMs }).then(
      (answer) => {
        const refusal = answer.ok ? null : answer.refusal;
        flow.dispatch({ type: 'answer', key, refusal });
      },
      (error: unknown) => {
        log.warn({ event: 'evaluation-unanswered', code: codeOf(error) }, 'no answer');
        flow.dispatch({ type: 'unanswered', key });
      },
    );
  }

  ports.screen.onAction((action) => flow.dispatch({ type: 'action', action }));
  const unwatch = link.watch((view) => flow.dispatch({ type: 'view', view }));
  const deaf = ports.devices.onEvent((device, event) => {
    const key = ports.keyOf(device, event);
    if (key !== null) flow.dispatch({ type: 'key', key, press: ports.makeKey() });
  });
  return () => {
    unwatch();
    deaf();
    flow.dispatch({ type: 'stop' });
    timers.close();
    insist.close();
  };
}

/**
 * What was thanked for when the power went is sent now; nobody stands there to take it back.
 * @returns the tickets concerned, and those whose evaluation an earlier process has not delivered yet:
 *   the hall asks for them still, and nobody may be asked twice
 */
function recover({ held, outbox, link, log }: PadPorts): string[] {
  const underWay = outbox.all().filter(({ op }) => op === 'evaluate');
  const known = underWay.map(({ body }) => (body as RequestBody<'evaluate'>).ticket);
  const heldBack = held.all().map(({ key, body }) => {
    const evaluation = body as RequestBody<'evaluate'>;
    log.warn({ event: 'evaluation-recovered', ticket: evaluation.ticket }, 'held at the last end');
    link.deliver('evaluate', evaluation, key);
    held.remove(key);
    return evaluation.ticket;
  });
  return [...known, ...heldBack];
}
