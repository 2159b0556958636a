/** From a finger or a key to a request: one press, one command, one ticket. */
import type { RequestBody } from '../../broker-config/messages.ts';
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import { obstacleOf, offeredServices } from './offer.ts';
import {
  type Ask,
  type Press,
  type QueueEffect,
  type QueueInput,
  type QueueState,
  queueLimits,
} from './state.ts';

type Step = Stepped<QueueState, QueueEffect>;
type Input<T extends QueueInput['type']> = Extract<QueueInput, { type: T }>;

/** The same press gives the same body whenever it is asked: the hall compares what a key stood for. */
export function askOf(press: Press, paper: boolean): Ask {
  const { checkIn, person, source } = press;
  if (checkIn !== null) return { op: 'check-in', body: { appointment: checkIn, paper } };
  const body: RequestBody<'take'> = {
    // Only an appointment says the service by itself.
    service: press.service ?? '',
    ...(press.class === null ? {} : { class: press.class }),
    ...(person === null ? {} : { person }),
    paper,
    source,
  };
  return { op: 'take', body };
}

export function onTake(state: QueueState, input: Input<'take'>, at: Moment): Step {
  if (state.phase.at !== 'choose') return ignored(state, 'press while busy', input.service);
  const { key, service } = input;
  const by = byWhom(state, 'touch');
  return accept(state, { key, service, class: input.class, ...by, checkIn: null, at });
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
  const by = byWhom(state, 'keypad');
  return accept(state, { key: input.press, service, class: null, ...by, checkIn: null, at });
}

/** A number taken after a card was read is that person's. */
function byWhom(
  { visitor }: QueueState,
  source: 'touch' | 'keypad',
): Pick<Press, 'person' | 'source'> {
  return visitor === null ? { person: null, source } : { person: visitor.token, source: 'card' };
}

export function accept(state: QueueState, press: Press): Step {
  if (state.presses.includes(press.key))
    return ignored(state, 'press known already', press.service ?? press.source);
  const obstacle = obstacleOf(state, press.at);
  // An appointment is welcome when nothing is given out any more: the hall judges it.
  const blocked = obstacle !== null && !(press.checkIn !== null && obstacle.kind === 'closed');
  if (blocked) {
    return ignored(state, `press behind "${obstacle.kind}"`, press.service ?? press.source);
  }
  if (press.checkIn !== null) return request(state, press);
  const directory = state.view?.directory ?? null;
  const offered = directory === null ? [] : offeredServices(state.config, directory);
  if (!offered.some((s) => s.id === press.service)) {
    return ignored(state, 'service not offered here', press.service ?? press.source);
  }
  return request(state, press);
}

function request(state: QueueState, press: Press): Step {
  return {
    state: {
      ...state,
      phase: { at: 'issuing', press },
      presses: [...state.presses, press.key].slice(-queueLimits.pressesRememberedMax),
      lastPressMono: press.at.mono,
    },
    effects: [
      { type: 'request', press, ask: askOf(press, state.config.printer) },
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

export function ignored(state: QueueState, why: string, what: string): Step {
  const fields = { event: 'press-ignored', what };
  return { state, effects: [{ type: 'log', level: 'info', fields, message: why }] };
}

/** Whose card was read is remembered no longer than an untouched page. */
export function withVisitorTimer(step: Step): Step {
  const ms = step.state.config.idleS * 1000;
  return { ...step, effects: [...step.effects, { type: 'timer', name: 'visitor', ms }] };
}

/** A card whose person has no appointment here opens the services; every other refusal is shown. */
export function staysToChoose(state: QueueState, code: string): boolean {
  const { phase } = state;
  if (phase.at !== 'issuing' || code !== 'booking-unknown') return false;
  return phase.press.checkIn !== null && 'person' in phase.press.checkIn;
}

export function chooseAs(state: QueueState): Step {
  return withVisitorTimer({
    state: { ...state, phase: { at: 'choose' } },
    effects: [{ type: 'cancel', name: 'patience' }],
  });
}
