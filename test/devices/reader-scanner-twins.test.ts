import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openTcp } from '../../devices/transports/tcp.ts';
import type { TwinCard, TwinWires } from '../../devices/twins/contract.ts';
import { createVirtualIdCardReader } from '../../devices/twins/virtual-id-card-reader.ts';
import { createVirtualRadar } from '../../devices/twins/virtual-radar.ts';
import { createVirtualScanner } from '../../devices/twins/virtual-scanner.ts';
import { vectorBytes, vectors } from '../harness/device-host.ts';
import { realClock } from '../harness/real-clock.ts';
import { until } from '../harness/until.ts';

const test = suite('twins of reader, scanner, radar: as the tables say');
const waitMs = 8000;

/** Someone who knows nothing but the tables, at the twin's TCP port. */
async function caller(twin: TwinWires, device: string) {
  const rows = vectors(device);
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const wire = await openTcp({ via: 'tcp', ...at }, new AbortController().signal);
  let heard = '';
  wire.onData((chunk) => {
    heard += Buffer.from(chunk).toString('hex');
  });
  const hex = (name: string) => vectorBytes(rows, name).toString('hex');
  return {
    hex,
    heard: () => heard,
    /** Says the one row of the table and expects the other, whole and nothing more. */
    async says(question: string, answer: string) {
      heard = '';
      await wire.write(vectorBytes(rows, question), waitMs);
      await until(() => heard.length >= hex(answer).length, waitMs, `${question} -> ${answer}`);
      assert.is(heard, hex(answer), `${question} -> ${answer}`);
    },
    close: async () => {
      await wire.close();
      await twin.close();
    },
  };
}

const address = '测试省测试市测试区不存在路0号';
const cards: Record<string, TwinCard> = {
  'read-citizen': {
    ...{ type: 'citizen', name: '测试甲', sex: '1', nation: '01', birth: '19900101', address },
    ...{ number: '000000199001010018', authority: '测试市公安局测试分局' },
    ...{ validFrom: '20200101', validTo: '长期' },
  },
  'read-J': {
    ...{ type: 'hk-mo-tw', name: '测试乙', sex: '2', birth: '19850615', address },
    ...{ number: '00000019850615002X', authority: '测试市公安局', passNumber: 'H00000000' },
    ...{ issueCount: '01', validFrom: '20200101', validTo: '20250101' },
  },
  'read-I': {
    ...{ type: 'foreigner-2017', name: '测试丙', englishName: 'TEST, PERSON BING', sex: '1' },
    ...{ birth: '19700101', number: 'ZZZ000000000000', country: 'ZZZ' },
    ...{ validFrom: '20190101', validTo: '20290101' },
  },
  'read-Y': {
    ...{ type: 'foreigner-2023', name: '测试丁', sex: '2', birth: '19920202', country: 'ZZZ' },
    ...{ englishName: 'TESTPERSON DING WITH AN INVENTED LONG NAME', number: '900000199202020020' },
    ...{ validFrom: '20240101', validTo: '20340101' },
  },
};

test('the reader answers every command of the table, photo and fingerprint included', async () => {
  const twin = createVirtualIdCardReader({
    clock: realClock,
    answerMs: { find: 0, select: 0, read: 0, other: 0 },
    lateMs: 0,
    findsAgain: false,
  });
  const c = await caller(twin, 'sam-id-reader');
  await c.says('reset', 'answer-ok-no-data');
  await c.says('status', 'answer-ok-no-data');
  for (const speed of ['115200', '57600', '38400', '19200', '9600'])
    await c.says(`set-speed-${speed}`, 'answer-ok-no-data');
  await c.says('find-card', 'find-card-none');
  await c.says('select-card', 'select-card-failed');
  await c.says('read-text-photo', 'read-failed');
  await c.says('read-additional-address', 'no-such-content');
  for (const [answer, card] of Object.entries(cards)) {
    twin.putCard(card);
    await c.says('find-card', 'find-card-ok');
    await c.says('select-card', 'select-card-ok');
    await c.says('read-text-photo', answer);
    await c.says('find-card', 'find-card-none');
    twin.liftCard();
  }
  twin.putCard(cards['read-citizen'] as TwinCard);
  await c.says('find-card', 'find-card-ok');
  await c.says('select-card', 'select-card-ok');
  await c.says('read-text-photo-finger', 'read-finger-1024');
  await c.close();
});

test('the scanner module answers every command of the table, with and without check', async () => {
  const twin = createVirtualScanner({ protocol: 'gm65', encoding: 'utf-8', tail: 'cr' });
  const c = await caller(twin, 'gm65');
  await c.says('heartbeat', 'reply-heartbeat');
  await c.says('read-speed', 'reply-read-speed-9600');
  for (const trigger of ['trigger', 'trigger-crc']) {
    await c.says(trigger, 'reply-ok');
    assert.ok(twin.state.triggered);
    await c.says(trigger === 'trigger' ? 'stop' : 'stop-crc', 'reply-ok');
    assert.not(twin.state.triggered);
  }
  for (const name of ['save', 'set-9600', 'factory-reset', 'factory-reset-crc'])
    await c.says(name, 'reply-ok');
  assert.equal(twin.complaints, []);
  await c.close();
});

test('the radar reports nobody as the table says, and holds its reports while it is configured', async () => {
  const twin = createVirtualRadar({ clock: realClock, everyMs: 5 });
  const c = await caller(twin, 'ld2410');
  await until(() => c.heard().includes(c.hex('nobody')), waitMs, 'a report');
  await c.close();
});

test.run();
