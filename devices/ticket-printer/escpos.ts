/**
 * ESC/POS ticket printer: wire + replies + status watch + job queue, put together.
 *
 *   transport -> replies.ts -> status.ts -> contract's status        (what is true)
 *   print() -> layout.ts -> encoder -> protocol.ts -> transport      (what is done)
 *
 * The wire stays open; the printer reports changes by itself (ASB) and is asked once a second. When
 * a job ends in doubt the wire is thrown away: late answers must not pass for the next job's.
 */
import { type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, PrinterStatus, TicketPrinter, Transport } from '../contract.ts';
import { openTransport } from '../transports/open.ts';
import { initialise, resumeAfterError, unblock } from './commands.ts';
import type { JobToken, TicketEncoder } from './encoder.ts';
import { encoderFor } from './encoders.ts';
import type { EscposOptions } from './options.ts';
import { createPrintQueue } from './print-queue.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { createReplyParser, type Reply } from './replies.ts';
import { deviceState, fromAsb, nothingHeard, obstacle, paperInTurn } from './status.ts';
import { createStatusWatch } from './status-watch.ts';
import { createSync, markerId } from './sync.ts';
import { warmUp } from './warm-up.ts';
import { createWriter } from './writer.ts';

/** Questions and markers are some bytes; a wire that does not take them is no wire. */
const askDeadlineMs = 1500;
/** 8,192 NULs at 9600 baud take 8.5 s. */
const syncDeadlineMs = 15_000;
/** An opening that takes longer goes on in the background; the host gets a device that is `out`. */
const greetMs = 1000;
/** Between two "go on" (DLE ENQ 1) while a jam is shown: somebody has to take it away. */
const resumeEveryMs = 3000;

