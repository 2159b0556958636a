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
  return names.some((fd) => orUndefined(() => readlinkSync(`${fds}/${fd}`)) === file);
}

function commandOf(dir: string): string {
  const line = orUndefined(() => readFileSync(`${dir}/cmdline`, 'latin1')) ?? '';
  return line.replaceAll('\0', ' ').trim().slice(0, commandCharsMax);
}

/** Processes end while they are looked at, and many belong to somebody else. */
function orUndefined<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch {
    return undefined;
  }
}
