/**
 * Which process has a device file open, or a connection to a device on the network. Linux only, and
 * as an ordinary user only the own processes: what can not be seen is not claimed.
 */
import { lookup } from 'node:dns/promises';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { socketsTo } from './connections.ts';
import type { WireName } from './wire-name.ts';

export interface Holder {
  pid: number;
  /** Its command line, cut to `commandCharsMax`. */
  command: string;
}
const commandCharsMax = 80;

/** A name that no server of names answers for must not hold the technician. */
const lookupMsMax = 1_000;

/** undefined: nobody who can be seen. Most printers and serial servers serve one connection only. */
export async function holderOfWire({ path, tcp }: WireName): Promise<Holder | undefined> {
  if (path !== null) return holderOf(path);
  const ip = tcp === null ? undefined : await addressOf(tcp.host);
  return tcp === null || ip === undefined ? undefined : holderOfConnection(ip, tcp.port);
}

/** undefined: nobody who can be seen, or no such file. */
export function holderOf(path: string, proc = '/proc'): Holder | undefined {
  const file = orUndefined(() => realpathSync(path));
  if (file === undefined) return undefined;
  // Who made a pty has its other end: it plays the device and does not use it.
  return firstWho(
    proc,
    (open) => open.includes(file) && !open.includes('/dev/ptmx') && !open.includes('/dev/pts/ptmx'),
  );
}

export function holderOfConnection(ip: string, port: number, proc = '/proc'): Holder | undefined {
  const sockets = [...socketsTo(ip, port, proc)].map((inode) => `socket:[${inode}]`);
  if (sockets.length === 0) return undefined;
  return firstWho(proc, (open) => sockets.some((socket) => open.includes(socket)));
}

/** @param holds told what a process has open */
function firstWho(proc: string, holds: (open: readonly string[]) => boolean): Holder | undefined {
  for (const name of orUndefined(() => readdirSync(proc)) ?? []) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (holds(openIn(`${proc}/${name}/fd`))) return { pid, command: commandOf(`${proc}/${name}`) };
  }
  return undefined;
}

function openIn(fds: string): string[] {
  const names = orUndefined(() => readdirSync(fds)) ?? [];
  return names.flatMap((fd) => orUndefined(() => readlinkSync(`${fds}/${fd}`)) ?? []);
}

async function addressOf(host: string): Promise<string | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), lookupMsMax);
  const asked = lookup(host, { family: 4 }).then(
    (found) => found.address,
    () => undefined,
  );
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer));
}

function commandOf(dir: string): string {
  const line = orUndefined(() => readFileSync(`${dir}/cmdline`, 'utf8')) ?? '';
  // Of an interpreter and its program the names say who it is; their folders would fill the line.
  const words = line.split('\0').map((word, i) => (i < 2 ? word.replace(/^\/.*\//, '') : word));
  return words.join(' ').trim().slice(0, commandCharsMax);
}

/** Processes end while they are looked at, and many belong to somebody else. */
function orUndefined<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}
