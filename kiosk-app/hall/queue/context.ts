/** What every decision looks at, and the small questions they all ask. Reads the state, never changes it. */
import type { Reason, Role, TicketRef } from '../../../broker-config/messages.ts';
import { type ReasonData, type RefusalCode, reasonOf } from '../../../broker-config/reasons.ts';
import { type Command, type CommandOp, hallDev } from './command.ts';
import type { QueueEvent, WindowClosed } from './events.ts';
import { type Rules, type Served, windowLabel } from './rules.ts';
import type { QueueState, Ticket, WindowState } from './state.ts';

export interface Context {
  readonly state: QueueState;
  readonly rules: Rules;
  /** Effective time: never before the newest event. */
  readonly t: number;
  readonly dev: string;
  readonly role: Role;
  /** Window the sender works for (hall: the one it names); null: none. */
  readonly window: string | null;
}

/** A decision with what the answer will show: a ticket, a window. */
export type Verdict =
  | { ok: true; events: QueueEvent[]; ticket?: string; window?: string }
  | { ok: false; refusal: Reason };

export function refuse<C extends RefusalCode>(
  code: C,
  data: ReasonData<C>,
): Verdict & { ok: false } {
  return { ok: false, refusal: reasonOf(code, data) };
}

export function granted(events: QueueEvent[], ticket: string): Verdict {
  return { ok: true, events, ticket };
}

// ---------------------------------------------------------------- who may what

const issuing: CommandOp[] = [
  'take',
  'check-in',
  'confirm-printed',
  'print-failed',
  'void',
  'snapshot',
];
const atWindow: CommandOp[] = [
  'call-next',
  'call-ticket',
  'recall',
  'start',
  'finish',
  'miss',
  'return-missed',
  'hold',
  'resume',
  'transfer',
  'open',
  'pause',
  'close',
  'serve',
  'invite',
];
const rights: Record<Exclude<Role, 'hall'>, ReadonlySet<CommandOp>> = {
  'queue-machine': new Set(issuing),
  terminal: new Set([...issuing, 'evaluate']),
  window: new Set([...issuing, ...atWindow]),
  'evaluation-pad': new Set(['evaluate', 'snapshot']),
  display: new Set(['snapshot']),
};

/** @returns the context, or why this machine may not ask for that */
export function contextOf(
  state: QueueState,
  rules: Rules,
  command: Command,
  now: number,
): { ok: true; context: Context } | (Verdict & { ok: false }) {
  const { dev, op } = command;
  const t = Math.max(now, state.lastAt);
  const role = dev === hallDev ? 'hall' : rules.machines.get(dev)?.role;
  if (role === undefined) return refuse('unknown-machine', {});
  if (role !== 'hall' && !rights[role].has(op)) return refuse('not-allowed', {});
  const own = rules.windowOfCaller.get(dev) ?? rules.windowOfPad.get(dev) ?? null;
  const window = role === 'hall' ? (command.window ?? null) : own;
  return { ok: true, context: { state, rules, t, dev, role, window } };
}

// ---------------------------------------------------------------- windows

/** The sender's window with its state (null: never used yet, so closed), or the refusal. */
export function ownWindow(
  c: Context,
): { ok: true; id: string; window: WindowState | null } | (Verdict & { ok: false }) {
  if (c.window === null) return refuse('no-window', {});
  if (!c.rules.windows.has(c.window)) return refuse('window-unknown', { window: c.window });
  return { ok: true, id: c.window, window: c.state.windows.get(c.window) ?? null };
}

/** What a window serves now, lowest level first; services the profile no longer has are left out. */
export function servedBy(state: QueueState, rules: Rules, window: string): Served[] {
  const own = state.windows.get(window)?.services ?? rules.windows.get(window)?.services ?? [];
  return own.filter((s) => rules.services.has(s.service)).sort((a, b) => a.level - b.level);
}

export function serves(state: QueueState, rules: Rules, window: string, service: string): boolean {
  const own = state.windows.get(window)?.services ?? rules.windows.get(window)?.services ?? [];
  return own.some((s) => s.service === service);
}

/** Windows that serve a service now. */
export function windowsServing(
  state: QueueState,
  rules: Rules,
  service: string,
): readonly string[] {
  const byProfile = rules.windowsOfService.get(service) ?? [];
  let changed = false;
  for (const w of state.windows.values()) if (w.services !== null) changed = true;
  if (!changed) return byProfile;
  return [...rules.windows.keys()].filter((id) => serves(state, rules, id, service));
}

export function openWindowsServing(state: QueueState, rules: Rules, service: string): number {
  let n = 0;
  for (const id of windowsServing(state, rules, service)) {
    if (state.windows.get(id)?.state === 'open') n += 1;
  }
  return n;
}

/** The window closes; whoever was sent to it waits for any window of the service again. */
export function windowClosed(at: number, id: string, window: WindowState | null): WindowClosed {
  const released = new Set<string>();
  for (const ticket of window?.bound.keys() ?? []) released.add(ticket.service);
  return { type: 'window-closed', at, window: id, released: [...released] };
}

// ---------------------------------------------------------------- tickets

type FoundTicket = { ok: true; ticket: Ticket } | (Verdict & { ok: false });

export function ticketById(c: Context, id: string): FoundTicket {
  const ticket = c.state.tickets.get(id);
  if (ticket !== undefined) return { ok: true, ticket };
  const ofToday = id.startsWith(c.state.day);
  return ofToday
    ? refuse('ticket-unknown', { ticket: id })
    : refuse('ticket-of-other-day', { ticket: id });
}

/** By id, or by the number the citizen holds: today's newest ticket with that number. */
export function ticketByRef(c: Context, ref: TicketRef): FoundTicket {
  if ('id' in ref) return ticketById(c, ref.id);
  const lap = c.state.laps.get(ref.number);
  const id = ticketId(c.state.day, ref.number, lap ?? 1);
  const ticket = c.state.tickets.get(id);
  return ticket === undefined
    ? refuse('ticket-unknown', { ticket: ref.number })
    : { ok: true, ticket };
}

/** `lap`: 1 = first use of the number today. */
export function ticketId(day: string, number: string, lap: number): string {
  return lap === 1 ? `${day}/${number}` : `${day}/${number}~${lap}`;
}

export function isToday(c: Context, ticket: Ticket): boolean {
  return ticket.id.startsWith(c.state.day);
}

/** Label of the window a ticket is at, held by or bound to. */
export function labelOf(c: Context, ticket: Ticket): string {
  return windowLabel(c.rules, ticket.past?.window ?? '');
}

export const isEnded = (ticket: Ticket) => ticket.state === 'done' || ticket.state === 'void';
export const isAtWindow = (ticket: Ticket) =>
  ticket.state === 'called' || ticket.state === 'serving';
