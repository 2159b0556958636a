/** The lines of a machine profile that would use something found. */
import type { DriverEntry } from '../../devices/contract.ts';
import type { FoundHid, FoundPort } from './found.ts';

export type Via = 'serial' | 'hid' | 'usblp' | 'uvc' | 'ipp';

type Drivers = Readonly<Record<string, Pick<DriverEntry, 'kind' | 'options'>>>;

interface Shape {
  anyOf?: Shape[];
  const?: unknown;
  properties?: Record<string, Shape>;
}

/** Drivers whose `link` may be of this kind, in the registry's order. */
export function driversFor(via: Via, drivers: Drivers): string[] {
  return Object.entries(drivers).flatMap(([name, { options }]) => {
    return links(options as Shape).some((link) => link.properties?.via?.const === via)
      ? [name]
      : [];
  });
}

/** Options that are a choice are looked through branch by branch. */
function links(options: Shape): Shape[] {
  const whole = options.anyOf ?? [options];
  return whole.flatMap((o) => {
    const link = o.properties?.link;
    return link === undefined ? [] : (link.anyOf ?? [link]);
  });
}

export function serialLink(port: FoundPort): string {
  return `{ via: serial, path: ${port.stable[0] ?? port.path}, baud: 9600, flow: none }`;
}

export function hidLink(hid: FoundHid): string {
  const serial = hid.serial === null ? '' : `, serial: "${hid.serial}"`;
  return `{ via: hid, vendor: 0x${hex(hid.vendor)}, product: 0x${hex(hid.product)}${serial} }`;
}

export const usblpLink = (port: FoundPort) => `{ via: usblp, path: ${port.path} }`;
export const uvcLink = (port: FoundPort) => `{ via: uvc, path: ${port.stable[0] ?? port.path} }`;
export const ippLink = (url: string) => `{ via: ipp, url: ${url} }`;

export const hex = (id: number) => id.toString(16).padStart(4, '0');

/** As it stands under `devices:` of a machine profile. */
export function profileLines(id: string, driver: string, link: string): string {
  return [`  - id: ${id}`, `    driver: ${driver}`, '    options:', `      link: ${link}`].join(
    '\n',
  );
}

/** The driver that a found HID device most likely wants. */
export function hidDriver(hid: FoundHid, names: readonly string[]): string {
  const wanted = hid.looks === 'pos-scanner' ? /pos/ : hid.looks === 'keyboard' ? /keypad/ : /./;
  return names.find((n) => wanted.test(n)) ?? names[0] ?? 'DRIVER';
}
