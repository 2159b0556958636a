import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nextDue } from '../../kiosk-app/hall/queue/index.ts';
import { dayNumberOf, dayText, timeZone } from '../../kiosk-app/hall/queue/time-zone.ts';
import { hour, minute, monday10, profile, rulesOf, TestHall } from './test-hall.ts';

const test = suite('time');
const utc = (text: string) => Date.parse(`${text}Z`);
const local = (text: string) => Date.parse(`${text}+08:00`);

test('local time follows the zone through both changes of the clock', () => {
  const berlin = timeZone('Europe/Berlin');
  assert.is(berlin.local(utc('2026-03-29T00:59:59')).minute, 119);
  assert.is(berlin.local(utc('2026-03-29T01:00:00')).minute, 180);
  assert.is(berlin.local(utc('2026-10-25T00:59:00')).minute, 179);
  assert.is(berlin.local(utc('2026-10-25T01:00:00')).minute, 120);
  assert.is(berlin.local(utc('2026-11-23T12:00:00')).weekday, 1);
});

test('an instant and its local minute are inverse, also where the offset is no full hour', () => {
  for (const name of ['Asia/Shanghai', 'Asia/Kathmandu', 'America/St_Johns', 'UTC']) {
    const zone = timeZone(name);
    for (let h = 0; h < 72; h += 7) {
      const t = monday10 + h * hour;
      const { dayNumber, minute: m } = zone.local(t);
      assert.is(zone.instant(dayNumber, m), Math.floor(t / minute) * minute, name);
    }
  }
});

test('day numbers and their texts are inverse', () => {
  assert.is(dayText(dayNumberOf('2024-02-29')), '2024-02-29');
  assert.is(dayText(0), '1970-01-01');
});

test('the business day begins at its own hour in the hall, not at midnight and not in UTC', () => {
  const { schedule } = rulesOf(profile());
  assert.is(schedule.dayOf(local('2026-11-24T03:59:59')), '2026-11-23');
  assert.is(schedule.dayOf(local('2026-11-24T04:00:00')), '2026-11-24');
  assert.is(schedule.startOf('2026-11-24'), local('2026-11-24T04:00:00'));
});

test('opening is found over the weekend', () => {
  const { schedule } = rulesOf(profile());
  const friday = local('2026-11-27T17:00:00');
  assert.not(schedule.openAt('c', friday));
  assert.ok(schedule.openAt('c', friday - 1));
  assert.is(schedule.nextOpening('c', friday), local('2026-11-30T09:00:00'));
  assert.ok(schedule.openAt('a', friday), 'without hours: always');
});

test('"to 00:00" is the end of the day', () => {
  const { schedule } = rulesOf(
    profile((p) => {
      const [service] = p.services;
      if (service !== undefined) service.hours = [{ from: '20:00', to: '00:00' }];
    }),
  );
  assert.ok(schedule.openAt('a', local('2026-11-23T23:59:59')));
  assert.not(schedule.openAt('a', local('2026-11-24T00:00:00')));
});

test('every change of hours is an event at its time, and none comes twice', () => {
  const hall = new TestHall();
  hall.pass(26 * hour);
  const turns = hall.events.filter((e) => e.type === 'hours-turned');
  assert.equal(
    turns.map((e) => [e.at, e.services]),
    [
      [monday10, ['c']],
      [local('2026-11-23T17:00:00'), ['c']],
      [local('2026-11-24T09:00:00'), ['c']],
    ],
  );
});

test('a new day begins by itself at its hour', () => {
  const hall = new TestHall();
  hall.pass(20 * hour);
  const days = hall.events.filter((e) => e.type === 'day-started').map((e) => [e.day, e.at]);
  assert.equal(days, [
    ['2026-11-23', monday10],
    ['2026-11-24', local('2026-11-24T04:00:00')],
  ]);
});

test('where the clock is set back over the start of the day, the day does not begin again', () => {
  // Berlin: 02:59:59 is followed by 02:00:00 on 2026-10-25; the business day starts at 02:30.
  const hall = new TestHall(
    profile((p) => {
      p.time_zone = 'Europe/Berlin';
      p.day.starts = '02:30';
    }),
  );
  hall.now = utc('2026-10-25T00:20:00');
  hall.take('a');
  hall.pass(50 * minute);
  // 02:10 for the second time: by the wall clock alone still the day before.
  hall.ok('take', 'q1', { service: 'a', paper: true, source: 'touch' });
  hall.pass(3 * hour);
  const days = hall.events.filter((e) => e.type === 'day-started').map((e) => e.day);
  assert.equal(days, ['2026-10-24', '2026-10-25']);
});

test('a clock that steps back changes nothing', () => {
  const hall = new TestHall();
  assert.is(hall.take('a'), 'A001');
  hall.now -= 24 * hour;
  assert.is(hall.take('a'), 'A002');
  assert.is(hall.state.day, '2026-11-23');
  assert.is(hall.events.at(-1)?.at, monday10);
});

test('what was due before a step back is still due at once', () => {
  const hall = new TestHall();
  hall.ok('open', 'w1', {});
  hall.take('a');
  hall.next('w1');
  hall.pass(30 * minute + 20_000);
  hall.ok('transfer', 'w1', { to: { service: 'b' }, position: 'time' });
  // Too little for the alarm; by the clock alone the ceiling would be passed in 20 s.
  hall.now -= 40_000;
  assert.is(nextDue(hall.state, hall.rules, hall.now), hall.now);
  hall.pass(0);
  assert.is(hall.state.services.get('b')?.over, 1);
});

test('a step back of seconds is no alarm', () => {
  const hall = new TestHall();
  hall.take('a');
  hall.now -= 30_000;
  hall.take('a');
  assert.is(hall.state.alarms.size, 0);
});

test.run();
