/**
 * What is plugged into this machine, read from the kernel's own directories: needs no library and no
 * rights. Total: what can not be read is left out.
 */
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface UsbIdentity {
  vendor: number;
  product: number;
  serial: string | null;
  /** Maker and model as the device names itself; '' = nothing. */
  name: string;
}
export interface FoundPort {
  path: string;
  /** Names of it that survive replugging, best first: by-id, then by-path. */
  stable: string[];
  usb: UsbIdentity | null;
}
export type HidLooks = 'keyboard' | 'pos-scanner' | 'other';
export interface FoundHid {
  path: string;
  name: string;
  vendor: number;
  product: number;
  serial: string | null;
  looks: HidLooks;
}
export interface FoundVideo extends FoundPort {
  name: string;
}
export interface Found {
  serial: FoundPort[];
  hid: FoundHid[];
  video: FoundVideo[];
  usbPrinters: FoundPort[];
}

/** Where the kernel shows itself; tests hand in a tree of their own. */
export interface Roots {
  sys: string;
  dev: string;
}

export function look(roots: Roots = { sys: '/sys', dev: '/dev' }): Found {
  return {
    serial: serialPorts(roots),
    hid: hidDevices(roots),
    video: videoDevices(roots),
    usbPrinters: usbPrinters(roots),
  };
}

function serialPorts({ sys, dev }: Roots): FoundPort[] {
  const stable = stableNames([join(dev, 'serial/by-id'), join(dev, 'serial/by-path')]);
  return list(join(sys, 'class/tty'))
    .filter((name) => {
      const dir = join(sys, 'class/tty', name);
      // A built-in port without a chip behind it says type 0 (PORT_UNKNOWN).
      return (
        existsSync(join(dir, 'device')) && text(join(dir, 'type')) !== '0' && !/^tty\d*$/.test(name)
      );
    })
    .map((name) => port(join(dev, name), stable, join(sys, 'class/tty', name, 'device')));
}

function hidDevices({ sys, dev }: Roots): FoundHid[] {
  return list(join(sys, 'class/hidraw')).flatMap((name) => {
    const device = join(sys, 'class/hidraw', name, 'device');
    const said = text(join(device, 'uevent')) ?? '';
    const id = /^HID_ID=[0-9A-F]+:([0-9A-F]{8}):([0-9A-F]{8})$/im.exec(said);
    if (id?.[1] === undefined || id[2] === undefined) return [];
    return {
      path: join(dev, name),
      name: /^HID_NAME=(.*)$/m.exec(said)?.[1] ?? '',
      vendor: Number.parseInt(id[1], 16),
      product: Number.parseInt(id[2], 16),
      serial: /^HID_UNIQ=(.+)$/m.exec(said)?.[1] ?? null,
      looks: looksOf(bytes(join(device, 'report_descriptor'))),
    };
  });
}

/** First usage page and usage of the report descriptor (HID 1.11, 6.2.2). */
function looksOf(descriptor: Uint8Array): HidLooks {
  const hex = Buffer.from(descriptor.subarray(0, 4)).toString('hex');
  if (hex === '05010906') return 'keyboard';
  return hex === '058c0902' ? 'pos-scanner' : 'other';
}

function videoDevices({ sys, dev }: Roots): FoundVideo[] {
  const stable = stableNames([join(dev, 'v4l/by-id'), join(dev, 'v4l/by-path')]);
  return list(join(sys, 'class/video4linux'))
    .filter((name) => {
      const dir = join(sys, 'class/video4linux', name);
      // A camera shows a second node for its metadata (index 1): no picture comes from it.
      return name.startsWith('video') && (text(join(dir, 'index')) ?? '0') === '0';
    })
    .map((name) => {
      const dir = join(sys, 'class/video4linux', name);
      return {
        ...port(join(dev, name), stable, join(dir, 'device')),
        name: text(join(dir, 'name')) ?? '',
      };
    });
}

function usbPrinters({ sys, dev }: Roots): FoundPort[] {
  return list(join(sys, 'class/usbmisc'))
    .filter((name) => /^lp\d+$/.test(name))
    .map((name) =>
      port(join(dev, 'usb', name), new Map(), join(sys, 'class/usbmisc', name, 'device')),
    );
}

function port(path: string, stable: Map<string, string[]>, device: string): FoundPort {
  return { path, stable: stable.get(path) ?? [], usb: usbOf(device) };
}

/** The USB device some levels above an interface, where it is one. */
function usbOf(device: string): UsbIdentity | null {
  let dir: string;
  try {
    dir = realpathSync(device);
  } catch {
    return null;
  }
  for (let up = 0; up < levelsMax && dir !== '/'; up += 1, dir = dirname(dir)) {
    const vendor = text(join(dir, 'idVendor'));
    const product = text(join(dir, 'idProduct'));
    if (vendor === null || product === null) continue;
    const names = [text(join(dir, 'manufacturer')), text(join(dir, 'product'))];
    return {
      vendor: Number.parseInt(vendor, 16),
      product: Number.parseInt(product, 16),
      serial: text(join(dir, 'serial')),
      name: names.filter((n) => n !== null).join(' '),
    };
  }
  return null;
}
const levelsMax = 6;

/** Device file -> its names in these folders of links. */
function stableNames(folders: readonly string[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const folder of folders) {
    for (const name of list(folder)) {
      const target = targetOf(folder, name);
      if (target === null) continue;
      names.set(target, [...(names.get(target) ?? []), join(folder, name)]);
    }
  }
  return names;
}

function targetOf(folder: string, name: string): string | null {
  try {
    return join(folder, readlinkSync(join(folder, name)));
  } catch {
    return null;
  }
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

function text(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function bytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array(0);
  }
}
