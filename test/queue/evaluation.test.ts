import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels } from '../../broker-config/messages.ts';
import {
  boardOf,
  invitesOf,
  linkHash,
  padSnapshotOf,
  padsTouched,
  restoreState,
  snapshotOf,
  windowSnapshotOf,
  windowsTouched,
} from '../../kiosk-app/hall/queue/index.ts';
import { hour, minute, profile, TestHall } from './test-hall.ts';

const test = suite('evaluation');

function served(change?: Parameters<typeof profile>[0]): TestHall {
  const hall = new TestHall(profile(change));
  hall.ok('open', 'w1', {});
  hall.ok('open', 'w2', {});
  hall.take('a');
  hall.serve('w1', minute);
  return hall;
}
const rating = (hall: TestHall, number = 'A001') => ({
  ticket: hall.id(number),
  level: 'very-dissatisfied' as const,
  labels: ['108'],
  text: '',
  channel: 'pad' as const,
  pressedAt: 1,
});

test('the end of a service invites on the pad of its window', () => {
  const hall = served();
  const [first] = invitesOf(hall.events, 7, 0);
  assert.is(first?.pad, 'pad1');
  assert.equal(first?.invite.number, 'A001');
  assert.is(first?.invite.expiresAt, hall.now + hour);
  assert.is(hall.events[(first?.invite.seq ?? 0) - 1]?.type, 'invited');
});

test('where the hall does not invite by itself, the clerk may', () => {
  const hall = served((p) => {
    p.evaluation.invite_on_finish = false;
  });
  assert.is(invitesOf(hall.events, 1, 0).length, 0);
  hall.pass(minute);
  assert.is(hall.ok('invite', 'w1', {}).expiresAt, hall.now + 59 * minute);
  hall.no('no-pad', 'invite', 'w2', {});
});

test('all five levels go through as the word that was pressed', () => {
  for (const level of levels) {
    const hall = served();
    assert.is(hall.ok('evaluate', 'pad1', { ...rating(hall), level, labels: [] }).level, level);
    const event = hall.events.at(-1);
    assert.is(event?.type === 'evaluated' ? event.level : '', level);
  }
});

test('one evaluation per service, ever', () => {
  const hall = served();
  hall.ok('evaluate', 'pad1', rating(hall));
  hall.no('already-evaluated', 'evaluate', 'pad1', rating(hall));
  hall.no('already-evaluated', 'invite', 'w1', {});
});

test('no evaluation before the service has ended, of nothing, or when its time is over', () => {
  const hall = served();
  hall.take('a');
  hall.next('w1');
  hall.no('not-finished', 'evaluate', 'pad1', rating(hall, 'A002'));
  hall.no('ticket-unknown', 'evaluate', 'pad1', rating(hall, 'A099'));
  hall.pass(hour);
  hall.ok('evaluate', 'pad1', rating(hall));
  hall.ok('finish', 'w1', {});
  hall.pass(hour + 1);
  hall.no('too-late', 'evaluate', 'pad1', rating(hall, 'A002'));
  hall.no('too-late', 'invite', 'w1', {});
});

test('no pad speaks for another window, no clerk for a citizen', () => {
  const hall = served();
  hall.take('a');
  hall.serve('w2');
  hall.no('not-your-window', 'evaluate', 'pad1', rating(hall, 'A002'));
  hall.no('not-allowed', 'evaluate', 'w1', rating(hall));
  hall.no('not-allowed', 'evaluate', 'q1', rating(hall));
  hall.no('not-allowed', 'evaluate', 'pad1', { ...rating(hall), channel: 'terminal' });
});

test('a terminal evaluates only what it issued itself', () => {
  const hall = served();
  const own = hall.take('a', 'ordinary', 't1');
  hall.serve('w1');
  const body = { ...rating(hall), channel: 'terminal' as const };
  hall.no('not-your-ticket', 'evaluate', 't1', body);
  hall.ok('evaluate', 't1', { ...body, ticket: hall.id(own) });
});

test('an evaluation leaves no trace on any screen', () => {
  const hall = served();
  const screens = () => {
    const board = { ...boardOf(hall.state, hall.rules, 1, true, hall.now), seq: 0 };
    return JSON.stringify([board, { ...windowSnapshotOf(hall.state, hall.rules, 1, '1'), seq: 0 }]);
  };
  const before = screens();
  hall.ok('evaluate', 'pad1', rating(hall));
  assert.is(screens(), before);
  assert.equal(windowsTouched(hall.state, hall.rules, hall.events.slice(-1)), []);
});

test('the evaluation of yesterday evening still counts this morning', () => {
  const hall = served((p) => {
    p.evaluation.within_min = 24 * 60;
  });
  const body = rating(hall);
  hall.pass(20 * hour);
  hall.ok('evaluate', 'pad1', body);
  hall.no('already-evaluated', 'evaluate', 'pad1', body);
});

// ---------------------------------------------------------------- who, what, how often

test('labels of another level are refused, those of the chosen one kept', () => {
  const hall = served();
  hall.no('label-unknown', 'evaluate', 'pad1', { ...rating(hall), labels: ['108', '207'] });
  hall.ok('evaluate', 'pad1', { ...rating(hall), labels: ['108', '109'] });
});

