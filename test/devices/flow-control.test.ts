import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSerial } from '../../devices/transports/serial.ts';
import { createVirtualPrinter } from '../../devices/twins/virtual-printer.ts';
import { printerProfile } from '../harness/printer-profiles.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { until, within } from '../harness/until.ts';

const test = suite('flow control on a serial line');
const waitMs = 20_000;
const baud = 921_600;
const lines = 3000;
/** Each line has its number: what is missing can be named. */
const text = Array.from({ length: lines }, (_, i) => `${String(i).padStart(5, '0')}\n`).join('');

async function standing(flow: 'xonxoff' | 'none') {
  const pair = await ptyPair();
  const twin = createVirtualPrinter({
    profile: printerProfile('generic-80'),
    clock: realClock,
    pace: 'instant',
    paperMm: 50_000_000,
    lowBelowMm: 100,
    replies: { delayMs: 0, chunkBytesMax: 64 },
  });
  await twin.holdSerial({ path: pair.far, baud, flow });
  const link = { via: 'serial', path: pair.near, baud, flow } as const;
  const wire = await openSerial(link, new AbortController().signal);
  wire.onData(() => undefined);
  const printed = () => twin.tickets.flatMap((t) => t.text.match(/^\d{5}$/gm) ?? []);
  return { pair, twin, wire, printed };
}

test('XON/XOFF: a printer that stands still stops the host, and not one line is lost', async () => {
  const { pair, twin, wire, printed } = await standing('xonxoff');
  twin.openCover();
  const writing = wire.write(Buffer.from(`${text}\x1dVB\x00`, 'latin1'), waitMs);
  await until(() => twin.state.bufferedBytes === 4096, waitMs, 'the full buffer');
  for (let turn = 0; turn < 100; turn++) await new Promise((done) => setImmediate(done));
  assert.is(twin.tickets.length, 0);
  twin.closeCover();
  await within(writing, waitMs, 'the write');
  await until(() => printed().length === lines, waitMs, 'every line');
  assert.equal(
    twin.tickets.flatMap((t) => t.complaints.filter((c) => c !== 'never cut')),
    [],
  );
  await wire.close();
  await twin.close();
  await pair.unplug();
});

test('without flow control what does not fit is lost, and the host never knows', async () => {
  const { pair, twin, wire, printed } = await standing('none');
  twin.openCover();
  await wire.write(Buffer.from(text, 'latin1'), waitMs);
  await until(() => twin.state.bufferedBytes === 4096, waitMs, 'the full buffer');
  twin.closeCover();
  await until(() => twin.state.bufferedBytes === 0, waitMs, 'the empty buffer');
  await wire.write(Buffer.from('\x1dVB\x00', 'latin1'), waitMs);
  await until(() => twin.tickets.length > 0, waitMs, 'the paper');
  assert.ok(printed().length < lines);
  await wire.close();
  await twin.close();
  await pair.unplug();
});

test.run();
