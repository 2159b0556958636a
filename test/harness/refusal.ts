import { DeviceError } from '../../devices/codes.ts';

/** The code a promise was refused with, or `done`. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'done';
  } catch (error) {
    return error instanceof DeviceError ? error.code : String(error);
  }
}
