/**
 * A4 printer over IPP. The printer is asked for its state as long as it is open; jobs go one at a
 * time, and each is followed to its end.
 *
 *   print() -> onSending -> Print-Job -> Get-Job-Attributes ... -> completed | aborted | canceled
 *                              | answer lost: looked for by its name
 *                              | deadline: Cancel-Job, then whatever the printer says of it
 */
import { codeOf, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestDepth, SelfTestStep } from '../contract.ts';
import {
  copiesMax,
  jobIdCharsMax,
  jobsMax,
  type PageJob,
  type PageOutcome,
  type PagePrinter,
  pdfBytesMax,
} from './contract.ts';
import { type IppClient, ippClient } from './ipp-client.ts';
import { outcomeOf } from './job-state.ts';
import { type IppOptions, mediaDefault } from './options.ts';
import { acceptsPdf, printerStatus } from './printer-state.ts';

export const pagePrinterLimits = {
  /** An idle printer is asked this often: paper that is put in shows soon. */
  statusEveryMs: 2_000,
  /** A job under way. */
  jobEveryMs: 500,
  /** After a cancel the printer is asked so often what came of it. */
  cancelAsks: 10,
  testPageMs: 60_000,
  closeMs: 1_000,
} as const;

/** @throws DeviceError DEV_UNREACHABLE, DEV_NO_ANSWER, DEV_ABORTED, PGP_NO_IPP, PGP_REFUSED */
export async function openIppPrinter(
  options: IppOptions,
  context: DeviceContext,
  signal: AbortSignal,
  client: IppClient = ippClient(options.link),
): Promise<PagePrinter> {
  context.status(printerStatus(await client.printer(signal)));
  return createIppPrinter(options, context, client);
}

