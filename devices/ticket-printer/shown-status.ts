/** What is shown of a printer: the one thing to say, and the facts beside it. Pure. */
import type { DeviceCode } from '../codes.ts';
import type { DeviceStatus, PrinterStatus } from '../contract.ts';
import { deviceState } from './status.ts';

/** `blocked`: why nothing can be printed now; `ticketsLeft` null: not known. */
export function shownStatus(
  status: PrinterStatus,
  blocked: DeviceCode | null,
  ticketsLeft: number | null,
): DeviceStatus {
  const state = blocked === null ? deviceState(status) : ({ state: 'out', code: blocked } as const);
  const { paper, coverOpen, error, online, ticketWaiting } = status;
  const detail = {
    ...{ paper, coverOpen, error, online },
    ...(ticketWaiting === undefined ? {} : { ticketWaiting }),
    ...(ticketsLeft === null ? {} : { ticketsLeft }),
  };
  return { ...state, detail };
}
