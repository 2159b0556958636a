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
import type {
  DeviceContext,
  DeviceStatus,
  PaperState,
  PrinterStatus,
  TicketPrinter,
  Transport,
} from '../contract.ts';
import { createBelief } from './belief.ts';
import { clearBuffer, initialise, reportByItself, unblock } from './commands.ts';
import type { DrawingEncoder } from './encoder.ts';
import { createJobProof } from './job-proof.ts';
import type { Roll } from './near-end.ts';
import { createPrintQueue } from './print-queue.ts';
import type { PrinterProfile } from './printer-profile.ts';
import { createRecall } from './recall.ts';
import { createRecovery } from './recovery.ts';
import { createReplyParser, type Reply } from './replies.ts';
import { printerTest } from './self-test.ts';
import { shownStatus } from './shown-status.ts';
import { fromAsb, fromStar, nothingHeard, obstacle, paperInTurn, sameTruth } from './status.ts';
import { createStatusWatch, heartbeatMs, questionsFor } from './status-watch.ts';
import { createSync } from './sync.ts';
import { createWriter } from './writer.ts';

/** Questions and markers are some bytes; a wire that does not take them is no wire. */
const askDeadlineMs = 1500;
/** 8,192 NULs at 9600 baud take 8.5 s. */
const syncDeadlineMs = 15_000;
/** An opening that takes longer goes on in the background; the host gets a device that is `out`. */
const greetMs = 1000;
/** A Star printer tells of its counter when asked: its ticket is confirmed at most so much late. */
const starEveryMs = 150;
/** Rest before good news is asked after once more: a byte takes 1 ms at 9600 baud, an answer some. */
const doubtMs = 30;
/** A printer told to drop a job gets so much time for it before its wire goes. */
const clearMs = 200;

/** Of DeviceContext.memory: how much of the roll is used, mm. */
export const usedMmName = 'roll-used-mm';

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
  const belief = createBelief({ asked: questions.length > 0, repeats: canRepeat });
  let shown = '';
  let told: DeviceStatus | undefined;
  let ended = false;
  /** Something is still said to the printer before its wire is let go. */
  let leaving = false;
  let flushed = false;

  const queue = createPrintQueue({
    clock,
    profile,
    encoder,
    send: (bytes, deadlineMs) => writer.send(bytes, deadlineMs),
    status: () => belief.status,
    refusal,
    askStatus: () => watch.ask(),
    tokenSent(token) {
      parser.settle();
      proof.sent(token);
    },
    proofAwaited() {
      // Its rest of a second may just have begun.
      if (able.star_asb) watch.sooner();
    },
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
      if (!belief.sure) return doubtMs;
      return able.star_asb && queue.current?.phase === 'waiting' ? starEveryMs : heartbeatMs;
    },
    heard(next) {
      belief.answered(next);
      report(next);
    },
    shifted: () => belief.answered(nothingHeard),
    silent,
  });
  const sync = createSync({
    clock,
    profile,
    send(bytes) {
      if (able.gs_r && !able.process_id && !able.star_asb) proof.markerSent();
      return writer.send(bytes, syncDeadlineMs);
    },
    inStep() {
      proof.inStep();
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

  const proof = createJobProof({
    clock,
    token: () => queue.current?.token,
    proved: (by) => queue.input({ type: by }),
    marker: (by) => sync.answered(by),
    id: (id) => recall.heard(id),
  });

  function refusal(): DeviceCode | null {
    if (ended || leaving) return 'DEV_CLOSED';
    return obstacle(belief.status) ?? (sync.done ? null : 'DEV_NO_ANSWER');
  }

  // ------------------------------------------------------------ what the printer says

  function onReply(reply: Reply): void {
    if (reply.type === 'in-turn') proof.inTurn(paperInTurn(reply.byte), newsOfPaper);
    else if (reply.type === 'block') proof.block(reply);
    else if (reply.type === 'star') {
      if (!watch.answered(reply)) report(fromStar(reply.bytes, clock.mono()));
      proof.star(reply);
    } else if (reply.type === 'asb') {
      report(fromAsb(reply.bytes, clock.mono()));
      sync.answered('asb');
    } else watch.answered(reply);
  }

  /** One byte is good for bad news; good news comes from a whole report, where there is any. */
  function newsOfPaper(paper: PaperState): void {
    if (canRepeat && paper === 'ok') return;
    report({ ...belief.newest, paper, at: clock.mono() });
  }

  /**
   * Whole and new. Good news that is not believed yet is asked after once more, after a moment in
   * which an answer that is left over from a shifted round passes by.
   */
  function report(next: PrinterStatus): void {
    const believed = belief.hear(next);
    heard(believed);
    if (sameTruth(believed, next) || ended) return;
    if (questions.length > 0) watch.sooner();
    else writer.send(reportByItself, askDeadlineMs).catch(() => undefined);
  }

  function heard(next: PrinterStatus): void {
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
    const next = shownStatus(belief.status, blocked, roll.ticketsLeft);
    const text = JSON.stringify(next);
    if (text === shown) return;
    shown = text;
    told = next;
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
    if (opened || belief.sure) openNow();
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
    if (!able.clear_buffer || writer.busy || obstacle(belief.status) === null) {
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
    proof.close();
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

  const print: TicketPrinter['print'] = (document, options) => {
    // Nearly always there is nothing to draw and the first byte leaves in this very turn.
    const drawn = encoder.prepare(document);
    const put = () => queue.print(document, options);
    return drawn === undefined ? put() : drawn.then(put);
  };
  const underTest = {
    // What its host was told holds also while the line comes into step.
    shown: () => told ?? shownStatus(belief.status, refusal(), roll.ticketsLeft),
    print,
  };

  return {
    kind: 'ticket-printer',
    ready: opening.promise,
    get status() {
      return belief.status;
    },
    print,
    recall: (jobId) => recall.outcomeOf(jobId),
    selfTest: (depth, signal) => printerTest(underTest, clock, depth, signal),
    async close() {
      if (!ended) stop();
      encoder.close();
      await transport.close();
    },
  };
}
