/**
 * Programs of Debian that some tests need. Found: used. Missing: installed by apt-get when the tests
 * run as root on a Debian; otherwise the test fails and names the one command that helps.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Program -> Debian package, and a file to look for. */
const programs = {
  openssl: { package: 'openssl', find: () => onPath('openssl') },
  mosquitto: { package: 'mosquitto', find: () => onPath('mosquitto') },
  chromium: { package: 'chromium', find: () => onPath('chromium') },
  zbarimg: { package: 'zbar-tools', find: () => onPath('zbarimg') },
  ippeveprinter: { package: 'cups-ipp-utils', find: () => onPath('ippeveprinter') },
  'dbus-daemon': { package: 'dbus-daemon', find: () => onPath('dbus-daemon') },
  'v4l2-ctl': { package: 'v4l-utils', find: () => onPath('v4l2-ctl') },
  socat: { package: 'socat', find: () => onPath('socat') },
  'fonts-noto-cjk': {
    package: 'fonts-noto-cjk',
    find: () => existing('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  },
} as const satisfies Record<string, { package: string; find: () => string | undefined }>;

export type SystemProgram = keyof typeof programs;
export const systemPrograms = Object.keys(programs) as SystemProgram[];

const installWaitMs = 240_000;
const lockFile = join(tmpdir(), 'xuhao-apt.lock');

/** @returns path of the program. @throws Error with the command that installs it */
export function ensureProgram(name: SystemProgram): string {
  const program = programs[name];
  const found = program.find();
  if (found !== undefined) return found;
  const command = `apt-get install --yes --no-install-recommends ${program.package}`;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) install(command);
  const installed = program.find();
  if (installed === undefined) {
    throw new Error(`${name} is missing. Install it with: sudo ${command}`);
  }
  return installed;
}

/** A package's service must not start: the test starts its own, on its own port. */
function install(command: string): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  // Test files run side by side, but apt-get only one at a time.
  const run = (line: string) => {
    const args = [lockFile, ...line.split(' ')];
    return spawnSync('flock', args, { env, stdio: 'ignore', timeout: installWaitMs }).status === 0;
  };
  if (!run(command) && run('apt-get update')) run(command);
}

/** Service programs live in sbin, which a user's PATH leaves out. */
function onPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const existing = (path: string) => (existsSync(path) ? path : undefined);
