/**
 * The verbs that the clerk's page offers, held against the real queue core on random days: a key that
 * is offered is not refused, and one that is greyed out would have been.
 */
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { check } from '../../broker-config/validate.ts';
import {
  boardOf,
  compileRules,
  decide,
  directoryOf,
  emptyState,
  HallProfile,
  perform,
  type QueueState,
  windowSnapshotOf,
} from '../../kiosk-app/hall/queue/index.ts';
import { verbsOf } from '../../kiosk-app/window/can.ts';
import { requestOfKey } from '../../kiosk-app/window/request.ts';
import { initialState, type WindowKeyVerb } from '../../kiosk-app/window/state.ts';
import { step } from '../../kiosk-app/window/step.ts';
import fc from '../harness/fc.ts';
import { t0 } from './hall-data.ts';

const file = new URL('../../profiles/halls/demo.yaml', import.meta.url);
const profile = check(HallProfile, parse(readFileSync(file, 'utf8')));
if (!profile.ok) throw new Error('the demonstration hall is broken');
const rules = compileRules(profile.value);

/** Verbs without a choice: whether they are granted depends on the state alone. */
const plain = [
  'recall',
  'start',
  'finish',
  'miss',
  'hold',
  'pause',
  'open',
  'close',
  'invite',
] as const;
type Plain = (typeof plain)[number];
const bodyOf = (verb: Plain | 'call-next') =>
  verb === 'close' ? {} : requestOfKey(verb satisfies WindowKeyVerb, 'open').body;

const deed = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...plain) },
  { weight: 2, arbitrary: fc.constantFrom('take' as const, 'call-next' as const) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('wait ten seconds' as const, 'wait ten minutes' as const),
  },
);

interface Day {
  state: QueueState;
  now: number;
}

function happen(day: Day, what: Plain | 'call-next' | 'take' | `wait ${string}`): void {
  if (what === 'wait ten seconds') day.now += 10_000;
  else if (what === 'wait ten minutes') day.now += 600_000;
  else if (what === 'take') {
    const body = { service: 'general', paper: false, source: 'touch' };
    perform(day.state, rules, { op: 'take', dev: 'queue-1', body }, day.now);
  } else if (what === 'call-next' || plain.includes(what as Plain)) {
    const op = what as Plain | 'call-next';
    perform(day.state, rules, { op, dev: 'window-1', body: bodyOf(op) }, day.now);
  }
}

function offered(day: Day): readonly string[] {
  const at = { now: day.now, mono: 0 };
  const config = {
    machine: 'window-1',
    owner: { name: 'x', phone: '1' },
    keys: {},
    callerAddress: null,
  };
  const view = {
    online: true,
    onlineSince: 0,
    directory: directoryOf(rules, 1),
    board: boardOf(day.state, rules, 1, true, day.now),
    window: windowSnapshotOf(day.state, rules, 1, '1'),
    pad: null,
    hallClockOffsetMs: 0,
  };
  return verbsOf(step(initialState(config, at), { type: 'view', view }, at).state, at);
}

test('a verb is offered exactly when the hall would grant it', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(deed, { minLength: 20, maxLength: 60 }), (deeds) => {
      const day: Day = { state: emptyState(), now: t0 };
      // The day begins: what time alone makes due is done before anything is compared.
      perform(day.state, rules, { op: 'tick', dev: 'hall', body: {} }, day.now);
      perform(day.state, rules, { op: 'open', dev: 'window-1', body: {} }, day.now);
      for (const what of deeds) {
        happen(day, what);
        perform(day.state, rules, { op: 'tick', dev: 'hall', body: {} }, day.now);
        const can = offered(day);
        for (const verb of plain) {
          const command = { op: verb, dev: 'window-1', body: bodyOf(verb) };
          const decision = decide(day.state, rules, command, day.now);
          const why = decision.ok ? 'granted' : decision.refusal.code;
          assert.is(can.includes(verb), decision.ok, `${verb}: ${why} after ${deeds.join(', ')}`);
          if (decision.ok) seen.add(verb);
        }
      }
    }),
    {
      numRuns: 150,
      // One ordinary service, so that every verb is surely met.
      examples: [[['take', 'call-next', 'wait ten seconds', 'start', 'finish', 'pause']]],
    },
  );
  assert.equal([...seen].sort(), [...plain].sort(), 'every verb was possible at some time');
});

test.run();
