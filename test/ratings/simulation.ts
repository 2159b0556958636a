/**
 * A seeded hall from the finger to the province: pads that are cut off, killed, restarted and that
 * repeat themselves; phones; strangers; a hall that crashes in the middle of a commit; a province that
 * drops, loses and stumbles. The real sequencer, book, outbox and uploader; the rest is made up here.
 *
 * In the end the province has exactly what was pressed: each once, the same level, in order.
 */
import { join } from 'node:path';
import { levels, type RequestBody } from '../../broker-config/messages.ts';
import type { SequencerPort } from '../../kiosk-app/hall/contract.ts';
import type { QueueEvent } from '../../kiosk-app/hall/queue/events.ts';
import { compileRules, padSnapshotOf } from '../../kiosk-app/hall/queue/index.ts';
import { createBook } from '../../kiosk-app/hall/ratings/book.ts';
import {
  createFollower,
  type Follower,
  followerLimits,
} from '../../kiosk-app/hall/ratings/follower.ts';
import { outboxOf } from '../../kiosk-app/hall/ratings/outbox.ts';
import { openRatingsDb, type RatingsDb } from '../../kiosk-app/hall/ratings/tables.ts';
import { type Stored, verifyChain } from '../../kiosk-app/hall/ratings/verify.ts';
import { createSequencer, sequencerLimits } from '../../kiosk-app/hall/sequencer.ts';
import type { Post, PostResult } from '../../kiosk-app/hall/upload/post.ts';
import { recordOf } from '../../kiosk-app/hall/upload/record.ts';
import { createUploader, type Uploader } from '../../kiosk-app/hall/upload/uploader.ts';
import { FakeDisk } from '../harness/fake-journal.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { Random } from '../simulation/random.ts';
import { provinceOf, ratingsHall } from './fixture.ts';

type Evaluate = RequestBody<'evaluate'>;
interface Press {
  key: string;
  dev: string;
  body: Evaluate;
}
interface Pad {
  id: string;
  window: string;
  up: boolean;
  /** Survives everything, as the spool of a pad does. */
  spool: Press[];
  /** In memory only. */
  asked: Set<string>;
}

/** Refusals that mean "send again with the same key". */
const passing = new Set(['storage-unavailable', 'hall-busy', 'hall-stopping', 'stale-hall']);

export interface Outcome {
  pressed: number;
  crashes: number;
  duplicates: number;
  /** What is wrong; empty: all is well. */
  faults: string[];
}

export async function simulateRatings(seed: number, steps: number): Promise<Outcome> {
  const world = new World(seed);
  for (let i = 0; i < steps; i += 1) await world.step();
  return world.end();
}

class World {
  readonly random: Random;
  readonly clock = new VirtualClock(Date.parse('2026-11-23T09:00:00+08:00'));
  readonly disk = new FakeDisk();
  readonly rules = compileRules(ratingsHall());
  readonly province = provinceOf('offline-report', {
    retry: { first_s: 5, max_s: 60, attempts: 1000 },
  });
  readonly file = join(tempDir('ratings-sim'), 'ratings.sqlite');
  readonly pads: Pad[] = [
    { id: 'pad1', window: '1', up: true, spool: [], asked: new Set() },
    { id: 'pad2', window: '2', up: true, spool: [], asked: new Set() },
  ];
  /** Citizens with a phone: each repeats until it is told something. */
  readonly phones: Press[] = [];
  /** Old requests that the network brings once more. */
  readonly echoes: Press[] = [];
  readonly pressed = new Map<string, string>();
  readonly acknowledged: Press[] = [];
  readonly received: Record<string, string>[] = [];
  readonly faults: string[] = [];
  calm = false;
  crashes = 0;
  duplicates = 0;
  keys = 0;
  hall: Hall;

  constructor(seed: number) {
    this.random = new Random(seed, 'ratings');
    this.hall = new Hall(this);
  }

  key(): string {
    this.keys += 1;
    return `00000000-0000-7000-8000-${this.keys.toString(16).padStart(12, '0')}`;
  }

