/** `--list`: what is plugged in, which drivers fit, and the profile lines that would use it. */
import type { DriverEntry } from '../../devices/contract.ts';
import type { Found, FoundPort, UsbIdentity } from './found.ts';
import {
  driversFor,
  hex,
  hidDriver,
  hidLink,
  ippLink,
  profileLines,
  serialLink,
  usblpLink,
  uvcLink,
  type Via,
} from './profile-lines.ts';
import type { Words } from './texts/words.ts';
import { wireName } from './wire-name.ts';

type Drivers = Readonly<Record<string, Pick<DriverEntry, 'kind' | 'options'>>>;

export interface Queue {
  name: string;
  url: string;
  info: string;
}
export interface ListOptions {
  found: Found;
  queues: readonly Queue[];
  drivers: Drivers;
  /** Device entries of the profile given along; empty: none was. */
  devices: readonly { id: string; options: unknown }[];
  words: Words['list'];
}

export function listText(o: ListOptions): string {
  const { found, words } = o;
  return [
    section(
      words.serial,
      found.serial.map((p) => portText(p, 'serial', serialLink(p), o)),
    ),
    section(
      words.hid,
      found.hid.map((h) => hidText(h, o)),
    ),
    section(
      words.video,
      found.video.map((v) => portText(v, 'uvc', uvcLink(v), o, v.name)),
    ),
    section(
      words.usbPrinters,
      found.usbPrinters.map((p) => portText(p, 'usblp', usblpLink(p), o)),
    ),
    section(
      words.printers,
      o.queues.map((q) => queueText(q, o)),
    ),
  ].join('\n\n');

  function section(title: string, items: readonly string[]): string {
    return [`== ${title}`, ...(items.length === 0 ? [words.none] : items)].join('\n');
  }
}

function portText(p: FoundPort, via: Via, link: string, o: ListOptions, name = ''): string {
  const names = driversFor(via, o.drivers);
  const head = [p.path, name, p.usb === null ? '' : usbText(p.usb)].filter((w) => w !== '');
  const [stable] = p.stable;
  return [
    head.join('  '),
    ...(stable === undefined ? [] : [`  ${o.words.stable(stable)}`]),
    ...usedBy([p.path, ...p.stable], o),
    `  ${o.words.drivers(names)}`,
    profileLines(idOf(via), names[0] ?? 'DRIVER', link),
  ].join('\n');
}

function hidText(h: Found['hid'][number], o: ListOptions): string {
  const names = driversFor('hid', o.drivers);
  const used = o.devices.filter((d) => {
    return wireName(d.options).text.startsWith(`hid ${hex(h.vendor)}:${hex(h.product)}`);
  });
  return [
    `${h.path}  ${h.name}  ${hex(h.vendor)}:${hex(h.product)}  ${o.words.fingers[h.looks]}`,
    ...(used.length === 0 ? [] : [`  ${o.words.used(used.map((d) => d.id))}`]),
    `  ${o.words.drivers(names)}`,
    profileLines('hid', hidDriver(h, names), hidLink(h)),
  ].join('\n');
}

function queueText(q: Queue, o: ListOptions): string {
  const names = driversFor('ipp', o.drivers);
  return [
    `${q.name}  ${q.info}`,
    `  ${o.words.drivers(names)}`,
    profileLines('a4-printer', names[0] ?? 'DRIVER', ippLink(q.url)),
  ].join('\n');
}

const idOf = (via: Via) => (via === 'uvc' ? 'camera' : via === 'usblp' ? 'printer' : 'device');

function usedBy(paths: readonly string[], o: ListOptions): string[] {
  const used = o.devices.filter((d) => paths.includes(wireName(d.options).path ?? ''));
  return used.length === 0 ? [] : [`  ${o.words.used(used.map((d) => d.id))}`];
}

function usbText(usb: UsbIdentity): string {
  const serial = usb.serial === null ? '' : ` ${usb.serial}`;
  return `USB ${hex(usb.vendor)}:${hex(usb.product)} ${usb.name}${serial}`.trimEnd();
}
