/**
 * Makes a journal as the hall itself would have made it: through the real sequencer and the real
 * journal, with a clock that runs as fast as the disk.
 */
import { mkdirSync } from 'node:fs';
import { uuidv7 } from 'uuidv7';
import type { Answer, RequestOp } from '../../broker-config/messages.ts';
import { noFaults, openJournal } from '../../kiosk-app/hall/journal/index.ts';
import { compileRules, type HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { createSequencer, sequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import { createLog } from '../../kiosk-app/runtime/log.ts';
import type { Clock } from '../../kiosk-app/runtime/ports.ts';
import { service } from './hall-profile.ts';

const batch = 250;
/** Time between two batches by the journal's clock: a day's tickets fit into its business day. */
const batchMs = 500;
const dayMs = 86_400_000;

export interface Preload {
  /** Tickets taken and left waiting. */
  waiting: number;
  /** Tickets taken, called and finished before, evenly over the days. */
  served: number;
  /** Business days, the last one today. */
  days: number;
}

/** @returns number of events in the journal */
export async function preload(dataDir: string, profile: HallProfile, o: Preload): Promise<number> {
  mkdirSync(dataDir, { recursive: true });
  const servedADay = Math.ceil(o.served / o.days);
  const lastDayMs = ((o.waiting + 2 * servedADay) / batch) * batchMs;
  const clock = fastClock(Date.now() - lastDayMs - (o.days - 1) * dayMs);
  const log = createLog('error', process.stdout);
  const journal = openJournal({
    dir: dataDir,
    clock,
    log,
    program: 'bench',
    logBytes: 0,
    faultPoint: noFaults,
  });
  const sequencer = createSequencer({
    journal,
    rules: compileRules(profile),
    clock,
    defer: (f) => setImmediate(f),
    log,
    limits: sequencerLimits,
  });
  const submit = async (op: RequestOp, dev: string, body: unknown) => {
    const key = uuidv7();
    const request = { op, dev, key, body, epoch: 0, receivedMono: 0 };
    const answer = await new Promise<Answer>((resolve) => sequencer.submit(request, resolve));
    if (!answer.ok) throw new Error(`${op} of ${dev}: ${answer.refusal.code}`);
  };
  const take = () => submit('take', 'queue-0', { service, paper: false, source: 'touch' });
  const windows = profile.windows.map((w) => w.machine ?? '');
  const inBatches = async (n: number, one: (i: number) => Promise<void>) => {
    for (let done = 0; done < n; done += batch) {
      const size = Math.min(batch, n - done);
      await Promise.all(Array.from({ length: size }, (_, i) => one(done + i)));
      clock.step(batchMs);
    }
  };
  for (const window of windows) await submit('open', window, {});
  for (let day = 1; day <= o.days; day += 1) {
    const tomorrow = clock.mono() + dayMs;
    await inBatches(servedADay, take);
    await inBatches(servedADay, (i) => submit('call-next', windows[i % windows.length] ?? '', {}));
    if (day === o.days) await inBatches(o.waiting, take);
    else clock.step(tomorrow - clock.mono());
  }
  await sequencer.stop();
  const events = journal.head;
  journal.close();
  return events;
}

function fastClock(start: number): Clock & { step(ms: number): void } {
  let passed = 0;
  return {
    now: () => Math.floor(start + passed),
    mono: () => passed,
    after(ms, f) {
      const timer = setTimeout(f, ms);
      return () => clearTimeout(timer);
    },
    step: (ms) => {
      passed += ms;
    },
  };
}
