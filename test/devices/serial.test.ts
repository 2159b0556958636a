import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import type { Transport } from '../../devices/contract.ts';
import type { SerialLink } from '../../devices/transports/options.ts';
import { byteMs, openSerial } from '../../devices/transports/serial.ts';
import { ptyPair } from '../harness/pty.ts';
import { until, within } from '../harness/until.ts';

const test = suite('serial transport');
const never = new AbortController().signal;
const waitMs = 8000;
const link = (path: string, baud = 115_200): SerialLink => ({
  via: 'serial',
  path,
  baud,
  flow: 'none',
});

async function codeFrom(promise: Promise<unknown>): Promise<string> {
  try {
    await within(promise, waitMs, 'the rejection');
    return 'resolved';
  } catch (error) {
    return error instanceof DeviceError ? error.code : String(error);
  }
}
function listen(wire: Transport) {
  const heard = { text: '', closed: undefined as { error: Error | undefined } | undefined };
  wire.onClose((error) => {
    heard.closed = { error };
  });
  wire.onData((chunk) => {
    heard.text += Buffer.from(chunk).toString('latin1');
  });
  return heard;
}

test('bytes of every value pass a pty pair both ways, unchanged', async () => {
  const pair = await ptyPair();
  const near = await openSerial(link(pair.near), never);
  const far = await openSerial(link(pair.far), never);
  const nearHeard = listen(near);
  const farHeard = listen(far);
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  await near.write(all, waitMs);
  await far.write(all, waitMs);
  const text = Buffer.from(all).toString('latin1');
  await until(() => farHeard.text.length >= 256 && nearHeard.text.length >= 256, waitMs);
  assert.is(farHeard.text, text);
  assert.is(nearHeard.text, text);
  await within(Promise.all([near.close(), far.close()]), 2000, 'close');
  assert.is(nearHeard.closed?.error, undefined);
  await pair.unplug();
});

test('a write ends no sooner than the line can carry it', async () => {
  const pair = await ptyPair();
  const near = await openSerial(link(pair.near, 9600), never);
  const far = await openSerial(link(pair.far, 9600), never);
  listen(near);
  listen(far);
  const begun = performance.now();
  await near.write(new Uint8Array(96), waitMs);
  assert.ok(performance.now() - begun >= 96 * byteMs(link('', 9600)) - 2, 'paced at 9600 baud');
  await Promise.all([near.close(), far.close()]);
  await pair.unplug();
});

test('a byte takes start bit, data, parity and stop bit', () => {
  assert.is(byteMs({ ...link('', 1000) }), 10);
  assert.is(byteMs({ ...link('', 1000), data_bits: 7, parity: 'even' }), 10);
  assert.is(byteMs({ ...link('', 1000), parity: 'odd' }), 11);
});

test('no such port is told apart from one that hangs up', async () => {
  assert.is(await codeFrom(openSerial(link('/dev/no-such-port'), never)), 'DEV_NO_SUCH_PORT');
  assert.is(await codeFrom(openSerial(link('/dev/null'), never)), 'DEV_UNREACHABLE');
});

test('torn out in the middle of a write: the write fails, the wire is gone, nothing is left over', async () => {
  const pair = await ptyPair();
  const near = await openSerial(link(pair.near), never);
  const far = await openSerial(link(pair.far), never);
  const heard = listen(near);
  listen(far);
  const writing = codeFrom(near.write(new Uint8Array(200_000), 60_000));
  await pair.unplug();
  assert.is(await writing, 'DEV_CLOSED');
  await until(() => heard.closed, waitMs, 'the end of the wire');
  assert.instance(heard.closed?.error, DeviceError);
  assert.is(await codeFrom(near.write(Uint8Array.of(1), waitMs)), 'DEV_CLOSED');
  await within(Promise.all([near.close(), far.close()]), 2000, 'close');
});

test('torn out while bytes are coming in: always noticed, whatever the read was doing', async () => {
  const wires = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const pair = await ptyPair();
      const near = await openSerial(link(pair.near), never);
      const far = await openSerial(link(pair.far), never);
      const heard = listen(near);
      listen(far);
      return { pair, near, far, heard };
    }),
  );
  for (const { pair, far, heard } of wires) {
    for (let n = 0; heard.text.length < 200; n += 1) {
      await far.write(new Uint8Array(20), waitMs);
      assert.ok(n < 1000);
    }
    const writing = codeFrom(far.write(new Uint8Array(4000), waitMs));
    await pair.unplug();
    await until(() => heard.closed, waitMs, 'the end of the wire');
    assert.instance(heard.closed?.error, DeviceError);
    await writing;
  }
  for (const { near, far } of wires) await Promise.all([near.close(), far.close()]);
});

test('after a replug a new wire carries only what was written to it', async () => {
  const pair = await ptyPair();
  const lost = await openSerial(link(pair.near), never);
  listen(lost);
  await pair.unplug();
  assert.is(await codeFrom(lost.write(Buffer.from('OLD TICKET'), waitMs)), 'DEV_CLOSED');
  await lost.close();
  await pair.replug();
  const near = await openSerial(link(pair.near), never);
  const far = await openSerial(link(pair.far), never);
  listen(near);
  const farHeard = listen(far);
  await near.write(Buffer.from('new'), waitMs);
  await until(() => farHeard.text.length >= 3, waitMs);
  assert.is(farHeard.text, 'new');
  await Promise.all([near.close(), far.close()]);
  await pair.unplug();
});

test('a port can be closed and opened again: no lock stays behind', async () => {
  const pair = await ptyPair();
  for (let i = 0; i < 3; i++) {
    const near = await openSerial(link(pair.near), never);
    listen(near);
    await near.close();
  }
  await pair.unplug();
});

test('a far end that never reads: the write ends at its deadline', async () => {
  const pair = await ptyPair();
  // Nobody has opened the far end: socat fills its own buffers, then the line stands.
  const near = await openSerial(link(pair.near, 921_600), never);
  const heard = listen(near);
  assert.is(await codeFrom(near.write(new Uint8Array(1_000_000), 300)), 'DEV_WRITE_DEADLINE');
  await until(() => heard.closed, waitMs);
  await within(near.close(), 2000, 'close');
  await pair.unplug();
});

test('opening that was given up before it began does not happen', async () => {
  const pair = await ptyPair();
  assert.is(await codeFrom(openSerial(link(pair.near), AbortSignal.abort())), 'DEV_ABORTED');
  await pair.unplug();
});

test.run();
