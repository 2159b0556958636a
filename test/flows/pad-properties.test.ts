/**
 * The pad's steps under any order of touches, keys, silence, faults of the disk, kills and time: an
 * evaluation is sent exactly for what a finger chose and did not take back, and nobody is thanked for
 * what a power cut would take.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { levels, type PadInvitation, type RequestBody } from '../../broker-config/messages.ts';
import type { Level } from '../../kiosk-app/evaluation-pad/evaluation.ts';
import { drawQr } from '../../kiosk-app/evaluation-pad/qr.ts';
import {
  initialState,
  type PadConfig,
  type PadEffect,
  type PadInput,
  type PadState,
} from '../../kiosk-app/evaluation-pad/state.ts';
import { step } from '../../kiosk-app/evaluation-pad/step.ts';
import { screenOf } from '../../kiosk-app/evaluation-pad/view.ts';
import fc from '../harness/fc.ts';
import { keyOf } from './fakes.ts';
import { directory, t0, view } from './hall-data.ts';

const config: PadConfig = {
  ...{ machine: 'pad-1', owner: { name: 'x', phone: '1' }, detailsS: 15, elder: false },
  photos: new Set(),
};
const rules = {
  ...{ inviteS: 60, undoS: 5, textMax: 150, labelsMax: 2, followUp: false },
  labels: levels.flatMap((level, i) =>
    ['a', 'b', 'c'].map((name, n) => ({
      ...{ code: `${5 - i}0${n}`, level, name: { zh: name, en: name } },
    })),
  ),
};

type Body = RequestBody<'evaluate'>;
type Happening =
  | { do: 'finish' | 'invite' | 'phone' | 'undo' | 'done' | 'decline' | 'stay' | 'again' | 'old' }
  | { do: 'touch' | 'key'; level: Level }
  | { do: 'details'; labels: string[]; text: string }
  | { do: 'wait'; ms: number }
  | { do: 'disk'; bad: boolean }
  | { do: 'answer'; how: 'yes' | 'no' | 'silence' }
  | { do: 'link'; online: boolean }
  | { do: 'kill' };

const anyLevel = fc.constantFrom(...levels);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('finish', 'invite').map((d) => ({ do: d })) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom('touch', 'touch', 'key'), anyLevel)
      .map(([d, level]) => ({ do: d, level })),
  },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom('undo', 'done', 'decline', 'stay', 'again', 'old', 'phone')
      .map((d) => ({ do: d })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('details'),
      labels: fc.subarray(rules.labels.map((l) => l.code)),
      text: fc.string({ unit: 'grapheme', maxLength: 160 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(100, 2_900, 5_100, 15_100, 61_000).map((ms) => ({ do: 'wait', ms })),
  },
  { weight: 1, arbitrary: fc.boolean().map((bad) => ({ do: 'disk', bad })) },
  { weight: 1, arbitrary: fc.boolean().map((online) => ({ do: 'link', online })) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('yes', 'no', 'silence').map((how) => ({ do: 'answer', how })),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'kill' }) },
) as fc.Arbitrary<Happening>;

class World {
  mono = 0;
  keys = 0;
  tickets = 0;
  online = true;
  diskBad = false;
  pending: PadInvitation | null = null;
  state: PadState;
  timerAt: number | null = null;
  readonly held = new Map<string, Body>();
  /** Keys whose latest change the disk refused. */
  readonly unchanged = new Set<string>();
  /** What went to the hall, by key: the outbox, or a direct question that was granted. */
  readonly sent = new Map<string, Body>();
  asked: { key: string; body: Body } | null = null;
  /** Per ticket, what the person wants: the last level chosen and not taken back. */
  readonly wanted = new Map<string, Level>();
  lastTouch: PadInput | null = null;
  oldTouch: PadInput | null = null;

  constructor() {
    this.state = initialState(config, [], this.at());
    this.tell();
  }

  at() {
    return { now: t0 + this.mono, mono: this.mono };
  }

  tell(): void {
    const pad = { v: 1 as const, epoch: 1, seq: 1, window: 'w1', pending: this.pending };
    const own = { ...directory, evaluation: rules };
    this.dispatch({ type: 'view', view: view({ directory: own, pad, online: this.online }) });
  }

  dispatch(input: PadInput): void {
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      const { state, effects } = step(this.state, next, this.at());
      this.state = state;
      for (const effect of effects) inputs.push(...this.perform(effect));
    }
    this.check();
  }

  perform(effect: PadEffect): PadInput[] {
    if (effect.type === 'hold') {
      const ok = !this.diskBad;
      if (ok) this.held.set(effect.key, effect.body);
      this.unchanged[ok ? 'delete' : 'add'](effect.key);
      return [{ type: 'kept', key: effect.key, ok, online: this.online }];
    }
    if (effect.type === 'drop') this.held.delete(effect.key);
    if (effect.type === 'release') this.release(effect.key, effect.body);
    if (effect.type === 'request') this.asked = { key: effect.key, body: effect.body };
    if (effect.type === 'timer') this.timerAt = this.mono + effect.ms;
    if (effect.type === 'cancel') this.timerAt = null;
    return [];
  }

  release(key: string, body: Body): void {
    assert.not(this.sent.has(key), 'released once');
    this.sent.set(key, body);
    this.held.delete(key);
  }

  /** Nobody is thanked for what would be lost. */
  check(): void {
    const { step: shown } = screenOf(this.state, drawQr, this.at());
    const { phase } = this.state.evaluation ?? { phase: { at: 'idle' as const } };
    if (shown.at !== 'rated' && shown.at !== 'thanked') return;
    if (phase.at !== 'rated' && phase.at !== 'thanked') throw new Error('shown without a rating');
    const { key } = phase.rating;
    const safe = this.held.get(key) ?? this.sent.get(key);
    assert.is(safe?.ticket, shown.ticket);
    // A disk that fails in the middle of a change keeps what was there: never another's, never none.
    if (!this.unchanged.has(key)) assert.is(safe?.level, shown.level);
  }

  wait(ms: number): void {
    const end = this.mono + ms;
    while (this.timerAt !== null && this.timerAt <= end) {
      this.mono = Math.max(this.mono, this.timerAt);
      this.timerAt = null;
      this.dispatch({ type: 'timer' });
    }
    this.mono = end;
    if (this.pending !== null && t0 + this.mono > this.pending.closesAt) {
      this.pending = null;
      this.tell();
    }
  }

  kill(): void {
    // Held back, or on its way: the hall, which asks still, may not have heard of either.
    const rated = [...this.held.values(), ...this.sent.values()].map((b) => b.ticket);
    for (const [key, body] of [...this.held]) this.release(key, body);
    this.asked = null;
    this.timerAt = null;
    this.state = initialState(config, rated, this.at());
    // What was touched on this process's glass is taken by no other.
    this.lastTouch = null;
    this.oldTouch = null;
    this.tell();
  }

  happen(h: Happening): void {
    const { evaluation } = this.state;
    const ticket = evaluation?.subject.ticket ?? 'none';
    switch (h.do) {
      case 'finish':
        this.tickets += 1;
        this.pending = this.invitation(`2026-11-22/A${String(this.tickets).padStart(3, '0')}`);
        this.tell();
        break;
      case 'invite':
        if (this.pending !== null) this.pending = this.invitation(this.pending.ticket);
        this.tell();
        break;
      case 'phone':
        this.pending = null;
        this.tell();
        break;
      case 'touch': {
        this.keys += 1;
        if (evaluation?.phase.at === 'ask') this.wanted.set(ticket, h.level);
        const press = keyOf(this.keys);
        this.oldTouch = this.lastTouch;
        const action = { do: 'level', ticket, level: h.level, press } as const;
        this.lastTouch = { type: 'action', action };
        this.dispatch(this.lastTouch);
        break;
      }
      case 'key': {
        this.keys += 1;
        const at = evaluation?.phase.at;
        const taken =
          evaluation !== null &&
          (at === 'ask' ||
            at === 'rated' ||
            (evaluation.phase.at === 'thanked' && !evaluation.phase.sent));
        if (taken) this.wanted.set(ticket, h.level);
        this.dispatch({ type: 'key', key: h.level, press: keyOf(this.keys) });
        break;
      }
      case 'again':
        if (this.lastTouch !== null) this.dispatch(this.lastTouch);
        break;
      case 'old':
        if (this.oldTouch !== null) this.dispatch(this.oldTouch);
        break;
      case 'undo': {
        const p = evaluation?.phase;
        if (p?.at === 'rated' || (p?.at === 'thanked' && !p.sent)) this.wanted.delete(ticket);
        this.dispatch({ type: 'action', action: { do: 'undo', ticket } });
        break;
      }
      case 'done':
      case 'decline':
      case 'stay':
        this.dispatch({ type: 'action', action: { do: h.do, ticket } });
        break;
      case 'details':
        this.dispatch({
          type: 'action',
          action: { do: 'details', ticket, labels: h.labels, text: h.text },
        });
        break;
      case 'wait':
        this.wait(h.ms);
        break;
      case 'disk':
        this.diskBad = h.bad;
        break;
      case 'link':
        this.online = h.online;
        this.tell();
        break;
      case 'answer':
        this.answer(h.how);
        break;
      case 'kill':
        this.kill();
        break;
    }
  }

  answer(how: 'yes' | 'no' | 'silence'): void {
    const { asked } = this;
    if (asked === null) return;
    this.asked = null;
    if (how === 'yes') this.sent.set(asked.key, asked.body);
    if (how === 'silence') this.dispatch({ type: 'unanswered', key: asked.key });
    else {
      const refusal = how === 'yes' ? null : { zh: '不', en: 'no' };
      this.dispatch({ type: 'answer', key: asked.key, refusal });
    }
  }

  invitation(ticket: string): PadInvitation {
    const now = t0 + this.mono;
    return {
      ...{ ticket, number: ticket.slice(11), service: 'pension', finishedAt: now, qr: null },
      ...{ invitedAt: now, closesAt: now + 60_000, acceptedUntil: now + 86_400_000 },
    };
  }
}

