/** Calling a citizen to a window: the next one, a chosen one, one brought back, one taken up again. */
import type { RequestBody } from '../../../broker-config/messages.ts';
import type { RuleCode } from '../../../broker-config/reasons.ts';
import {
  type Context,
  granted,
  isAtWindow,
  isEnded,
  labelOf,
  ownWindow,
  refuse,
  servedBy,
  serves,
  ticketByRef,
  type Verdict,
} from './context.ts';
import { finishEvents, missEvent } from './decide-ticket.ts';
import type { Called, QueueEvent, TurnPosition, Why } from './events.ts';
import { serviceNames, windowLabel } from './rules.ts';
import { chooseNext } from './selection.ts';
import type { Ticket } from './state.ts';

type Refused = Verdict & { ok: false };

export function decideCallNext(c: Context, body: RequestBody<'call-next'>): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const current = own.window?.current ?? null;
  if (body.expect !== undefined && body.expect !== (current?.id ?? null)) {
    return refuse('window-changed', { number: current?.number ?? '—' });
  }
  const before = makeRoom(c, own.id);
  if (!before.ok) return before;
  const choice = chooseNext(c.state, c.rules, own.id, c.t);
  if (choice === null) return nobody(c, own.id);
  const { ticket, from, why, turn } = choice;
  return granted([...before.events, called(c, ticket, own.id, from, why, turn)], ticket.id);
}

export function decideCallTicket(c: Context, body: RequestBody<'call-ticket'>): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const may = c.role === 'hall' || c.rules.windows.get(own.id)?.may_call_ticket === true;
  if (!may) return refuse('may-not-choose', {});
  const found = ticketByRef(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  const refusal = notWaiting(c, ticket) ?? notForHere(c, ticket, own.id);
  if (refusal !== null) return refusal;
  const before = makeRoom(c, own.id);
  if (!before.ok) return before;
  return granted(
    [...before.events, chosen(c, ticket, own.id, 'waiting', 'rule-chosen')],
    ticket.id,
  );
}

export function decideReturnMissed(c: Context, body: RequestBody<'return-missed'>): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const found = ticketByRef(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  if (ticket.state !== 'missed') return notMissed(c, ticket);
  if (!serves(c.state, c.rules, own.id, ticket.service)) return notServed(c, ticket);
  if (body.to === 'now') return callHere(c, ticket, own.id, 'missed', 'rule-brought-back');
  const left = (ticket.past?.returnAt ?? 0) - (c.state.services.get(ticket.service)?.calls ?? 0);
  if (ticket.past !== null && ticket.past.returnAt > 0) {
    return refuse('returns-by-itself', { number: ticket.number, left: Math.max(left, 0) });
  }
  return granted(
    [{ type: 'returned-to-queue', at: c.t, ticket: ticket.id, window: own.id }],
    ticket.id,
  );
}

export function decideResume(c: Context, body: RequestBody<'resume'>): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const found = ticketByRef(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  if (ticket.state !== 'held') {
    if (isEnded(ticket)) return refuse('ticket-ended', { number: ticket.number });
    return refuse('not-held', { number: ticket.number });
  }
  const { number } = ticket;
  const here = ticket.past?.window === own.id;
  // A window that a new profile no longer has keeps nobody.
  const only = ticket.past?.hold === 'return-here' && c.rules.windows.has(ticket.past.window ?? '');
  if (!here && only) {
    return refuse('held-elsewhere', { number, window: labelOf(c, ticket) });
  }
  if (!here && !serves(c.state, c.rules, own.id, ticket.service)) return notServed(c, ticket);
  return callHere(c, ticket, own.id, 'held', 'rule-resumed');
}

// ---------------------------------------------------------------- parts

