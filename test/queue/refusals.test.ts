/** Every refusal the queue can give, each by its shortest way there; and nobody exceeds his rights. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type RequestOp, requestOps } from '../../broker-config/messages.ts';
import { reasonCodes } from '../../broker-config/reasons.ts';
import {
  decide,
  emptyState,
  type HallProfile,
  restoreState,
  snapshotOf,
} from '../../kiosk-app/hall/queue/index.ts';
import { hour, minute, monday10, profile, rulesOf, TestHall } from './test-hall.ts';

const test = suite('refusals');
const person = 'a'.repeat(32);
const nobody = { ticket: { number: 'A001' } };
const take = (service: string) => ({ service, paper: false, source: 'touch' as const });

/** Given by the shell around the core (sequencer, bus port). */
const ofShell = [
  'bad-request',
  'key-reused',
  'stale-hall',
  'storage-unavailable',
  'hall-busy',
  'hall-stopping',
];
/** Need another state of affairs than one hall and one press; each has a test of its own. */
const elsewhere = [
  'not-evaluated-yet', // evaluation.test.ts
  'day-not-started', // decide without perform, below
  'service-not-offered', // below
  'bookings-full', // below
  'day-ended', // day.test.ts
  'ticket-of-other-day', // day.test.ts
];

type Last = [op: string, dev: string, body: unknown];
const table: Record<string, (h: TestHall) => Last> = {
  'request-unknown': () => ['dance', 'hall', {}],
  'unknown-machine': () => ['take', 'q7', take('a')],
  'not-allowed': () => ['take', 'd1', take('a')],
  'no-window': () => ['open', 'w9', {}],
  'service-unknown': () => ['take', 'q1', take('x')],
  'service-closed': (h) => {
    h.pass(8 * hour);
    return ['take', 'q1', take('c')];
  },
  'service-without-window': (h) => {
    h.ok('serve', 'hall', { services: [{ service: 'c', level: 1 }] }, '3');
    return ['take', 'q1', { ...take('p'), person }];
  },
  'quota-reached': (h) => {
    for (let i = 0; i < 3; i += 1) h.take('c');
    return ['take', 'q1', take('c')];
  },
  'person-required': () => ['take', 'q1', take('p')],
  'person-active': (h) => {
    h.ok('take', 'q1', { ...take('p'), person });
    return ['take', 'q1', { ...take('p'), person }];
  },
  'person-day': (h) => {
    for (const number of ['P001', 'P002']) {
      h.ok('take', 'q1', { ...take('p'), person });
      h.ok('void', 'q1', { ticket: { number } });
    }
    return ['take', 'q1', { ...take('p'), person }];
  },
  'class-unknown': () => ['take', 'q1', { ...take('a'), class: 'vip' }],
  'class-not-here': () => ['take', 'q1', { ...take('a'), class: 'green' }],
  'numbers-exhausted': (h) => {
    for (let i = 0; i < 9; i += 1) h.take('a');
    return ['take', 'q1', take('b')];
  },
  'ticket-unknown': () => ['void', 'q1', nobody],
  'ticket-ended': (h) => {
    h.take('a');
    h.ok('void', 'q1', nobody);
    return ['void', 'q1', nobody];
  },
  'ticket-at-window': (h) => {
    called(h);
    return ['call-ticket', 'w1', nobody];
  },
  'not-your-ticket': (h) => {
    h.take('a');
    return ['void', 'q2', nobody];
  },
  'still-printing': (h) => {
    printing(h);
    return ['call-ticket', 'w1', nobody];
  },
  'paper-confirmed': (h) => {
    const ticket = printing(h);
    h.ok('confirm-printed', 'q1', { ticket, outcome: 'confirmed' });
    return ['print-failed', 'q1', { ticket, reason: 'error' }];
  },
  'already-called': (h) => {
    const ticket = printing(h);
    h.ok('confirm-printed', 'q1', { ticket, outcome: 'uncertain' });
    h.ok('open', 'w1', {});
    h.next('w1');
    return ['print-failed', 'q1', { ticket, reason: 'error' }];
  },
  'window-closed': () => ['call-next', 'w1', {}],
  'window-paused': (h) => {
    h.ok('open', 'w1', {});
    h.ok('pause', 'w1', { reason: 'break' });
    return ['call-next', 'w1', {}];
  },
  'window-busy': (h) => {
    called(h);
    return ['call-next', 'w1', {}];
  },
  'window-changed': (h) => {
    h.ok('open', 'w1', {});
    return ['call-next', 'w1', { expect: '2026-11-23/A001' }];
  },
  'nobody-waiting': (h) => {
    h.ok('open', 'w1', {});
    return ['call-next', 'w1', {}];
  },
  'only-bound-waiting': (h) => {
    bound(h);
    return ['call-next', 'w1', {}];
  },
  'only-printing': (h) => {
    printing(h);
    h.ok('open', 'w1', {});
    return ['call-next', 'w1', {}];
  },
  'not-served-here': (h) => {
    h.take('a');
    return ['call-ticket', 'w3', nobody];
  },
  'may-not-choose': (h) => {
    h.take('a');
    return ['call-ticket', 'w2', nobody];
  },
  'bound-elsewhere': (h) => {
    bound(h);
    return ['call-ticket', 'w1', nobody];
  },
  'nobody-here': () => ['finish', 'w1', {}],
  'already-serving': (h) => {
    called(h);
    h.ok('start', 'w1', {});
    return ['start', 'w1', {}];
  },
  'recall-limit': (h) => {
    called(h);
    for (let i = 0; i < 2; i += 1) {
      h.pass(minute);
      h.ok('recall', 'w1', {});
    }
    return ['recall', 'w1', {}];
  },
  'recall-too-soon': (h) => {
    called(h);
    return ['recall', 'w1', {}];
  },
  'not-waiting': (h) => {
    called(h);
    h.ok('miss', 'w1', {});
    return ['call-ticket', 'w1', nobody];
  },
  'not-missed': (h) => {
    h.take('a');
    return ['return-missed', 'w1', { ...nobody, to: 'now' }];
  },
  'returns-by-itself': (h) => {
    called(h);
    h.ok('miss', 'w1', {});
    return ['return-missed', 'w1', { ...nobody, to: 'queue' }];
  },
  'not-held': (h) => {
    h.take('a');
    return ['resume', 'w1', nobody];
  },
  'held-elsewhere': (h) => {
    called(h);
    h.ok('hold', 'w1', { kind: 'return-here' });
    return ['resume', 'w2', nobody];
  },
  'window-unknown': (h) => {
    called(h);
    return ['transfer', 'w1', { to: { window: '9' }, position: 'time' }];
  },
  'same-window': (h) => {
    called(h);
    return ['transfer', 'w1', { to: { window: '1' }, position: 'time' }];
  },
  'same-service': (h) => {
    called(h);
    return ['transfer', 'w1', { to: { service: 'a' }, position: 'time' }];
  },
  'target-closed': (h) => {
    called(h);
    return ['transfer', 'w1', { to: { window: '3' }, position: 'time' }];
  },
  'already-open': (h) => {
    h.ok('open', 'w1', {});
    return ['open', 'w1', {}];
  },
  'already-paused': (h) => {
    h.ok('open', 'w1', {});
    h.ok('pause', 'w1', { reason: 'break' });
    return ['pause', 'w1', { reason: 'break' }];
  },
  'already-closed': () => ['close', 'w1', {}],
  'not-tidal': () => ['serve', 'w1', { services: [] }],
  'service-twice': () => {
    const entry = { service: 'a', level: 1 };
    return ['serve', 'w3', { services: [entry, entry] }];
  },
  'nothing-finished': () => ['invite', 'w1', {}],
  'no-pad': () => ['invite', 'w2', {}],
  'not-finished': (h) => {
    called(h);
    return ['evaluate', 'pad1', rating];
  },
  'too-late': (h) => {
    called(h);
    h.ok('finish', 'w1', {});
    h.pass(2 * hour);
    return ['evaluate', 'pad1', rating];
  },
  'already-evaluated': (h) => {
    called(h);
    h.ok('finish', 'w1', {});
    h.ok('evaluate', 'pad1', rating);
    return ['evaluate', 'pad1', rating];
  },
  'no-follow-up': (h) => {
    finished(h);
    h.ok('evaluate', 'pad1', rating);
    const phone = { ...rating, channel: 'qr' as const, round: 2 as const };
    return ['evaluate', 'hall', phone];
  },
  'label-unknown': (h) => {
    finished(h);
    return ['evaluate', 'pad1', { ...rating, labels: ['108'] }];
  },
  'not-your-window': (h) => {
    h.ok('open', 'w2', {});
    h.take('a');
    h.serve('w2');
    return ['evaluate', 'pad1', rating];
  },
  'booking-exists': (h) => {
    book(h, 0);
    return ['book', 'hall', booking(0)];
  },
  'booking-slot': () => ['book', 'hall', { ...booking(0), slotEnd: monday10 }],
  'booking-unknown': () => checkIn,
  'booking-cancelled': (h) => {
    book(h, 0);
    h.perform({ op: 'cancel-booking', dev: 'hall', body: { code: 'BOOK' } });
    return checkIn;
  },
  'booking-used': (h) => {
    book(h, 0);
    h.ok('check-in', 'q1', { appointment: { code: 'BOOK' }, paper: false });
    return checkIn;
  },
  'booking-other-day': (h) => {
    book(h, 24 * hour);
    return checkIn;
  },
  'booking-too-early': (h) => {
    book(h, hour);
    return checkIn;
  },
  'booking-too-late': (h) => {
    book(h, 0);
    h.pass(hour);
    return checkIn;
  },
};

