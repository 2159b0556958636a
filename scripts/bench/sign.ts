/**
 * call.sign_ms: the clerk's key leaves the caller on the RS-485 wire -> the first byte of the call is
 * on the wire of the sign over the window. A real window process between two devices on pty pairs
 * (TCP where the machine can make none), and a real hall. Both far ends stand in this process, so one
 * clock measures both; a pty has no baud rate, so what the bytes take on a real line comes on top.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { credentialFile } from '../../broker-config/credentials.ts';
import type { StreamLink } from '../../devices/transports/options.ts';
import type { TwinWires } from '../../devices/twins/contract.ts';
import { createStand, type TwinStand } from '../../devices/twins/stand.ts';
import { createVirtualCallers } from '../../devices/twins/virtual-caller.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import type { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import { canMakePtyPairs, makePtyPair } from '../demo/virtual-wires.ts';
import { hall, service } from './hall-profile.ts';
import { type BenchMachine, connectMachine } from './machine.ts';
import { startRole } from './process.ts';
import { p50, p99 } from './stats.ts';
import type { World } from './world.ts';

const address = 1;
const baud = 9600;
/**
 * A second "next" within windowLimits.nextRestMs of the answer is a bouncing key. The sign can be
 * ahead of the answer: a new installation stops once, for 0.2 s, to keep what it has compiled.
 */
const restMs = 800;
const shownWaitMs = 10_000;
const openAgainMs = 1_000;
/** The plain sign's frame begins with this byte (its template below). */
const frameHead = 0x40;

export async function measureSign(world: World, calls: number) {
  const dir = join(world.dir, 'wires');
  mkdirSync(dir, { recursive: true });
  const callers = createVirtualCallers({
    ...{ clock: realClock, callers: [address], evaluators: [], keyFunc: 1 },
    resend: { waitMs: 300, timesMax: 3 },
  });
  const sign = signWire();
  const callerLink = await connect(callers, dir, 'caller');
  const signLink = await connect(sign.stand, dir, 'sign');
  const queue = await connectMachine('queue-0', 'queue-machine', world.hall);
  const args = writeProfile(world, callerLink.link, signLink.link);
  const machine = await startRole(args);
  await openWindow(queue, () => callers.press(address, 'pause'));
  const samples: number[] = [];
  for (let i = 0; i < calls; i += 1) {
    const { ticket } = await queue.ask('take', { service, paper: false, source: 'touch' });
    await sleep(restMs);
    const pressed = performance.now();
    const shown = sign.shows(ticket.number);
    callers.press(address, 'next');
    samples.push((await shown) - pressed);
  }
  await machine.stop();
  await queue.close();
  await callerLink.close();
  await signLink.close();
  return { 'call.sign_ms_p50': p50(samples), 'call.sign_ms_p99': p99(samples) };
}

/** The key opens a window that is not open; pressed again while nobody has heard it yet. */
async function openWindow(queue: BenchMachine, press: () => void): Promise<void> {
  let open = false;
  const unwatch = queue.link.watch((view) => {
    open = view.board?.windows[0]?.state === 'open';
  });
  for (let waited = 0; !open; waited += openAgainMs) {
    if (waited > shownWaitMs) throw new Error('the window does not open');
    press();
    await sleep(openAgainMs);
  }
  unwatch();
}

/** The far end of the sign's wire: when did the first byte of the frame with this number come? */
function signWire(): { stand: TwinStand; shows(number: string): Promise<number> } {
  let frameAt = 0;
  let frame = '';
  let heard = (_text: string, _at: number) => {};
  const stand = createStand(() => ({
    data(bytes) {
      const at = performance.now();
      for (const byte of bytes) {
        if (byte === frameHead) {
          frameAt = at;
          frame = '';
        }
        frame += String.fromCharCode(byte);
        heard(frame, frameAt);
      }
    },
    gone: () => undefined,
  }));
  return {
    stand,
    shows: (number) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${number} on no sign`)), shownWaitMs);
        heard = (text, at) => {
          if (!text.includes(number)) return;
          clearTimeout(late);
          heard = () => {};
          resolve(at);
        };
      }),
  };
}

async function connect(
  twin: TwinWires,
  dir: string,
  what: string,
): Promise<{ link: StreamLink; close(): Promise<void> }> {
  if (!canMakePtyPairs()) {
    const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
    return { link: { via: 'tcp', ...at }, close: () => twin.close() };
  }
  const pair = await makePtyPair(join(dir, what), join(dir, `${what}.twin`));
  await twin.holdSerial({ path: pair.far, baud });
  return {
    link: { via: 'serial', path: pair.near, baud, flow: 'none' },
    async close() {
      await twin.close();
      pair.close();
    },
  };
}

/** @returns arguments that start the window */
function writeProfile(world: World, caller: StreamLink, sign: StreamLink): string[] {
  const machine = 'window-0';
  const profile: MachineProfile = {
    ...{ machine, role: 'window', hall, owner: { name: 'bench', phone: '' } },
    broker: {
      url: `mqtt://127.0.0.1:${world.hall.port}`,
      credential_file: credentialFile(world.hall.dataDir, machine),
    },
    devices: [
      { id: 'caller', driver: 'caller-rs485', options: { link: caller, addresses: [address] } },
      { id: 'sign', driver: 'sign-text', options: { link: sign, template: '40 {addr} {text} 0D' } },
    ],
    window: {
      sign: 'sign',
      caller: { device: 'caller', address },
      keys: { next: 'call-next', pause: 'pause-or-open' },
    },
  };
  const file = join(world.dir, 'window.yaml');
  writeFileSync(file, stringify(profile, { aliasDuplicateObjects: false }));
  return ['window', '--profile', file, '--data', join(world.dir, machine)];
}
