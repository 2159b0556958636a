/**
 * Who had to be called, worked out from the hall's rules alone by looking at everybody who waits.
 *
 *   1. who was sent to this window
 *   2. who stands in front of all classes: missed and back, transferred to the head
 *   3. who has waited the bound, longest first
 *   4. the lowest level with anybody; there the rule between classes; there the longest waiting
 *   5. nobody: a missed one before its number of calls
 */
import type { HallProfile } from '../../kiosk-app/hall/queue/hall-profile.ts';
import type { Called } from '../../kiosk-app/hall/queue/index.ts';
import type { LedgerTicket, LedgerWindow } from './ledger-book.ts';

export interface Choice {
  profile: HallProfile;
  window: LedgerWindow;
  /** Who was called. */
  ticket: LedgerTicket;
  event: Called;
  /** Everybody who waits or is missed, but for who stood at this window a moment ago. */
  others: readonly LedgerTicket[];
  need(ok: boolean, rule: string, detail: string): void;
}

interface Expected {
  ticket: LedgerTicket;
  rules: readonly string[];
  turn: LedgerWindow['turn'] | null;
}

/** The clerk chose; the hall's order does not apply. */
const clerksChoice = ['rule-chosen', 'rule-brought-back', 'rule-resumed'];

export function checkChoice(c: Choice): void {
  const { window, ticket, event, profile, need } = c;
  const rule = event.why.rule;
  if (clerksChoice.includes(rule)) {
    checkClerksChoice(c);
    return;
  }
  const earlier = c.others.find((t) => inSameQueue(t, ticket) && isBefore(t, ticket));
  need(
    earlier === undefined,
    'order within a class is kept',
    `${ticket.id} called before ${earlier?.id}`,
  );
  const bound = profile.rules.ageing?.bound_min;
  if (bound !== undefined) checkWaitBound(c, bound * 60_000);
  const expected = expectedNext(c);
  need(
    expected?.ticket === ticket && (expected?.rules.includes(rule) ?? false),
    'the next is who has to be next',
    `window ${window.id} called ${ticket.id} by ${rule}, ` +
      `expected ${expected?.ticket.id} by ${expected?.rules}`,
  );
  window.turn = expected?.turn ?? window.turn;
}

function checkClerksChoice({ profile, window, ticket, event, need }: Choice): void {
  const own = profile.windows.find((w) => w.id === window.id);
  if (event.why.rule === 'rule-chosen') {
    need(own?.may_call_ticket === true, 'only some windows choose', window.id);
    need(
      ticket.bound === null || ticket.bound === window.id,
      'who was sent to a window is called there',
      `${ticket.id} is sent to ${ticket.bound}, chosen at ${window.id}`,
    );
  }
}

/** Both in the plain queue of one class of one service. */
function inSameQueue(a: LedgerTicket, b: LedgerTicket): boolean {
  const plain = (t: LedgerTicket) => !t.front && t.bound === null && t.state === 'waiting';
  return plain(a) && plain(b) && a.service === b.service && a.class === b.class;
}

const isBefore = (a: LedgerTicket, b: LedgerTicket): boolean =>
  a.waitingSince < b.waitingSince || (a.waitingSince === b.waitingSince && a.order < b.order);

/** Nobody beyond the bound is passed over by somebody who came later, but for tickets in front. */
function checkWaitBound({ window, ticket, event, others, need }: Choice, boundMs: number): void {
  if (ticket.front || ticket.bound !== null) return;
  const over = others.find(
    (t) =>
      t.state === 'waiting' &&
      t.bound === null &&
      levelOf(window, t) !== undefined &&
      event.at - t.waitingSince >= boundMs &&
      isBefore(t, ticket),
  );
  need(
    over === undefined,
    'the wait bound holds',
    `${ticket.id} called before ${over?.id}, who waits since ${over?.waitingSince}`,
  );
}