  async step(): Promise<void> {
    const { random } = this;
    const doing = random.weighted({
      ...{ take: 12, window: 30, pad: 20, deliver: 25, phone: 6, phoneSends: 8, stranger: 5 },
      ...{ echo: 5, link: 6, kill: 4, crash: 2, fault: 2, rest: 6 },
    });
    const acts: Record<string, () => void> = {
      take: () => this.ask('take', 'q1', { service: 'a', paper: false, source: 'touch' }),
      window: () => this.atWindow(),
      pad: () => this.atPad(random.pick(this.pads)),
      deliver: () => this.deliver(random.pick(this.pads)),
      phone: () => this.atPhone(),
      phoneSends: () => this.send(this.phones, 0),
      stranger: () => this.stranger(),
      echo: () => this.echo(),
      link: () => this.toggle(random.pick(this.pads)),
      kill: () => random.pick(this.pads).asked.clear(),
      crash: () => this.crash(),
      fault: () =>
        this.disk.failCommit(
          this.disk.commits + random.int(1, 4),
          random.pick(['before', 'after']),
        ),
      rest: () => {},
    };
    acts[doing]?.();
    await this.go(doing === 'rest' ? random.int(1_000, 30_000) : random.int(0, 1_500));
  }

  async go(ms: number): Promise<void> {
    this.hall.run();
    await this.clock.advance(ms);
    this.hall.run();
  }

  toggle(pad: Pad): void {
    pad.up = !pad.up;
  }

  crash(): void {
    this.crashes += 1;
    // First the disk: what the dying process still tries is not kept.
    this.disk.crash(this.random);
    this.hall.die();
    this.hall = new Hall(this);
  }

  ask(
    op: 'take' | 'open' | 'call-next' | 'start' | 'finish' | 'invite',
    dev: string,
    body: object,
  ): void {
    this.hall.submit({ op, dev, key: this.key(), body }, () => {});
  }

  atWindow(): void {
    const dev = this.random.pick(['w1', 'w2']);
    this.ask(
      this.random.pick(['open', 'call-next', 'start', 'finish', 'finish', 'invite']),
      dev,
      {},
    );
  }

  /** A citizen stands before the pad and presses, or goes away. */
  atPad(pad: Pad): void {
    const { state } = this.hall.sequencer;
    if (!pad.up || state === null) return;
    const now = this.hall.sequencer.now();
    const { pending } = padSnapshotOf(state, this.rules, 1, pad.window, now);
    if (pending === null || pad.asked.has(pending.ticket)) return;
    pad.asked.add(pending.ticket);
    // A pad that was killed still knows from its spool, and from the outcome it waits for.
    if (this.pressed.has(`${pending.ticket} 1`) || this.random.chance(0.3)) return;
    pad.spool.push(this.press(pad.id, 'pad', pending.ticket, 1));
  }

  press(dev: string, channel: 'pad' | 'qr', ticket: string, round: 1 | 2): Press {
    const level = this.random.pick(levels);
    this.pressed.set(`${ticket} ${round}`, level);
    const rest = { labels: [], text: '', pressedAt: this.clock.now() };
    return { key: this.key(), dev, body: { ticket, level, channel, round, ...rest } };
  }

  /** Somebody who did not use the pad evaluates at home; somebody who did adds something later. */
  atPhone(): void {
    const { state } = this.hall.sequencer;
    const done = [...(state?.tickets.values() ?? [])].filter((t) => t.state === 'done');
    if (done.length === 0) return;
    const { id } = this.random.pick(done);
    const pad = this.pads.find((p) => p.window === state?.tickets.get(id)?.past?.window);
    if (!this.pressed.has(`${id} 1`)) {
      pad?.asked.add(id);
      this.phones.push(this.press('hall', 'qr', id, 1));
      return;
    }
    const known = this.acknowledged.some((p) => p.body.ticket === id);
    if (known && !this.pressed.has(`${id} 2`)) this.phones.push(this.press('hall', 'qr', id, 2));
  }

  deliver(pad: Pad): void {
    if (pad.up || this.calm) this.send(pad.spool, 0);
  }

