import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { codeOf, DeviceError } from '../../devices/codes.ts';
import type { Device } from '../../devices/contract.ts';
import { drivers } from '../../devices/registry.ts';
import type { TwinCard, VirtualIdCardReader } from '../../devices/twins/contract.ts';
import { createVirtualIdCardReader } from '../../devices/twins/virtual-id-card-reader.ts';
import { superviseDevices } from '../../kiosk-app/runtime/device-supervisor.ts';
import { type DeviceHost, deviceHost } from '../harness/device-host.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { type PtyPair, ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';

const test = suite('ID-card reader: real wires');
const waitMs = 10_000;
const never = new AbortController().signal;
const key = Buffer.alloc(32, 9);
const card: TwinCard = {
  ...{ type: 'citizen', name: '测试甲', sex: '1', nation: '01', birth: '19900101' },
  ...{ number: '000000199001010018', validFrom: '20200101', validTo: '长期' },
};
const newTwin = () =>
  createVirtualIdCardReader({
    clock: realClock,
    answerMs: { find: 1, select: 1, read: 5, other: 1 },
    lateMs: 10,
    findsAgain: false,
  });

const open = (link: object, host: DeviceHost): Promise<Device> =>
  within(
    drivers['id-card-sam'].open(
      { link, fields: ['person_token', 'masked_name'], token_key: 'person', find_every_ms: 100 },
      host.context,
      never,
    ),
    waitMs,
    'opening',
  );
const newHost = () => deviceHost(realClock, async () => key);
const cardsOf = (host: DeviceHost) => host.events.filter((e) => e.type === 'card');

/** The reader on one kind of wire: how it is torn out, and how it comes back. */
interface Rig {
  link: object;
  twin(): VirtualIdCardReader;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  end(): Promise<void>;
}
async function tcpRig(): Promise<Rig> {
  const twin = newTwin();
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  return {
    link: { via: 'tcp', ...at },
    twin: () => twin,
    unplug: () => twin.pullPlug(),
    replug: () => twin.putPlug(),
    end: () => twin.close(),
  };
}
async function ptyRig(): Promise<Rig> {
  const pair: PtyPair = await ptyPair();
  let twin = newTwin();
  const hold = () => twin.holdSerial({ path: pair.far, baud: 115_200 });
  await hold();
  return {
    link: { via: 'serial', path: pair.near, baud: 115_200, flow: 'none' },
    twin: () => twin,
    unplug: () => pair.unplug(),
    async replug() {
      await twin.close();
      await pair.replug();
      twin = newTwin();
      await hold();
    },
    async end() {
      await twin.close();
      await pair.unplug();
    },
  };
}

for (const [name, makeRig] of [
  ['TCP', tcpRig],
  ['a pty pair', ptyRig],
] as const) {
  test(`over ${name}: read, torn out in the middle of a card, plugged in, read again`, async () => {
    const rig = await makeRig();
    const host = newHost();
    const reader = await open(rig.link, host);
    assert.is(host.statuses.at(-1)?.code, 'DEV_READY');
    rig.twin().putCard(card);
    await until(() => cardsOf(host).length === 1, waitMs, 'the card');
    rig.twin().liftCard();
    const steps = await reader.selfTest?.('deep', never);
    assert.ok(steps?.every((step) => step.ok));
    assert.is(steps?.length, 3);

    // The answers to find and select come twice, which does no harm; the card's breaks off.
    rig.twin().putCard(card);
    rig.twin().spoil('twice', 'twice', 'half', 'half', 'half', 'half', 'half', 'half');
    await until(() => rig.twin().state.read || host.lost.length > 0, waitMs, 'half a frame');
    await rig.unplug();
    await until(() => host.lost.length === 1, waitMs, 'the loss');
    await reader.close();
    assert.is(cardsOf(host).length, 1, 'half a card is no card');

    await rig.replug();
    rig.twin().spoil();
    rig.twin().liftCard();
    const second = newHost();
    const again = await open(rig.link, second);
    rig.twin().putCard(card);
    await until(() => cardsOf(second).length === 1, waitMs, 'the card after the replug');
    assert.equal(cardsOf(second), cardsOf(host), 'the same person, the same token');
    await within(again.close(), 2000, 'close');
    assert.not.match(host.everything() + second.everything(), /000000199001010018|测试甲/);
    await rig.end();
  });
}

