/**
 * Order of a process's end: what was begun last is ended first, every step runs even if another
 * throws, and each has a limit. Signals come in here, and errors that nobody caught.
 */
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock } from './ports.ts';

export interface Lifecycle {
  /** true as soon as the end has begun: begin nothing new. */
  readonly stopping: boolean;
  /**
   * Registers a named step of the end. Steps run in reverse order of registration, each within its
   * own limit, all of them even if one throws.
   */
  onStop(name: string, step: () => void | Promise<void>): void;
  /** Ends the process in order; a second call returns the first one's promise. */
  stop(reason: string): Promise<StopReport>;
}

/** Steps that did not end well, with why. */
export interface StopReport {
  failed: { name: string; why: string }[];
}

export const lifecycleLimits = {
  /** One step of the end. */
  stepMs: 3_000,
  /** The whole end; systemd's TimeoutStopSec is larger. */
  stopMs: 8_000,
} as const;

export function createLifecycle(clock: Clock, log: Log): Lifecycle {
  const steps: { name: string; step: () => void | Promise<void> }[] = [];
  let ending: Promise<StopReport> | undefined;

  async function run(reason: string): Promise<StopReport> {
    log.info({ reason }, 'stopping');
    const failed: StopReport['failed'] = [];
    // Steps may be registered while the end runs (a late opening): they are ended too.
    for (let next = steps.pop(); next !== undefined; next = steps.pop()) {
      const why = await runStep(clock, next.step);
      if (why === undefined) continue;
      failed.push({ name: next.name, why });
      log.error({ step: next.name, why }, 'a step of the stop failed');
    }
    log.info({ failed: failed.length }, 'stopped');
    return { failed };
  }

  return {
    get stopping() {
      return ending !== undefined;
    },
    onStop(name, step) {
      steps.push({ name, step });
    },
    stop(reason) {
      ending ??= run(reason);
      return ending;
    },
  };
}

/** @returns undefined when the step ended well, else why not. */
async function runStep(
  clock: Clock,
  step: () => void | Promise<void>,
): Promise<string | undefined> {
  let cancel = () => {};
  const limit = new Promise<string>((resolve) => {
    cancel = clock.after(lifecycleLimits.stepMs, () =>
      resolve(`RUN_STOP_LIMIT: not ended after ${lifecycleLimits.stepMs} ms`),
    );
  });
  try {
    return await Promise.race([Promise.resolve(step()).then(() => undefined), limit]);
  } catch (error) {
    return messageOf(error);
  } finally {
    cancel();
  }
}

/** The parts of `process` that end it; tests hand in others. */
export interface ProcessEnd {
  on(event: string, f: (...args: unknown[]) => void): unknown;
  exit(code: number): void;
}

/**
 * The first SIGINT or SIGTERM ends the process in order, within `stopMs`; the second at once.
 * An error that nobody caught ends it with 1: its state can not be trusted, and the service manager
 * starts it again from what is durable.
 */
export function endOnSignals(
  lifecycle: Lifecycle,
  o: { clock: Clock; log: Log & { flush(): void }; process: ProcessEnd },
): void {
  const exit = (code: number) => {
    o.log.flush();
    o.process.exit(code);
  };
  const signalled = (signal: string, number: number) => () => {
    if (lifecycle.stopping) return exit(128 + number);
    o.clock.after(lifecycleLimits.stopMs, () => {
      o.log.error({ code: 'RUN_STOP_LIMIT' }, 'the stop took too long, leaving');
      exit(1);
    });
    lifecycle.stop(signal).then(
      (report) => exit(report.failed.length === 0 ? 0 : 1),
      () => exit(1),
    );
  };
  o.process.on('SIGINT', signalled('SIGINT', 2));
  o.process.on('SIGTERM', signalled('SIGTERM', 15));
  o.process.on('SIGHUP', signalled('SIGHUP', 1));
  const fatal = (error: unknown) => {
    o.log.fatal({ code: 'RUN_FATAL', err: error }, messageOf(error));
    exit(1);
  };
  o.process.on('uncaughtException', fatal);
  o.process.on('unhandledRejection', fatal);
}
