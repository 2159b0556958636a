import { resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { monthPeriod } from '../../kiosk-app/hall/ratings/figures.ts';
import {
  Calendar,
  dayPlus,
  dueRule,
  isWorkingDay,
  workingDayAfter,
} from '../../kiosk-app/hall/ratings/working-days.ts';
import { loadYaml } from '../../kiosk-app/runtime/yaml-file.ts';
import fc from '../harness/fc.ts';

const file = resolve(import.meta.dirname, '../../profiles/calendars/china-2026.yaml');
const calendar = loadYaml(Calendar, file, () => []);

test('five working days over a weekend, over the National Day with its worked Saturday', () => {
  assert.is(workingDayAfter('2026-11-20', 5, calendar), '2026-11-27');
  // Wed 30 Sep: Thu 1 - Wed 7 Oct are free, Sat 10 is worked.
  assert.is(workingDayAfter('2026-09-30', 5, calendar), '2026-10-13');
  assert.is(workingDayAfter('2026-11-20', 15, calendar), '2026-12-11');
});

test('the days worked in exchange are Saturdays and Sundays, the holidays follow each other', () => {
  for (const day of calendar.worked) {
    assert.ok([0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()), day);
    assert.ok(isWorkingDay(day, calendar), day);
    assert.not(
      calendar.holidays.some(({ from, to }) => from <= day && day <= to),
      day,
    );
  }
  let before = '';
  for (const { from, to } of calendar.holidays) {
    assert.ok(before < from && from <= to, from);
    before = to;
  }
});

test('the limit ends on a working day, with exactly so many working days after the rating', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 364 }), fc.integer({ min: 1, max: 60 }), (offset, n) => {
      const day = dayPlus('2026-01-01', offset);
      const end = workingDayAfter(day, n, calendar);
      let count = 0;
      for (let d = dayPlus(day, 1); d <= end; d = dayPlus(d, 1)) {
        if (isWorkingDay(d, calendar)) count += 1;
      }
      assert.is(count, n);
      assert.ok(isWorkingDay(end, calendar));
    }),
  );
});

test('a calendar without a working day ends the search', () => {
  const none = { ...calendar, worked: [], holidays: [{ from: '2000-01-01', to: '2999-12-31' }] };
  assert.ok(workingDayAfter('2026-01-01', 1, none) > '2026-01-01');
});

test('a month runs from its first day, or from the 25th to the 24th', () => {
  assert.equal(monthPeriod('2026-02', 1), { from: '2026-02-01', to: '2026-02-28' });
  assert.equal(monthPeriod('2026-12', 1), { from: '2026-12-01', to: '2026-12-31' });
  assert.equal(monthPeriod('2026-11', 25), { from: '2026-10-25', to: '2026-11-24' });
  assert.equal(monthPeriod('2026-01', 25), { from: '2025-12-25', to: '2026-01-24' });
});

test('a limit that ends after the calendar is told, because its holidays are not known', () => {
  const told: string[] = [];
  const calendar = { name: 'x', through: '2026-12-31', holidays: [], worked: [] };
  const dueOf = dueRule({ workingDays: 5, calendar }, (due) => told.push(due));
  assert.is(dueOf('2026-12-21'), '2026-12-28');
  assert.equal(told, []);
  assert.is(dueOf('2026-12-28'), '2027-01-04');
  assert.equal(told, ['2027-01-04']);
});

test.run();
