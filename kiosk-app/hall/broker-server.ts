/** The embedded broker's listening socket. */
import { createServer, type Server, type Socket } from 'node:net';
import { BusError } from '../../broker-config/errors.ts';
import { packetGuard } from './packet-guard.ts';

export interface BrokerServer {
  server: Server;
  /** Stops listening and hangs up on everybody. */
  close(): void;
}

/**
 * @param handle gets every connection; must attach its `readable` listener before it returns
 * @param bytesMax largest MQTT packet; who announces a larger one is cut
 */
export function createBrokerServer(
  handle: (socket: Socket) => void,
  bytesMax: number,
  connectionsMax: number,
): BrokerServer {
  const open = new Set<Socket>();
  // noDelay: without it Nagle's algorithm adds 40 ms to every answer.
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    handle(socket);
    guard(socket, bytesMax);
  });
  server.maxConnections = connectionsMax;
  return {
    server,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/**
 * A `data` listener beside the `readable` one sees each chunk in the moment it is read, before it is
 * parsed (Node, "stream": with both, `data` is emitted by read()).
 */
function guard(socket: Socket, bytesMax: number): void {
  const fits = packetGuard(bytesMax);
  socket.on('data', (chunk: Buffer) => {
    if (!fits(chunk)) {
      socket.destroy(new BusError('BUS_TOO_LARGE', `a packet has more than ${bytesMax} bytes`));
    }
  });
}

/** @throws BusError BUS_PORT_TAKEN, BUS_LISTEN */
export function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException) => reject(listenError(host, port, cause));
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function listenError(host: string, port: number, cause: NodeJS.ErrnoException): BusError {
  const where = `${host}:${port}`;
  if (cause.code === 'EADDRINUSE') {
    const what = 'another hall or broker runs there; stop it, or give this one another port';
    return new BusError('BUS_PORT_TAKEN', `${where} is in use: ${what}`, { cause });
  }
  const detail = `can not listen on ${where} (${cause.code ?? cause.message})`;
  return new BusError('BUS_LISTEN', detail, { cause });
}
