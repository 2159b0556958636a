import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import { openTcp } from '../../devices/transports/tcp.ts';
import { until, within } from '../harness/until.ts';

const test = suite('tcp transport');
const never = new AbortController().signal;
const waitMs = 5000;

async function serve(onSocket: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    link: { via: 'tcp', host: '127.0.0.1', port } as const,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const codeOf = (error: unknown) => (error instanceof DeviceError ? error.code : String(error));
async function codeFrom(promise: Promise<unknown>): Promise<string> {
  try {
    await within(promise, waitMs, 'the rejection');
    return 'resolved';
  } catch (error) {
    return codeOf(error);
  }
}

test('bytes pass both ways and an orderly close gives no error', async () => {
  const got: string[] = [];
  const peer = await serve((socket) => {
    socket.on('data', (chunk) => {
      got.push(chunk.toString());
      socket.write('pong');
    });
  });
  const wire = await openTcp(peer.link, never);
  const heard: string[] = [];
  let closedWith: unknown = 'open';
  wire.onData((chunk) => heard.push(Buffer.from(chunk).toString()));
  wire.onClose((error) => {
    closedWith = error;
  });
  await wire.write(Buffer.from('ping'), waitMs);
  await until(() => heard.join('') === 'pong', waitMs);
  await within(wire.close(), 2000, 'close');
  assert.is(closedWith, undefined);
  assert.equal(got, ['ping']);
  peer.close();
});

test('a port where nobody listens is told apart from a wire that went away', async () => {
  const peer = await serve(() => undefined);
  peer.close();
  assert.is(await codeFrom(openTcp(peer.link, never)), 'DEV_UNREACHABLE');
});

test('opening ends when the host gives up', async () => {
  const abort = new AbortController();
  // TEST-NET-1: packets vanish, so the connection stays half open.
  const opening = openTcp({ via: 'tcp', host: '192.0.2.1', port: 9100 }, abort.signal);
  abort.abort();
  const code = await codeFrom(opening);
  assert.ok(['DEV_ABORTED', 'DEV_UNREACHABLE'].includes(code), code);
  assert.is(
    await codeFrom(openTcp({ via: 'tcp', host: '127.0.0.1', port: 9 }, abort.signal)),
    'DEV_ABORTED',
  );
});

test('a peer that never reads ends the write at its deadline and the wire with it', async () => {
  const peer = await serve((socket) => socket.pause());
  const wire = await openTcp(peer.link, never);
  let closedWith: unknown = 'open';
  wire.onData(() => undefined);
  wire.onClose((error) => {
    closedWith = error;
  });
  const stuck = wire.write(new Uint8Array(32 * 1024 * 1024), 100);
  assert.is(await codeFrom(wire.write(Uint8Array.of(1), 100)), 'DEV_WRITE_BUSY');
  assert.is(await codeFrom(stuck), 'DEV_WRITE_DEADLINE');
  assert.is(codeOf(closedWith), 'DEV_WRITE_DEADLINE');
  assert.is(await codeFrom(wire.write(Uint8Array.of(1), 100)), 'DEV_CLOSED');
  peer.close();
});

test('what a dropped wire had not passed on never arrives', async () => {
  let received = 0;
  let socketOfPeer: Socket | undefined;
  let ended = false;
  const peer = await serve((socket) => {
    socketOfPeer = socket.pause();
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.pause();
    socket.on('close', () => {
      ended = true;
    });
  });
  const wire = await openTcp(peer.link, never);
  wire.onClose(() => undefined);
  const bytes = 64 * 1024 * 1024;
  const stuck = wire.write(new Uint8Array(bytes), waitMs);
  wire.abandon(new DeviceError('DEV_CLOSED', 'test'));
  assert.is(await codeFrom(stuck), 'DEV_CLOSED');
  await until(() => socketOfPeer, waitMs);
  socketOfPeer?.resume();
  await until(() => ended, waitMs);
  assert.ok(received < bytes / 2, `${received} bytes still came`);
  peer.close();
});

test('a FIN ends the wire: nobody will answer any more', async () => {
  const peer = await serve((socket) => socket.end('last words'));
  const wire = await openTcp(peer.link, never);
  let heard = '';
  let closedWith: unknown = 'open';
  wire.onClose((error) => {
    closedWith = error;
  });
  wire.onData((chunk) => {
    heard += Buffer.from(chunk).toString();
  });
  await until(() => closedWith !== 'open', waitMs);
  assert.is(heard, 'last words');
  assert.is(codeOf(closedWith), 'DEV_CLOSED');
  peer.close();
});

test('who asks for the end after it came is told at once', async () => {
  const peer = await serve((socket) => socket.destroy());
  const wire = await openTcp(peer.link, never);
  wire.onData(() => undefined);
  await until(() => codeFromSync(wire) === 'closed', waitMs);
  let told = false;
  wire.onClose(() => {
    told = true;
  });
  assert.ok(told);
  peer.close();

  function codeFromSync(w: typeof wire) {
    let closed = 'open';
    w.onClose(() => {
      closed = 'closed';
    });
    return closed;
  }
});

test('bytes that arrive before anybody listens are kept', async () => {
  const peer = await serve((socket) => socket.write('early'));
  const wire = await openTcp(peer.link, never);
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  let heard = '';
  wire.onData((chunk) => {
    heard += Buffer.from(chunk).toString();
  });
  await until(() => heard === 'early', waitMs);
  await wire.close();
  peer.close();
});

test.run();
