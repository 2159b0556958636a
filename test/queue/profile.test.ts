import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { check } from '../../broker-config/validate.ts';
import { checkHallProfile, HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { profile } from './test-hall.ts';

test('the demonstration hall is a sound profile', () => {
  const file = new URL('../../profiles/halls/demo.yaml', import.meta.url);
  const shape = check(HallProfile, parse(readFileSync(file, 'utf8')));
  assert.ok(shape.ok);
  if (shape.ok) assert.equal(checkHallProfile(shape.value), []);
});

/** Each change is one mistake; the pointers are where a technician has to look. */
const mistakes: [name: string, change: (p: HallProfile) => void, ...pointers: string[]][] = [
  [
    'unknown time zone',
    (p) => {
      p.time_zone = 'Asia/Nowhere';
    },
    '/time_zone',
  ],
  [
    'a service in a group that does not exist',
    (p) => {
      set(p.services, 0, { group: 'x' });
    },
    '/services/0/group',
  ],
  [
    'two services with one id',
    (p) => {
      set(p.services, 1, { id: 'a' });
      p.windows.forEach((w) => {
        w.services = w.services.filter((s) => s.service !== 'b');
      });
    },
    '/services/1/id',
  ],
  [
    'a service that no window serves',
    (p) => {
      p.services.push({ ...at(p.services, 0), id: 'lonely' });
    },
    '/services/4/id',
  ],
  [
    'hours that end before they begin',
    (p) => {
      set(p.services, 0, { hours: [{ from: '12:00', to: '09:00' }] });
    },
    '/services/0/hours/0/to',
  ],
  [
    'hours without any time',
    (p) => {
      set(p.services, 0, { hours: [] });
    },
    '/services/0/hours',
  ],
  [
    'more numbers at once than in a day',
    (p) => {
      set(p.services, 0, { per_person: { active_max: 3, day_max: 2, required: false } });
    },
    '/services/0/per_person/active_max',
  ],
  [
    'a window that serves a service twice',
    (p) => {
      at(p.windows, 0).services.push({ service: 'a', level: 2 });
    },
    '/windows/0/services/2/service',
  ],
  [
    'a window that serves a missing service',
    (p) => {
      at(p.windows, 0).services.push({ service: 'x', level: 2 });
    },
    '/windows/0/services/2/service',
  ],
  [
    'two windows with one id',
    (p) => {
      set(p.windows, 1, { id: '1' });
    },
    '/windows/1/id',
  ],
  [
    'two windows with one label',
    (p) => {
      set(p.windows, 1, { label: '1' });
    },
    '/windows/1/label',
  ],
  [
    'a fixed window without services',
    (p) => {
      at(p.windows, 1).services = [];
    },
    '/windows/1/services',
  ],
  [
    'one machine for two windows',
    (p) => {
      set(p.windows, 1, { machine: 'w1' });
    },
    '/windows/1/machine',
  ],
  [
    'a window with a machine that is not in the inventory',
    (p) => {
      set(p.windows, 1, { machine: 'w7' });
    },
    '/windows/1/machine',
  ],
  [
    'a window with a machine of another role',
    (p) => {
      set(p.windows, 1, { machine: 'q1' });
    },
    '/windows/1/machine',
  ],
  [
    'a pad that is no pad',
    (p) => {
      set(p.windows, 1, { pad: 'd1' });
    },
    '/windows/1/pad',
  ],
  [
    'two machines with one id',
    (p) => {
      set(p.machines, 1, { id: 'q1' });
    },
    '/machines/1/id',
  ],
  [
    "a machine that takes the hall's own id",
    (p) => {
      set(p.machines, 1, { id: 'hall' });
    },
    '/machines/1/id',
  ],
  [
    'no ordinary class',
    (p) => {
      set(p.classes, 3, { kind: 'priority' });
    },
    '/classes',
  ],
  [
    'two ordinary classes',
    (p) => {
      set(p.classes, 2, { kind: 'ordinary' });
    },
    '/classes',
  ],
  [
    'appointments in a class that is not theirs',
    (p) => {
      p.appointments.class = 'priority';
    },
    '/appointments/class',
  ],
  [
    'a proportion with an unknown, a doubled and a missing class',
    (p) => {
      p.rules.between = {
        kind: 'proportion',
        turns: [
          { classes: ['green', 'vip'], take: 2 },
          { classes: ['ordinary', 'green', 'appointment'], take: 1 },
        ],
      };
    },
    '/rules/between/turns/0/classes/1',
    '/rules/between/turns/1/classes/1',
    '/rules/between/turns',
  ],
  [
    'numbers that end before they begin',
    (p) => {
      p.numbering.first = 500;
      p.numbering.last = 400;
    },
    '/numbering/first',
  ],
  [
    'a last number that does not fit its digits',
    (p) => {
      p.numbering.last = 1000;
    },
    '/numbering/last',
  ],
  [
    'numbering of a prefix that no service has',
    (p) => {
      p.numbering_of_prefix = { Z: { digits: 2, first: 1, last: 99, wrap: 'refuse' } };
    },
    '/numbering_of_prefix/Z',
  ],
  [
    'one clearing time twice',
    (p) => {
      p.day.clear = [
        { at: '12:00', states: 'waiting' },
        { at: '12:00', states: 'all-open' },
      ];
    },
    '/day/clear/1/at',
  ],
  [
    'clearing when the day begins anyway',
    (p) => {
      p.day.clear = [{ at: '04:00', states: 'waiting' }];
    },
    '/day/clear/0/at',
  ],
  [
    'keeping missed numbers for no time',
    (p) => {
      p.rules.missed = { kind: 'keep', minutes: 0 };
    },
    '/rules/missed/minutes',
  ],
  [
    'a way back after a miss that no ticket can live to see',
    (p) => {
      p.rules.misses_allowed = 1;
    },
    '/rules/misses_allowed',
  ],
  [
    'ageing that helps only after the ceiling is broken',
    (p) => {
      p.rules.ageing = { bound_min: 45 };
    },
    '/rules/ageing/bound_min',
  ],
];

for (const [name, change, ...pointers] of mistakes) {
  test(`profile: ${name}`, () => {
    const p = profile(change);
    assert.ok(check(HallProfile, p).ok, 'the schema alone does not see it');
    const found = checkHallProfile(p).map((f) => f.pointer);
    assert.equal([...new Set(found)].sort(), [...pointers].sort());
  });
}

function at<T>(list: T[], i: number): T {
  const entry = list[i];
  if (entry === undefined) throw new Error(`no entry ${i}`);
  return entry;
}

function set<T extends object>(list: T[], i: number, change: Partial<T>): void {
  Object.assign(at(list, i), change);
}

test.run();
