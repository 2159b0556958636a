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
  DEV_PROGRAM_MISSING: 'a program of the system that the device needs is not installed',
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
  IDC_COMMAND_DAMAGED: 'the SAM received a damaged command',
  IDC_COMMAND_REFUSED: 'the SAM does not know or not allow a command',
  IDC_CARD_REFUSED: 'card and SAM do not accept each other',
  IDC_CARD_CHECK: 'the check of what is stored in the card failed',
  IDC_CARD_UNKNOWN: 'no ID card, or one of an unknown kind',
  IDC_CARD_DATA: 'the content of the card does not follow its layout',
  IDC_READ_FAILED: 'the card could not be read',
  IDC_SELECT_FAILED: 'the card could not be selected',
  IDC_NO_CONTENT: 'the card does not hold what was asked for',
  IDC_SAM_FAULT: 'the SAM found a fault in itself',
  IDC_SAM_NOT_AUTHORISED: 'the SAM is not authorised',
  IDC_STATUS_UNKNOWN: 'the SAM answered with a status that is in no table',
  IDC_ANSWER_DAMAGED: 'an answer of the SAM arrived damaged',
  IDC_TOKEN_KEY:
    'the key of person tokens is missing or unfit, or the digest is not on this platform',
  SCN_NOT_POS: 'the scanner is not in HID POS mode',
  SCN_ENCODING: 'the bytes of a code are text in none of the encodings allowed',
  SCN_DAMAGED: 'a part of a code was lost on its way',
  SCN_TOO_LONG: 'a code is longer than any code can be',
  CLR_ADDRESS: 'no caller or evaluator of this bus has that address',
  CLR_BUSY: 'too many frames wait for the bus',
  CLR_SILENT: 'nothing was heard from this address since the port was opened',
  CLR_LOOK: 'the device was told to beep and show; only a person can see whether it did',
  EVL_NO_INVITE: 'this evaluator has no command that could be tried',
  LCK_NO_SUCH_BOX: 'the cabinet has no box of that number',
  LCK_BUSY: 'too many boxes are waiting to be opened',
  LCK_STUCK: 'the board answered and the lock did not open',
  LCK_BOARD_SILENT: 'one lock board does not answer, the others do',
  LCK_SETTINGS: 'the locks report otherwise than the options of the device say',
  LCK_NO_CHANGE: 'the lock was told to open and what it reports did not change',
  CRD_COMMAND: 'the card unit does not accept the command',
  CRD_JAM: 'a card is stuck in the card unit',
  CRD_SENSOR: 'a sensor of the card unit is faulty or covered',
  CRD_CARD_SIZE: 'the card is too long or too short',
  CRD_BY_HAND: 'the card was moved by hand',
  CRD_MOTOR: 'the motor of the card unit is blocked or broken',
  CRD_CHIP: 'the chip of the card can not be reached or does not answer',
  CRD_COUNTER: 'the counter of the card unit is full',
  CRD_STACKER_LOW: 'the card stacker is nearly empty',
  CRD_STACKER_EMPTY: 'there are no cards in the stacker',
  CRD_BIN_FULL: 'the bin for bad cards is full',
  CRD_NOT_RESET: 'the card unit was not initialised',
  CRD_FAULT: 'the card unit reports a fault that its manual does not name',
  CRD_BUSY: 'too many commands wait for the card unit',
  CRD_UNPROVEN: 'nothing proves what became of the card',
  VOC_TEXT: 'the sentence is empty or too long to be spoken',
  VOC_BUSY: 'too many sentences are waiting',
  VOC_EXPIRED: 'the sentence was too old when its turn came',
  VOC_REFUSED: 'the speech module refused the sentence',
  VOC_RESTARTED: 'the speech module lost its power while it spoke',
  VOC_STUCK: 'the speech module has been speaking far too long',
  VOC_SYNTHESIS: 'the speech program failed',
  VOC_NO_SOUND: 'the sound card can not be used',
  VOC_LISTEN: 'the voice was told to speak; only a person can hear whether it did',
  SGN_CONTENT: 'the content does not fit on this sign',
  SGN_REFUSED: 'the sign refused the command',
  SGN_NO_STATUS: 'the sign can not report what it shows',
  SGN_LOOK: 'the sign was told to show a test; only a person can see whether it did',
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
