/**
 * Composition of all that becomes of an evaluation once it is in the journal:
 *
 *   journal -> follower -> book (ratings.sqlite) -> outbox -> uploader -> province
 *                            └-> rectification
 *   phone page -> sequencer          inventory -> pad watch -> sequencer (alarms)
 */
import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { Answer, RequestBody } from '../../../broker-config/messages.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Lifecycle } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import type { Clock } from '../../runtime/ports.ts';
import type { HallRatingsView } from '../../screens/contract.ts';
import type { HallCode } from '../codes.ts';
import type { Journal, SequencerPort, SubmittedRequest } from '../contract.ts';
import type { MachineView } from '../inventory.ts';
import { directoryOf, hallDev, type QueueState, type Rules } from '../queue/index.ts';
import { poster } from '../upload/post.ts';
import { recordOf } from '../upload/record.ts';
import { signerOf } from '../upload/sign.ts';
import { createUploader } from '../upload/uploader.ts';
import { type BookRules, createBook } from './book.ts';
import { RatingsError } from './errors.ts';
import { createFollower } from './follower.ts';
import { outboxOf } from './outbox.ts';
import { createPadWatch } from './pad-watch.ts';
import type { TicketSeen } from './phone/server.ts';
import { type RatingsSetup, ratingsFile, readKeyIn } from './setup.ts';
import { standingOf } from './standing.ts';
import { openRatingsDb, type RatingsDb } from './tables.ts';
import { dueRule } from './working-days.ts';

export { type RatingsSetup, ratingsSetup } from './setup.ts';

export interface RatingsParts {
  setup: RatingsSetup;
  rules: Rules;
  journal: Journal;
  sequencer: SequencerPort;
  machines(): readonly MachineView[];
  onMachine(f: (machine: string) => void): void;
  dataDir: string;
  /** Where the page for phones listens; undefined: nowhere. */
  phonePage: { host: string; port: number } | undefined;
  /** Instead of the address in the province's file. */
  provinceUrl: string | undefined;
  clock: Clock;
  log: Log;
  lifecycle: Lifecycle;
}

/** For the hall's own page. */
export interface RatingsPort {
  /** What waits for a person now; null: there is no book, or it can not be read. */
  standing(): HallRatingsView | null;
  /** f is called when the book has something new: a bad rating is seen at once. */
  onNews(f: () => void): void;
}

/**
 * Nothing of this may keep a hall from issuing numbers: what can not be started (a damaged store, a
 * missing key, a taken port) is a loud line of the log, and the evaluations stay in the journal until
 * it can.
 */
export async function startRatings(parts: RatingsParts): Promise<RatingsPort> {
  let standing: RatingsPort['standing'] = () => null;
  const listeners: (() => void)[] = [];
  watchPads(parts);
  await attempt(parts.log, async () => {
    const db = openRatingsDb(ratingsFile(parts.dataDir), 'hall');
    parts.lifecycle.onStop('evaluations', () => void db.close());
    let wake = () => {};
    await attempt(parts.log, () => {
      wake = startUpload(parts, db);
    });
    startBook(parts, db, () => {
      wake();
      for (const tell of listeners) tell();
    });
    standing = readStanding(parts, db);
  });
  await attempt(parts.log, () => servePhones(parts));
  return { standing: () => standing(), onNews: (f) => void listeners.push(f) };
}

/** A page that only looks must not fail because a technician's command holds the book. */
function readStanding(
  { rules, sequencer, log }: RatingsParts,
  db: RatingsDb,
): RatingsPort['standing'] {
  const read = standingOf(db);
  return () => {
    try {
      return read(rules.schedule.dayOf(sequencer.now()));
    } catch (error) {
      const fields = { code: 'HALL_RATINGS' satisfies HallCode, error: messageOf(error) };
      log.warn(fields, 'what waits of the evaluations can not be read');
      return null;
    }
  };
}

async function attempt(log: Log, start: () => void | Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    if (!(error instanceof RatingsError)) throw error;
    const fields = { code: 'HALL_RATINGS' satisfies HallCode, why: error.message };
    log.error(fields, 'a part of the evaluations does not work; mend it and start the hall again');
  }
}

/** @returns call when there may be something to send */
function startUpload(o: RatingsParts, db: RatingsDb): () => void {
  if (o.setup.province === null) return () => {};
  const province = { ...o.setup.province, url: o.provinceUrl ?? o.setup.province.url };
  const signer = signerOf(province.sign, readKeyIn(o.dataDir));
  const uploader = createUploader({
    ...{ clock: o.clock, log: o.log, retry: province.retry, random: Math.random },
    outbox: outboxOf(db),
    post: poster({ province, signer, now: () => o.clock.now(), nonce: randomUUID }),
    recordOf: (e) => recordOf(province, o.rules, e),
  });
  o.lifecycle.onStop('upload', async () => {
    await uploader.stop();
    await signer.close();
  });
  uploader.wake();
  return uploader.wake;
}

