/** One step of the window's flow: pure, total, no clock and no I/O. One request at a time. */
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import type { Sentence, WindowVerb } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';
import { recallOf } from './can.ts';
import { requestOfAction, requestOfKey } from './request.ts';
import {
  ownBoardWindow,
  ownSnapshot,
  ownWindow,
  type WindowEffect,
  type WindowFlowState,
  type WindowInput,
  type WindowRequest,
  windowLimits,
} from './state.ts';

type Step = Stepped<WindowFlowState, WindowEffect>;
type Input<T extends WindowInput['type']> = Extract<WindowInput, { type: T }>;

export function step(state: WindowFlowState, input: WindowInput, at: Moment): Step {
  return withRecallTimer(stepped(state, input, at), at);
}

function stepped(state: WindowFlowState, input: WindowInput, at: Moment): Step {
  switch (input.type) {
    case 'view':
      return { state: { ...state, view: input.view }, effects: [] };
    case 'action': {
      const current = ownSnapshot(state)?.current?.id ?? null;
      return ask(state, requestOfAction(input.action, current), input.action.press, at);
    }
    case 'key':
      return onKey(state, input, at);
    case 'answer':
      return onAnswer(state, input, at);
    case 'request-failed':
      return onRequestFailed(state, input, at);
    case 'timer':
      return { state: { ...state, recallTimerAt: null }, effects: [] };
  }
}

function onKey(state: WindowFlowState, input: Input<'key'>, at: Moment): Step {
  const verb = state.config.keys[input.key];
  if (verb === undefined) return { state, effects: [ignored('key without a verb', input.key)] };
  const last = state.lastKey;
  const pressed = { ...state, lastKey: { key: input.key, mono: at.mono } };
  if (last?.key === input.key && at.mono - last.mono < windowLimits.keyBounceMs) {
    return { state: pressed, effects: [ignored('key bounced', input.key)] };
  }
  const window = ownBoardWindow(state)?.state ?? null;
  return ask(pressed, requestOfKey(verb, window), input.press, at);
}

function ask(before: WindowFlowState, request: WindowRequest, press: string, at: Moment): Step {
  const verb = request.op;
  if (before.presses.includes(press)) {
    return { state: before, effects: [ignored('press known already', verb)] };
  }
  const presses = [...before.presses, press].slice(-windowLimits.pressesRememberedMax);
  const state = { ...before, presses };
  // Refused presses say so: a clerk who gets no answer presses again.
  if (state.busy !== null) return refused(state, verb, sentence('window.busy'), at);
  if (verb === 'call-next' && tooQuick(state, at)) {
    return refused(state, verb, sentence('window.tooQuick'), at);
  }
  if (ownWindow(state) === null) return refused(state, verb, sentence('window.noWindow'), at);
  if (state.view?.online !== true) return refused(state, verb, sentence('window.offline'), at);
  return {
    state: { ...state, busy: { verb, press } },
    effects: [{ type: 'request', press, request }],
  };
}

function tooQuick(state: WindowFlowState, at: Moment): boolean {
  const granted = state.nextGrantedMono;
  return granted !== null && at.mono - granted < windowLimits.nextRestMs;
}

function onAnswer(state: WindowFlowState, input: Input<'answer'>, at: Moment): Step {
  const { busy } = state;
  if (busy?.press !== input.press) return { state, effects: [] };
  const { answer } = input;
  const free = { ...state, busy: null };
  if (!answer.ok) {
    const { zh, en } = answer.refusal;
    return refused(free, busy.verb, { zh, en }, at);
  }
  const number = 'ticket' in answer.result ? answer.result.ticket.number : '';
  const text = sentence(`window.did.${busy.verb}`, { number });
  return {
    state: {
      ...free,
      lastAction: { verb: busy.verb, ok: true, text, at: at.now },
      nextGrantedMono: busy.verb === 'call-next' ? at.mono : null,
    },
    effects: [],
  };
}

function onRequestFailed(state: WindowFlowState, input: Input<'request-failed'>, at: Moment): Step {
  const { busy } = state;
  if (busy?.press !== input.press) return { state, effects: [] };
  const text = sentence(input.sent ? 'window.noAnswer' : 'window.offline');
  const after = refused({ ...state, busy: null }, busy.verb, text, at);
  const fields = { event: 'window-unanswered', verb: busy.verb, code: input.code };
  const log: WindowEffect = { type: 'log', level: 'warn', fields, message: 'no answer to a key' };
  return { state: after.state, effects: [...after.effects, log] };
}

function refused(state: WindowFlowState, verb: WindowVerb, text: Sentence, at: Moment): Step {
  return { state: { ...state, lastAction: { verb, ok: false, text, at: at.now } }, effects: [] };
}

function ignored(why: string, what: string): WindowEffect {
  return { type: 'log', level: 'info', fields: { event: 'key-ignored', what }, message: why };
}

/** Draws the page again at the very moment the next recall is allowed. */
function withRecallTimer(after: Step, at: Moment): Step {
  const { state, effects } = after;
  const next = recallOf(state)?.nextAt ?? null;
  const wanted = next !== null && next > at.now ? next : null;
  if (wanted === state.recallTimerAt) return after;
  const timer: WindowEffect =
    wanted === null
      ? { type: 'cancel', name: 'recall' }
      : { type: 'timer', name: 'recall', ms: wanted - at.now };
  return { state: { ...state, recallTimerAt: wanted }, effects: [...effects, timer] };
}
