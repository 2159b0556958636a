/** Alarms that the hall process finds outside of the queue (a dead pad): raised and cleared by the hall alone. */
import type { AlarmBody } from './command.ts';
import { type Context, refuse, type Verdict } from './context.ts';

/** Repeating it changes nothing; an alarm that stands keeps its time. */
export function decideAlarm(c: Context, { id, state }: AlarmBody): Verdict {
  if (c.role !== 'hall') return refuse('not-allowed', {});
  const standing = c.state.alarms.get(id);
  if (state === null) {
    return { ok: true, events: standing ? [{ type: 'alarm-cleared', at: c.t, id }] : [] };
  }
  if (standing?.code === state.code) return { ok: true, events: [] };
  return { ok: true, events: [{ type: 'alarm-raised', at: c.t, id, ...state }] };
}
