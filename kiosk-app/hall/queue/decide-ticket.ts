/** What can be done with a ticket: its paper, its end, and every step at the window that has it. */
import type { RequestBody } from '../../../broker-config/messages.ts';
import {
  type Context,
  granted,
  isAtWindow,
  isEnded,
  isToday,
  labelOf,
  ownWindow,
  refuse,
  serves,
  ticketById,
  ticketByRef,
  type Verdict,
} from './context.ts';
import { nextMeanMs } from './estimate.ts';
import type { AfterMiss, Missed, QueueEvent, Transferred } from './events.ts';
import { serviceNames, windowLabel } from './rules.ts';
import type { Ticket } from './state.ts';
import { minuteMs } from './time-zone.ts';

type Refused = Verdict & { ok: false };

// ---------------------------------------------------------------- paper

export function decideConfirmPrinted(c: Context, body: RequestBody<'confirm-printed'>): Verdict {
  const found = issuedHere(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  if (ticket.state === 'void') return refuse('ticket-ended', { number: ticket.number });
  // Late or repeated: only "confirmed" adds knowledge to a ticket that is already callable.
  const news = ticket.state === 'printing' || (!ticket.confirmed && body.outcome === 'confirmed');
  if (!news) return granted([], ticket.id);
  const { outcome } = body;
  return granted([{ type: 'print-confirmed', at: c.t, ticket: ticket.id, outcome }], ticket.id);
}

export function decidePrintFailed(c: Context, body: RequestBody<'print-failed'>): Verdict {
  const found = issuedHere(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  const { number, state } = ticket;
  if (isEnded(ticket)) return refuse('ticket-ended', { number });
  if (ticket.past !== null && ticket.past.calls > 0) return refuse('already-called', { number });
  if (state === 'waiting' && ticket.confirmed) return refuse('paper-confirmed', { number });
  return granted([voided(c, ticket, 'print-failed')], ticket.id);
}

function issuedHere(c: Context, id: string): { ok: true; ticket: Ticket } | Refused {
  const found = ticketById(c, id);
  if (!found.ok) return found;
  const mine = c.role === 'hall' || found.ticket.dev === c.dev;
  return mine ? found : refuse('not-your-ticket', { number: found.ticket.number });
}

export function decideVoid(c: Context, body: RequestBody<'void'>): Verdict {
  const found = ticketByRef(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  const { number } = ticket;
  if (isEnded(ticket)) return refuse('ticket-ended', { number });
  const refusal = c.role === 'window' ? voidAtWindow(c, ticket) : voidAtMachine(c, ticket);
  return refusal ?? granted([voided(c, ticket, 'cancelled')], ticket.id);
}

function voidAtMachine(c: Context, ticket: Ticket): Refused | null {
  const { number } = ticket;
  if (c.role !== 'hall' && ticket.dev !== c.dev) return refuse('not-your-ticket', { number });
  if (c.role === 'hall' || !isAtWindow(ticket)) return null;
  return refuse('ticket-at-window', { number, window: labelOf(c, ticket) });
}

function voidAtWindow(c: Context, ticket: Ticket): Refused | null {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const { number } = ticket;
  const here = ticket.past?.window === own.id || ticket.dev === c.dev;
  if (isAtWindow(ticket) && ticket.past?.window !== own.id) {
    return refuse('ticket-at-window', { number, window: labelOf(c, ticket) });
  }
  if (here || serves(c.state, c.rules, own.id, ticket.service)) return null;
  return refuse('not-served-here', { number, ...serviceNames(c.rules, ticket.service) });
}

export function voided(
  c: Pick<Context, 't'>,
  ticket: Ticket,
  reason: 'print-failed' | 'cancelled' | 'missed' | 'hold-expired',
): QueueEvent {
  const window = ticket.past?.window ?? null;
  return { type: 'voided', at: c.t, ticket: ticket.id, reason, from: ticket.state, window };
}

// ---------------------------------------------------------------- at the window

/** The ticket at the sender's window, or the refusal. */
function currentOf(c: Context): { ok: true; ticket: Ticket; window: string } | Refused {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const ticket = own.window?.current ?? null;
  return ticket === null ? refuse('nobody-here', {}) : { ok: true, ticket, window: own.id };
}

export function decideRecall(c: Context): Verdict {
  const at = currentOf(c);
  if (!at.ok) return at;
  const { ticket, window } = at;
  if (ticket.state === 'serving') return refuse('already-serving', { number: ticket.number });
  const { limit } = c.rules.profile.rules.recall;
  if ((ticket.past?.recalls ?? 0) >= limit) return refuse('recall-limit', { limit });
  const wait = (ticket.past?.spokenAt ?? 0) + c.rules.recallSpacingMs - c.t;
  if (wait > 0) return refuse('recall-too-soon', { seconds: Math.ceil(wait / 1000) });
  const expiresAt = c.t + c.rules.callExpiresMs;
  return granted([{ type: 'recalled', at: c.t, ticket: ticket.id, window, expiresAt }], ticket.id);
}

export function decideStart(c: Context): Verdict {
  const at = currentOf(c);
  if (!at.ok) return at;
  const { ticket, window } = at;
  if (ticket.state === 'serving') return refuse('already-serving', { number: ticket.number });
  return granted([{ type: 'started', at: c.t, ticket: ticket.id, window }], ticket.id);
}

export function decideFinish(c: Context): Verdict {
  const at = currentOf(c);
  if (!at.ok) return at;
  return granted(finishEvents(c, at.ticket, at.window), at.ticket.id);
}

/** End of a service, with the invitation to evaluate it where the hall's rule says so. */
export function finishEvents(c: Context, ticket: Ticket, window: string): QueueEvent[] {
  const meanMs = nextMeanMs(c.state, c.rules, ticket, c.t);
  const { id, number } = ticket;
  const events: QueueEvent[] = [{ type: 'finished', at: c.t, ticket: id, window, meanMs }];
  const pad = c.rules.windows.get(window)?.pad;
  if (pad !== undefined && c.rules.profile.evaluation.invite_on_finish) {
    const expiresAt = c.t + c.rules.evaluateMs;
    events.push({ type: 'invited', at: c.t, ticket: id, window, number, pad, expiresAt });
  }
  return events;
}

export function decideMiss(c: Context): Verdict {
  const at = currentOf(c);
  if (!at.ok) return at;
  const { ticket, window } = at;
  if (ticket.state === 'serving') return refuse('already-serving', { number: ticket.number });
  return granted([missEvent(c, ticket, window)], ticket.id);
}

export function missEvent(c: Context, ticket: Ticket, window: string): Missed {
  const misses = (ticket.past?.misses ?? 0) + 1;
  const then = afterMiss(c, ticket, misses);
  return { type: 'missed', at: c.t, ticket: ticket.id, window, misses, then };
}

function afterMiss(c: Context, ticket: Ticket, misses: number): AfterMiss {
  const { missed, misses_allowed: allowed } = c.rules.profile.rules;
  // A ticket of the day before has no queue to go back to.
  if (misses >= allowed || !isToday(c, ticket)) return { kind: 'void' };
  if (missed.kind === 'keep') return { kind: 'keep', until: c.t + missed.minutes * minuteMs };
  if (missed.kind !== 'after') return { kind: missed.kind };
  const calls = c.state.services.get(ticket.service)?.calls ?? 0;
  return { kind: 'after', calls: calls + missed.numbers };
}

export function decideHold(c: Context, body: RequestBody<'hold'>): Verdict {
  const at = currentOf(c);
  if (!at.ok) return at;
  const { ticket, window } = at;
  if (!isToday(c, ticket)) return refuse('day-ended', { number: ticket.number });
  const until = c.rules.holdLimitMs === null ? null : c.t + c.rules.holdLimitMs;
  const { kind } = body;
  return granted([{ type: 'held', at: c.t, ticket: ticket.id, window, kind, until }], ticket.id);
}

// ---------------------------------------------------------------- transfer

export function decideTransfer(c: Context, body: RequestBody<'transfer'>): Verdict {
  const at = currentOf(c);
  if (!at.ok) return at;
  const { ticket, window } = at;
  if (!isToday(c, ticket)) return refuse('day-ended', { number: ticket.number });
  const { to, position } = body;
  const refusal =
    'service' in to ? notToService(c, ticket, to.service) : notToWindow(c, window, to.window);
  if (refusal !== null) return refusal;
  const event: Transferred = {
    type: 'transferred',
    at: c.t,
    ticket: ticket.id,
    window,
    fromService: ticket.service,
    service: 'service' in to ? to.service : ticket.service,
    bound: 'window' in to ? to.window : null,
    position,
  };
  return granted([event], ticket.id);
}

function notToService(c: Context, ticket: Ticket, service: string): Refused | null {
  if (!c.rules.services.has(service)) return refuse('service-unknown', { service });
  const names = serviceNames(c.rules, service);
  if (service === ticket.service) return refuse('same-service', names);
  const served = [...c.rules.windows.keys()].some((w) => serves(c.state, c.rules, w, service));
  return served ? null : refuse('service-without-window', names);
}

function notToWindow(c: Context, from: string, to: string): Refused | null {
  if (!c.rules.windows.has(to)) return refuse('window-unknown', { window: to });
  if (to === from) return refuse('same-window', {});
  const open = (c.state.windows.get(to)?.state ?? 'closed') !== 'closed';
  return open ? null : refuse('target-closed', { window: windowLabel(c.rules, to) });
}
