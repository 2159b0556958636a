/** Who is next, read naively from the rules: filters and sorts over all tickets, no index. */
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import type { QueueState, Ticket } from '../../kiosk-app/hall/queue/state.ts';
import { minute } from './test-hall.ts';

type Key = (t: Ticket) => number;

function least(tickets: Ticket[], key: Key): Ticket | undefined {
  return [...tickets].sort((a, b) => key(a) - key(b) || a.order - b.order)[0];
}

/** @returns id of the ticket that `call-next` has to call at the window, '' for nobody */
export function oracle(state: QueueState, p: HallProfile, window: string, t: number): string {
  const all = [...state.tickets.values()];
  const waiting = all.filter((x) => x.state === 'waiting');
  const place: Key = (x) => x.past?.place ?? 0;
  const bound = least(
    waiting.filter((x) => x.lane === 'bound' && x.past?.window === window),
    place,
  );
  if (bound !== undefined) return bound.id;
  const served =
    state.windows.get(window)?.services ?? p.windows.find((w) => w.id === window)?.services ?? [];
  const level = new Map(served.map((s) => [s.service, s.level]));
  const mine = waiting.filter((x) => x.lane !== 'bound' && level.has(x.service));
  const front = least(
    mine.filter((x) => x.lane === 'front'),
    place,
  );
  if (front !== undefined) return front.id;
  const since: Key = (x) => x.waitingSince;
  const bound_ms = (p.rules.ageing?.bound_min ?? Number.POSITIVE_INFINITY) * minute;
  const aged = least(
    mine.filter((x) => t - x.waitingSince >= bound_ms),
    since,
  );
  if (aged !== undefined) return aged.id;
  const lowest = Math.min(...mine.map((x) => level.get(x.service) ?? 9));
  const first = mine.filter((x) => level.get(x.service) === lowest);
  if (first.length > 0) return among(state, p, window, first)?.id ?? '';
  const returning = all.filter(
    (x) => x.state === 'missed' && (x.past?.returnAt ?? 0) > 0 && level.has(x.service),
  );
  // Of each service the one that is due first; of those whoever was missed first.
  const heads = [...level.keys()].flatMap(
    (s) =>
      least(
        returning.filter((x) => x.service === s),
        (x) => x.past?.returnAt ?? 0,
      ) ?? [],
  );
  return least(heads, (x) => x.past?.since ?? 0)?.id ?? '';
}

function among(
  state: QueueState,
  p: HallProfile,
  window: string,
  tickets: Ticket[],
): Ticket | undefined {
  const ranked = p.classes.map((c) => c.id);
  const of = (classes: readonly string[]) => {
    for (const id of ranked.filter((c) => classes.includes(c))) {
      const found = least(
        tickets.filter((x) => x.class === id),
        (x) => x.waitingSince,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const { between } = p.rules;
  if (between.kind === 'strict') return of(ranked);
  const { index, taken } = state.windows.get(window)?.turn ?? { index: 0, taken: 0 };
  const order = between.turns.map((_, i) => between.turns[(index + i) % between.turns.length]);
  const [now, ...later] = order;
  if (now === undefined) return undefined;
  const sequence = taken < now.take ? [now, ...later] : [...later, now];
  for (const turn of sequence) {
    const found = of(turn?.classes ?? []);
    if (found !== undefined) return found;
  }
  return undefined;
}