test('pulled and plugged in again under the supervisor: works within 3 s, nothing is restarted', async () => {
  const rig = await tcpRig();
  const cards: string[] = [];
  const options = { link: rig.link, fields: ['masked_number'], find_every_ms: 100 };
  const devices = superviseDevices({
    devices: [{ id: 'reader', driver: 'id-card-sam', options }],
    ...{ drivers, owner: 'nobody', clock: realClock, log: memoryLog(), random: () => 0.5 },
    printerProfile: () => Promise.reject(new DeviceError('PRN_PROFILE', 'no printer here')),
  });
  devices.onEvent((_, event) => {
    if (event.type === 'card') cards.push(event.card.maskedNumber ?? '');
  });
  const state = () => devices.status('reader')?.state;
  for (let round = 1; round <= 2; round += 1) {
    await until(() => state() === 'ready', waitMs, 'ready');
    rig.twin().putCard(card);
    await until(() => cards.length === round, waitMs, 'the card');
    rig.twin().liftCard();
    await rig.unplug();
    await until(() => state() === 'out', waitMs, 'out');
    await rig.replug();
    await until(() => state() === 'ready', 3000, 'ready again');
  }
  assert.equal(cards, new Array(2).fill('00**************18'));
  await devices.close();
  await rig.end();
});

test('a wire where nobody answers does not open, and says so within the host’s 2 s', async () => {
  const pair = await ptyPair();
  const began = performance.now();
  const link = { via: 'serial', path: pair.near, baud: 115_200, flow: 'none' };
  const code = await open(link, newHost()).then(
    () => 'opened',
    (error: unknown) => codeOf(error, 'DEV_READY'),
  );
  assert.is(code, 'DEV_NO_ANSWER');
  assert.ok(performance.now() - began < 10_000);
  await pair.unplug();
});

test('opening that is given up in the middle ends, and the wire with it', async () => {
  const pair = await ptyPair();
  const abort = new AbortController();
  const link = { via: 'serial', path: pair.near, baud: 115_200, flow: 'none' };
  const opening = drivers['id-card-sam'].open(
    { link, fields: [] },
    newHost().context,
    abort.signal,
  );
  setImmediate(() => abort.abort());
  const code = await within(
    opening.then(
      () => 'opened',
      (error: unknown) => codeOf(error, 'DEV_READY'),
    ),
    waitMs,
    'the end of opening',
  );
  assert.is(code, 'DEV_ABORTED');
  await pair.unplug();
});

test('a token without a key, a key the host does not have: said before any wire is opened', async () => {
  const link = { via: 'tcp', host: '127.0.0.1', port: 1 };
  const codeWith = (options: object, host: DeviceHost) =>
    drivers['id-card-sam'].open({ link, ...options }, host.context, never).then(
      () => 'opened',
      (error: unknown) => (error instanceof DeviceError ? error.message : String(error)),
    );
  const wanted = { fields: ['person_token'] };
  assert.match(await codeWith(wanted, newHost()), /^DEV_OPTIONS: .*token_key/);
  const named = { ...wanted, token_key: 'person' };
  assert.match(await codeWith(named, deviceHost(realClock)), /^IDC_TOKEN_KEY/);
  const short = deviceHost(realClock, async () => key.subarray(0, 8));
  assert.match(await codeWith(named, short), /^IDC_TOKEN_KEY/);
  assert.match(await codeWith({ fields: ['number'] }, newHost()), /^DEV_OPTIONS: .*fields/);
});

test.run();
