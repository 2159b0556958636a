/**
 * The queue machine's steps under any order of presses, answers, silence, printer moods and time.
 * The hall of this test remembers its keys as the real one does.
 */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../broker-config/messages.ts';
import { mayBegin } from '../../kiosk-app/queue-machine/printing.ts';
import {
  initialState,
  type QueueConfig,
  type QueueEffect,
  type QueueInput,
  type QueueState,
} from '../../kiosk-app/queue-machine/state.ts';
import { step } from '../../kiosk-app/queue-machine/step.ts';
import fc from '../harness/fc.ts';
import { granted, keyOf, refusedWith } from './fakes.ts';
import { reason, t0, takeResult, view } from './hall-data.ts';

const config: QueueConfig = {
  machine: 'queue-1',
  owner: { name: 'x', phone: '1' },
  groups: null,
  idleS: 30,
  resultS: 8,
  printer: true,
  reprint: true,
  reads: { card: false, code: false },
  keys: { '1': 'pension' },
};

/** What may happen next; what makes no sense now is passed over. */
const happenings = [
  'tap',
  'tap again',
  'key',
  'home',
  'granted',
  'refused',
  'silence',
  'granted but the answer is lost',
  'late answer',
  'first byte',
  'confirmed',
  'uncertain',
  'failed',
  'patience over',
  'result over',
  'second paper asked for',
  'second paper confirmed',
  'second paper failed',
  'printer out',
  'printer ready',
  'link lost',
  'link back',
  'time passes',
] as const;
type Happening = (typeof happenings)[number];

class World {
  state: QueueState;
  mono = 0;
  keys = 0;
  numbers = 0;
  /** The hall's memory: key -> answer. */
  readonly hall = new Map<string, Answer<'take'>>();
  /** Key of the request whose answer the flow still waits for. */
  waiting: string | null = null;
  readonly timers = new Set<string>();
  /** Presses asked durably whose answer is still to come. */
  readonly late: string[] = [];
  /** Tickets at the printer: has the first byte left? */
  readonly atPrinter = new Map<string, boolean>();
  readonly printed: string[] = [];
  /** The second paper at the printer, and those that came out. */
  second: string | null = null;
  readonly seconds = new Set<string>();
  readonly told = new Map<string, string[]>();
  readonly shown = new Set<string>();

  constructor(printer: boolean) {
    this.state = initialState({ ...config, printer }, { now: t0, mono: 0 });
    this.input({ type: 'view', view: view() });
    this.input({ type: 'printer', health: { kind: 'ready', since: t0 } });
  }

  input(input: QueueInput): void {
    const before = this.state;
    const after = step(before, input, { now: t0 + this.mono, mono: this.mono });
    this.state = after.state;
    for (const effect of after.effects) this.effect(effect, input);
    this.checkEscape();
    const { phase } = this.state;
    if (phase.at === 'done') this.shown.add(phase.issued.ticket.id);
  }

  effect(effect: QueueEffect, cause: QueueInput): void {
    if (effect.type === 'timer') this.timers.add(effect.name);
    if (effect.type === 'cancel') this.timers.delete(effect.name);
    if (effect.type === 'request') {
      assert.is(this.waiting, null, 'one request at a time');
      this.waiting = effect.press.key;
    }
    if (effect.type === 'print') {
      const { id } = effect.issued.ticket;
      assert.ok(cause.type === 'answer' && cause.answer.ok, 'printed on the answer only');
      assert.not.ok(this.printed.includes(id), 'never two papers with one number');
      this.printed.push(id);
      this.atPrinter.set(id, false);
    }
    if (effect.type === 'reprint') {
      const { id } = effect.issued.ticket;
      assert.is(cause.type, 'reprint', 'a second paper only when it is asked for');
      assert.not.ok(this.atPrinter.has(id), 'not while the first may still come');
      assert.not.ok(this.told.get(id)?.includes('print-failed'), 'not of a void number');
      assert.not.ok(this.seconds.has(id), 'never two of them on paper');
      this.second = id;
    }
    if (effect.type === 'deliver') this.deliver(effect.message);
  }

