/**
 * Builds the screens' pages when their files are newer than the last build, else does nothing.
 * Used by `npm start` and the browser tests; run alone it builds too.
 */
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const screens = join(root, 'kiosk-app', 'screens');
/** Where the pages are served from. */
export const screensDist = join(screens, 'dist');

/** Newest change of anything that the pages are made from, ms since 1970. */
function newestSource(): number {
  const files = globSync('**/*.{ts,tsx,css,html}', {
    cwd: screens,
    exclude: (name) => name === 'dist',
  });
  const times = files.map((file) => statSync(join(screens, file)).mtimeMs);
  times.push(statSync(join(root, 'package-lock.json')).mtimeMs);
  return Math.max(...times);
}

/** @returns the folder of the built pages. @throws Vite's own error with file and line */
export async function ensureScreensBuilt(): Promise<string> {
  const mark = join(screensDist, 'queue-machine.html');
  if (!existsSync(mark) || statSync(mark).mtimeMs < newestSource()) {
    await build({ configFile: join(screens, 'vite.config.ts'), logLevel: 'warn' });
  }
  return screensDist;
}

if (import.meta.main) await ensureScreensBuilt();