/** Brought back or taken up again: never pushes aside who is at the window. */
function callHere(
  c: Context,
  ticket: Ticket,
  window: string,
  from: Called['from'],
  rule: RuleCode,
): Verdict {
  const current = c.state.windows.get(window)?.current ?? null;
  const refusal = notReady(c, window);
  if (refusal !== null) return refusal;
  if (current !== null) return refuse('window-busy', { number: current.number });
  return granted([chosen(c, ticket, window, from, rule)], ticket.id);
}

function called(
  c: Context,
  ticket: Ticket,
  window: string,
  from: Called['from'],
  why: Why,
  turn: TurnPosition | null,
): Called {
  const expiresAt = c.t + c.rules.callExpiresMs;
  const previous = ticket.past?.window ?? null;
  return {
    type: 'called',
    at: c.t,
    ticket: ticket.id,
    window,
    from,
    previous,
    expiresAt,
    why,
    turn,
  };
}

function chosen(
  c: Context,
  ticket: Ticket,
  window: string,
  from: Called['from'],
  rule: RuleCode,
): Called {
  return called(c, ticket, window, from, { rule, data: {} }, null);
}

/** What the rule `on_next` does with the citizen still at the window. */
function makeRoom(c: Context, window: string): { ok: true; events: QueueEvent[] } | Refused {
  const refusal = notReady(c, window);
  if (refusal !== null) return refusal;
  const current = c.state.windows.get(window)?.current ?? null;
  if (current === null) return { ok: true, events: [] };
  const { on_next: rule } = c.rules.profile.rules;
  const then = current.state === 'serving' ? rule.serving : rule.called;
  if (then === 'finish') return { ok: true, events: finishEvents(c, current, window) };
  if (then === 'miss') return { ok: true, events: [missEvent(c, current, window)] };
  return refuse('window-busy', { number: current.number });
}

function notReady(c: Context, window: string): Refused | null {
  const state = c.state.windows.get(window)?.state ?? 'closed';
  if (state === 'closed') return refuse('window-closed', {});
  return state === 'paused' ? refuse('window-paused', {}) : null;
}

function notWaiting(c: Context, ticket: Ticket): Refused | null {
  const { number, state } = ticket;
  if (state === 'waiting') return null;
  if (state === 'printing') return refuse('still-printing', { number });
  if (isEnded(ticket)) return refuse('ticket-ended', { number });
  if (isAtWindow(ticket)) return refuse('ticket-at-window', { number, window: labelOf(c, ticket) });
  return refuse('not-waiting', { number });
}

function notMissed(c: Context, ticket: Ticket): Refused {
  const { number } = ticket;
  if (isEnded(ticket)) return refuse('ticket-ended', { number });
  if (isAtWindow(ticket)) return refuse('ticket-at-window', { number, window: labelOf(c, ticket) });
  return refuse('not-missed', { number });
}

function notForHere(c: Context, ticket: Ticket, window: string): Refused | null {
  if (ticket.lane === 'bound') {
    if (ticket.past?.window === window) return null;
    const label = windowLabel(c.rules, ticket.past?.window ?? '');
    return refuse('bound-elsewhere', { number: ticket.number, window: label });
  }
  return serves(c.state, c.rules, window, ticket.service) ? null : notServed(c, ticket);
}

function notServed(c: Context, ticket: Ticket): Refused {
  const names = serviceNames(c.rules, ticket.service);
  return refuse('not-served-here', { number: ticket.number, ...names });
}

/** Nobody to call: says whether people wait all the same, so that no clerk doubts the board. */
function nobody(c: Context, window: string): Refused {
  let bound = 0;
  let printing = 0;
  for (const { service } of servedBy(c.state, c.rules, window)) {
    const s = c.state.services.get(service);
    bound += s?.waitingTotal ?? 0;
    for (const n of s?.printing.values() ?? []) printing += n;
  }
  if (printing > 0) return refuse('only-printing', { count: printing });
  return bound > 0 ? refuse('only-bound-waiting', { count: bound }) : refuse('nobody-waiting', {});
}
