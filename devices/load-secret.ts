/**
 * Secrets that profiles only name, each in a file of its own: `<directory>/<name>.key`, 64 or more
 * hex digits on one line, readable by its owner alone.
 *
 *   openssl rand -hex 32 > person-token.key && chmod 600 person-token.key
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeviceError } from './codes.ts';

/** Others and the group may do nothing with it. */
const foreignRights = 0o077;

/**
 * For a host's `DeviceContext.secret`.
 * @throws (when called) DeviceError IDC_TOKEN_KEY, naming the file, never what stands in it
 */
export function secretLoader(directory: string): (name: string) => Promise<Uint8Array> {
  return async (name) => {
    const path = join(directory, `${name}.key`);
    const fault = (what: string, cause?: unknown) =>
      new DeviceError('IDC_TOKEN_KEY', `${path}: ${what}`, cause === undefined ? {} : { cause });
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) throw fault('no name of a secret');
    const { mode } = await stat(path).catch((cause: unknown) => {
      throw fault('there is no such file; "openssl rand -hex 32" makes one', cause);
    });
    if ((mode & foreignRights) !== 0) throw fault('others may read it; "chmod 600" it');
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      throw fault('this user may not read it', cause);
    });
    const hex = text.trim();
    if (!/^(?:[0-9a-fA-F]{2}){32,}$/.test(hex)) throw fault('not 64 or more hex digits');
    return Buffer.from(hex, 'hex');
  };
}
