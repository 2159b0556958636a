/**
 * A hall under load that waits to be killed: real sequencer, real journal, clients without a pause.
 * argv: data directory, number of this run, then per client how many answers of the run before its
 * killer has heard. Those last two keys of each client are sent again first.
 */

import { writeSync } from 'node:fs';
import { journalLimits, noFaults, openJournal } from '../../kiosk-app/hall/journal/index.ts';
import { createSequencer, sequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { answerOf } from '../harness/answer-of.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { bigRules } from '../journal/big-hall.ts';
import { ackLine, clients, gist, requestOf, windows } from './load.ts';

const dir = process.argv[2] ?? '';
const run = Number(process.argv[3]);
const heard = JSON.parse(process.argv[4] ?? '[]') as number[];

const journal = openJournal({
  ...{ dir, clock: realClock, log: memoryLog(), program: 'crash test' },
  ...{ logBytes: journalLimits.logBytes, faultPoint: noFaults },
});
const sequencer = createSequencer({
  journal,
  rules: bigRules(windows),
  clock: realClock,
  defer: (f) => setImmediate(f),
  log: memoryLog(),
  // Small, so that every kill has a chance to hit housekeeping too.
  limits: {
    ...sequencerLimits,
    snapshotEventsForced: 400,
    walBytesForced: 2 * 1024 * 1024,
    quietMs: 1,
    batchMax: 8,
  },
});
writeSync(1, `epoch ${sequencer.epoch} .\n`);

/** fs.writeSync: the line has left this process before the next instruction. */
async function client(n: number): Promise<void> {
  const known = heard[n];
  for (let i = Math.max(0, (known ?? 0) - 1); known !== undefined && i <= known; i++) {
    const q = requestOf(run - 1, n, i);
    writeSync(1, ackLine('again', q.key, gist(await answerOf(sequencer, q))));
  }
  for (let i = 0; ; i++) {
    const q = requestOf(run, n, i);
    writeSync(1, ackLine('ack', q.key, gist(await answerOf(sequencer, q))));
  }
}
await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