function createIppPrinter(
  options: IppOptions,
  context: DeviceContext,
  client: IppClient,
): PagePrinter {
  const { clock, log } = context;
  const ending = new AbortController();
  const { signal } = ending;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let cancelAsk = clock.after(pagePrinterLimits.statusEveryMs, ask);

  function ask(): void {
    client.printer(signal).then(
      (printer) => {
        if (signal.aborted) return;
        context.status(printerStatus(printer));
        cancelAsk = clock.after(pagePrinterLimits.statusEveryMs, ask);
      },
      (error: unknown) => {
        if (signal.aborted) return;
        // A printer deep in a page may be slow to answer: its job is not given up for that.
        if (waiting > 0) cancelAsk = clock.after(pagePrinterLimits.statusEveryMs, ask);
        else context.lost(error instanceof Error ? error : new DeviceError('DEV_CLOSED', 'ipp'));
      },
    );
  }

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.after(ms, done);
      signal.addEventListener('abort', done, { once: true });
    });

  async function run(job: PageJob): Promise<PageOutcome> {
    if (signal.aborted) return { outcome: 'failed', code: 'DEV_CLOSED' };
    const problem = problemOf(job);
    if (problem !== undefined) return problem;
    try {
      await job.onSending();
    } catch {
      return { outcome: 'failed', code: 'PRN_NOT_RECORDED' };
    }
    const until = clock.mono() + job.deadlineMs;
    const sent = await send(job);
    return typeof sent === 'number' ? follow(sent, until) : sent;
  }

  /** Job number, or the outcome when there will be none. */
  async function send(job: PageJob): Promise<number | PageOutcome> {
    try {
      return await client.send(job, options.media ?? mediaDefault, signal);
    } catch (error) {
      const code = codeOf(error, 'DEV_CLOSED');
      log.warn({ event: 'page-send', job: job.jobId, code, why: String(error) }, 'not accepted');
      // Refused or never reached: surely nothing was printed.
      if (code === 'PGP_REFUSED' || code === 'DEV_UNREACHABLE') return { outcome: 'failed', code };
      return (await lookFor(job)) ?? { outcome: 'uncertain', code };
    }
  }

  async function lookFor(job: PageJob): Promise<number | undefined> {
    try {
      return await client.find(job.jobId, signal);
    } catch {
      return undefined;
    }
  }

  async function follow(number: number, until: number): Promise<PageOutcome> {
    let cancelled = 0;
    for (;;) {
      const outcome = await stateOf(number);
      if (outcome !== undefined) return outcome;
      if (signal.aborted) return { outcome: 'uncertain', code: 'DEV_CLOSED' };
      if (clock.mono() >= until) {
        cancelled += 1;
        if (cancelled > pagePrinterLimits.cancelAsks) {
          return { outcome: 'uncertain', code: 'PGP_NOT_CONFIRMED' };
        }
        if (cancelled === 1) await client.cancel(number, signal).catch(() => undefined);
      }
      await rest(pagePrinterLimits.jobEveryMs);
    }
  }

  /** A question that is not answered is asked again until the deadline. */
  async function stateOf(number: number): Promise<PageOutcome | undefined> {
    try {
      return outcomeOf(await client.job(number, signal), options.completed !== 'sent');
    } catch {
      return undefined;
    }
  }

  function print(job: PageJob): Promise<PageOutcome> {
    if (waiting >= jobsMax) return Promise.resolve({ outcome: 'failed', code: 'PGP_BUSY' });
    waiting += 1;
    const mine = last.then(() => run(job));
    last = mine.finally(() => {
      waiting -= 1;
    });
    return mine;
  }

  async function selfTest(depth: SelfTestDepth, limit: AbortSignal): Promise<SelfTestStep[]> {
    const steps: SelfTestStep[] = [];
    try {
      const printer = await client.printer(AbortSignal.any([signal, limit]));
      const model = String(printer.get('printer-make-and-model')?.[0] ?? '');
      const pdf = acceptsPdf(printer);
      const status = printerStatus(printer);
      const { code, detail } = status;
      steps.push(
        { step: 'attributes', ok: pdf, code: pdf ? 'DEV_READY' : 'PGP_NO_PDF', detail: { model } },
        { step: 'state', ok: status.state !== 'out', code, detail },
      );
    } catch (error) {
      const code = codeOf(error, 'DEV_NO_ANSWER');
      return [{ step: 'attributes', ok: false, code, detail: {} }];
    }
    if (depth === 'deep' && steps.every((s) => s.ok)) steps.push(await testPage());
    return steps;
  }

  async function testPage(): Promise<SelfTestStep> {
    const { makeTestPage } = await import('./test-page.ts');
    const pdf = await makeTestPage({ title: context.id, at: clock.now(), port: options.link.url });
    const outcome = await print({
      ...{ jobId: `xuhao-test-${clock.now()}`, pdf, copies: 1, sides: 'one' },
      ...{ deadlineMs: pagePrinterLimits.testPageMs, onSending: () => undefined },
    });
    const ok = outcome.outcome === 'confirmed';
    const detail = { outcome: outcome.outcome };
    return { step: 'test-page', ok, code: 'code' in outcome ? outcome.code : 'DEV_READY', detail };
  }

  return {
    kind: 'page-printer',
    print,
    selfTest,
    async close() {
      cancelAsk();
      ending.abort();
      await endOrLate(last, clock);
    },
  };
}

/** A host that never ends its `onSending` must not hold the close. */
function endOrLate(jobs: Promise<unknown>, clock: DeviceContext['clock']): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(pagePrinterLimits.closeMs, resolve);
    const done = () => {
      cancel();
      resolve();
    };
    jobs.then(done, done);
  });
}

/** What can be seen to be wrong before anything is sent. */
function problemOf(job: PageJob): PageOutcome | undefined {
  const head = Buffer.from(job.pdf.subarray(0, 5)).toString('latin1');
  const good =
    head === '%PDF-' &&
    job.pdf.byteLength <= pdfBytesMax &&
    job.copies >= 1 &&
    job.copies <= copiesMax &&
    job.jobId.length >= 1 &&
    job.jobId.length <= jobIdCharsMax;
  return good ? undefined : { outcome: 'failed', code: 'PGP_DOCUMENT' };
}
