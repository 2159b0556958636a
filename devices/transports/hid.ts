/**
 * Raw reports of a USB HID device, by `node-hid` (kernel hidraw). The library is native: it is
 * loaded when a HID device is really used, and its absence is said in words.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DeviceError } from '../codes.ts';
import type { HidLink } from './options.ts';
import { closeWaitMs, withinDeadline } from './wire.ts';

/** Single-use, like a Transport, but it carries whole reports and only towards us. */
export interface HidWire {
  readonly name: string;
  onReport(f: (report: Uint8Array) => void): void;
  onClose(f: (error: Error | undefined) => void): void;
  /** How the device's reports are made up (HID 1.11, 6.2.2); null where the system does not tell. */
  readonly descriptor: Uint8Array | null;
  /** First byte: report id. @throws DeviceError DEV_CLOSED when the device does not take it */
  sendFeature(report: readonly number[]): Promise<void>;
  close(): Promise<void>;
}
/** Which part of a device with several is meant: its top collection. */
export interface HidUsage {
  page: number;
  usage: number;
}

/** The part of node-hid used here; tests hand in recorded devices. */
export interface HidLibrary {
  devicesAsync(vendor: number, product: number): Promise<HidFound[]>;
  HIDAsync: { open(path: string): Promise<HidHandle> };
  /** node-hid can not tell; the kernel does. */
  descriptorOf?(path: string): Promise<Uint8Array>;
}
export interface HidFound {
  path?: string | undefined;
  serialNumber?: string | undefined;
  usagePage?: number | undefined;
  usage?: number | undefined;
}
export interface HidHandle {
  on(event: 'data', f: (report: Uint8Array) => void): unknown;
  on(event: 'error', f: (error: Error) => void): unknown;
  sendFeatureReport?(report: number[]): Promise<unknown>;
  close(): Promise<void>;
}

const loadNodeHid = async (): Promise<HidLibrary> => {
  const { devicesAsync, HIDAsync } = (await import('node-hid')).default;
  return { devicesAsync, HIDAsync, descriptorOf: kernelDescriptor };
};

/** `path`: /dev/hidraw0. */
function kernelDescriptor(path: string): Promise<Uint8Array> {
  return readFile(`/sys/class/hidraw/${basename(path)}/device/report_descriptor`);
}

/** Looking through the USB devices takes some 10 ms; a hub in trouble may never answer. */
const openDeadlineMs = 3000;

/** @throws DeviceError DEV_LIBRARY_MISSING, DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_CONNECT_DEADLINE, DEV_ABORTED */
export function openHid(
  link: HidLink,
  signal: AbortSignal,
  load: () => Promise<HidLibrary> = loadNodeHid,
  wanted?: HidUsage,
): Promise<HidWire> {
  const usb = `${hex(link.vendor)}:${hex(link.product)}`;
  const name = `hid ${usb}${link.serial === undefined ? '' : ` ${link.serial}`}`;
  return withinDeadline<HidWire>(name, openDeadlineMs, signal, (done, fail) => {
    let cancelled = false;
    openHandle(link, name, load, wanted).then(({ handle, descriptor }) => {
      // Came too late: nobody wants it any more.
      if (cancelled) handle.close().catch(() => undefined);
      else done(hidWire(handle, name, descriptor));
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
  wanted: HidUsage | undefined,
): Promise<{ handle: HidHandle; descriptor: Uint8Array | null }> {
  // The native part is loaded with the first question, so that it is asked here.
  const asked = await ask(load, link).catch((cause: unknown) => {
    throw new DeviceError(
      'DEV_LIBRARY_MISSING',
      `${name}: node-hid can not be loaded; "apt install libudev1 libusb-1.0-0", then "npm ci"`,
      { cause },
    );
  });
  const { path } = pick(asked.devices, link, wanted) ?? {};
  if (path === undefined) throw new DeviceError('DEV_NO_SUCH_PORT', name);
  const descriptor = (await asked.library.descriptorOf?.(path).catch(() => null)) ?? null;
  const handle = await asked.library.HIDAsync.open(path).catch((cause: unknown) => {
    // hidapi has one message for all: on Linux it is nearly always the missing udev rule.
    throw new DeviceError('DEV_NO_PERMISSION', `${name} at ${path}`, { cause });
  });
  return { handle, descriptor };
}

/** The part that is meant; where the library does not tell parts apart, the first. */
function pick(found: HidFound[], link: HidLink, wanted: HidUsage | undefined) {
  const ours = found.filter(
    (d) => d.path !== undefined && (link.serial === undefined || d.serialNumber === link.serial),
  );
  if (wanted === undefined) return ours[0];
  const meant = ours.find((d) => d.usagePage === wanted.page && d.usage === wanted.usage);
  return meant ?? ours.find((d) => (d.usagePage ?? 0) === 0) ?? ours[0];
}

async function ask(load: () => Promise<HidLibrary>, link: HidLink) {
  const library = await load();
  return { library, devices: await library.devicesAsync(link.vendor, link.product) };
}

function hidWire(handle: HidHandle, name: string, descriptor: Uint8Array | null): HidWire {
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
    descriptor,
    async sendFeature(report) {
      if (reason !== undefined || handle.sendFeatureReport === undefined)
        throw new DeviceError('DEV_CLOSED', name);
      await handle.sendFeatureReport([...report]).catch((cause: unknown) => {
        throw new DeviceError('DEV_CLOSED', `${name}: feature report`, { cause });
      });
    },
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
