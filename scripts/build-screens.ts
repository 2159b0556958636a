/**
 * Builds the screens' pages when their files are newer than the last build, else does nothing.
 * Used by `npm start` and the browser tests; run alone it builds too. Several processes may ask at
 * once: one builds, the others wait for it.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const screens = join(root, 'kiosk-app', 'screens');
/** Where the pages are served from. */
export const screensDist = join(screens, 'dist');

/** Its time of change is when the last good build began. */
const mark = join(screensDist, 'queue-machine.html');
const lockFile = join(
  tmpdir(),
  `xuhao-screens-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`,
);
const lockWaitMsMax = 60_000;
const lockLookMs = 50;

/** @returns the folder of the built pages. @throws Vite's own error with file and line */
export async function ensureScreensBuilt(): Promise<string> {
  if (isFresh()) return screensDist;
  await lock();
  try {
    if (!isFresh()) await buildScreens();
  } finally {
    rmSync(lockFile, { force: true });
  }
  return screensDist;
}

async function buildScreens(): Promise<void> {
  const began = new Date();
  await build({ configFile: join(screens, 'vite.config.ts'), logLevel: 'warn' });
  // What was changed while it ran is newer than the mark, so the next caller builds again.
  utimesSync(mark, began, began);
}

function isFresh(): boolean {
  return existsSync(mark) && statSync(mark).mtimeMs >= newestSource();
}

/** Newest change of anything that the pages are made from, ms since 1970. */
function newestSource(): number {
  const files = globSync('**/*.{ts,tsx,css,html,svg}', {
    cwd: screens,
    exclude: (name) => name === 'dist',
  });
  const times = files.map((file) => statSync(join(screens, file)).mtimeMs);
  times.push(statSync(join(root, 'package-lock.json')).mtimeMs);
  return Math.max(...times);
}

/** @throws Error when another process holds the lock for longer than any build takes */
async function lock(): Promise<void> {
  const deadline = performance.now() + lockWaitMsMax;
  for (;;) {
    try {
      writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    if (!holderLives()) rmSync(lockFile, { force: true });
    else await delay(lockLookMs);
  }
}

function holderLives(): boolean {
  try {
    process.kill(Number(readFileSync(lockFile, 'utf8')), 0);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) await ensureScreensBuilt();