  deliver(message: Extract<QueueEffect, { type: 'deliver' }>['message']): void {
    if ('key' in message) {
      this.late.push(message.key);
      return;
    }
    const id = message.op === 'void' ? idOf(message.body.ticket) : message.body.ticket;
    const how = message.op === 'confirm-printed' ? message.body.outcome : message.op;
    if (how === 'print-failed') {
      assert.is.not(this.atPrinter.get(id), true, 'what may be on paper is never void');
    }
    this.told.set(id, [...(this.told.get(id) ?? []), how]);
  }

  /** No state without a way out: a timer runs, or an answer with a deadline is awaited. */
  checkEscape(): void {
    const { at } = this.state.phase;
    if (at === 'done' || at === 'failed') assert.ok(this.timers.has('result'), at);
    if (at === 'printing') assert.ok(this.timers.has('patience'), at);
    if (at === 'issuing') assert.is.not(this.waiting, null);
  }

  answerOf(key: string, grant: boolean): Answer<'take'> {
    const known = this.hall.get(key);
    if (known !== undefined) return known;
    this.numbers += 1;
    const number = `A${String(this.numbers).padStart(3, '0')}`;
    const made = grant
      ? granted(key, takeResult(number))
      : refusedWith(key, reason('nobody', '不', 'no'));
    this.hall.set(key, made as Answer<'take'>);
    return made as Answer<'take'>;
  }

  reply(grant: boolean): void {
    const press = this.waiting;
    if (press === null) return;
    this.waiting = null;
    this.input({ type: 'answer', press, answer: this.answerOf(press, grant) });
  }

  silence(): void {
    const press = this.waiting;
    if (press === null) return;
    this.waiting = null;
    this.input({ type: 'request-failed', press, code: 'BUS_DEADLINE', sent: true });
  }

  lateAnswer(grant: boolean): void {
    const press = this.late.shift();
    if (press === undefined) return;
    this.input({ type: 'late-answer', press, answer: this.answerOf(press, grant) });
  }

  firstByte(): void {
    for (const [ticket, sent] of this.atPrinter) {
      if (sent) continue;
      if (!mayBegin(this.state, ticket)) {
        this.end(ticket, 'failed');
      } else {
        assert.not.ok(this.told.get(ticket)?.includes('print-failed'), 'void: no paper any more');
        this.atPrinter.set(ticket, true);
        this.input({ type: 'sending', ticket });
      }
      return;
    }
  }

  outcome(outcome: 'confirmed' | 'uncertain' | 'failed'): void {
    for (const [ticket, sent] of this.atPrinter) {
      // The driver says failed only of what was never sent, the others only of what was.
      if (sent === (outcome === 'failed')) continue;
      this.end(ticket, outcome);
      return;
    }
  }

  end(ticket: string, outcome: 'confirmed' | 'uncertain' | 'failed'): void {
    this.atPrinter.delete(ticket);
    const code = 'PRN_LINK_LOST';
    const said = outcome === 'confirmed' ? { outcome } : { outcome, code: code as typeof code };
    this.input({ type: 'printed', ticket, outcome: said });
  }

  endSecond(outcome: 'confirmed' | 'failed'): void {
    const ticket = this.second;
    if (ticket === null) return;
    this.second = null;
    if (outcome === 'confirmed') this.seconds.add(ticket);
    const code = 'PRN_COVER_OPEN';
    const said = outcome === 'confirmed' ? { outcome } : { outcome, code: code as typeof code };
    this.input({ type: 'reprinted', ticket, outcome: said });
  }

  fire(name: 'patience' | 'result'): void {
    if (!this.timers.delete(name)) return;
    this.input({ type: 'timer', name });
  }

  tap(key: string): void {
    this.input({ type: 'take', key, service: 'pension', class: null });
  }