test('the hall speaks for phones only, a pad never adds later', () => {
  const hall = served((p) => {
    p.evaluation.follow_up_days = 7;
  });
  hall.no('not-allowed', 'evaluate', 'hall', rating(hall));
  hall.no('not-allowed', 'evaluate', 'pad1', { ...rating(hall), round: 2 });
  hall.ok('evaluate', 'hall', { ...rating(hall), channel: 'qr' });
});

test('what was pressed after the memory of it is gone is told to be late, not unknown', () => {
  const hall = served();
  const body = rating(hall);
  hall.pass(72 * hour);
  hall.no('too-late', 'evaluate', 'pad1', body);
});

test('an addition comes once, after the evaluation, within its days, as a record of its own', () => {
  const hall = served((p) => {
    p.evaluation.follow_up_days = 7;
  });
  const again = { ...rating(hall), channel: 'qr' as const, round: 2 as const, labels: [] };
  hall.no('not-evaluated-yet', 'evaluate', 'hall', again);
  hall.ok('evaluate', 'pad1', rating(hall));
  hall.pass(6 * 24 * hour);
  assert.is(hall.ok('evaluate', 'hall', { ...again, level: 'satisfied' }).level, 'satisfied');
  hall.no('already-evaluated', 'evaluate', 'hall', again);
  const records = hall.events.filter((e) => e.type === 'evaluated');
  assert.equal(
    records.map((e) => [e.round, e.level]),
    [
      [1, 'very-dissatisfied'],
      [2, 'satisfied'],
    ],
  );
});

test('an addition after its days is late', () => {
  const hall = served((p) => {
    p.evaluation.follow_up_days = 2;
  });
  const body = rating(hall);
  hall.ok('evaluate', 'pad1', body);
  hall.pass(49 * hour);
  hall.no('too-late', 'evaluate', 'hall', { ...body, channel: 'qr', round: 2 });
});

// ---------------------------------------------------------------- what a pad has to show

const shown = (hall: TestHall) => padSnapshotOf(hall.state, hall.rules, 1, '1', hall.now).pending;

test('a pad that starts in the middle finds what it has to ask, until the page would close', () => {
  const hall = served();
  const pending = shown(hall);
  assert.equal(
    [pending?.number, pending?.invitedAt, pending?.closesAt, pending?.acceptedUntil],
    ['A001', hall.now, hall.now + minute, hall.now + hour],
  );
  hall.pass(minute);
  assert.is(shown(hall)?.number, 'A001');
  hall.pass(1);
  assert.is(shown(hall), null);
  hall.ok('invite', 'w1', {});
  assert.is(shown(hall)?.closesAt, hall.now + minute);
  hall.ok('evaluate', 'pad1', rating(hall));
  assert.is(shown(hall), null);
});

test('the next finished service takes the place of the one before', () => {
  const hall = served();
  hall.take('a');
  hall.serve('w1');
  assert.is(shown(hall)?.number, 'A002');
  assert.equal(padsTouched(hall.rules, hall.events.slice(-2)), ['1']);
});

test('an invitation survives a restart', () => {
  const hall = served();
  const restored = restoreState(snapshotOf(hall.state));
  assert.equal(padSnapshotOf(restored, hall.rules, 1, '1', hall.now).pending, shown(hall));
});

// ---------------------------------------------------------------- the chain

const records = (hall: TestHall) => hall.events.filter((e) => e.type === 'evaluated');

test('each record carries the hash of the one before, across a restart', () => {
  const hall = served();
  hall.take('a');
  hall.take('a');
  hall.ok('evaluate', 'pad1', rating(hall));
  hall.serve('w1');
  hall.ok('evaluate', 'pad1', rating(hall, 'A002'));
  const restored = restoreState(snapshotOf(hall.state));
  assert.equal(restored.chain, hall.state.chain);
  hall.serve('w1');
  hall.ok('evaluate', 'pad1', rating(hall, 'A003'));
  let prev = '0'.repeat(64);
  for (const [i, record] of records(hall).entries()) {
    assert.is(record.chain?.n, i + 1);
    assert.is(record.chain?.prev, prev);
    prev = record.chain?.hash ?? '';
    assert.is(linkHash(record, { n: i + 1, prev: record.chain?.prev ?? '' }), prev);
  }
  assert.is(hall.state.chain.hash, prev);
});

test('no property of a record can be changed without its hash', () => {
  const hall = served();
  hall.ok('evaluate', 'pad1', rating(hall));
  const [record] = records(hall);
  const link = record?.chain;
  if (record === undefined || link === undefined) throw new Error('no record');
  for (const name of Object.keys(record).filter((n) => n !== 'chain')) {
    assert.is.not(linkHash({ ...record, [name]: 'changed' }, link), link.hash, name);
  }
  assert.is.not(linkHash(record, { ...link, n: 2 }), link.hash);
  assert.is.not(linkHash(record, { ...link, prev: '1'.repeat(64) }), link.hash);
  assert.is(linkHash(JSON.parse(JSON.stringify(record)), link), link.hash);
});

test.run();
