/**
 * What becomes of evaluations, from the hall's data directory; the hall may be running.
 *
 *   npm run ratings -- verify --data DIR
 *       is the chain whole? Names the first broken link; ends with code 1
 *   npm run ratings -- report --data DIR --hall FILE (--month YYYY-MM | --from DAY --to DAY)
 *                      [--json | --csv | --pdf FILE]
 *   npm run ratings -- open --data DIR [--json]           bad ratings not yet closed, most urgent first
 *   npm run ratings -- rectifications --data DIR --hall FILE (--month YYYY-MM | --from DAY --to DAY)
 *                      [--csv]                            all bad ratings of the period: limit, how each ended
 *   npm run ratings -- close N --data DIR --outcome rectified|explained|mistaken|malicious --note TEXT
 *   npm run ratings -- outbox --data DIR [--json]         counts, and the dead letters
 *   npm run ratings -- requeue N|all --data DIR           dead letters are tried again
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Day } from '../broker-config/messages.ts';
import { check } from '../broker-config/validate.ts';
import { checkHallProfile, compileRules, HallProfile } from '../kiosk-app/hall/queue/index.ts';
import {
  csvOf,
  monthPeriod,
  type Period,
  periodDaysMax,
  reportOf,
} from '../kiosk-app/hall/ratings/figures.ts';
import { outboxOf } from '../kiosk-app/hall/ratings/outbox.ts';
import {
  closeRectification,
  type Outcome,
  openRectifications,
  outcomes,
  rectificationsCsv,
  rectificationsOf,
} from '../kiosk-app/hall/ratings/rectification.ts';
import { ratingsFile } from '../kiosk-app/hall/ratings/setup.ts';
import { openRatingsDb, type RatingsDb } from '../kiosk-app/hall/ratings/tables.ts';
import { verifyData } from '../kiosk-app/hall/ratings/verify.ts';
import { dayPlus } from '../kiosk-app/hall/ratings/working-days.ts';
import { codeOf, messageOf } from '../kiosk-app/runtime/errors.ts';
import { loadYaml } from '../kiosk-app/runtime/yaml-file.ts';

const deadShownMax = 100;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    hall: { type: 'string' },
    month: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    json: { type: 'boolean', default: false },
    csv: { type: 'boolean', default: false },
    pdf: { type: 'string' },
    outcome: { type: 'string' },
    note: { type: 'string', default: '' },
  },
});

function usage(what: string): never {
  console.error(`${what}\nSee the head of scripts/ratings.ts for what can be asked.`);
  process.exit(2);
}

const data = values.data ?? usage('--data DIR is required');
const today = () => new Date().toLocaleDateString('sv-SE', { timeZone: hall()?.time_zone });

function hall(): HallProfile | null {
  return values.hall === undefined ? null : loadYaml(HallProfile, values.hall, checkHallProfile);
}

function period(): Period {
  const { month, from, to } = values;
  if (month !== undefined) {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) usage('--month is YYYY-MM');
    return monthPeriod(month, hall()?.evaluation.month_starts ?? 1);
  }
  if (!check(Day, from).ok || !check(Day, to).ok) usage('--month, or --from and --to YYYY-MM-DD');
  const asked = { from: from ?? '', to: to ?? '' };
  if (asked.from > asked.to) usage('--from is after --to');
  // Figures are summed for any period, but the plot of the days ends there: nothing goes unsaid.
  if (asked.to > dayPlus(asked.from, periodDaysMax - 1)) usage(`at most ${periodDaysMax} days`);
  return asked;
}

function number(): number {
  const n = Number(positionals[1]);
  return Number.isSafeInteger(n) && n > 0 ? n : usage('which one? Its number stands first');
}

function withBook<T>(f: (db: RatingsDb) => T): T {
  const db = openRatingsDb(ratingsFile(data), 'reader');
  try {
    return f(db);
  } finally {
    db.close();
  }
}

function verify(): number {
  const found = verifyData(data);
  if (found.ok) {
    console.log(`whole: ${found.records} records from ${found.first}, head ${found.head}`);
    if (found.unchained > 0) console.log(`${found.unchained} older records have no chain`);
    return 0;
  }
  console.error(`broken at record ${found.n ?? '?'} (event ${found.seq}): ${found.why}`);
  return 1;
}

async function report(): Promise<number> {
  const made = withBook((db) => reportOf(db, hall(), period(), today()));
  if (values.pdf !== undefined) {
    // Drawing needs sharp and pdf-lib; the other commands should not wait for them.
    const { reportPdf } = await import('./ratings/report-page.ts');
    writeFileSync(values.pdf, await reportPdf(made, new Date()));
    console.log(`written: ${values.pdf}`);
  } else if (values.csv) process.stdout.write(csvOf(made));
  else console.log(JSON.stringify(made, null, 2));
  return 0;
}

function open(): number {
  const found = withBook((db) => openRectifications(db, today()));
  if (values.json) console.log(JSON.stringify(found, null, 2));
  for (const { seq, due, overdue, record } of values.json ? [] : found) {
    const { window, service, level, number: ticket, labels, text } = record;
    const about = [ticket, `window ${window}`, service, level, labels.join(' '), text].join('  ');
    console.log(`${seq}  due ${due}${overdue ? ' OVERDUE' : ''}  ${about}`);
  }
  return 0;
}

function rectifications(): number {
  const profile = hall() ?? usage('--hall FILE is required');
  const { schedule } = compileRules(profile);
  const days = { today: today(), dayOf: schedule.dayOf };
  const lines = withBook((db) => rectificationsOf(db, period(), days));
  if (values.csv) process.stdout.write(rectificationsCsv(lines));
  else console.log(JSON.stringify(lines, null, 2));
  return 0;
}

function close(): number {
  const outcome = outcomes.find((o): o is Outcome => o === values.outcome);
  if (outcome === undefined) usage(`--outcome is one of ${outcomes.join(', ')}`);
  const how = { outcome, note: values.note, at: Date.now() };
  withBook((db) => closeRectification(db, number(), how));
  return 0;
}

function outbox(): number {
  const { counts, dead } = withBook((db) => {
    const box = outboxOf(db);
    return { counts: box.counts(), dead: box.list('dead', deadShownMax) };
  });
  if (values.json) {
    console.log(JSON.stringify({ counts, dead }, null, 2));
    return 0;
  }
  console.log(`waiting ${counts.waiting}, sent ${counts.sent}, dead ${counts.dead}`);
  for (const { seq, attempts, error } of dead)
    console.log(`${seq}  ${attempts} attempts  ${error}`);
  return 0;
}

function requeue(): number {
  withBook((db) => {
    const box = outboxOf(db);
    if (positionals[1] === 'all') console.log(`${box.requeueAll()} are tried again`);
    else box.requeue(number());
  });
  return 0;
}

const commands: Record<string, () => number | Promise<number>> = {
  ...{ verify, report, open, rectifications, close, outbox, requeue },
};

try {
  const command =
    commands[positionals[0] ?? ''] ?? usage(`one of ${Object.keys(commands).join(', ')}`);
  process.exitCode = await command();
} catch (e) {
  if (codeOf(e) === undefined) throw e;
  console.error(messageOf(e));
  process.exitCode = 1;
}
