/** The wire of a device entry, in words and as a file: every driver names it `link`. */

export interface WireName {
  /** E.g. `tcp 192.168.1.51:9100`; `noWire` for a device without one. */
  text: string;
  /** Devices with the same one share a bus: never two at a time. */
  bus: string;
  /** Device file; null: none. */
  path: string | null;
  /** Far end of a network wire; null: none. */
  tcp: { host: string; port: number } | null;
}

export const noWire = '-';

type Link = Record<string, unknown>;

/** Total: whatever the options are. */
export function wireName(options: unknown): WireName {
  const link = linkOf(options);
  if (link === undefined) return { text: noWire, bus: '', path: null, tcp: null };
  const via = String(link.via);
  const path = typeof link.path === 'string' ? link.path : null;
  const words = [via, ...details(link)].filter((w) => w !== '');
  const { host, port } = link;
  const tcp = typeof host === 'string' && typeof port === 'number' ? { host, port } : null;
  return { text: words.join(' '), bus: path ?? words.join(' '), path, tcp };
}

function linkOf(options: unknown): Link | undefined {
  if (typeof options !== 'object' || options === null || !('link' in options)) return undefined;
  const { link } = options;
  return typeof link === 'object' && link !== null ? (link as Link) : undefined;
}

function details(link: Link): string[] {
  if (typeof link.vendor === 'number' && typeof link.product === 'number') {
    return [`${hex(link.vendor)}:${hex(link.product)}`, String(link.serial ?? '')];
  }
  if (typeof link.host === 'string') return [`${link.host}:${String(link.port)}`];
  return [link.path, link.url, link.baud].filter((w) => w !== undefined).map(String);
}

const hex = (id: number) => id.toString(16).padStart(4, '0');
