/** The ticket printer as the flow needs it: may a number be given, and if not, what to say. */

import type { RequestBody } from '../../broker-config/messages.ts';
import type { DeviceCode } from '../../devices/codes.ts';
import type { DeviceStatus } from '../../devices/contract.ts';
import type { Sentence } from '../screens/contract.ts';
import { sentence } from '../texts/sentence.ts';

export type PrintFailure = RequestBody<'print-failed'>['reason'];

/** `since`: own wall clock, ms. `low` and `attention` still print. */
export type PrinterHealth =
  | { kind: 'ready' | 'low' | 'attention' | 'unknown'; since: number }
  | { kind: 'out'; failure: PrintFailure; since: number };

export function healthOf(status: DeviceStatus & { since: number }): PrinterHealth {
  const { since } = status;
  switch (status.state) {
    case 'ready':
      return { kind: 'ready', since };
    case 'attention':
      return { kind: status.code === 'PRN_PAPER_LOW' ? 'low' : 'attention', since };
    case 'unknown':
      // Such a printer never says more than this; waiting for better news would wait for ever.
      return { kind: status.code === 'PRN_NO_STATUS' ? 'attention' : 'unknown', since };
    case 'out':
      return { kind: 'out', failure: failureOf(status.code), since };
  }
}

/** Device codes (devices/codes.ts) that have a reason of their own on the bus. */
const failures: Readonly<Partial<Record<DeviceCode, PrintFailure>>> = {
  PRN_PAPER_OUT: 'paper-out',
  PRN_COVER_OPEN: 'cover-open',
  PRN_CUTTER: 'cutter',
  PRN_OFFLINE: 'offline',
  PRN_LINK_LOST: 'offline',
  DEV_NO_SUCH_PORT: 'offline',
  DEV_UNREACHABLE: 'offline',
  DEV_CONNECT_DEADLINE: 'offline',
  DEV_NO_ANSWER: 'offline',
  DEV_WRITE_DEADLINE: 'offline',
  DEV_CLOSED: 'offline',
};

export function failureOf(code: DeviceCode): PrintFailure {
  return failures[code] ?? 'error';
}

export function failureText(failure: PrintFailure): Sentence {
  return sentence(`printer.${failure}.because`);
}

/** Why no number may be given; null: paper will come. */
export function printerObstacle(health: PrinterHealth): Sentence | null {
  if (health.kind === 'out') return failureText(health.failure);
  return health.kind === 'unknown' ? sentence('printer.unknown.because') : null;
}

/** Small line for staff; null: nothing to do. */
export function printerNotice(health: PrinterHealth): Sentence | null {
  if (health.kind === 'low') return sentence('printer.low.notice');
  return health.kind === 'attention' ? sentence('printer.attention.notice') : null;
}
