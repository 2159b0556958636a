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
import { beginId, clearBuffer, initialise, reportByItself, unblock } from './commands.ts';
import type { DrawingEncoder, JobToken } from './encoder.ts';
import { drawingEncoderFor } from './encoders.ts';
import { createRoll, type Roll } from './near-end.ts';
import type { EscposOptions } from './options.ts';
import { createPrintQueue } from './print-queue.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { createRecall } from './recall.ts';
import { createRecovery } from './recovery.ts';
import { createReplyParser, type Reply } from './replies.ts';
import {
  deviceState,
  fromAsb,
  fromStar,
  nothingHeard,
  obstacle,
  paperInTurn,
  sameTruth,
  starCount,
  starCounts,
  worseOf,
} from './status.ts';
import { createStatusWatch, heartbeatMs, questionsFor } from './status-watch.ts';
import { createSync, markerId } from './sync.ts';
import { warmUp } from './warm-up.ts';
import { createWriter } from './writer.ts';

/** Questions and markers are some bytes; a wire that does not take them is no wire. */
const askDeadlineMs = 1500;
/** 8,192 NULs at 9600 baud take 8.5 s. */
const syncDeadlineMs = 15_000;
/** An opening that takes longer goes on in the background; the host gets a device that is `out`. */
const greetMs = 1000;
/** A Star printer tells of its counter when asked: its ticket is confirmed at most so much late. */
const starEveryMs = 150;
/** The wire was busy when good news had to be asked after once more. */
const doubtMs = 30;
/**
 * After the answer that ends a job, so long no other: the last bytes of an automatic status whose
 * first was lost look like answers, and come back to back.
 */
const tokenQuietMs = 25;
/** A printer told to drop a job gets so much time for it before its wire goes. */
const clearMs = 200;

