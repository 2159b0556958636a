/** Bytes over TCP: printers' network boards (port 9100), serial servers. */
import { createConnection, type Socket } from 'node:net';
import { DeviceError } from '../codes.ts';
import type { Transport } from '../contract.ts';
import type { TcpLink } from './options.ts';
import { makeWire, withinDeadline } from './wire.ts';

/** A board on the hall's own network answers in milliseconds; this is for one that boots. */
export const connectDeadlineMs = 3000;
/** Idle time before the kernel probes; drivers with a heartbeat notice a dead peer sooner. */
const keepAliveAfterMs = 10_000;

/** @throws DeviceError DEV_UNREACHABLE, DEV_CONNECT_DEADLINE, DEV_ABORTED */
export function openTcp(link: TcpLink, signal: AbortSignal): Promise<Transport> {
  const name = `tcp ${link.host}:${link.port}`;
  return withinDeadline<Transport>(name, connectDeadlineMs, signal, (done, fail) => {
    const socket = createConnection({
      host: link.host,
      port: link.port,
      // Without it a short command waits for the acknowledgement of the one before (Nagle).
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: keepAliveAfterMs,
    });
    const onError = (cause: Error) => fail(new DeviceError('DEV_UNREACHABLE', name, { cause }));
    socket.once('error', onError);
    socket.once('connect', () => {
      socket.removeListener('error', onError);
      done(socketWire(socket, name));
    });
    return { cancel: () => socket.destroy() };
  });
}

/** A connected socket as a transport. Also the twins' side of an accepted connection. */
export function socketWire(socket: Socket, name: string): Transport {
  socket.setNoDelay(true);
  const wire = makeWire({
    name,
    read: (f) => socket.on('data', f),
    send: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    // RST instead of FIN: the kernel then drops what it still holds, so no ticket prints later.
    drop: () => socket.resetAndDestroy(),
    shut: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve());
        socket.end();
      }),
  });
  let failure: Error | undefined;
  socket.on('error', (error) => {
    failure = error;
  });
  // A FIN before the last reply ends the wire as a reset does: nobody answers any more.
  socket.on('end', () => wire.gone(new DeviceError('DEV_CLOSED', `${name}: closed by the peer`)));
  socket.on('close', () =>
    wire.gone(new DeviceError('DEV_CLOSED', name, failure && { cause: failure })),
  );
  return wire;
}
