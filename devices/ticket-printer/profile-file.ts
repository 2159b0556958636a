/** Files of profiles that a site may have beside the program's own. For hosts: drivers read no disk. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DeviceCode, DeviceError } from '../codes.ts';

/**
 * The path of `file` in the first of `folders` that has it: a site's own comes before the program's.
 * @throws DeviceError `code`, with every folder that was looked into
 */
export function findFile(folders: readonly string[], file: string, code: DeviceCode): string {
  const found = folders.map((folder) => join(folder, file)).find(existsSync);
  if (found === undefined)
    throw new DeviceError(code, `no ${file} in ${folders.join(', nor in ')}`);
  return found;
}