/** @throws DeviceError of the wire, PRN_PROFILE, DEV_ABORTED */
export async function openEscpos(
  options: EscposOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<TicketPrinter> {
  const profile = await context.printerProfile(options.profile);
  const encoder = await encoderFor(profile);
  warmUp(encoder, profile);
  const transport = await openTransport(options.link, signal);
  const printer = createEscposPrinter({ transport, profile, encoder, context });
  const abort = () => transport.abandon(new DeviceError('DEV_ABORTED', transport.name));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await printer.ready;
    return printer;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

export interface EscposParts {
  transport: Transport;
  profile: PrinterProfile;
  encoder: TicketEncoder;
  context: DeviceContext;
}

/**
 * `ready` resolves when the printer is in step, or offline, or silent for `greetMs`: it is then open
 * and `out`, and is lost later if it stays silent. Rejects when the wire goes before that.
 */
export function createEscposPrinter(parts: EscposParts): TicketPrinter & { ready: Promise<void> } {
  const { transport, profile, encoder, context } = parts;
  const { clock } = context;
  const parser = createReplyParser();
  const writer = createWriter(transport);
  const opening = Promise.withResolvers<void>();
  let opened = false;
  let greeted = false;
  let status: PrinterStatus = nothingHeard;
  let shown = '';
  let ended = false;
  /** What each answer to GS r still to come is for. */
  let owed: ('token' | 'marker')[] = [];
  let flushed = false;
  let resumeAt = Number.NEGATIVE_INFINITY;

  const queue = createPrintQueue({
    clock,
    profile,
    encoder,
    send: (bytes, deadlineMs) => writer.send(bytes, deadlineMs),
    status: () => status,
    refusal,
    askStatus: () => watch.ask(),
    tokenSent,
    ended(outcome) {
      // The printer may still print it and say so later: with the wire goes that answer's way.
      const inDoubt = outcome.outcome === 'uncertain' && outcome.code !== 'PRN_NO_STATUS';
      if (inDoubt) lose(new DeviceError(outcome.code, transport.name));
      else if (watch.overdue) watch.forgive(false);
    },
  });
  const watch = createStatusWatch({
    clock,
    send: (bytes) => writer.send(bytes, askDeadlineMs),
    mayAsk: () => !writer.busy,
    heard,
    silent,
  });
  const sync = createSync({
    clock,
    profile,
    send(bytes) {
      if (profile.status.gs_r && !profile.status.process_id) owed.push('marker');
      return writer.send(bytes, syncDeadlineMs);
    },
    inStep() {
      owed = [];
      openNow();
    },
    gaveUp: () => lose(new DeviceError('DEV_NO_ANSWER', transport.name)),
  });

  function refusal(): DeviceCode | null {
    if (ended) return 'DEV_CLOSED';
    return obstacle(status) ?? (sync.done ? null : 'DEV_NO_ANSWER');
  }

  function tokenSent(token: JobToken): void {
    parser.settle();
    if (token.by === 'gs-r') owed.push('token');
  }

  // ------------------------------------------------------------ what the printer says

  function onReply(reply: Reply): void {
    if (reply.type === 'eot') watch.answered(reply.byte);
    if (reply.type === 'in-turn') onInTurn(reply.byte);
    if (reply.type === 'block') onBlock(reply.header, reply.bytes);
    if (reply.type !== 'asb') return;
    heard(fromAsb(reply.bytes, clock.mono()));
    sync.answered('asb');
  }

  function onInTurn(byte: number): void {
    const paper = paperInTurn(byte);
    const purpose = paper === null ? undefined : owed.shift();
    if (paper !== null && purpose !== undefined) heard({ ...status, paper, at: clock.mono() });
    if (purpose === 'token') queue.input({ type: paper === 'out' ? 'bad-token' : 'token' });
    // Also an answer nobody asked for: it shows that more of them may come.
    else sync.answered('in-turn');
  }

  function onBlock(header: number, [kind, ...id]: readonly number[]): void {
    if (header !== 0x37 || kind !== 0x22) return;
    if (same(id, markerId)) sync.answered('process-id');
    const token = queue.current?.token;
    if (token?.by === 'process-id' && same(id, token.id)) queue.input({ type: 'token' });
  }

  function heard(next: PrinterStatus): void {
    status = next;
    const blocked = obstacle(next);
    greet(blocked === null);
    sync.online(blocked === null);
    if (blocked !== null) queue.refuseWaiting(blocked);
    queue.input({ type: 'status', status: next });
    if (blocked === 'PRN_CUTTER' || blocked === 'PRN_RECOVERABLE') goOn();
    if (blocked !== null || opened) openNow();
  }

  /** Tries to go on after a jam. While it still jams the printer just says so again. */
  function goOn(): void {
    if (clock.mono() < resumeAt) return;
    // Not again before this one is on the wire.
    resumeAt = Number.POSITIVE_INFINITY;
    const rest = () => {
      resumeAt = clock.mono() + resumeEveryMs;
    };
    writer.send(resumeAfterError, askDeadlineMs).then(rest, rest);
  }

  function show(): void {
    const blocked = refusal();
    // Back online, but not in step yet: what was shown still holds, it can not print before.
    if (ended || (blocked === 'DEV_NO_ANSWER' && shown !== '')) return;
    const state =
      blocked === null ? deviceState(status) : ({ state: 'out', code: blocked } as const);
    const { paper, coverOpen, error, online } = status;
    const next = { ...state, detail: { paper, coverOpen, error, online } };
    const text = JSON.stringify(next);
    if (text === shown) return;
    shown = text;
    context.status(next);
  }

  // ------------------------------------------------------------ beginning and end

  /** First answer after opening. Offline: open all the same, the marker waits in the printer. */
  function greet(online: boolean): void {
    if (greeted) return;
    greeted = true;
    sync.start(online);
  }

  function openNow(): void {
    opened = true;
    show();
    opening.resolve();
  }

  function silent(): void {
    if (!greeted && !flushed) {
      // Perhaps the job before broke off within a command that swallows questions.
      flushed = true;
      writer.send(Buffer.concat([unblock, initialise]), syncDeadlineMs).then(
        () => watch.forgive(true),
        () => undefined,
      );
      return;
    }
    // Boards that print do not always answer at once; the job has its own deadline.
    const phase = queue.current?.phase;
    if (phase === 'sending' || phase === 'waiting') return;
    lose(new DeviceError('DEV_NO_ANSWER', transport.name));
  }

  function lose(error: DeviceError): void {
    if (ended) return;
    stop();
    transport.abandon(error);
    // Before it was open there is nothing to lose: opening fails.
    if (opened) context.lost(error);
    else opening.reject(error);
  }

  function stop(): void {
    ended = true;
    cancelGreeting();
    watch.close();
    sync.close();
    queue.refuseWaiting('DEV_CLOSED');
    queue.input({ type: 'link-lost' });
  }

  const cancelGreeting = clock.after(greetMs, openNow);
  // Nobody may be waiting for it any more when the wire goes.
  opening.promise.catch(() => undefined);
  transport.onClose((error) => {
    if (error === undefined && !ended) stop();
    else if (error !== undefined)
      lose(error instanceof DeviceError ? error : new DeviceError('DEV_CLOSED', error.message));
  });
  transport.onData((chunk) => {
    for (const reply of parser.push(chunk)) onReply(reply);
  });
  if (profile.status.dle_eot) watch.ask();
  else greet(true);

  return {
    kind: 'ticket-printer',
    ready: opening.promise,
    get status() {
      return status;
    },
    print: (document, options) => queue.print(document, options),
    async close() {
      if (!ended) stop();
      await transport.close();
    },
  };
}

const same = (a: readonly number[], b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
