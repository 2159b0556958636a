/**
 * Judges a command: which events follow, or why it is refused. Pure; reads the state only. `perform`
 * is the way in for live commands: it lets time pass first, applies the events and makes the answer.
 */
import type { RequestBody } from '../../../broker-config/messages.ts';
import type {
  AlarmBody,
  BookBody,
  CancelBookingBody,
  Command,
  CommandResult,
  Decision,
  Performed,
} from './command.ts';
import { type Context, contextOf, refuse, type Verdict, windowsServing } from './context.ts';
import { decideAlarm } from './decide-alarm.ts';
import { decideBook, decideCancelBooking, decideCheckIn } from './decide-appointment.ts';
import {
  decideCallNext,
  decideCallTicket,
  decideResume,
  decideReturnMissed,
} from './decide-call.ts';
import { decideEvaluate, decideInvite } from './decide-evaluation.ts';
import { decideTake } from './decide-take.ts';
import {
  decideConfirmPrinted,
  decideFinish,
  decideHold,
  decideMiss,
  decidePrintFailed,
  decideRecall,
  decideStart,
  decideTransfer,
  decideVoid,
} from './decide-ticket.ts';
import { decideClose, decideOpen, decidePause, decideServe } from './decide-window.ts';
import { aheadOf, estimateMin } from './estimate.ts';
import type { QueueEvent } from './events.ts';
import { evolve } from './evolve.ts';
import { phoneUntil, type Rules } from './rules.ts';
import type { QueueState } from './state.ts';
import { dueEvents } from './tick.ts';
import { boardWindowOf, ticketView } from './views.ts';

/** Events that time alone may add to one command; a backlog larger than this goes on at the next. */
const dueEventsMax = 5_000;

/** What follows from the command, without applying it. */
export function decide(state: QueueState, rules: Rules, command: Command, now: number): Decision {
  if (command.op === 'tick') return { ok: true, events: dueEvents(state, rules, now) };
  const verdict = judge(state, rules, command, now);
  return verdict.ok ? { ok: true, events: verdict.events } : verdict;
}

/** decide + evolve + result. The events have to be journaled in both cases, see Performed. */
export function perform(state: QueueState, rules: Rules, command: Command, now: number): Performed {
  const events = letTimePass(state, rules, now);
  if (command.op === 'tick') return { ok: true, events, result: null };
  const verdict = judge(state, rules, command, now);
  if (!verdict.ok) return { ok: false, events, refusal: verdict.refusal };
  const ahead = aheadBefore(state, rules, verdict.events);
  for (const event of verdict.events) {
    evolve(state, event);
    events.push(event);
  }
  return { ok: true, events, result: resultOf(state, rules, command, verdict, ahead) };
}

/** Who goes before the number about to be issued, counted while it is not yet in the queue itself. */
function aheadBefore(state: QueueState, rules: Rules, events: readonly QueueEvent[]): number {
  const issued = events[0];
  if (issued?.type !== 'issued') return 0;
  return aheadOf(state, rules, issued.service, issued.class);
}

function letTimePass(state: QueueState, rules: Rules, now: number): QueueEvent[] {
  const events: QueueEvent[] = [];
  while (events.length < dueEventsMax) {
    const round = dueEvents(state, rules, now);
    if (round.length === 0) break;
    for (const event of round) {
      evolve(state, event);
      events.push(event);
    }
  }
  return events;
}

function judge(state: QueueState, rules: Rules, command: Command, now: number): Verdict {
  const entry = contextOf(state, rules, command, now);
  if (!entry.ok) return entry;
  const c = entry.context;
  // Only when asked without perform: numbers of a day that is over must not go on.
  if (state.day === '' || c.t >= rules.schedule.endOf(state.day))
    return refuse('day-not-started', {});
  return verbs[command.op]?.(c, command.body) ?? refuse('request-unknown', {});
}

/** One entry per verb. Bodies were checked against their schema before they come here. */
const verbs: Record<string, (c: Context, body: unknown) => Verdict> = {
  take: (c, b) => decideTake(c, b as RequestBody<'take'>),
  'check-in': (c, b) => decideCheckIn(c, b as RequestBody<'check-in'>),
  'confirm-printed': (c, b) => decideConfirmPrinted(c, b as RequestBody<'confirm-printed'>),
  'print-failed': (c, b) => decidePrintFailed(c, b as RequestBody<'print-failed'>),
  void: (c, b) => decideVoid(c, b as RequestBody<'void'>),
  'call-next': (c, b) => decideCallNext(c, b as RequestBody<'call-next'>),
  'call-ticket': (c, b) => decideCallTicket(c, b as RequestBody<'call-ticket'>),
  recall: decideRecall,
  start: decideStart,
  finish: decideFinish,
  miss: decideMiss,
  'return-missed': (c, b) => decideReturnMissed(c, b as RequestBody<'return-missed'>),
  hold: (c, b) => decideHold(c, b as RequestBody<'hold'>),
  resume: (c, b) => decideResume(c, b as RequestBody<'resume'>),
  transfer: (c, b) => decideTransfer(c, b as RequestBody<'transfer'>),
  open: decideOpen,
  pause: (c, b) => decidePause(c, b as RequestBody<'pause'>),
  close: decideClose,
  serve: (c, b) => decideServe(c, b as RequestBody<'serve'>),
  invite: decideInvite,
  evaluate: (c, b) => decideEvaluate(c, b as RequestBody<'evaluate'>),
  snapshot: () => ({ ok: true, events: [] }),
  book: (c, b) => decideBook(c, b as BookBody),
  'cancel-booking': (c, b) => decideCancelBooking(c, b as CancelBookingBody),
  alarm: (c, b) => decideAlarm(c, b as AlarmBody),
} satisfies Record<Exclude<Command['op'], 'tick'>, (c: Context, body: unknown) => Verdict>;

function resultOf(
  state: QueueState,
  rules: Rules,
  command: Command,
  verdict: Verdict & { ok: true },
  ahead: number,
): CommandResult {
  if (verdict.window !== undefined) return { window: boardWindowOf(state, rules, verdict.window) };
  const ticket = verdict.ticket === undefined ? undefined : state.tickets.get(verdict.ticket);
  if (ticket === undefined) return null;
  const view = ticketView(ticket);
  if (command.op === 'take' || command.op === 'check-in') {
    const windows = [...windowsServing(state, rules, ticket.service)];
    const url = rules.phoneUrl?.(ticket.id, phoneUntil(rules, ticket.issuedAt));
    return {
      ticket: view,
      ahead,
      estimateMin: estimateMin(state, rules, ticket.service, ahead),
      windows,
      ...(url === undefined ? {} : { evaluateUrl: url }),
    };
  }
  if (command.op === 'evaluate') {
    return { ticket: ticket.id, level: (command.body as RequestBody<'evaluate'>).level };
  }
  if (command.op === 'invite') {
    const last = verdict.events.at(-1);
    return { ticket: view, expiresAt: last?.type === 'invited' ? last.expiresAt : 0 };
  }
  return { ticket: view };
}
