/** From a finger or a key to a request: one press, one command, one ticket. */
import type { RequestBody } from '../../broker-config/messages.ts';
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import { obstacleOf, offeredServices } from './offer.ts';
import {
  type Press,
  type QueueEffect,
  type QueueInput,
  type QueueState,
  queueLimits,
} from './state.ts';

type Step = Stepped<QueueState, QueueEffect>;
type Input<T extends QueueInput['type']> = Extract<QueueInput, { type: T }>;

/** The same press gives the same body whenever it is asked: the hall compares what a key stood for. */
export function takeBody(press: Press, printer: boolean): RequestBody<'take'> {
  return {
    service: press.service,
    ...(press.class === null ? {} : { class: press.class }),
    paper: printer,
    source: press.source,
  };
}

export function onTake(state: QueueState, input: Input<'take'>, at: Moment): Step {
  if (state.phase.at !== 'choose') return ignored(state, 'press while busy', input.service);
  const { key, service } = input;
  return accept(state, { key, service, class: input.class, source: 'touch', at });
}

/** Keypads have no page: what the person before got does not stand in the way of the next. */
export function onKey(state: QueueState, input: Input<'key'>, at: Moment): Step {
  const service = state.config.keys[input.key];
  if (service === undefined) return ignored(state, 'key without a service', input.key);
  const { at: where } = state.phase;
  if (where === 'issuing' || where === 'printing')
    return ignored(state, 'key while busy', input.key);
  const last = state.lastPressMono;
  if (last !== null && at.mono - last < queueLimits.keypadRestMs) {
    return ignored(state, 'key pressed again too soon', input.key);
  }
  return accept(state, { key: input.press, service, class: null, source: 'keypad', at });
}

function accept(state: QueueState, press: Press): Step {
  if (state.presses.includes(press.key))
    return ignored(state, 'press known already', press.service);
  const obstacle = obstacleOf(state, press.at);
  if (obstacle !== null) return ignored(state, `press behind "${obstacle.kind}"`, press.service);
  const directory = state.view?.directory ?? null;
  const offered = directory === null ? [] : offeredServices(state.config, directory);
  if (!offered.some((s) => s.id === press.service)) {
    return ignored(state, 'service not offered here', press.service);
  }
  return {
    state: {
      ...state,
      phase: { at: 'issuing', press },
      presses: [...state.presses, press.key].slice(-queueLimits.pressesRememberedMax),
      lastPressMono: press.at.mono,
    },
    effects: [
      { type: 'request', press, body: takeBody(press, state.config.printer) },
      { type: 'cancel', name: 'result' },
    ],
  };
}

export function onHome(state: QueueState): Step {
  if (state.phase.at !== 'done' && state.phase.at !== 'failed') return { state, effects: [] };
  return {
    state: { ...state, phase: { at: 'choose' } },
    effects: [{ type: 'cancel', name: 'result' }],
  };
}

function ignored(state: QueueState, why: string, what: string): Step {
  const fields = { event: 'press-ignored', what };
  return { state, effects: [{ type: 'log', level: 'info', fields, message: why }] };
}