const finished = (h: TestHall) => {
  h.ok('open', 'w1', {});
  h.take('a');
  h.serve('w1');
};

const rating = {
  ticket: '2026-11-23/A001',
  level: 'satisfied' as const,
  labels: [],
  text: '',
  channel: 'pad' as const,
  pressedAt: 0,
};
const checkIn: Last = ['check-in', 'q1', { appointment: { code: 'BOOK' }, paper: false }];
const booking = (after: number) => ({
  code: 'BOOK',
  service: 'a',
  slotStart: monday10 + after,
  slotEnd: monday10 + after + hour,
});
function book(h: TestHall, after: number): void {
  h.perform({ op: 'book', dev: 'hall', body: booking(after) });
}
function called(h: TestHall): void {
  h.ok('open', 'w1', {});
  h.take('a');
  h.next('w1');
}
function bound(h: TestHall): void {
  called(h);
  h.ok('open', 'w3', {});
  h.ok('transfer', 'w1', { to: { window: '3' }, position: 'time' });
}
function printing(h: TestHall): string {
  return h.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' }).ticket.id;
}
const small = (p: HallProfile) => {
  p.numbering = { digits: 3, first: 1, last: 9, wrap: 'refuse' };
  p.rules.missed = { kind: 'after', numbers: 2 };
};