const many = { numRuns: 1000 };

test('a disk that works: sent = chosen and not taken back, exactly, whatever else happens', () => {
  const well = happening.filter((h) => h.do !== 'disk' && h.do !== 'answer');
  fc.assert(
    fc.property(fc.array(well, { maxLength: 40 }), (all) => {
      const w = new World();
      for (const h of all) w.happen(h);
      w.dispatch({ type: 'stop' });
      const sent = [...w.sent.values()].map((b) => [b.ticket, b.level]);
      assert.equal(sent.sort(), [...w.wanted].sort());
      assert.is(w.held.size, 0);
    }),
    many,
  );
});

test('a disk that fails: never a level that nobody chose, never two for one service by one pad', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (all) => {
      const w = new World();
      for (const h of all) w.happen(h);
      for (const { ticket, level, labels, text } of w.sent.values()) {
        assert.ok(
          all.some((h) => (h.do === 'touch' || h.do === 'key') && h.level === level),
          `${ticket} ${level}`,
        );
        assert.ok(labels.every((code) => code.startsWith(String(5 - levels.indexOf(level)))));
        assert.ok(labels.length <= rules.labelsMax);
        assert.ok([...text].length <= 150 && !/\p{Cc}/u.test(text));
      }
    }),
    many,
  );
});

test('nobody there: the question closes after its time, and nothing is sent', () => {
  const w = new World();
  w.happen({ do: 'finish' });
  assert.is(w.state.evaluation?.phase.at, 'ask');
  w.wait(59_999);
  assert.is(w.state.evaluation?.phase.at, 'ask');
  w.wait(1);
  assert.is(w.state.evaluation, null);
  assert.is(w.sent.size, 0);
});

test('all five levels take the same way: same steps, same effects but for the word', () => {
  const ways = levels.map((level) => {
    const w = new World();
    w.happen({ do: 'finish' });
    w.happen({ do: 'touch', level });
    const shown = screenOf(w.state, drawQr, w.at()).step;
    w.wait(15_000);
    const sent = [...w.sent.values()].map((b) => ({ ...b, level: 'x' }));
    return JSON.stringify({ at: shown.at, sent, state: w.state.evaluation });
  });
  assert.is(new Set(ways).size, 1);
});

test.run();
