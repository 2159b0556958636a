/** What a SAM is asked, and what its status words mean (GA 467; SW1 = SW2 = 00). */
import type { DeviceCode } from '../codes.ts';
import { encodeCommand } from './framing.ts';

/** `waitMs`: longest time from the command to the end of its answer. */
export const samRequests = {
  reset: { command: encodeCommand(0x10, 0xff), waitMs: 1500 },
  'sam-status': { command: encodeCommand(0x11, 0xff), waitMs: 600 },
  'sam-number': { command: encodeCommand(0x12, 0xff), waitMs: 600 },
  find: { command: encodeCommand(0x20, 0x01), waitMs: 1000 },
  select: { command: encodeCommand(0x20, 0x02), waitMs: 1000 },
  /** The SAM takes up to a second, 1,295 bytes at 9600 baud 1.35 s. */
  read: { command: encodeCommand(0x30, 0x01), waitMs: 3000 },
} as const;
export type SamRequest = keyof typeof samRequests;

export const samStatus = { good: 0x90, found: 0x9f, noCard: 0x80 } as const;

/** Whatever was asked. */
const ofTheSam = new Map<number, DeviceCode>([
  [0x10, 'IDC_COMMAND_DAMAGED'],
  [0x11, 'IDC_COMMAND_DAMAGED'],
  [0x21, 'IDC_COMMAND_REFUSED'],
  [0x23, 'IDC_COMMAND_REFUSED'],
  [0x24, 'IDC_COMMAND_REFUSED'],
  [0x47, 'IDC_SAM_FAULT'],
  [0x60, 'IDC_SAM_FAULT'],
  [0x66, 'IDC_SAM_NOT_AUTHORISED'],
]);
/** Only where a card is at work. */
const ofTheCard = new Map<number, DeviceCode>([
  [0x31, 'IDC_CARD_REFUSED'],
  [0x32, 'IDC_CARD_REFUSED'],
  [0x33, 'IDC_CARD_CHECK'],
  [0x37, 'IDC_CARD_CHECK'],
  [0x3f, 'IDC_CARD_CHECK'],
  [0x40, 'IDC_CARD_UNKNOWN'],
  [0x41, 'IDC_READ_FAILED'],
  [0x80, 'IDC_READ_FAILED'],
  [0x81, 'IDC_SELECT_FAILED'],
  [0x91, 'IDC_NO_CONTENT'],
]);

/** A status word that is not the good answer, as a code. */
export function codeOfStatus(status: number): DeviceCode {
  return ofTheSam.get(status) ?? ofTheCard.get(status) ?? 'IDC_STATUS_UNKNOWN';
}

export type SamAnswer = { type: 'answer'; status: number; dataBytes: number } | { type: 'card' };
export type Verdict = 'good' | 'no-card' | 'stray' | { code: DeviceCode };

/**
 * Answers do not say what they answer. One that can not be meant for this request is a late or
 * doubled one of an earlier: a stray, to be ignored.
 */
export function judge(request: SamRequest, answer: SamAnswer): Verdict {
  if (answer.type === 'card') return request === 'read' ? 'good' : 'stray';
  const { status, dataBytes } = answer;
  if (ofTheSam.has(status)) return { code: codeOfStatus(status) };
  if (status === samStatus.good) return goodFor(request, dataBytes) ? 'good' : 'stray';
  if (status === samStatus.found) return request === 'find' ? 'good' : 'stray';
  if (status === samStatus.noCard) return request === 'find' ? 'no-card' : 'stray';
  if (!ofTheCard.has(status)) return { code: 'IDC_STATUS_UNKNOWN' };
  const fits = request === 'read' ? status !== 0x81 : request === 'select' && status !== 0x41;
  return fits ? { code: codeOfStatus(status) } : 'stray';
}

const numberBytes = 16;

function goodFor(request: SamRequest, dataBytes: number): boolean {
  switch (request) {
    case 'reset':
    case 'sam-status':
      return dataBytes === 0;
    case 'sam-number':
      return dataBytes === numberBytes;
    case 'select':
      return dataBytes > 0 && dataBytes !== numberBytes;
    default:
      return false;
  }
}

/** E.g. `05.01-20090420-0001234567-0123456789`, as it stands on the reader's plate. */
export function samNumberText(data: Uint8Array): string {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const short = (at: number) => String(view.getUint16(at, true)).padStart(2, '0');
  const long = (at: number, digits: number) =>
    String(view.getUint32(at, true)).padStart(digits, '0');
  return `${short(0)}.${short(2)}-${long(4, 8)}-${long(8, 10)}-${long(12, 10)}`;
}
