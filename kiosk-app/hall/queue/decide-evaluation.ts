/**
 * Evaluation (好差评): one per service, ever, by the citizen alone. Staff may ask for it and never
 * give it, and what was pressed is not shown to them.
 */
import type { RequestBody, Role } from '../../../broker-config/messages.ts';
import { type Context, granted, ownWindow, refuse, ticketById, type Verdict } from './context.ts';
import type { Ticket } from './state.ts';

type Refused = Verdict & { ok: false };
type Channel = RequestBody<'evaluate'>['channel'];

/** Ask again for the window's last finished service. */
export function decideInvite(c: Context): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const pad = c.rules.windows.get(own.id)?.pad;
  if (pad === undefined) return refuse('no-pad', {});
  const ticket = own.window?.last ?? null;
  if (ticket === null) return refuse('nothing-finished', {});
  const refusal = notOpen(c, ticket);
  if (refusal !== null) return refusal;
  const { id, number } = ticket;
  const expiresAt = endOf(c, ticket);
  return granted(
    [{ type: 'invited', at: c.t, ticket: id, window: own.id, number, pad, expiresAt }],
    id,
  );
}

export function decideEvaluate(c: Context, body: RequestBody<'evaluate'>): Verdict {
  if (!mayUse(c.role, body.channel)) return refuse('not-allowed', {});
  const found = ticketById(c, body.ticket);
  if (!found.ok) return found;
  const { ticket } = found;
  const refusal = notFrom(c, ticket) ?? notOpen(c, ticket);
  if (refusal !== null) return refusal;
  const { level, labels, text, channel, pressedAt } = body;
  return granted(
    [
      {
        type: 'evaluated',
        at: c.t,
        ticket: ticket.id,
        window: ticket.past?.window ?? '',
        service: ticket.service,
        dev: c.dev,
        level,
        labels: [...labels],
        text,
        channel,
        pressedAt,
      },
    ],
    ticket.id,
  );
}

/** A pad speaks for its window, a terminal for what it issued; QR evaluations come through the hall. */
function mayUse(role: Role, channel: Channel): boolean {
  if (role === 'hall') return true;
  return (
    (role === 'evaluation-pad' && channel === 'pad') ||
    (role === 'terminal' && channel === 'terminal')
  );
}

function notFrom(c: Context, ticket: Ticket): Refused | null {
  const { number } = ticket;
  if (c.role === 'terminal' && ticket.dev !== c.dev) return refuse('not-your-ticket', { number });
  const other =
    c.role === 'evaluation-pad' && (c.window === null || ticket.past?.window !== c.window);
  return other ? refuse('not-your-window', { number }) : null;
}

function notOpen(c: Context, ticket: Ticket): Refused | null {
  const { number } = ticket;
  if (ticket.state !== 'done') return refuse('not-finished', { number });
  if (ticket.past?.evaluated === true) return refuse('already-evaluated', { number });
  return c.t > endOf(c, ticket) ? refuse('too-late', { number }) : null;
}

function endOf(c: Context, ticket: Ticket): number {
  return (ticket.past?.since ?? 0) + c.rules.evaluateMs;
}