  send(from: Press[], at: number): void {
    const press = from[at];
    if (press === undefined) return;
    const fate = this.calm
      ? 'fine'
      : this.random.weighted({ fine: 6, lost: 2, unheard: 2, twice: 2 });
    if (fate === 'lost') return;
    if (fate === 'twice') this.echoes.push(press);
    const { dev, key, body } = press;
    this.hall.submit({ op: 'evaluate', dev, key, body }, (answer) => {
      if (fate === 'unheard') return;
      if (!answer.ok && passing.has(answer.refusal.code)) return;
      if (!answer.ok) this.faults.push(`a press was refused: ${answer.refusal.code}`);
      const place = from.indexOf(press);
      if (place >= 0) from.splice(place, 1);
      this.acknowledged.push(press);
    });
  }

  /** The network brings an old request again: same key, so the same answer and no other effect. */
  echo(): void {
    if (this.echoes.length === 0) return;
    const { dev, key, body } = this.random.pick(this.echoes);
    this.hall.submit({ op: 'evaluate', dev, key, body }, () => {});
  }

  /** What must never count: another window's pad, a clerk, a made-up ticket, a second press. */
  stranger(): void {
    const known = this.acknowledged.length > 0 ? this.random.pick(this.acknowledged) : null;
    const unpressed = [...(this.hall.sequencer.state?.tickets.values() ?? [])].find(
      (t) => t.state === 'done' && !this.pressed.has(`${t.id} 1`),
    );
    const body = (ticket: string, channel: Evaluate['channel']): Evaluate => ({
      ...{ ticket, channel, level: this.random.pick(levels), labels: [], text: '' },
      pressedAt: 0,
    });
    const foreign = unpressed?.past?.window === '1' ? 'pad2' : 'pad1';
    const tries: [string, Evaluate][] = [
      ['pad1', body('2026-11-23/A999', 'pad')],
      ['q1', body(unpressed?.id ?? '2026-11-23/A001', 'pad')],
      ['w1', body(unpressed?.id ?? '2026-11-23/A001', 'pad')],
    ];
    if (unpressed !== undefined) tries.push([foreign, body(unpressed.id, 'pad')]);
    if (known !== null) tries.push([known.dev, { ...known.body, level: this.random.pick(levels) }]);
    const [dev, forged] = this.random.pick(tries);
    this.hall.submit({ op: 'evaluate', dev, key: this.key(), body: forged }, (answer) => {
      if (answer.ok) this.faults.push(`${dev} was let in with ${JSON.stringify(forged)}`);
    });
  }

  readonly post: Post = async (record): Promise<PostResult> => {
    const fate = this.calm
      ? 'fine'
      : this.random.weighted({ fine: 6, away: 2, lost: 2, stumbles: 1 });
    if (fate === 'away') return { kind: 'unreachable', why: 'ECONNREFUSED' };
    if (fate === 'stumbles') return { kind: 'unclear', why: 'HTTP 502' };
    const same = (r: Record<string, string>) =>
      r.projectNo === record.projectNo && r.assessNumber === record.assessNumber;
    const before = this.received.find(same);
    if (before === undefined) this.received.push(record);
    else this.duplicates += 1;
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(record)) {
      this.faults.push(`${record.projectNo} came again with another content`);
    }
    return fate === 'lost'
      ? { kind: 'unreachable', why: 'timeout' }
      : { kind: 'taken', receipt: 'ok' };
  };

  async end(): Promise<Outcome> {
    this.calm = true;
    for (let i = 0; i < 400; i += 1) {
      for (const pad of this.pads) this.deliver(pad);
      this.send(this.phones, 0);
      await this.go(1_000);
      const left = this.phones.length + this.pads.reduce((n, p) => n + p.spool.length, 0);
      if (left === 0 && this.hall.waiting() === 0 && i > 100) break;
    }
    // What a failed commit left behind without a word is found when the book looks by itself.
    await this.go(followerLimits.lookEveryMs + 5_000);
    await this.go(5_000);
    this.check();
    this.hall.die();
    const { crashes, duplicates, faults } = this;
    return { pressed: this.pressed.size, crashes, duplicates, faults };
  }

  check(): void {
    const word: Record<string, string> = {
      ...{ 5: 'very-satisfied', 4: 'satisfied', 3: 'basically-satisfied' },
      ...{ 2: 'dissatisfied', 1: 'very-dissatisfied' },
    };
    const arrived = this.received.map(
      (r) => `${r.projectNo} ${r.assessNumber} ${word[r.satisfaction ?? '']}`,
    );
    const expected = [...this.pressed].map(([what, level]) => {
      const [ticket = '', round] = what.split(' ');
      return `test-${ticket.replaceAll('-', '').replace('/', '-')} ${round} ${level}`;
    });
    const difference = (a: string[], b: string[]) => a.filter((x) => !b.includes(x));
    for (const x of difference(expected, arrived)) this.faults.push(`never arrived: ${x}`);
    for (const x of difference(arrived, expected)) this.faults.push(`never pressed: ${x}`);
    if (new Set(arrived).size !== arrived.length) this.faults.push('something arrived twice');
    const numbers = this.received.map((r) => Number(r.recordNo));
    if (numbers.some((n, i) => n !== i + 1)) this.faults.push(`order: ${numbers.join(' ')}`);
    this.faults.push(...this.hall.bookFaults());
  }
}