const levelOf = (window: LedgerWindow, t: LedgerTicket): number | undefined =>
  window.services.find((s) => s.service === t.service)?.level;

function expectedNext(c: Choice): Expected | null {
  const { profile, window, event, ticket } = c;
  const all = [ticket, ...c.others];
  const waiting = all.filter((t) => t.state === 'waiting');
  const sent = lowest(
    waiting.filter((t) => t.bound === window.id),
    byPlace,
  );
  if (sent !== null) return { ticket: sent, rules: ['rule-bound'], turn: null };
  const here = waiting.filter((t) => t.bound === null && levelOf(window, t) !== undefined);
  const front = lowest(
    here.filter((t) => t.front),
    byPlace,
  );
  if (front !== null) {
    return { ticket: front, rules: ['rule-head', 'rule-returned'], turn: null };
  }
  const bound = profile.rules.ageing?.bound_min;
  const oldest = lowest(here, byWaiting);
  if (oldest !== null && bound !== undefined && event.at - oldest.waitingSince >= bound * 60_000) {
    return { ticket: oldest, rules: ['rule-aged'], turn: null };
  }
  if (here.length > 0) return byRank(profile, window, here);
  const early = lowest(
    headsOfMissed(all, window),
    (a, b) => a.since - b.since || a.order - b.order,
  );
  return early && { ticket: early, rules: ['rule-early-return'], turn: null };
}

/** Of each service the missed one that would come back first. */
function headsOfMissed(all: readonly LedgerTicket[], window: LedgerWindow): LedgerTicket[] {
  return window.services.flatMap(({ service }) => {
    const missed = all.filter((t) => t.service === service && t.backAfterCalls !== null);
    const head = lowest(
      missed,
      (a, b) => (a.backAfterCalls ?? 0) - (b.backAfterCalls ?? 0) || a.order - b.order,
    );
    return head === null ? [] : [head];
  });
}

function byRank(
  profile: HallProfile,
  window: LedgerWindow,
  here: readonly LedgerTicket[],
): Expected | null {
  const level = Math.min(...here.map((t) => levelOf(window, t) ?? Number.POSITIVE_INFINITY));
  const near = here.filter((t) => levelOf(window, t) === level);
  const firstOf = (classes: readonly string[]) => {
    const best = profile.classes.find(
      (k) => classes.includes(k.id) && near.some((t) => t.class === k.id),
    );
    return best === undefined
      ? null
      : lowest(
          near.filter((t) => t.class === best.id),
          byWaiting,
        );
  };
  const rules = ['rule-appointment', 'rule-class', 'rule-fifo', 'rule-turn'];
  const { between } = profile.rules;
  if (between.kind === 'strict') {
    const ticket = firstOf(profile.classes.map((k) => k.id));
    return ticket && { ticket, rules, turn: null };
  }
  // The turns from the present one on; it comes last once more when it is used up.
  const { index, taken } = window.turn;
  const used = taken >= (between.turns[index]?.take ?? 0);
  for (let step = used ? 1 : 0; step <= between.turns.length; step++) {
    const at = (index + step) % between.turns.length;
    const ticket = firstOf(between.turns[at]?.classes ?? []);
    if (ticket === null) continue;
    return { ticket, rules, turn: { index: at, taken: step === 0 ? taken + 1 : 1 } };
  }
  return null;
}

const byWaiting = (a: LedgerTicket, b: LedgerTicket) =>
  a.waitingSince - b.waitingSince || a.order - b.order;
const byPlace = (a: LedgerTicket, b: LedgerTicket) => a.place - b.place || a.order - b.order;

function lowest(
  tickets: readonly LedgerTicket[],
  order: (a: LedgerTicket, b: LedgerTicket) => number,
): LedgerTicket | null {
  return tickets.reduce<LedgerTicket | null>(
    (best, t) => (best === null || order(t, best) < 0 ? t : best),
    null,
  );
}
