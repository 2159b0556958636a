/**
 * What the hall knows of all its machines, asked of the running hall server on its own page. A pad
 * that died answers nobody, so the doctor of its own machine can not tell; the hall can.
 */
import { type Static, Type } from '@sinclair/typebox';
import { check } from '../../broker-config/validate.ts';
import type { DeviceState } from '../../devices/contract.ts';
import { messageOf } from '../../kiosk-app/runtime/errors.ts';
import type { HallUrgency } from '../../kiosk-app/screens/contract.ts';

const askLimits = { waitMs: 5_000, charsMax: 4_000_000 } as const;

const Text = Type.Object({ zh: Type.String(), en: Type.String() });
const Machine = Type.Object({
  id: Type.String(),
  role: Type.String(),
  name: Text,
  place: Type.String(),
  owner: Type.Object({ name: Type.String(), phone: Type.String() }),
  urgency: Type.Unsafe<HallUrgency>(Type.String()),
  link: Type.Union(
    (['absent', 'ready', 'disconnected', 'lost'] as const).map((link) => Type.Literal(link)),
  ),
  /** Hall clock, ms. */
  since: Type.Number(),
});
/** As much of the page's state as the doctor tells. */
const Known = Type.Object({
  machines: Type.Array(Machine),
  alarms: Type.Array(Type.Object({ id: Type.String(), since: Type.Number(), reason: Text })),
});
export type HallMachine = Static<typeof Machine>;

export type HallFinding =
  | ({ asked: true } & Static<typeof Known>)
  /** The hall server is not running, or has no page. */
  | { asked: false; why: string };

/** @param port of the hall's page; undefined: it has none */
export async function askHall(port: number | undefined): Promise<HallFinding> {
  if (port === undefined) return { asked: false, why: 'no `screen` in the profile' };
  try {
    const signal = AbortSignal.timeout(askLimits.waitMs);
    const answer = await fetch(`http://127.0.0.1:${port}/state`, { signal });
    const known = check(Known, JSON.parse(await firstState(answer)));
    return known.ok
      ? { asked: true, ...known.value }
      : { asked: false, why: `port ${port} is not a hall's page` };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { asked: false, why: messageOf(cause) };
  }
}

/** Data of the first event `state`; the page sends it at once. */
async function firstState(answer: Response): Promise<string> {
  let text = '';
  for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const data = /^event: ?state\ndata: ?(.*)\n/m.exec(text)?.[1];
    if (data !== undefined) return data;
    if (text.length > askLimits.charsMax) break;
  }
  throw new SyntaxError('no state came');
}

/** As for devices: what has to be mended now is out, what has to be looked at is attention. */
export function hallStates(hall: HallFinding): DeviceState[] {
  if (!hall.asked) return ['unknown'];
  const meaning: Partial<Record<HallUrgency, DeviceState>> = { bad: 'out', look: 'attention' };
  const states = hall.machines.map((m) => meaning[m.urgency] ?? 'ready');
  return hall.alarms.length > 0 ? [...states, 'attention'] : states;
}
