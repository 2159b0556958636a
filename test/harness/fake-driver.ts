/** A driver whose device a test opens, breaks and plugs in again. */
import { Type } from '@sinclair/typebox';
import { type DeviceCode, DeviceError } from '../../devices/codes.ts';
import type { Device, DeviceContext, DriverEntry } from '../../devices/contract.ts';

export interface FakeDevice extends Device {
  closed: boolean;
}

export interface FakeDriver {
  entry: DriverEntry;
  /** Contexts of all openings, newest last. */
  readonly contexts: DeviceContext[];
  readonly opened: FakeDevice[];
  /** Openings that were given up. */
  aborted: number;
  /** What the next openings do. `hang`: answer only to the abort; `deaf`: not even to that. */
  plug: 'in' | 'out' | 'hang' | 'deaf';
  code: DeviceCode;
  /** Lets the openings that hang succeed after all. */
  openLate(): void;
  /** What the driver does with its context before it is open. */
  handshake: (context: DeviceContext) => void;
  /** How long letting go takes: resolves when the test says so. */
  slowClose: Promise<void> | undefined;
}

export function fakeDriver(kind: Device['kind'] = 'keypad'): FakeDriver {
  const late: (() => void)[] = [];
  const fake: FakeDriver = {
    contexts: [],
    opened: [],
    aborted: 0,
    plug: 'in',
    code: 'DEV_NO_SUCH_PORT',
    handshake: () => {},
    slowClose: undefined,
    openLate: () => {
      for (const f of late.splice(0)) f();
    },
    entry: {
      kind,
      options: Type.Object({}),
      open: (_options, context, signal) =>
        new Promise((resolve, reject) => {
          fake.contexts.push(context);
          const device: FakeDevice = {
            kind,
            closed: false,
            selfTest: async () => [],
            async close() {
              device.closed = true;
              await fake.slowClose;
            },
          };
          const open = () => {
            fake.opened.push(device);
            resolve(device);
          };
          signal.addEventListener('abort', () => {
            fake.aborted += 1;
            if (fake.plug !== 'deaf') reject(new DeviceError('DEV_ABORTED', 'given up'));
          });
          if (fake.plug === 'out') return reject(new DeviceError(fake.code, 'unplugged'));
          if (fake.plug !== 'in') return late.push(open);
          fake.handshake(context);
          return open();
        }),
    },
  };
  return fake;
}
