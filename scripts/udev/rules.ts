/**
 * udev rules for one machine: stable names under /dev/xuhao/, the right to open the devices, and
 * keys of scanners and keypads kept from the focused window. Pure: what the machine's udev knows of a
 * device comes in.
 */
import { wireName } from '../doctor/wire-name.ts';

/** What `udevadm info --query=property` says, or what a stable name itself tells. */
export type Properties = Readonly<Record<string, string>>;

export interface RuleWords {
  head(machine: string, group: string): string;
  stable(link: string): string;
  unplugged(path: string): string;
  tcp: string;
  noRule: string;
}
export interface RulesOptions {
  machine: string;
  devices: readonly { id: string; driver: string; options: unknown }[];
  /** Group of the service's user. */
  group: string;
  /** undefined: not plugged in. */
  look(path: string): Properties | undefined;
  words: RuleWords;
}

interface Match {
  subsystem: string;
  /** `KEY=="value"` parts that find this device and no other. */
  keys: string[];
}

export function udevRules(o: RulesOptions): string {
  const parts = o.devices.map((d) => {
    const { text } = wireName(d.options);
    return [`# ${d.id} (${d.driver}): ${text}`, ...ruleOf(d, o)].join('\n');
  });
  return `${[comment(o.words.head(o.machine, o.group)), ...parts].join('\n\n')}\n`;
}

const comment = (text: string) =>
  text
    .split('\n')
    .map((line) => (line === '' ? '#' : `# ${line}`))
    .join('\n');

function ruleOf(d: RulesOptions['devices'][number], o: RulesOptions): string[] {
  const link = linkOf(d.options);
  const rights = [`GROUP="${o.group}"`, 'MODE="0660"'];
  switch (link.via) {
    case 'hid':
      return hidRules(link, d.id, rights);
    case 'usb':
      return usbRules(link, rights);
    case 'watchdog':
      return [rule([`KERNEL=="${baseName(link.path)}"`, 'SUBSYSTEM=="watchdog"', ...rights])];
    case 'serial':
    case 'usblp':
    case 'uvc':
      return fileRules(link, d.id, rights, o);
    case 'tcp':
    case 'ipp':
      return [`# ${o.words.tcp}`];
    default:
      return [`# ${o.words.noRule}`];
  }
}

interface Link {
  via: string;
  path: string;
  vendor: string;
  product: string;
  serial: string;
}

function linkOf(options: unknown): Link {
  const link = (options as { link?: Record<string, unknown> } | null)?.link ?? {};
  const hex = (n: unknown) => (typeof n === 'number' ? n.toString(16).padStart(4, '0') : '');
  return {
    via: String(link.via ?? ''),
    path: String(link.path ?? ''),
    vendor: hex(link.vendor),
    product: hex(link.product),
    serial: typeof link.serial === 'string' ? link.serial : '',
  };
}

function hidRules({ vendor, product, serial }: Link, id: string, rights: string[]): string[] {
  const usb = [`ATTRS{idVendor}=="${vendor}"`, `ATTRS{idProduct}=="${product}"`];
  if (serial !== '') usb.push(`ATTRS{serial}=="${quoted(serial)}"`);
  return [
    rule(['KERNEL=="hidraw*"', 'SUBSYSTEM=="hidraw"', ...usb, ...rights, `SYMLINK+="xuhao/${id}"`]),
    // What is typed there is for Xuhao, not for the window that happens to be in front.
    rule(['SUBSYSTEM=="input"', ...usb, 'ENV{LIBINPUT_IGNORE_DEVICE}="1"']),
  ];
}

function usbRules({ vendor, product }: Link, rights: string[]): string[] {
  const usb = [`ATTR{idVendor}=="${vendor}"`, `ATTR{idProduct}=="${product}"`];
  return [rule(['SUBSYSTEM=="usb"', 'ENV{DEVTYPE}=="usb_device"', ...usb, ...rights])];
}

function fileRules(link: Link, id: string, rights: string[], o: RulesOptions): string[] {
  const found = fromName(link) ?? fromUdev(link, o.look(link.path));
  if (found === undefined) return [`# ${o.words.unplugged(link.path)}`];
  const name = `SYMLINK+="xuhao/${id}"`;
  return [
    `# ${o.words.stable(`/dev/xuhao/${id}`)}`,
    rule([`SUBSYSTEM=="${found.subsystem}"`, ...found.keys, ...rights, name]),
  ];
}

const subsystems: Readonly<Record<string, string>> = {
  serial: 'tty',
  usblp: 'usbmisc',
  uvc: 'video4linux',
};

/** /dev/serial/by-path and by-id are made from udev's own properties (60-serial.rules). */
function fromName({ via, path }: Link): Match | undefined {
  const subsystem = subsystems[via] ?? '';
  const place = /\/by-path\/(.+?)(?:-port(\d+)|-video-index(\d+))?$/.exec(path);
  if (place?.[1] !== undefined) {
    const keys = [`ENV{ID_PATH}=="${quoted(place[1])}"`];
    if (place[2] !== undefined) keys.push(`ATTRS{port_number}=="${place[2]}"`);
    if (place[3] !== undefined) keys.push(`ATTR{index}=="${place[3]}"`);
    return { subsystem, keys };
  }
  const id = /\/by-id\/([a-z]+)-(.+?)-(?:if(\d\d)(?:-port(\d+))?|video-index(\d+))$/.exec(path);
  if (id?.[1] === undefined || id[2] === undefined) return undefined;
  const keys = [`ENV{ID_BUS}=="${id[1]}"`, `ENV{ID_SERIAL}=="${quoted(id[2])}"`];
  if (id[3] !== undefined) keys.push(`ENV{ID_USB_INTERFACE_NUM}=="${id[3]}"`);
  if (id[4] !== undefined) keys.push(`ATTRS{port_number}=="${id[4]}"`);
  if (id[5] !== undefined) keys.push(`ATTR{index}=="${id[5]}"`);
  return { subsystem, keys };
}

/** By its serial number where it has one that is its own, else by the socket it is plugged into. */
function fromUdev({ via }: Link, properties: Properties | undefined): Match | undefined {
  if (properties === undefined) return undefined;
  const { ID_BUS, ID_SERIAL, ID_SERIAL_SHORT, ID_PATH, ID_USB_INTERFACE_NUM } = properties;
  const subsystem = subsystems[via] ?? '';
  const index = via === 'uvc' ? ['ATTR{index}=="0"'] : [];
  if (ID_BUS && ID_SERIAL && ID_SERIAL_SHORT) {
    const keys = [`ENV{ID_BUS}=="${ID_BUS}"`, `ENV{ID_SERIAL}=="${quoted(ID_SERIAL)}"`];
    if (ID_USB_INTERFACE_NUM) keys.push(`ENV{ID_USB_INTERFACE_NUM}=="${ID_USB_INTERFACE_NUM}"`);
    return { subsystem, keys: [...keys, ...index] };
  }
  if (ID_PATH === undefined) return undefined;
  return { subsystem, keys: [`ENV{ID_PATH}=="${quoted(ID_PATH)}"`, ...index] };
}

/** In a rule `*?[]|` are patterns, and a quote ends the value: none of them may come from a device. */
const quoted = (text: string) => text.replace(/["*?[\]|\\\n]/g, '?');
const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
const rule = (parts: readonly string[]) => parts.join(', ');
