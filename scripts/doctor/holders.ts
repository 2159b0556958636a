/**
 * Which process has a device file open. Linux only, and as an ordinary user only the own processes:
 * what can not be seen is not claimed.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

export interface Holder {
  pid: number;
  /** Its command line, cut to `commandCharsMax`. */
  command: string;
}
const commandCharsMax = 80;

/** undefined: nobody who can be seen, or no such file. */
export function holderOf(path: string, proc = '/proc'): Holder | undefined {
  const file = orUndefined(() => realpathSync(path));
  if (file === undefined) return undefined;
  for (const name of orUndefined(() => readdirSync(proc)) ?? []) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    if (holds(`${proc}/${name}/fd`, file)) return { pid, command: commandOf(`${proc}/${name}`) };
  }
  return undefined;
}

function holds(fds: string, file: string): boolean {
  const names = orUndefined(() => readdirSync(fds)) ?? [];
  const open = names.map((fd) => orUndefined(() => readlinkSync(`${fds}/${fd}`)));
  // Who made a pty has its other end: it plays the device and does not use it.
  return open.includes(file) && !open.includes('/dev/ptmx') && !open.includes('/dev/pts/ptmx');
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
