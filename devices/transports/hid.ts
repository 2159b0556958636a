/**
 * Raw reports of a USB HID device, by `node-hid` (kernel hidraw). The library is native: it is
 * loaded when a HID device is really used, and its absence is said in words.
 */
import { DeviceError } from '../codes.ts';
import type { HidLink } from './options.ts';
import { closeWaitMs, withinDeadline } from './wire.ts';

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

/** Looking through the USB devices takes some 10 ms; a hub in trouble may never answer. */
const openDeadlineMs = 3000;

/** @throws DeviceError DEV_LIBRARY_MISSING, DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_CONNECT_DEADLINE, DEV_ABORTED */
export function openHid(
  link: HidLink,
  signal: AbortSignal,
  load: () => Promise<HidLibrary> = loadNodeHid,
): Promise<HidWire> {
  const usb = `${hex(link.vendor)}:${hex(link.product)}`;
  const name = `hid ${usb}${link.serial === undefined ? '' : ` ${link.serial}`}`;
  return withinDeadline<HidWire>(name, openDeadlineMs, signal, (done, fail) => {
    let cancelled = false;
    openHandle(link, name, load).then((handle) => {
      // Came too late: nobody wants it any more.
      if (cancelled) handle.close().catch(() => undefined);
      else done(hidWire(handle, name));
    }, fail);
    return {
      cancel() {
        cancelled = true;
      },
    };
  });
}

async function openHandle(
  link: HidLink,
  name: string,
  load: () => Promise<HidLibrary>,
): Promise<HidHandle> {
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
  return asked.library.HIDAsync.open(found.path).catch((cause: unknown) => {
    // hidapi has one message for all: on Linux it is nearly always the missing udev rule.
    throw new DeviceError('DEV_NO_PERMISSION', `${name} at ${found.path}`, { cause });
  });
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
    closing ??= letGo();
    gone(undefined);
    return closing;
  }
  /** The library waits for its running read, which may not end by itself. */
  async function letGo(): Promise<void> {
    const timeOut = Promise.withResolvers<void>();
    const timer = setTimeout(timeOut.resolve, closeWaitMs);
    await Promise.race([handle.close().catch(() => undefined), timeOut.promise]);
    clearTimeout(timer);
  }

  handle.on('error', (cause) => {
    gone(new DeviceError('DEV_CLOSED', name, { cause }));
    closing ??= letGo();
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
