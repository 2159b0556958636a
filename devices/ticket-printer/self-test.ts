/**
 * Self-test of a ticket printer. Safe: what it says of itself, which it is asked every second anyhow.
 * Deep: one short ticket, confirmed by the printer like any other.
 */
import type {
  DeviceClock,
  DeviceStatus,
  SelfTestDepth,
  SelfTestStep,
  TicketPrinter,
} from '../contract.ts';
import { testTicket } from '../texts/test-ticket.ts';

/** Printing time; the clock stands still while paper is out, and the signal ends that. */
const printDeadlineMs = 15_000;

export interface PrinterUnderTest {
  /** What is shown of it now. */
  shown(): DeviceStatus;
  print: TicketPrinter['print'];
}

/** Resolves early, with DEV_ABORTED, when the signal does; the ticket may still come out then. */
export async function printerTest(
  printer: PrinterUnderTest,
  clock: DeviceClock,
  depth: SelfTestDepth,
  signal: AbortSignal,
): Promise<SelfTestStep[]> {
  const { state, code } = printer.shown();
  const said: SelfTestStep = { step: 'printer-state', ok: state !== 'out', code, detail: {} };
  if (depth === 'safe' || !said.ok) return [said];
  return [said, await ticketStep(printer, clock, signal)];
}

async function ticketStep(
  printer: PrinterUnderTest,
  clock: DeviceClock,
  signal: AbortSignal,
): Promise<SelfTestStep> {
  const step = (ok: boolean, code: SelfTestStep['code']): SelfTestStep => ({
    ...{ step: 'test-ticket', ok, code, detail: {} },
  });
  if (signal.aborted) return step(false, 'DEV_ABORTED');
  const given = Promise.withResolvers<'aborted'>();
  const abort = () => given.resolve('aborted');
  signal.addEventListener('abort', abort, { once: true });
  const printed = printer.print(testTicket, {
    jobId: `self-test ${clock.now()}`,
    deadlineMs: printDeadlineMs,
    // A test is nobody's number: what became of it needs no record.
    onSending: () => undefined,
  });
  const result = await Promise.race([printed, given.promise]);
  signal.removeEventListener('abort', abort);
  if (result === 'aborted') return step(false, 'DEV_ABORTED');
  if (result.outcome === 'confirmed') return step(true, 'DEV_READY');
  // A printer that can not report has done all it can: a person has to look.
  return step(result.code === 'PRN_NO_STATUS', result.code);
}
