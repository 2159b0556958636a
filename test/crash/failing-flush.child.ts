/**
 * Commits 1..20 to the journal of argv[2], one by one, whatever fails on the way: after a failure it
 * recovers, and goes on behind what it then finds. Tells each as `ack`, each failure as `failed`.
 */
import { writeSync } from 'node:fs';
import type { Journal } from '../../kiosk-app/hall/contract.ts';
import { JournalError, journalLimits, noFaults } from '../../kiosk-app/hall/journal/index.ts';
import { batch, open } from '../journal/helpers.ts';

const last = 20;
const triesMax = 10;
const say = (text: string) => writeSync(1, `${text} .\n`);

function insist<T>(f: () => T): T {
  for (let tries = 1; ; tries++) {
    try {
      return f();
    } catch (e) {
      if (!(e instanceof JournalError) || tries === triesMax) throw e;
      say(`failed ${e.code}`);
    }
  }
}

const dir = process.argv[2] ?? '';
const journal: Journal = insist(() => open(dir, noFaults, journalLimits.logBytes).journal);
while (journal.head < last) {
  const next = journal.head + 1;
  try {
    journal.commit(batch(next, next));
    say(`ack ${next}`);
    if (next % 5 === 0) journal.checkpoint();
  } catch (e) {
    if (!(e instanceof JournalError)) throw e;
    say(`failed ${e.code}`);
    insist(() => journal.recover());
    say(`head ${journal.head}`);
  }
}
say('done');
process.kill(process.pid, 'SIGKILL');
