/** A queue machine's flow on virtual ports, ready to be pressed. */

import type { PrintOutcome } from '../../devices/contract.ts';
import { runQueueMachine } from '../../kiosk-app/queue-machine/flow.ts';
import { pressLog } from '../../kiosk-app/queue-machine/press-log.ts';
import { type QueueConfig, queueLimits } from '../../kiosk-app/queue-machine/state.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import type { QueueAction, QueueScreen, QueueStep } from '../../kiosk-app/screens/contract.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import {
  countingKeys,
  FakeDevices,
  FakeJobs,
  FakeLink,
  FakePrinter,
  FakeScreen,
  keyOf,
} from './fakes.ts';
import { t0, takeResult, view } from './hall-data.ts';

type Recalls = Record<string, PrintOutcome | null>;

export const config: QueueConfig = {
  machine: 'queue-1',
  owner: { name: '王工', phone: '010-1' },
  groups: null,
  idleS: 30,
  resultS: 8,
  printer: true,
  reprint: true,
  reads: { card: false, code: false },
  keys: { '1': 'pension', '2': 'medical' },
};

export function machine(
  o: {
    config?: Partial<QueueConfig>;
    view?: HallView;
    jobs?: FakeJobs;
    /** What the printer says of jobs of an earlier life. */
    recalls?: Recalls;
  } = {},
) {
  const clock = new VirtualClock(t0);
  const link = new FakeLink(clock, o.view ?? view());
  const printer = new FakePrinter(clock);
  const devices = new FakeDevices();
  devices.printer = printer;
  const knows = (who: FakePrinter, recalls: Recalls) => {
    for (const [job, outcome] of Object.entries(recalls)) who.recalls.set(job, outcome);
  };
  knows(printer, o.recalls ?? {});
  const jobs = o.jobs ?? new FakeJobs();
  const screen = new FakeScreen<QueueScreen, QueueAction>();
  const log = memoryLog();
  const own = { ...config, ...o.config };
  const flow = runQueueMachine(
    {
      clock,
      log,
      makeKey: countingKeys(1000),
      link,
      jobs: jobs.port,
      devices,
      screen,
      printer: own.printer ? 'printer' : null,
      document: (f) => ({ title: f.number, blocks: [{ type: 'number', text: f.number }] }),
      reprint: (f) => ({ title: `补打 ${f.number}`, blocks: [{ type: 'number', text: f.number }] }),
      presses: pressLog(log, own.printer),
      citizenText: (code) => ({ zh: code, en: code }),
    },
    own,
  );
  let presses = 0;
  return {
    clock,
    link,
    printer,
    devices,
    jobs,
    screen,
    log,
    flow,
    take(service = 'pension', press?: number, cls: string | null = null) {
      presses += 1;
      screen.act({ do: 'take', service, class: cls, press: keyOf(press ?? presses) });
    },
    /** The printer is opened anew. */
    nextPrinter(recalls: Recalls) {
      devices.printer = new FakePrinter(clock);
      knows(devices.printer, recalls);
    },
    settle: () => clock.advance(0),
    /** Until a press that the hall has not answered yet is on the glass. */
    wait: () => clock.advance(queueLimits.issuingShownAfterMs),
    step<At extends QueueStep['at']>(at: At): Extract<QueueStep, { at: At }> {
      const { step } = screen.now;
      if (step.at !== at) throw new Error(`at ${step.at}, not ${at}`);
      return step as Extract<QueueStep, { at: At }>;
    },
  };
}
export type Machine = ReturnType<typeof machine>;

export async function issue(m: Machine, number = 'A001'): Promise<void> {
  m.take();
  m.link.last().grant(takeResult(number));
  await m.settle();
}
export async function printOut(m: Machine, number = 'A001'): Promise<void> {
  await issue(m, number);
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
}