class Hall {
  readonly #world: World;
  readonly sequencer: SequencerPort;
  readonly #db: RatingsDb;
  readonly #follower: Follower;
  readonly #uploader: Uploader;
  #turns: (() => void)[] = [];
  #alive = true;

  constructor(world: World) {
    this.#world = world;
    const { clock, rules, province, disk } = world;
    const log = memoryLog();
    const journal = disk.open();
    const soon = (f: () => void) => void this.#turns.push(f);
    this.sequencer = createSequencer({
      ...{ journal, rules, clock, log, limits: sequencerLimits, defer: soon },
    });
    this.#db = openRatingsDb(world.file, 'hall');
    // A disk that is torn is the business of other tests; here only time counts.
    this.#db.pragma('synchronous = OFF');
    this.#uploader = createUploader({
      ...{ clock, log, retry: province.retry, random: () => 0.5 },
      outbox: outboxOf(this.#db),
      post: world.post,
      recordOf: (e) => recordOf(province, rules, e),
    });
    this.#follower = createFollower({
      ...{ journal, clock, soon, log, onNews: this.#uploader.wake },
      book: createBook(this.#db, {
        dayOf: rules.schedule.dayOf,
        clerkOf: (w) => rules.windows.get(w)?.clerk ?? '',
        ...{ dueOf: () => null, upload: true },
      }),
    });
    this.#follower.catchUp();
    this.#uploader.wake();
    this.sequencer.onCommitted(this.#follower.committed);
  }

  submit(
    request: Pick<Parameters<SequencerPort['submit']>[0], 'op' | 'dev' | 'key' | 'body'>,
    answered: Parameters<SequencerPort['submit']>[1],
  ): void {
    const receivedMono = this.#world.clock.mono();
    this.sequencer.submit({ ...request, epoch: 0, receivedMono }, answered);
  }

  run(): void {
    while (this.#alive && this.#turns.length > 0) {
      const now = this.#turns;
      this.#turns = [];
      for (const f of now) f();
    }
  }

  waiting(): number {
    return outboxOf(this.#db).counts().waiting;
  }

  /** Without a word: what was on the way is lost, what was committed is there. */
  die(): void {
    this.#alive = false;
    this.#follower.stop();
    void this.#uploader.stop();
    void this.sequencer.stop();
    this.#db.close();
  }

  bookFaults(): string[] {
    const rows = this.#db.prepare<[], Stored>('SELECT seq, json FROM ratings ORDER BY seq').all();
    const faults: string[] = [];
    const chain = verifyChain(rows);
    if (!chain.ok) faults.push(`chain broken at ${chain.n}: ${chain.why}`);
    else if (chain.records !== this.#world.pressed.size) faults.push(`chain of ${chain.records}`);
    const finished = this.#world.disk.events.filter(
      (e) => (JSON.parse(e.json) as QueueEvent).type === 'finished',
    ).length;
    const counted = this.#db.prepare('SELECT coalesce(sum(n), 0) FROM services').pluck().get();
    if (counted !== finished) faults.push(`${counted} services in the book, ${finished} finished`);
    return faults;
  }
}