/** @throws DeviceError of the wire, PRN_PROFILE, DEV_ABORTED */
export async function openEscpos(
  options: EscposOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<TicketPrinter> {
  const profile = await context.printerProfile(options.profile);
  const encoder = await drawingEncoderFor(profile, context);
  warmUp(encoder, profile);
  const transport = await openTransport(options.link, signal);
  const roll = createRoll(
    profile,
    options.roll_m ?? profile.paper.roll_m,
    context.memory?.get(usedMmName) ?? null,
  );
  const printer = createEscposPrinter({ transport, profile, encoder, context, roll });
  const abort = () => transport.abandon(new DeviceError('DEV_ABORTED', transport.name));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await printer.ready;
    return printer;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

const usedMmName = 'roll-used-mm';

export interface EscposParts {
  transport: Transport;
  profile: PrinterProfile;
  encoder: DrawingEncoder;
  context: DeviceContext;
  roll: Roll;
}

/**
 * `ready` resolves when the printer is in step, or offline, or silent for `greetMs`: it is then open
 * and `out`, and is lost later if it stays silent. Rejects when the wire goes before that.
 */
export function createEscposPrinter(parts: EscposParts): TicketPrinter & { ready: Promise<void> } {
  const { transport, profile, encoder, context, roll } = parts;
  const { clock } = context;
  const { status: able } = profile;
  const questions = questionsFor(profile);
  /** It can be asked once more whether good news is true. */
  const canRepeat = questions.length > 0 || able.asb;
  const parser = createReplyParser({
    star: able.star_asb,
    fullStatus: able.presenter === 'custom',
  });
  const writer = createWriter(transport);
  const opening = Promise.withResolvers<void>();
  const recall = createRecall(able.process_id);
  let opened = false;
  let greeted = false;
  /** What is believed, and what was heard last: see worseOf. */
  let status: PrinterStatus = nothingHeard;
  let newest: PrinterStatus = nothingHeard;
  /** As it was answered when it was asked last. */
  let answered: PrinterStatus = nothingHeard;
  let shown = '';
  let ended = false;
  /** Something is still said to the printer before its wire is let go. */
  let leaving = false;
  /** What each answer to GS r still to come is for. */
  let owed: ('begin' | 'token' | 'marker')[] = [];
  /** The present job's head has arrived (GS ( H). */
  let begun = false;
  let cancelToken = () => {};
  /** Star's counter as it was heard last, and as the present job makes it. */
  let counted: number | null = null;
  let countWanted: number | null = null;
  let flushed = false;

  const queue = createPrintQueue({
    clock,
    profile,
    encoder,
    send: (bytes, deadlineMs) => writer.send(bytes, deadlineMs),
    status: () => status,
    refusal,
    askStatus: () => watch.ask(),
    tokenSent,
    ended(outcome, mm) {
      if (mm > 0) rolled(mm);
      // The printer may still print it and say so later: with the wire goes that answer's way.
      const inDoubt = outcome.outcome === 'uncertain' && outcome.code !== 'PRN_NO_STATUS';
      if (inDoubt) leave(new DeviceError(outcome.code, transport.name));
      else if (watch.overdue) watch.forgive(false);
    },
  });
  const watch = createStatusWatch({
    clock,
    questions,
    send: (bytes) => writer.send(bytes, askDeadlineMs),
    mayAsk: () => !writer.busy,
    restMs() {
      if (!sameTruth(status, newest)) return doubtMs;
      return able.star_asb && queue.current?.phase === 'waiting' ? starEveryMs : heartbeatMs;
    },
    heard(next) {
      answered = next;
      report(next);
    },
    silent,
  });
  const sync = createSync({
    clock,
    profile,
    send(bytes) {
      if (able.gs_r && !able.process_id && !able.star_asb) owed.push('marker');
      return writer.send(bytes, syncDeadlineMs);
    },
    inStep() {
      owed = [];
      recall.through();
      openIfSure();
    },
    gaveUp: () => lose(new DeviceError('DEV_NO_ANSWER', transport.name)),
  });
  const recovery = createRecovery({
    clock,
    send: (bytes) => writer.send(bytes, askDeadlineMs),
    jobUnderWay: () => queue.current !== undefined || recall.waiting,
    dropped: () => sync.dropped(),
  });

  function refusal(): DeviceCode | null {
    if (ended || leaving) return 'DEV_CLOSED';
    return obstacle(status) ?? (sync.done ? null : 'DEV_NO_ANSWER');
  }

  function tokenSent(token: JobToken): void {
    parser.settle();
    begun = false;
    if (token.by === 'gs-r') owed.push('begin', 'token');
    // Once for the beginning, once for the end.
    countWanted = token.by === 'etb' && counted !== null ? (counted + 2) % starCounts : null;
  }

  // ------------------------------------------------------------ what the printer says

  function onReply(reply: Reply): void {
    if (reply.type === 'in-turn') onInTurn(reply.byte);
    else if (reply.type === 'block') onBlock(reply.header, reply.bytes);
    else if (reply.type === 'star') onStar(reply);
    else if (reply.type === 'asb') {
      report(fromAsb(reply.bytes, clock.mono()));
      sync.answered('asb');
    } else watch.answered(reply);
  }

  function onInTurn(byte: number): void {
    const paper = paperInTurn(byte);
    const purpose = paper === null ? undefined : owed.shift();
    // One byte is good for bad news; good news comes from a whole report, where there is any.
    const news = paper !== null && purpose !== undefined && !(canRepeat && paper === 'ok');
    if (news) report({ ...newest, paper, at: clock.mono() });
    if (purpose === 'token') tokenAfterQuiet(paper === 'out');
    // One too many: none of them proves anything, and the job ends in doubt.
    if (purpose === undefined) cancelToken();
    // Also an answer nobody asked for: it shows that more of them may come.
    else if (purpose !== 'begin') sync.answered('in-turn');
  }

  function tokenAfterQuiet(paperOut: boolean): void {
    cancelToken();
    if (paperOut) queue.input({ type: 'bad-token' });
    else cancelToken = clock.after(tokenQuietMs, () => queue.input({ type: 'token' }));
  }

  function onBlock(header: number, [kind, ...id]: readonly number[]): void {
    if (header !== 0x37 || kind !== 0x22) return;
    if (same(id, markerId)) sync.answered('process-id');
    else recall.heard(id);
    const token = queue.current?.token;
    if (token?.by !== 'process-id') return;
    if (same(id, beginId(token.id))) begun = true;
    if (same(id, token.id) && begun) queue.input({ type: 'token' });
  }

  function onStar(reply: Extract<Reply, { type: 'star' }>): void {
    if (!watch.answered(reply)) report(fromStar(reply.bytes, clock.mono()));
    const count = starCount(reply.bytes);
    if (count === null || count === counted) return;
    const first = counted === null;
    counted = count;
    if (!first) sync.answered('etb');
    if (countWanted !== count) return;
    countWanted = null;
    queue.input({ type: 'token' });
  }

  /**
   * Whole and new. Good news must be told twice running, and be what the printer answered when it
   * was asked last: what it says by itself may have lost a byte and borrowed another.
   */
  function report(next: PrinterStatus): void {
    const twice = canRepeat ? worseOf(newest, next) : next;
    const believed = questions.length > 0 ? worseOf(answered, twice) : twice;
    newest = next;
    heard(believed);
    if (sameTruth(believed, next) || ended) return;
    if (questions.length > 0) watch.ask();
    else writer.send(reportByItself, askDeadlineMs).catch(() => undefined);
  }

  function heard(next: PrinterStatus): void {
    status = next;
    const blocked = obstacle(next);
    roll.paper(next.paper);
    greet(blocked === null);
    sync.online(blocked === null);
    if (blocked !== null) queue.refuseWaiting(blocked);
    queue.input({ type: 'status', status: next });
    if (blocked !== null) recovery.blocked(blocked);
    if (blocked !== null || opened) openNow();
    else if (sync.done) openIfSure();
  }

  function rolled(mm: number): void {
    roll.printed(mm);
    if (roll.usedMm !== null) context.memory?.set(usedMmName, Math.round(roll.usedMm));
    show();
  }

  function show(): void {
    const blocked = refusal();
    // Back online, but not in step yet: what was shown still holds, it can not print before.
    if (ended || (blocked === 'DEV_NO_ANSWER' && shown !== '')) return;
    const state =
      blocked === null ? deviceState(status) : ({ state: 'out', code: blocked } as const);
    const { paper, coverOpen, error, online, ticketWaiting } = status;
    const { ticketsLeft } = roll;
    const detail = {
      ...{ paper, coverOpen, error, online },
      ...(ticketWaiting === undefined ? {} : { ticketWaiting }),
      ...(ticketsLeft === null ? {} : { ticketsLeft }),
    };
    const next = { ...state, detail };
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

  /** In step, and what is believed was told twice. */
  function openIfSure(): void {
    if (opened || sameTruth(status, newest)) openNow();
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

  /** A job was given up. Where the printer can be told so, its paper never comes. */
  function leave(error: DeviceError): void {
    if (ended || leaving) return;
    if (!able.clear_buffer || writer.busy || obstacle(status) === null) {
      lose(error);
      return;
    }
    leaving = true;
    const gone = () => clock.after(clearMs, () => lose(error));
    writer.send(clearBuffer, askDeadlineMs).then(gone, gone);
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
    cancelToken();
    watch.close();
    sync.close();
    recall.lost();
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
  if (questions.length > 0) watch.ask();
  else greet(true);

  return {
    kind: 'ticket-printer',
    ready: opening.promise,
    get status() {
      return status;
    },
    print(document, options) {
      // Nearly always there is nothing to draw and the first byte leaves in this very turn.
      const drawn = encoder.prepare(document);
      const print = () => queue.print(document, options);
      return drawn === undefined ? print() : drawn.then(print);
    },
    recall: (jobId) => recall.outcomeOf(jobId),
    async close() {
      if (!ended) stop();
      encoder.close();
      await transport.close();
    },
  };
}

const same = (a: readonly number[], b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