for (const [code, way] of Object.entries(table)) {
  test(`${code}, and nothing changes`, () => {
    const hall = new TestHall(profile(small));
    hall.pass(0);
    const [op, dev, body] = way(hall);
    const before = snapshotOf(hall.state);
    hall.no(code, op as RequestOp, dev, body as never);
    assert.is(snapshotOf(hall.state), before);
  });
}

test('every refusal code has a way here, a test elsewhere, or belongs to the shell', () => {
  const known = [...Object.keys(table), ...ofShell, ...elsewhere].sort();
  assert.equal(known, Object.keys(reasonCodes.refusals).sort());
});

test('asked without letting time pass first, numbers of a day that is over do not go on', () => {
  const command = { op: 'take', dev: 'q1', body: take('a') } as const;
  const done = decide(emptyState(), rulesOf(profile()), command, monday10);
  assert.is(done.ok ? '' : done.refusal.code, 'day-not-started');
});

test('a service whose hours never come is not offered', () => {
  const p = profile((x) => {
    for (const s of x.services) if (s.id === 'c') s.hours = [];
  });
  const hall = new TestHall();
  Object.assign(hall, { rules: { ...hall.rules, schedule: neverOpen(hall) } });
  hall.no('service-not-offered', 'take', 'q1', take('c'));
  assert.is(p.services.length, 4);
});

function neverOpen(hall: TestHall): TestHall['rules']['schedule'] {
  return { ...hall.rules.schedule, openAt: () => false, nextOpening: () => null };
}

test('appointments are bounded', () => {
  const hall = new TestHall();
  const stored = JSON.parse(snapshotOf(hall.state)) as { bookings: unknown[] };
  for (let i = 0; i < 100_000; i += 1) {
    stored.bookings.push({
      ...booking(0),
      code: `B${i}`,
      person: null,
      state: 'booked',
      ticket: null,
    });
  }
  const full = restoreState(JSON.stringify(stored));
  full.day = '2026-11-23';
  const command = { op: 'book', dev: 'hall', body: booking(0) } as const;
  const done = decide(full, hall.rules, command, monday10);
  assert.is(done.ok ? '' : done.refusal.code, 'bookings-full');
});

// ---------------------------------------------------------------- rights

const mayTake: RequestOp[] = [
  'take',
  'check-in',
  'confirm-printed',
  'print-failed',
  'void',
  'snapshot',
];
const may: Record<string, RequestOp[]> = {
  q1: mayTake,
  t1: [...mayTake, 'evaluate'],
  w1: requestOps.filter((op) => op !== 'evaluate'),
  pad1: ['evaluate', 'snapshot'],
  d1: ['snapshot'],
};

for (const [dev, allowed] of Object.entries(may)) {
  test(`${dev} may do what its role does, nothing else`, () => {
    const hall = new TestHall();
    hall.pass(0);
    for (const op of requestOps.filter((o) => !allowed.includes(o))) {
      const done = decide(hall.state, hall.rules, { op, dev, body: {} }, hall.now);
      assert.is(done.ok ? 'granted' : done.refusal.code, 'not-allowed', op);
    }
    assert.ok(decide(hall.state, hall.rules, { op: 'snapshot', dev, body: {} }, hall.now).ok);
  });
}

test.run();
