/**
 * Evaluation (好差评): one per service, ever, by the citizen alone; where the hall's profile allows it
 * one addition later (追评), a record of its own. Staff may ask for an evaluation and never give it,
 * and what was pressed is not shown to them. Nobody having pressed is no event: a level that no
 * finger chose does not exist here (the default after some days is the province's affair).
 */
import { levels, type RequestBody, type Role } from '../../../broker-config/messages.ts';
import { chained } from './chain.ts';
import { type Context, granted, ownWindow, refuse, ticketById, type Verdict } from './context.ts';
import type { Level } from './events.ts';
import type { Ticket } from './state.ts';

type Refused = Verdict & { ok: false };
type Body = RequestBody<'evaluate'>;
type Round = 1 | 2;

/** Ask again for the window's last finished service. */
export function decideInvite(c: Context): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const pad = c.rules.windows.get(own.id)?.pad;
  if (pad === undefined) return refuse('no-pad', {});
  const ticket = own.window?.last ?? null;
  if (ticket === null) return refuse('nothing-finished', {});
  const refusal = notOpen(c, ticket, 1);
  if (refusal !== null) return refusal;
  const { id, number } = ticket;
  const expiresAt = finishedAt(ticket) + c.rules.evaluateMs;
  return granted(
    [{ type: 'invited', at: c.t, ticket: id, window: own.id, number, pad, expiresAt }],
    id,
  );
}

export function decideEvaluate(c: Context, body: Body): Verdict {
  const round = body.round ?? 1;
  if (!mayUse(c.role, body.channel, round)) return refuse('not-allowed', {});
  const found = evaluable(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  const refusal = notFrom(c, ticket) ?? notOpen(c, ticket, round) ?? badLabel(body);
  if (refusal !== null) return refusal;
  return granted([recordOf(c, ticket, body, round)], ticket.id);
}

function recordOf(c: Context, ticket: Ticket, body: Body, round: Round) {
  const { level, labels, text, channel, pressedAt } = body;
  const window = ticket.past?.window ?? '';
  return chained(
    {
      type: 'evaluated',
      at: c.t,
      ticket: ticket.id,
      window,
      service: ticket.service,
      dev: c.dev,
      level,
      labels: [...labels],
      text,
      channel,
      pressedAt,
      round,
      number: ticket.number,
      issuedAt: ticket.issuedAt,
      startedAt: ticket.past?.startedAt ?? null,
      finishedAt: finishedAt(ticket),
      clerk: c.rules.windows.get(window)?.clerk ?? null,
    },
    c.state.chain,
  );
}

/**
 * A pad speaks for its window, a terminal for what it issued; a phone's evaluation comes through the
 * hall, which has seen its token. Only who holds a token or the terminal's own ticket adds later.
 */
function mayUse(role: Role, channel: Body['channel'], round: Round): boolean {
  if (role === 'hall') return channel === 'qr';
  if (role === 'evaluation-pad') return channel === 'pad' && round === 1;
  return role === 'terminal' && channel === 'terminal';
}

/** What the hall has forgotten could not be evaluated any more; its number is told all the same. */
function evaluable(c: Context, id: string): { ok: true; ticket: Ticket } | Refused {
  const found = ticketById(c, id);
  if (found.ok || found.refusal.code !== 'ticket-of-other-day' || id > c.state.day) return found;
  return refuse('too-late', { number: id.slice(id.indexOf('/') + 1).replace(/~.*$/, '') });
}

function notFrom(c: Context, ticket: Ticket): Refused | null {
  const { number } = ticket;
  if (c.role === 'terminal' && ticket.dev !== c.dev) return refuse('not-your-ticket', { number });
  const other =
    c.role === 'evaluation-pad' && (c.window === null || ticket.past?.window !== c.window);
  return other ? refuse('not-your-window', { number }) : null;
}

function notOpen(c: Context, ticket: Ticket, round: Round): Refused | null {
  const { number } = ticket;
  if (ticket.state !== 'done') return refuse('not-finished', { number });
  if (round === 2 && c.rules.followUpMs === null) return refuse('no-follow-up', {});
  const before = ticket.past?.evaluations ?? 0;
  if (before >= round) return refuse('already-evaluated', { number });
  if (before < round - 1) return refuse('not-evaluated-yet', { number });
  const limitMs = round === 1 ? c.rules.evaluateMs : (c.rules.followUpMs ?? 0);
  return c.t > finishedAt(ticket) + limitMs ? refuse('too-late', { number }) : null;
}

/**
 * Labels are those of the chosen level: their first digit is its stars. Whether the profile still has
 * them is not asked: a pad that was cut off may bring what it was shown yesterday.
 */
function badLabel({ level, labels }: Body): Refused | null {
  const bad = labels.find((code) => !code.startsWith(`${starsOf(level)}`));
  return bad === undefined ? null : refuse('label-unknown', { label: bad });
}

/** 5 very satisfied ... 1 very dissatisfied, as the label codes begin (not what any province calls a level). */
export const starsOf = (level: Level) => levels.length - levels.indexOf(level);

export function finishedAt(ticket: Ticket): number {
  return ticket.past?.since ?? 0;
}
