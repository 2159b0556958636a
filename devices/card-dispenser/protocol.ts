/**
 * One command on its way through the unit, as a pure state machine: command -> 06 -> answer -> 06.
 * Time-outs are inputs, sending is an effect. A command that moves a card is sent again only when
 * the unit itself says that it did not take it (15): a missing 06 may be lost on the way back, and a
 * second eject would give a second card away.
 */
import type { UnitCommand, UnitToken } from './framing.ts';

/** The unit takes a command within some ms. */
export const ackWaitMs = 500;
/** After a 15: a disturbed line may show one, and the 06 or the answer itself still come. */
export const nakWaitMs = 200;
/** A question is answered at once. */
export const questionWaitMs = 1000;
/** Sent in all. */
export const sendsMax = 3;

export interface Asked {
  command: UnitCommand;
  /** May be asked again when nobody answers. */
  repeatable: boolean;
  /** From the unit's 06 to its answer. */
  waitMs: number;
}

export type Exchange =
  | { phase: 'idle' }
  | { phase: 'sent'; asked: Asked; sends: number; refused: boolean }
  /** 06 came, or did not and may have been lost. */
  | { phase: 'working'; asked: Asked; sends: number };

export type ExchangeInput =
  | { type: 'ask'; asked: Asked }
  | { type: 'token'; token: UnitToken }
  | { type: 'timeout' };

export type ExchangeEffect =
  | { type: 'send'; command: UnitCommand }
  | { type: 'acknowledge' }
  | { type: 'wait'; ms: number }
  | { type: 'answer'; answer: UnitToken & { token: 'good' | 'bad' } }
  /** refused: not carried out for certain. silent: nobody knows. */
  | { type: 'end'; why: 'refused' | 'silent' };

export interface ExchangeStep {
  state: Exchange;
  effects: ExchangeEffect[];
}

export const idle: Exchange = { phase: 'idle' };

export function stepExchange(state: Exchange, input: ExchangeInput): ExchangeStep {
  if (input.type === 'ask') {
    if (state.phase !== 'idle') return { state, effects: [] };
    return send(input.asked, 1);
  }
  if (input.type === 'token') return heard(state, input.token);
  return timedOut(state);
}

function send(asked: Asked, sends: number): ExchangeStep {
  return {
    state: { phase: 'sent', asked, sends, refused: false },
    effects: [
      { type: 'send', command: asked.command },
      { type: 'wait', ms: ackWaitMs },
    ],
  };
}

function heard(state: Exchange, token: UnitToken): ExchangeStep {
  if (token.token === 'ack') {
    if (state.phase !== 'sent') return { state, effects: [] };
    const { asked, sends } = state;
    return {
      state: { phase: 'working', asked, sends },
      effects: [{ type: 'wait', ms: asked.waitMs }],
    };
  }
  if (token.token === 'nak') {
    if (state.phase !== 'sent') return { state, effects: [] };
    return { state: { ...state, refused: true }, effects: [{ type: 'wait', ms: nakWaitMs }] };
  }
  // Whatever was asked: the unit says it until it hears 06.
  const effects: ExchangeEffect[] = [{ type: 'acknowledge' }];
  if (state.phase === 'idle') return { state, effects };
  const { command } = state.asked;
  // An answer that comes late or again belongs to an earlier command.
  if (token.cm !== command.cm || token.pm !== command.pm) return { state, effects };
  return { state: idle, effects: [...effects, { type: 'answer', answer: token }] };
}

function timedOut(state: Exchange): ExchangeStep {
  if (state.phase === 'idle') return { state, effects: [] };
  const { asked, sends } = state;
  const refused = state.phase === 'sent' && state.refused;
  if ((asked.repeatable || refused) && sends < sendsMax) return send(asked, sends + 1);
  if (refused) return { state: idle, effects: [{ type: 'end', why: 'refused' }] };
  if (state.phase === 'sent' && !asked.repeatable) {
    return {
      state: { phase: 'working', asked, sends },
      effects: [{ type: 'wait', ms: asked.waitMs }],
    };
  }
  return { state: idle, effects: [{ type: 'end', why: 'silent' }] };
}
