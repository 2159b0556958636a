/**
 * Every code a device can show, as a status or as an error. Compare codes, never messages; the
 * sentences for people stand in texts/. Listed in README.md beside this file; a test holds them
 * together.
 */
export const deviceCodes = {
  DEV_READY: 'the device works',
  DEV_OPENING: 'the device is being opened for the first time since the machine started',
  DEV_OPTIONS: 'the options of the device do not fit its driver',
  DEV_NO_SUCH_PORT: 'the device file does not exist',
  DEV_PORT_BUSY: 'another program holds the port',
  DEV_NO_PERMISSION: 'this user may not open the port',
  DEV_LIBRARY_MISSING: 'the library for this kind of wire can not be loaded',
  DEV_UNREACHABLE: 'the far end refused the connection or can not be found',
  DEV_CONNECT_DEADLINE: 'the wire could not be opened in time',
  DEV_ABORTED: 'opening was given up by the host',
  DEV_NO_ANSWER: 'the wire is open but the device does not answer',
  DEV_WRITE_DEADLINE: 'the far end did not take the bytes in time',
  DEV_WRITE_BUSY: 'a second write was started before the first had ended',
  DEV_CLOSED: 'the wire is gone',
  PRN_PROFILE: 'the printer profile is missing or wrong',
  PRN_TEMPLATE: 'the ticket template is missing or wrong, or its fields do not fit',
  PRN_DOCUMENT: 'the ticket document is wrong or does not fit on this paper',
  PRN_NO_STATUS: 'the printer can not report what it does',
  PRN_PAPER_LOW: 'the paper roll will soon be at its end',
  PRN_PAPER_OUT: 'there is no paper',
  PRN_COVER_OPEN: 'the cover is open',
  PRN_CUTTER: 'the cutter is stuck',
  PRN_RECOVERABLE: 'the mechanism or the print head has a fault that may pass',
  PRN_UNRECOVERABLE: 'the printer has a fault that needs power off or repair',
  PRN_OFFLINE: 'the printer says it is offline and not why',
  PRN_BUSY: 'too many jobs are waiting',
  PRN_NOT_RECORDED: 'the job could not be recorded before its first byte',
  PRN_NO_TOKEN: 'the job was sent and the printer did not confirm it in time',
  PRN_LINK_LOST: 'the wire went away while the job was under way',
} as const;

export type DeviceCode = keyof typeof deviceCodes;

/** Fault of a device or of how it was used. `message` starts with the code. */
export class DeviceError extends Error {
  readonly code: DeviceCode;
  constructor(code: DeviceCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = 'DeviceError';
    this.code = code;
  }
}

/** The code of whatever was thrown; `otherwise` for what no driver coded. */
export function codeOf(error: unknown, otherwise: DeviceCode): DeviceCode {
  return error instanceof DeviceError ? error.code : otherwise;
}
