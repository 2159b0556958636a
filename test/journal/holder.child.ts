/** A process that opens the journal of argv[2], says so, and lives until it is killed. */
import { writeSync } from 'node:fs';
import { JournalError, noFaults, openJournal } from '../../kiosk-app/hall/journal/index.ts';
import { memoryLog } from '../harness/memory-log.ts';

const dir = process.argv[2] ?? '';
try {
  const journal = openJournal({
    dir,
    clock: { now: () => Date.UTC(2026, 10, 22) },
    log: memoryLog(),
    program: 'holder',
    logBytes: 0,
    faultPoint: noFaults,
  });
  writeSync(1, `open ${journal.epoch}\n`);
  setInterval(() => {}, 60_000);
} catch (e) {
  writeSync(1, `${e instanceof JournalError ? e.message : String(e)}\n`);
  process.exitCode = 1;
}
