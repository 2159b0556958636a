/** Opening a device file: the reasons why not, told apart before any library blurs them. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { type DeviceCode, DeviceError } from '../codes.ts';

/** @throws DeviceError DEV_NO_SUCH_PORT, DEV_NO_PERMISSION, DEV_UNREACHABLE */
export async function mustBeUsable(path: string, name: string): Promise<void> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw fileError(cause, name);
  }
}

/** A failed system call on a device file as a coded error. */
export function fileError(cause: unknown, name: string): DeviceError {
  const errno = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return new DeviceError(codeOfErrno(errno), `${name} (${errno || String(cause)})`, { cause });
}

function codeOfErrno(errno: string): DeviceCode {
  if (errno === 'ENOENT' || errno === 'ENXIO' || errno === 'ENODEV') return 'DEV_NO_SUCH_PORT';
  if (errno === 'EACCES' || errno === 'EPERM') return 'DEV_NO_PERMISSION';
  if (errno === 'EBUSY') return 'DEV_PORT_BUSY';
  return 'DEV_UNREACHABLE';
}
