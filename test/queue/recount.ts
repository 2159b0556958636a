/** Counts everything again from the tickets alone and compares it with the indexes. */
import * as assert from 'uvu/assert';
import type { QueueState, Ticket, TicketTree } from '../../kiosk-app/hall/queue/state.ts';

export function recount(state: QueueState): void {
  const all = [...state.tickets.values()];
  const waiting = all.filter((t) => t.state === 'waiting');
  for (const service of state.services.values()) {
    const own = waiting.filter((t) => t.service === service.id);
    assert.is(service.waitingTotal, own.length, `waiting of ${service.id}`);
    assert.is(service.over, own.filter((t) => t.over).length, `over of ${service.id}`);
    for (const [classId, n] of service.waiting) {
      assert.is(n, own.filter((t) => t.class === classId).length, `${service.id} ${classId}`);
    }
    for (const [classId, queue] of service.queues) {
      same(queue, own, (t) => t.lane === 'class' && t.class === classId);
    }
    same(service.front, own, (t) => t.lane === 'front');
    same(service.special, own, (t) => t.lane !== 'class');
    const mine = all.filter((t) => t.service === service.id);
    same(service.missed, mine, (t) => t.state === 'missed');
    same(service.returning, mine, (t) => t.state === 'missed' && (t.past?.returnAt ?? 0) > 0);
    same(service.held, mine, (t) => t.state === 'held' && t.past?.hold !== 'return-here');
    for (const [classId, n] of service.printing) {
      const printing = mine.filter((t) => t.state === 'printing' && t.class === classId);
      assert.is(n, printing.length, `printing of ${service.id} ${classId}`);
    }
  }
  same(state.uncounted, waiting, (t) => !t.over);
  same(state.deadlines, all, (t) => t.due > 0);
  for (const t of waiting) assert.is(t.over, t.waitingSince <= state.overMark);
  windows(state, all);
  numbers(state, all);
}

function same(tree: TicketTree, of: readonly Ticket[], belongs: (t: Ticket) => boolean): void {
  const expected = of.filter(belongs).map((t) => t.id);
  const found = tree.keysArray().map((t) => t.id);
  assert.is(found.length, expected.length, `${found} instead of ${expected}`);
  assert.equal([...found].sort(), [...expected].sort());
  tree.checkValid(true);
}

/** No ticket at two windows, no window with two tickets. */
function windows(state: QueueState, all: readonly Ticket[]): void {
  const atWindow = all.filter((t) => t.state === 'called' || t.state === 'serving');
  const current = [...state.windows.values()].flatMap((w) => (w.current ? [w.current] : []));
  assert.is(new Set(current).size, current.length, 'a ticket at two windows');
  assert.equal(new Set(current), new Set(atWindow));
  for (const w of state.windows.values()) {
    if (w.current !== null) assert.is(w.current.past?.window, w.id);
    same(w.bound, all, (t) => t.lane === 'bound' && t.past?.window === w.id);
    same(w.held, all, (t) => t.state === 'held' && t.past?.window === w.id);
  }
}

function numbers(state: QueueState, all: readonly Ticket[]): void {
  const live = all.filter(
    (t) => t.id.startsWith(state.day) && t.state !== 'done' && t.state !== 'void',
  );
  assert.is(new Set(live.map((t) => t.number)).size, live.length, 'a number held by two');
  for (const [prefix, counter] of state.counters) {
    const own = live.filter((t) => t.number.replace(/[0-9]+$/, '') === prefix);
    assert.is(counter.live, own.length, `live numbers of ${prefix}`);
  }
  for (const [key, count] of state.persons) {
    const own = live.filter((t) => `${t.origin} ${t.person}` === key);
    assert.is(count.active, own.length, `active of ${key}`);
  }
}
