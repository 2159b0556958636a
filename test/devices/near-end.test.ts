import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encoderFor } from '../../devices/ticket-printer/encoders.ts';
import { layOut } from '../../devices/ticket-printer/layout.ts';
import { createRoll, paperMm } from '../../devices/ticket-printer/near-end.ts';
import { PrinterEngine } from '../../devices/twins/printer/engine.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { standardTicket } from '../harness/standard-ticket.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('tickets left on the roll');
const profile = printerProfile('generic-80');

test('nobody knows what is left of a roll that was there before', () => {
  const roll = createRoll(profile, 80, null);
  roll.paper('ok');
  roll.printed(90);
  assert.is(roll.ticketsLeft, null);
  assert.is(roll.usedMm, null);
});

test('a new roll counts down; what was kept over a restart goes on', () => {
  const roll = createRoll(profile, 80, null);
  roll.paper('ok');
  roll.paper('out');
  assert.is(roll.ticketsLeft, 0);
  roll.paper('ok');
  assert.is(roll.ticketsLeft, Math.floor(80_000 / 90));
  for (let i = 0; i < 100; i++) roll.printed(90);
  assert.is(roll.ticketsLeft, Math.floor(71_000 / 90));
  const later = createRoll(profile, 80, roll.usedMm);
  assert.is(later.ticketsLeft, Math.floor(71_000 / 90));
});

test('the near-end sensor knows better; a roll changed in time begins anew', () => {
  const roll = createRoll(profile, 80, 10_000);
  roll.paper('ok');
  roll.paper('low');
  // near_end_m of the profile.
  assert.is(roll.ticketsLeft, Math.floor(3000 / 90));
  roll.paper('ok');
  assert.is(roll.ticketsLeft, Math.floor(80_000 / 90));
});

test('a printer whose roll nobody described says nothing', () => {
  const roll = createRoll(profile, undefined, 0);
  roll.paper('ok');
  assert.is(roll.ticketsLeft, null);
});

test('the reckoned length is the paper’s, within a tenth, and never shorter', async () => {
  for (const id of ['generic-80', 'epson-tm-t88', 'star-tsp700']) {
    const p = printerProfile(id);
    const encoder = await encoderFor(p);
    const items = layOut(standardTicket(), p);
    const engine = new PrinterEngine(
      {
        ...{ profile: p, clock: new VirtualClock(), pace: 'instant', lowBelowMm: 0 },
        ...{ reply: () => undefined, paperOff: () => undefined, changed: () => undefined },
      },
      10_000,
    );
    for (const segment of encoder.encode(items, { by: 'none' })) engine.receive(segment);
    const used = 10_000 - engine.paperMm;
    const reckoned = paperMm(items, p);
    assert.ok(reckoned >= used - 1 && reckoned < used * 1.1, `${id}: ${reckoned} for ${used} mm`);
  }
});

test.run();
