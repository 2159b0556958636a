/**
 * What of a simulated hall's journal reaches the province: the real book, outbox and uploader, over a
 * line that drops requests, loses answers and stumbles. It runs when the hall is quiet, so that it
 * draws on no chance of the simulation; crashes in the middle of it have a simulation of their own.
 */
import type { Journal } from '../../kiosk-app/hall/contract.ts';
import type { Level } from '../../kiosk-app/hall/queue/events.ts';
import { compileRules, type HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { createBook } from '../../kiosk-app/hall/ratings/book.ts';
import { createFollower } from '../../kiosk-app/hall/ratings/follower.ts';
import { outboxOf } from '../../kiosk-app/hall/ratings/outbox.ts';
import { openRatingsDb } from '../../kiosk-app/hall/ratings/tables.ts';
import { type Stored, verifyChain } from '../../kiosk-app/hall/ratings/verify.ts';
import type { Post } from '../../kiosk-app/hall/upload/post.ts';
import { caseNumber, recordOf } from '../../kiosk-app/hall/upload/record.ts';
import { createUploader } from '../../kiosk-app/hall/upload/uploader.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { provinceOf } from '../ratings/fixture.ts';
import type { HallDisk } from './hall-disk.ts';
import type { Fail } from './ledger-book.ts';

/** The province's own table (`satisfaction`, 5 is best), not ours. */
const words: Record<string, Level> = {
  ...{ 5: 'very-satisfied', 4: 'satisfied', 3: 'basically-satisfied' },
  ...{ 2: 'dissatisfied', 1: 'very-dissatisfied' },
};
/** One after the other, whatever is sent. */
const fates = ['fine', 'away', 'lost', 'fine', 'stumbles', 'fine', 'fine'] as const;
const stepMs = 60_000;
const stepsMax = 1_000;

/** @returns case number (of the first round) -> level, as the province has it */
export async function atProvince(
  profile: HallProfile,
  disk: Pick<HallDisk, 'events'>,
  fail: Fail,
): Promise<Map<string, Level>> {
  const clock = new VirtualClock();
  const log = memoryLog();
  const rules = compileRules(profile);
  const province = provinceOf('offline-report', {
    retry: { first_s: 1, max_s: 60, attempts: 1000 },
  });
  const received = new Map<string, Level>();
  let requests = 0;
  const post: Post = async (record) => {
    const fate = fates[requests % fates.length];
    requests += 1;
    if (fate === 'away') return { kind: 'unreachable', why: 'ECONNREFUSED' };
    if (fate === 'stumbles') return { kind: 'unclear', why: 'HTTP 502' };
    const level = words[record.satisfaction ?? ''];
    const id = record.projectNo ?? '';
    if (level === undefined) fail('the province knows every level', JSON.stringify(record));
    else if (received.has(id) && received.get(id) !== level) fail('one case, one level', id);
    else received.set(id, level);
    return fate === 'lost'
      ? { kind: 'unreachable', why: 'timeout' }
      : { kind: 'taken', receipt: 'ok' };
  };
  const db = openRatingsDb(':memory:', 'hall');
  const outbox = outboxOf(db);
  const uploader = createUploader({
    ...{ clock, log, outbox, post, retry: province.retry, random: () => 0.5 },
    recordOf: (e) => recordOf(province, rules, e),
  });
  const follower = createFollower({
    ...{ journal: journalOf(disk), clock, log, onNews: uploader.wake, soon: setImmediate },
    book: createBook(db, {
      dayOf: rules.schedule.dayOf,
      clerkOf: (w) => rules.windows.get(w)?.clerk ?? '',
      ...{ dueOf: () => null, upload: true },
    }),
  });
  follower.catchUp();
  for (let i = 0; i < stepsMax && outbox.counts().waiting > 0; i += 1) await clock.advance(stepMs);
  follower.stop();
  await uploader.stop();
  const { sent, waiting, dead } = outbox.counts();
  if (waiting + dead > 0) fail('all evaluations arrive', `${waiting} waiting, ${dead} dead`);
  if (sent !== received.size) fail('each once', `${sent} sent, ${received.size} there`);
  const chain = verifyChain(db.prepare<[], Stored>('SELECT seq, json FROM ratings').all());
  if (!chain.ok) fail('the chain is whole', `${chain.n}: ${chain.why}`);
  db.close();
  return received;
}

/** Case number of a ticket of this hall, as the province files it. */
export const caseOf = (profile: HallProfile, ticket: string) => caseNumber(profile.hall, ticket);

function journalOf({ events }: Pick<HallDisk, 'events'>): Pick<Journal, 'since' | 'head'> {
  return {
    head: events.at(-1)?.seq ?? 0,
    since: (seq) => events.filter((e) => e.seq > seq),
  };
}
