import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drivers } from '../../devices/registry.ts';
import type { TwinWires } from '../../devices/twins/contract.ts';
import { createVirtualCallers } from '../../devices/twins/virtual-caller.ts';
import { createVirtualCardDispenser } from '../../devices/twins/virtual-card-dispenser.ts';
import { createVirtualLocker } from '../../devices/twins/virtual-locker.ts';
import { superviseDevices } from '../../kiosk-app/runtime/device-supervisor.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { realClock } from '../harness/real-clock.ts';
import { until } from '../harness/until.ts';

const test = suite('callers, evaluators, lockers, card dispenser: plug out, plug in');
const waitMs = 8000;
const loopback = { host: '127.0.0.1', port: 0 };
const resend = { waitMs: 150, timesMax: 20 };

async function plugged<T extends TwinWires>(twin: T) {
  return { twin, link: { via: 'tcp', ...(await twin.listenTcp(loopback)) } };
}

test('each is out while its plug is pulled and works again after it, without a restart', async () => {
  const bus = await plugged(
    createVirtualCallers({
      ...{ clock: realClock, callers: [1], evaluators: [1], keyFunc: 1, resend },
    }),
  );
  const cabinet = await plugged(
    createVirtualLocker({
      ...{ clock: realClock, boards: [{ board: 1, locks: 24 }], latchMs: 0 },
      ...{ elevenIsOpen: true, lowLocksFirst: true, bitsInverted: false },
    }),
  );
  const cards = await plugged(
    createVirtualCardDispenser({
      ...{ clock: realClock, address: 0, cards: 9, fewAt: 2, binMax: 5, moveMs: 0, resend },
      ...{ needsReset: false, chip: (apdu: Uint8Array) => apdu },
    }),
  );
  const twins = [bus.twin, cabinet.twin, cards.twin];
  const onBus = { link: bus.link, addresses: [1] };
  const how = { feedback: 'open', state_order: 's1-first', state_bits: 'same' };
  const supervisor = superviseDevices({
    devices: [
      { id: 'caller', driver: 'caller-rs485', options: onBus },
      {
        ...{ id: 'evaluator', driver: 'evaluator-rs485' },
        options: { ...onBus, levels: { 3: 'very-satisfied' } },
      },
      {
        ...{ id: 'locker', driver: 'locker-rs485' },
        options: { link: cabinet.link, boards: [{ board: 1, boxes: 8 }], ...how },
      },
      { id: 'cards', driver: 'crt-571', options: { link: cards.link } },
    ],
    ...{ drivers, owner: 'technician', clock: realClock, log: memoryLog(), random: () => 0.5 },
    printerProfile: () => Promise.reject(new Error('no printer here')),
  });
  const events: string[] = [];
  supervisor.onEvent((device, e) => events.push(`${device} ${e.type === 'key' ? e.key : e.type}`));
  const ids = ['caller', 'evaluator', 'locker', 'cards'];
  const allIn = (state: string) => ids.every((id) => supervisor.status(id)?.state === state);

  await until(() => allIn('ready'), waitMs, 'all ready');
  for (let round = 1; round <= 2; round += 1) {
    await Promise.all(twins.map((twin) => twin.pullPlug()));
    await until(() => allIn('out'), waitMs, 'all out');
    await Promise.all(twins.map((twin) => twin.putPlug()));
    await until(() => allIn('ready'), waitMs, 'all ready again');
    bus.twin.press(1, 'next');
    bus.twin.evaluate(1, 3);
    await until(() => events.length === round * 2, waitMs, 'key and level');
  }
  assert.equal([...new Set(events)].sort(), ['caller next', 'evaluator very-satisfied']);
  assert.equal(await supervisor.get('locker', 'locker')?.open(8), { outcome: 'opened' });
  assert.equal(await supervisor.get('cards', 'card-dispenser')?.dispense(), { outcome: 'done' });
  await supervisor.close();
  for (const twin of twins) await twin.close();
});

test.run();
