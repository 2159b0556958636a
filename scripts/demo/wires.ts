/**
 * Puts a virtual twin at the far end of every device wire of a machine profile, and says how the
 * profile has to name that wire. Serial wires become pty pairs where the machine can make them, and
 * TCP serial-server wires where not.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceClock } from '../../devices/contract.ts';
import type { StreamLink } from '../../devices/transports/options.ts';
import type { TwinWires } from '../../devices/twins/contract.ts';
import { makePtyPair, type PtyPair } from './virtual-wires.ts';

export interface WireMaker {
  /** Next free TCP port of the demonstration's range. */
  nextPort(): number;
  pty: boolean;
  /** Folder for the names of pty ends. */
  dir: string;
  clock: DeviceClock;
}

export interface Wire {
  link: StreamLink;
  /** As a technician names it. */
  name: string;
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** `wanted`: the link that stands in the machine's own profile. */
export async function connectTwin(
  twin: TwinWires,
  wanted: StreamLink,
  what: string,
  o: WireMaker,
): Promise<Wire> {
  if (wanted.via === 'serial' && o.pty) return overPty(twin, wanted, what, o.dir);
  const port = o.nextPort();
  await twin.listenTcp({ host, port });
  return {
    link: { via: 'tcp', host, port },
    name: `tcp ${host}:${port}`,
    close: () => twin.close(),
  };
}

async function overPty(
  twin: TwinWires,
  wanted: Extract<StreamLink, { via: 'serial' }>,
  what: string,
  dir: string,
): Promise<Wire> {
  mkdirSync(dir, { recursive: true });
  const pair: PtyPair = await makePtyPair(join(dir, what), join(dir, `${what}.twin`));
  await twin.holdSerial({ path: pair.far, baud: wanted.baud });
  return {
    link: { ...wanted, path: pair.near },
    name: `serial ${what} ${wanted.baud}`,
    close: async () => {
      await twin.close();
      pair.close();
    },
  };
}
