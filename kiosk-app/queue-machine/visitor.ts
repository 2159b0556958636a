/**
 * Who stands before the machine, as far as a card or a code tells: an ID card is first taken for an
 * appointment's, then opens the services that want one; a code is an appointment's.
 */
import type { Moment } from '../runtime/ports.ts';
import type { Stepped } from '../runtime/stepper.ts';
import { sentence } from '../texts/sentence.ts';
import { fail } from './answers.ts';
import { accept, ignored, withVisitorTimer } from './press.ts';
import type { QueueEffect, QueueInput, QueueState } from './state.ts';

type Step = Stepped<QueueState, QueueEffect>;
type Input<T extends QueueInput['type']> = Extract<QueueInput, { type: T }>;

export function onCard(state: QueueState, input: Input<'card'>, at: Moment): Step {
  if (busy(state)) return ignored(state, 'card while busy', 'card');
  const { token, masked } = input;
  // The profile does not ask the reader for the token: nothing can be done with the card.
  if (token === null) return ignored(state, 'card without person_token', 'card');
  const known = { ...state, visitor: { token, masked } };
  const checkIn = { person: token };
  const press = {
    key: input.press,
    service: null,
    class: null,
    source: 'card',
    checkIn,
    at,
  } as const;
  return withVisitorTimer(accept(known, { ...press, person: token }));
}

export function onScan(state: QueueState, input: Input<'scan'>, at: Moment): Step {
  if (busy(state)) return ignored(state, 'code while busy', 'code');
  const code = bookingCode(input.text);
  if (code === null) {
    return fail(state, sentence('scan.unknown.because'), sentence('scan.unknown.todo'), at);
  }
  const checkIn = { code };
  const press = {
    key: input.press,
    service: null,
    class: null,
    source: 'scan',
    checkIn,
    at,
  } as const;
  return accept(state, { ...press, person: null });
}

/** What a person just did at a device did not work: said, as long as nothing else is under way. */
export function onFault(state: QueueState, input: Input<'fault'>, at: Moment): Step {
  if (state.phase.at !== 'choose') return ignored(state, 'fault while busy', 'fault');
  return fail(state, input.because, sentence('fault.todo'), at);
}

/** Nobody pressed anything: whose card it was is forgotten. */
export function onVisitorGone(state: QueueState): Step {
  return { state: { ...state, visitor: null }, effects: [] };
}

const busy = ({ phase }: QueueState) => phase.at === 'issuing' || phase.at === 'printing';

const codePattern = /^[A-Za-z0-9-]{4,64}$/;
const codeFields = ['code', 'booking', 'appointment', 'bookingCode', 'yyh'];

/** The code alone, or the link of a booking page that carries it; null: neither. */
export function bookingCode(text: string): string | null {
  const plain = text.trim();
  if (codePattern.test(plain)) return plain;
  if (!/^https?:\/\//i.test(plain) || !URL.canParse(plain)) return null;
  const url = new URL(plain);
  const named = codeFields.map((f) => url.searchParams.get(f)).find((v) => v !== null);
  const last = named ?? url.pathname.split('/').at(-1) ?? '';
  return codePattern.test(last) ? last : null;
}
