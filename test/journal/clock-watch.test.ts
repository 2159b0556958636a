import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchClock } from '../../kiosk-app/hall/clock-watch.ts';
import { pass, rig } from './sequencer-rig.ts';

const minute = 60_000;

test('a clock set back by minutes is an alarm until the two clocks are together again', async () => {
  const r = rig();
  let keys = 0;
  const makeKey = () => {
    keys += 1;
    return `clock-${keys}`;
  };
  const watch = watchClock({ ...r, makeKey });
  const standing = () => r.sequencer.state?.alarms.has('clock-stepped-back');
  await pass(r, minute, 1000);
  assert.not(standing(), 'in ordinary life');
  r.clock.step(-30_000);
  await pass(r, minute, 1000);
  assert.not(standing(), 'half a minute is clock discipline');
  await pass(r, 2 * minute, 1000);
  r.clock.step(-10 * minute);
  await pass(r, 11_000, 1000);
  assert.ok(standing());
  // Hall time runs at half speed meanwhile: twice the step.
  await pass(r, 21 * minute, 1000);
  assert.not(standing());
  watch.stop();
  const asked = keys;
  r.clock.step(-10 * minute);
  await pass(r, minute, 1000);
  assert.is(keys, asked, 'nothing is asked after the end');
});

test.run();