function startBook(o: RatingsParts, db: RatingsDb, onNews: () => void): void {
  const { sequencer } = o;
  const follower = createFollower({
    ...{ journal: o.journal, clock: o.clock, log: o.log, onNews },
    book: createBook(db, bookRules(o)),
    soon: (f) => setImmediate(f),
  });
  follower.catchUp();
  sequencer.onCommitted(follower.committed);
  o.lifecycle.onStop('evaluations book', () => {
    follower.catchUp();
    follower.stop();
  });
}

function bookRules({ rules, setup, log }: RatingsParts): BookRules {
  const { rectify } = setup;
  const through = rectify?.calendar.through;
  const beyond = (due: string) =>
    log.warn(
      { code: 'HALL_RATINGS' satisfies HallCode, due, through },
      'a limit ends after the calendar does, where only Saturdays and Sundays are free: add the next year',
    );
  const dueOf = rectify === null ? () => null : dueRule(rectify, beyond);
  return {
    dayOf: (at) => rules.schedule.dayOf(at),
    clerkOf: (window) => rules.windows.get(window)?.clerk ?? '',
    dueOf,
    upload: setup.province !== null,
  };
}

/** The hall's own request to the sequencer. */
function ask(
  o: RatingsParts,
  about: Pick<SubmittedRequest, 'op' | 'key' | 'body'>,
): Promise<Answer> {
  const { sequencer, clock } = o;
  const request = { ...about, dev: hallDev, epoch: sequencer.epoch, receivedMono: clock.mono() };
  return new Promise((resolve) => sequencer.submit(request, resolve));
}

function watchPads(o: RatingsParts): void {
  const { sequencer, rules } = o;
  const alarms = (state: QueueState | null) => [...(state?.alarms.keys() ?? [])];
  const watch = createPadWatch({
    windows: rules.profile.windows.flatMap(({ id, label, pad }) =>
      pad === undefined ? [] : [{ id, label, pad }],
    ),
    machines: o.machines,
    inUse: (window) => (sequencer.state?.windows.get(window)?.state ?? 'closed') !== 'closed',
    standing: () => alarms(sequencer.state),
    alarm: async (body) => (await ask(o, { op: 'alarm', key: uuidv7(), body })).ok,
    // As seen from another day.
    timeText: (at) => rules.zone.text(at, 0),
    clock: o.clock,
  });
  o.onMachine((machine) => {
    if (rules.windowOfPad.has(machine)) watch.look();
  });
  sequencer.onCommitted(({ events }) => {
    if (events.some((e) => e.type === 'window-opened')) watch.look();
  });
  o.lifecycle.onStop('pad watch', () => watch.stop());
}

async function servePhones(o: RatingsParts): Promise<void> {
  const { setup, phonePage, rules, sequencer } = o;
  if (setup.phone === null || phonePage === undefined) return;
  // Only a hall that has a public address pays for a web server.
  const { servePhonePage } = await import('./phone/server.ts');
  const page = await servePhonePage({
    ...phonePage,
    tokens: setup.phone.tokens,
    rules: directoryOf(rules, sequencer.epoch).evaluation ?? noRules,
    ticket: (id) => ticketSeen(sequencer.state, rules, id),
    evaluate: (key, body: RequestBody<'evaluate'>) => ask(o, { op: 'evaluate', key, body }),
    makeKey: uuidv7,
    now: () => sequencer.now(),
    clock: o.clock,
    log: o.log,
  });
  o.log.info({ ...phonePage, port: page.port, url: setup.phone.url }, 'page for phones');
  o.lifecycle.onStop('page for phones', () => page.close());
}

const noRules = { inviteS: 60, undoS: 0, textMax: 0, labelsMax: 0, labels: [], followUp: false };

function ticketSeen(state: QueueState | null, rules: Rules, id: string): TicketSeen {
  const ticket = state?.tickets.get(id);
  if (ticket === undefined) return null;
  const given = ticket.past?.evaluations ?? 0;
  const next = given === 0 ? 1 : given === 1 && rules.followUpMs !== null ? 2 : null;
  return {
    number: ticket.number,
    service: rules.services.get(ticket.service)?.name ?? { zh: '', en: '' },
    window: rules.windows.get(ticket.past?.window ?? '')?.label ?? '',
    finished: ticket.state === 'done',
    round: next,
  };
}
