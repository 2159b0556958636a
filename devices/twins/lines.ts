/** The far end of a wire as a twin needs it: bytes in, bytes out, "stop, I am full". */
import { createServer, type Server, type Socket } from 'node:net';
import type { SerialPort } from 'serialport';

/** One host on one wire. */
export interface HostLine {
  /** No flow control: what does not fit is lost, and the host is not stopped. */
  readonly lossy: boolean;
  /** A cable that is always there: whoever hangs on it is a host from its first byte on. */
  readonly always: boolean;
  send(bytes: Uint8Array): void;
  /** Back pressure: while paused nothing is taken from the host. */
  pause(): void;
  resume(): void;
  /** The wire breaks (TCP: reset). */
  break(): void;
}
export interface LineEvents {
  data(bytes: Uint8Array): void;
  gone(): void;
}
/** A host has come; the answer says who listens to it. */
export type Accept = (line: HostLine) => LineEvents;

/** A place where hosts can come; stopped and started again as plugs are pulled and put. */
export interface LinePlace {
  start(): Promise<void>;
  /** The device behind loses its power. */
  stop(): Promise<void>;
  /** The twin is put away. */
  close(): Promise<void>;
}

export function tcpPlace(
  o: { host: string; port: number },
  accept: Accept,
): LinePlace & { port(): number } {
  let server: Server | undefined;
  let port = o.port;
  const sockets = new Set<Socket>();
  return {
    port: () => port,
    start: () =>
      new Promise((resolve, reject) => {
        const next = createServer((socket) => {
          sockets.add(socket);
          socket.on('close', () => sockets.delete(socket));
          serve(socket, accept);
        });
        next.once('error', reject);
        next.listen(port, o.host, () => {
          const address = next.address();
          if (address !== null && typeof address === 'object') port = address.port;
          server = next;
          resolve();
        });
      }),
    stop,
    close: stop,
  };

  function stop(): Promise<void> {
    return new Promise((resolve) => {
      for (const socket of sockets) socket.resetAndDestroy();
      if (server === undefined) return resolve();
      server.close(() => resolve());
      server = undefined;
    });
  }
}

function serve(socket: Socket, accept: Accept): void {
  // A reset by the host is part of the play.
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  const events = accept({
    lossy: false,
    always: false,
    send(bytes) {
      if (socket.writable) socket.write(bytes);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    break: () => socket.resetAndDestroy(),
  });
  socket.on('data', (bytes) => events.data(bytes));
  socket.on('end', () => socket.end());
  socket.on('close', () => events.gone());
}

const xon = Buffer.of(0x11);
const xoff = Buffer.of(0x13);

export interface SerialAt {
  path: string;
  baud: number;
  /** `rtscts`: as far as a pty can play it, the host's bytes wait in the line. */
  flow: 'rtscts' | 'xonxoff' | 'none';
}

/** A device without power is deaf and dumb, but its host's port stays: the cable is still there. */
export function serialPlace(o: SerialAt, accept: Accept): LinePlace {
  let port: SerialPort | undefined;
  let events: LineEvents | undefined;

  async function open(): Promise<SerialPort> {
    const { SerialPort: Port } = await import('serialport');
    // No lock: the far end of a pty pair is nobody else's, and a pty never forgets a lock.
    const made = new Port({ path: o.path, baudRate: o.baud, autoOpen: false, lock: false });
    await new Promise<void>((resolve, reject) => {
      made.open((error) => (error ? reject(error) : resolve()));
    });
    made.on('error', () => undefined);
    made.on('data', (bytes: Buffer) => events?.data(bytes));
    made.on('close', gone);
    return made;
  }

  function gone(): void {
    events?.gone();
    events = undefined;
  }

  return {
    async start() {
      port ??= await open();
      const held = port;
      let paused = false;
      const pause = (on: boolean) => {
        if (on === paused || o.flow === 'none') return;
        paused = on;
        if (o.flow === 'xonxoff' && held.isOpen) held.write(on ? xoff : xon);
        else if (on) held.pause();
        else held.resume();
      };
      events = accept({
        lossy: o.flow === 'none',
        always: true,
        send(bytes) {
          if (held.isOpen) held.write(Buffer.from(bytes));
        },
        pause: () => pause(true),
        resume: () => pause(false),
        break: () => undefined,
      });
    },
    async stop() {
      gone();
      port?.resume();
    },
    async close() {
      const held = port;
      port = undefined;
      gone();
      if (held === undefined || !held.isOpen) return;
      await new Promise<void>((resolve) => {
        held.once('close', () => resolve());
        held.flush(() => held.isOpen && held.close(() => undefined));
      });
    },
  };
}
