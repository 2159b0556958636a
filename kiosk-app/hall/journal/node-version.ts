/** better-sqlite3 13 ends an older Node with a segmentation fault at the first open: ask before. */
import { JournalError } from './errors.ts';

const nodeMajorMin = 24;

/**
 * @param version process.version, e.g. `v24.21.0`
 * @param program process.execPath
 * @throws JournalError JRN_NODE
 */
export function checkNodeVersion(version: string, program: string): void {
  const major = Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  if (major >= nodeMajorMin) return;
  throw new JournalError(
    'JRN_NODE',
    `the hall needs Node.js ${nodeMajorMin} or newer, this is ${version} (${program}). ` +
      'Start it through npm (npm start, npx xuhao hall ...), which uses the Node.js installed with it.',
  );
}
