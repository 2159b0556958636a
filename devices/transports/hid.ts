/**
 * Raw reports of a USB HID device, by `node-hid` (kernel hidraw). The library is native: it is
 * loaded when a HID device is really used, and its absence is said in words.
 */
import { DeviceError } from '../codes.ts';
import type { HidLink } from './options.ts';

/** Single-use, like a Transport, but it carries whole reports and only towards us. */
export interface HidWire {
  readonly name: string;
  onReport(f: (report: Uint8Array) => void): void;
  onClose(f: (error: Error | undefined) => void): void;
  close(): Promise<void>;
}

/** The part of node-hid used here; tests hand in recorded devices. */
export interface HidLibrary {
  devicesAsync(vendor: number, product: number): Promise<HidFound[]>;
  HIDAsync: { open(path: string): Promise<HidHandle> };
}
export interface HidFound {
  path?: string | undefined;
  serialNumber?: string | undefined;
}
export interface HidHandle {
  on(event: 'data', f: (report: Uint8Array) => void): unknown;
  on(event: 'error', f: (error: Error) => void): unknown;
  close(): Promise<void>;
}

const loadNodeHid = async (): Promise<HidLibrary> => (await import('node-hid')).default;

/** @throws DeviceError DEV_LIBRARY_MISSING, DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_ABORTED */
export async function openHid(
  link: HidLink,
  signal: AbortSignal,
  load: () => Promise<HidLibrary> = loadNodeHid,
): Promise<HidWire> {
  const usb = `${hex(link.vendor)}:${hex(link.product)}`;
  const name = `hid ${usb}${link.serial === undefined ? '' : ` ${link.serial}`}`;
  // The native part is loaded with the first question, so that it is asked here.
  const asked = await ask(load, link).catch((cause: unknown) => {
    throw new DeviceError(
      'DEV_LIBRARY_MISSING',
      `${name}: node-hid can not be loaded; "apt install libudev1 libusb-1.0-0", then "npm ci"`,
      { cause },
    );
  });
  const found = asked.devices.find(
    (d) => d.path !== undefined && (link.serial === undefined || d.serialNumber === link.serial),
  );
  if (found?.path === undefined) throw new DeviceError('DEV_NO_SUCH_PORT', name);
  const handle = await asked.library.HIDAsync.open(found.path).catch((cause: unknown) => {
    // hidapi has one message for all: on Linux it is nearly always the missing udev rule.
    throw new DeviceError('DEV_NO_PERMISSION', `${name} at ${found.path}`, { cause });
  });
  if (!signal.aborted) return hidWire(handle, name);
  await handle.close();
  throw new DeviceError('DEV_ABORTED', name);
}

async function ask(load: () => Promise<HidLibrary>, link: HidLink) {
  const library = await load();
  return { library, devices: await library.devicesAsync(link.vendor, link.product) };
}

function hidWire(handle: HidHandle, name: string): HidWire {
  let reason: { error: Error | undefined } | undefined;
  let tell: ((error: Error | undefined) => void) | undefined;
  let closing: Promise<void> | undefined;

  function gone(error: Error | undefined): void {
    if (reason !== undefined) return;
    reason = { error };
    tell?.(error);
  }
  function close(): Promise<void> {
    closing ??= handle.close().catch(() => undefined);
    gone(undefined);
    return closing;
  }

  handle.on('error', (cause) => {
    gone(new DeviceError('DEV_CLOSED', name, { cause }));
    closing ??= handle.close().catch(() => undefined);
  });
  return {
    name,
    onReport: (f) => handle.on('data', f),
    onClose(f) {
      tell = f;
      if (reason !== undefined) f(reason.error);
    },
    close,
  };
}

function hex(id: number): string {
  return id.toString(16).padStart(4, '0');
}
