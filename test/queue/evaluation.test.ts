import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels } from '../../broker-config/messages.ts';
import {
  boardOf,
  invitesOf,
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
    assert.is(hall.ok('evaluate', 'pad1', { ...rating(hall), level }).level, level);
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

test.run();
