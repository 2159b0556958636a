/** One step of the pad's flow: pure, total, no clock and no I/O. */
import type { PadInvitation } from '../../broker-config/messages.ts';
import { anchored, hallNow } from '../runtime/hall-time.ts';
import type { HallView, Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import type { EvaluationAction } from '../screens/contract.ts';
import { ask, type EvaluationInput, evaluate } from './evaluation.ts';
import { type EvaluationRules, rulesOf } from './rules.ts';
import { type Dealt, type PadEffect, type PadInput, type PadState, padLimits } from './state.ts';

type Step = Stepped<PadState, PadEffect>;

export function step(state: PadState, input: PadInput, at: Moment): Step {
  return withTimer(followed(stepped(state, input, at), at), at);
}

function stepped(state: PadState, input: PadInput, at: Moment): Step {
  switch (input.type) {
    case 'view':
      return { state: heard(state, input.view, at), effects: [] };
    case 'action':
      return onAction(state, input.action, at);
    case 'key': {
      const { key, press } = input;
      const meaning: EvaluationInput =
        key === 'undo' ? { type: 'undo' } : { type: 'level', level: key, press, by: 'key' };
      return advanced(state, meaning, at);
    }
    case 'timer': {
      const rung = { ...state, timerAtMono: null };
      const due = state.evaluation !== null && at.mono >= state.evaluation.untilMono;
      return due ? advanced(rung, { type: 'time' }, at) : { state: rung, effects: [] };
    }
    case 'stop':
      return advanced(state, { type: 'end' }, at);
    case 'kept':
    case 'answer':
    case 'unanswered':
      return advanced(state, input, at);
  }
}

function heard(state: PadState, view: HallView, at: Moment): PadState {
  // The offset says nothing before the hall has been heard.
  const anchor =
    view.board === null ? state.anchor : anchored(state.anchor, view.hallClockOffsetMs, at);
  return { ...state, view, anchor };
}

/** What was pressed on a page that showed another service is not meant for this one. */
function onAction(state: PadState, action: EvaluationAction, at: Moment): Step {
  if (action.ticket !== state.evaluation?.subject.ticket) {
    return { state, effects: [log('ignored', 'press for another service')] };
  }
  if (action.do !== 'level') return advanced(state, meaningOf(action), at);
  const { press, level } = action;
  if (state.presses.includes(press)) {
    return { state, effects: [log('ignored', 'press known already')] };
  }
  const presses = [...state.presses, press].slice(-padLimits.pressesRememberedMax);
  return advanced({ ...state, presses }, { type: 'level', level, press, by: 'page' }, at);
}

function meaningOf(action: Exclude<EvaluationAction, { do: 'level' }>): EvaluationInput {
  if (action.do === 'details') return { type: 'details', labels: action.labels, text: action.text };
  return { type: action.do };
}

function advanced(state: PadState, input: EvaluationInput, at: Moment): Step {
  const { evaluation } = state;
  if (evaluation === null) return { state, effects: [] };
  const after = evaluate(evaluation, input, rulesNow(state), at);
  const { phase, subject } = after.state;
  if (phase.at !== 'closed') {
    return { state: { ...state, evaluation: after.state }, effects: after.effects };
  }
  const invitedAt = phase.as === 'rated' ? null : (state.invitation?.invitedAt ?? 0);
  const dealt = remembered(state.dealt, { ticket: subject.ticket, invitedAt });
  return {
    state: { ...state, evaluation: null, invitation: null, dealt },
    // What was pressed is nobody's business but the hall's: not even the log names the level.
    effects: [...after.effects, log('closed', phase.as, subject.ticket)],
  };
}

export function rulesNow(state: PadState): EvaluationRules {
  return rulesOf(state.view?.directory ?? null, state.config.detailsS);
}

function remembered(dealt: readonly Dealt[], one: Dealt): readonly Dealt[] {
  const others = dealt.filter((d) => d.ticket !== one.ticket);
  return [...others, one].slice(-padLimits.dealtRememberedMax);
}

/** What the hall wants evaluated now, against what this pad shows. */
function followed(before: Step, at: Moment): Step {
  const { state, effects } = before;
  const wanted = wantedNow(state, at);
  const shown = state.invitation;
  if (shown === null || state.evaluation === null) {
    return wanted === null ? before : opened(before, wanted, at);
  }
  if (wanted !== null && wanted.ticket !== shown.ticket) {
    const ended = advanced(state, { type: 'end' }, at);
    return opened({ state: ended.state, effects: [...effects, ...ended.effects] }, wanted, at);
  }
  if (state.evaluation.phase.at !== 'ask') return before;
  if (wanted !== null && wanted.invitedAt > shown.invitedAt) return opened(before, wanted, at);
  if (wanted === null && withdrawn(state, shown, at)) {
    const ended = advanced(state, { type: 'elsewhere' }, at);
    return { state: ended.state, effects: [...effects, ...ended.effects] };
  }
  return before;
}

function wantedNow(state: PadState, at: Moment): PadInvitation | null {
  const pending = state.view?.pad?.pending ?? null;
  if (pending === null || hallNow(state.anchor, at) >= pending.closesAt) return null;
  const dealt = state.dealt.find((d) => d.ticket === pending.ticket);
  const again = dealt?.invitedAt != null && pending.invitedAt > dealt.invitedAt;
  return dealt === undefined || again ? pending : null;
}

/** The hall wants it no more although its time is not over: it was given by phone. */
function withdrawn(state: PadState, shown: PadInvitation, at: Moment): boolean {
  const pending = state.view?.pad?.pending ?? null;
  // The hall's own end of the question is none of that, even if its clock is a little ahead.
  const early = hallNow(state.anchor, at) < shown.closesAt - padLimits.clockSlackMs;
  return pending?.ticket !== shown.ticket && early;
}

function opened(before: Step, invitation: PadInvitation, at: Moment): Step {
  const { ticket, number, service, closesAt } = invitation;
  const left = Math.min(
    closesAt - hallNow(before.state.anchor, at),
    rulesNow(before.state).inviteMs,
  );
  const evaluation = ask({ ticket, number, service, channel: 'pad' }, left, at);
  return {
    state: { ...before.state, evaluation, invitation },
    effects: [...before.effects, { type: 'prompt', ms: left }, log('asked', 'asked', ticket)],
  };
}

function withTimer({ state, effects }: Step, at: Moment): Step {
  const wanted = state.evaluation?.untilMono ?? null;
  if (wanted === state.timerAtMono) return { state, effects };
  const timer: PadEffect =
    // Whole milliseconds: a rest lost in rounding would fire for ever at the same instant.
    wanted === null
      ? { type: 'cancel' }
      : { type: 'timer', ms: Math.max(0, Math.ceil(wanted - at.mono)) };
  return { state: { ...state, timerAtMono: wanted }, effects: [...effects, timer] };
}

function log(event: 'asked' | 'closed' | 'ignored', message: string, ticket?: string): PadEffect {
  return { type: 'log', fields: { event: `evaluation-${event}`, ticket }, message };
}
