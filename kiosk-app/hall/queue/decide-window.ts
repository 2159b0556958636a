/** A window opens, pauses, closes, changes what it serves. */
import type { RequestBody } from '../../../broker-config/messages.ts';
import {
  type Context,
  ownWindow,
  refuse,
  servedBy,
  type Verdict,
  windowClosed,
} from './context.ts';
import type { QueueEvent } from './events.ts';

function done(window: string, event: QueueEvent): Verdict {
  return { ok: true, events: [event], window };
}

export function decideOpen(c: Context): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  if (own.window?.state === 'open') return refuse('already-open', {});
  return done(own.id, { type: 'window-opened', at: c.t, window: own.id });
}

/** Who is at the window stays there: the sign says "paused" to everybody else. */
export function decidePause(c: Context, body: RequestBody<'pause'>): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const state = own.window?.state ?? 'closed';
  if (state === 'closed') return refuse('window-closed', {});
  if (state === 'paused') return refuse('already-paused', {});
  return done(own.id, { type: 'window-paused', at: c.t, window: own.id, reason: body.reason });
}

export function decideClose(c: Context): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const current = own.window?.current ?? null;
  if (current !== null) return refuse('window-busy', { number: current.number });
  if ((own.window?.state ?? 'closed') === 'closed') return refuse('already-closed', {});
  return done(own.id, windowClosed(c.t, own.id, own.window));
}

export function decideServe(c: Context, body: RequestBody<'serve'>): Verdict {
  const own = ownWindow(c);
  if (!own.ok) return own;
  const tidal = c.rules.windows.get(own.id)?.kind === 'tidal';
  if (!tidal && c.role !== 'hall') return refuse('not-tidal', {});
  const seen = new Set<string>();
  for (const { service } of body.services) {
    if (!c.rules.services.has(service)) return refuse('service-unknown', { service });
    if (seen.has(service)) return refuse('service-twice', { service });
    seen.add(service);
  }
  const before = servedBy(c.state, c.rules, own.id).map((s) => s.service);
  const services =
    body.services.length === 0
      ? null
      : body.services.map(({ service, level }) => ({ service, level }));
  return done(own.id, { type: 'serving-changed', at: c.t, window: own.id, before, services });
}