  happen(what: Happening): void {
    this.mono += 100;
    const acts: Record<Happening, () => void> = {
      tap: () => this.tap(this.newKey()),
      'tap again': () => this.tap(keyOf(Math.max(1, this.keys))),
      key: () => this.input({ type: 'key', key: '1', press: this.newKey() }),
      home: () => this.input({ type: 'home' }),
      granted: () => this.reply(true),
      refused: () => this.reply(false),
      silence: () => this.silence(),
      'granted but the answer is lost': () => {
        if (this.waiting !== null) this.answerOf(this.waiting, true);
        this.silence();
      },
      'late answer': () => this.lateAnswer(true),
      'first byte': () => this.firstByte(),
      confirmed: () => this.outcome('confirmed'),
      uncertain: () => this.outcome('uncertain'),
      failed: () => this.outcome('failed'),
      'patience over': () => this.fire('patience'),
      'result over': () => this.fire('result'),
      'second paper asked for': () => this.input({ type: 'reprint' }),
      'second paper confirmed': () => this.endSecond('confirmed'),
      'second paper failed': () => this.endSecond('failed'),
      'printer out': () =>
        this.input({ type: 'printer', health: { kind: 'out', failure: 'paper-out', since: 1 } }),
      'printer ready': () => this.input({ type: 'printer', health: { kind: 'ready', since: 1 } }),
      'link lost': () => this.input({ type: 'view', view: view({ online: false }) }),
      'link back': () => this.input({ type: 'view', view: view() }),
      'time passes': () => {
        this.mono += 5_000;
      },
    };
    acts[what]();
  }

  newKey(): string {
    this.keys += 1;
    return keyOf(this.keys);
  }

  /** Whatever was begun comes to its end. */
  settle(): void {
    this.silence();
    while (this.late.length > 0) this.lateAnswer(true);
    while ([...this.atPrinter.values()].includes(false)) this.firstByte();
    while (this.atPrinter.size > 0) this.outcome('uncertain');
    this.fire('result');
  }

  get issued(): string[] {
    return [...this.hall.values()].flatMap((a) => (a.ok ? [a.result.ticket.id] : []));
  }
}

const idOf = (ref: { id: string } | { number: string }) => ('id' in ref ? ref.id : ref.number);

const stories = fc.array(fc.constantFrom(...happenings), { maxLength: 80 });

function told(printer: boolean, check: (w: World) => void): void {
  fc.assert(
    fc.property(stories, (story) => {
      const w = new World(printer);
      for (const what of story) w.happen(what);
      w.settle();
      check(w);
    }),
    { numRuns: 2_000 },
  );
}

test('every ticket ends in exactly one truth told to the hall; a second paper ends its doubt', () => {
  told(true, (w) => {
    for (const id of w.issued) {
      const how = w.told.get(id) ?? [];
      if (w.seconds.has(id)) assert.equal(how, ['uncertain', 'confirmed'], id);
      else assert.is(how.length, 1, `${id}: ${how}`);
    }
    assert.is(w.told.size, w.issued.length, 'nothing is told of tickets that do not exist');
  });
});

test('a number shown as valid is never taken back', () => {
  told(true, (w) => {
    for (const id of w.shown) assert.not.ok(w.told.get(id)?.includes('print-failed'), id);
  });
});

test('a ticket that is told as printed was at the printer', () => {
  told(true, (w) => {
    for (const [id, how] of w.told) {
      if (how.includes('confirmed') || how.includes('uncertain')) assert.ok(w.printed.includes(id));
    }
  });
});

test('whatever happened, the machine comes back to the first page', () => {
  told(true, (w) => assert.is(w.state.phase.at, 'choose'));
});

test('without a printer nothing is printed; a ticket is shown or cancelled, never both', () => {
  told(false, (w) => {
    assert.equal(w.printed, []);
    for (const id of w.issued) {
      assert.is(w.shown.has(id), w.told.get(id) === undefined, id);
      if (!w.shown.has(id)) assert.equal(w.told.get(id), ['void']);
    }
  });
});

test.run();
