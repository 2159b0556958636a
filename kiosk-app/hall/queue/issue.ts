/** Giving out the next number of a prefix. The counter belongs to (business day, prefix). */
import type { Reason } from '../../../broker-config/messages.ts';
import { reasonOf } from '../../../broker-config/reasons.ts';
import { type Context, granted, isEnded, refuse, ticketId, type Verdict } from './context.ts';
import type { Issued, TakeSource } from './events.ts';
import type { Numbering, Service } from './hall-profile.ts';
import { numberingOf, type Rules } from './rules.ts';
import type { QueueState } from './state.ts';

export interface Order {
  paper: boolean;
  source: TakeSource | 'check-in';
  person?: string | undefined;
  booking: string | null;
}

/** Gives out the next number of the service's prefix. */
export function issue(c: Context, service: Service, classId: string, order: Order): Verdict {
  const { prefix } = service;
  const n = nextNumber(c, prefix);
  const numbering = numberingOf(c.rules, prefix);
  if (n === null) {
    return refuse('numbers-exhausted', { last: numberText(prefix, numbering, numbering.last) });
  }
  const number = numberText(prefix, numbering, n);
  const used = c.state.tickets.has(ticketId(c.state.day, number, 1));
  const lap = used ? (c.state.laps.get(number) ?? 1) + 1 : 1;
  const event: Issued = {
    type: 'issued',
    at: c.t,
    ticket: ticketId(c.state.day, number, lap),
    number,
    prefix,
    n,
    service: service.id,
    class: classId,
    dev: c.dev,
    source: order.source,
    // A token is kept only where a limit needs it.
    person: service.per_person === undefined ? null : (order.person ?? null),
    booking: order.booking,
    printBy: order.paper ? c.t + c.rules.printConfirmMs : null,
  };
  return granted([event], event.ticket);
}

/** null: all used up. Reuse looks for a number whose last ticket has ended. */
function nextNumber(c: Context, prefix: string): number | null {
  const { first, last, wrap } = numberingOf(c.rules, prefix);
  const counter = c.state.counters.get(prefix);
  let n = Math.max(counter?.next ?? first, first);
  if (wrap === 'refuse') return n > last ? null : n;
  const range = last - first + 1;
  if ((counter?.live ?? 0) >= range) return null;
  for (let tried = 0; tried < range; tried += 1, n += 1) {
    if (n > last) n = first;
    if (isFree(c, numberText(prefix, numberingOf(c.rules, prefix), n))) return n;
  }
  return null;
}

function isFree(c: Context, number: string): boolean {
  const lap = c.state.laps.get(number) ?? 1;
  const ticket = c.state.tickets.get(ticketId(c.state.day, number, lap));
  return ticket === undefined || isEnded(ticket);
}

function numberText(prefix: string, numbering: Numbering, n: number): string {
  return `${prefix}${String(n).padStart(numbering.digits, '0')}`;
}

/** Why the prefix has no number left; null: it has. */
export function exhausted(state: QueueState, rules: Rules, prefix: string): Reason | null {
  const numbering = numberingOf(rules, prefix);
  const counter = state.counters.get(prefix);
  if (counter === undefined) return null;
  const none =
    numbering.wrap === 'refuse'
      ? counter.next > numbering.last
      : counter.live > numbering.last - numbering.first;
  return none
    ? reasonOf('numbers-exhausted', { last: numberText(prefix, numbering, numbering.last) })
    : null;
}
