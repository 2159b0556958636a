/** Commands, their keys, their effects and their answers: what was said stays said. */
import type { Answer, RequestBody } from '../../broker-config/messages.ts';
import type { JournalKey, SubmittedRequest } from '../../kiosk-app/hall/contract.ts';
import type { HallProfile, QueueEvent } from '../../kiosk-app/hall/queue/index.ts';
import type { Ledger } from './ledger.ts';
import type { Fail } from './ledger-book.ts';

export interface AnswerCheck {
  hallStarted(epoch: number): void;
  submitted(request: SubmittedRequest): void;
  /** Before the ledger has the event. */
  event(e: QueueEvent): void;
  /** A command is on disk, with the events that came of it (and of time just before it). */
  decided(key: JournalKey, events: readonly QueueEvent[]): void;
  /** Events on disk that belong to no command. */
  undecided(events: readonly QueueEvent[]): void;
  answered(request: SubmittedRequest, answer: Answer): void;
  delivered(dev: string, key: string): void;
  /** After a crash and at the end: is everything that was answered still there? */
  nothingLost(disk: KeptDisk): void;
}

/** What is durable. */
export interface KeptDisk {
  readonly keys: ReadonlyMap<string, JournalKey>;
  readonly events: readonly { seq: number }[];
}

/** Refused before anything was decided, so not stored: the same key may be sent again. */
const undecided: ReadonlySet<string> = new Set([
  'storage-unavailable',
  'hall-busy',
  'hall-stopping',
  'stale-hall',
  'key-reused',
]);

/** The one event that a granted command makes. */
const effects: Readonly<Record<string, QueueEvent['type']>> = {
  take: 'issued',
  'check-in': 'issued',
  'call-next': 'called',
  'call-ticket': 'called',
  resume: 'called',
  recall: 'recalled',
  start: 'started',
  hold: 'held',
  transfer: 'transferred',
  evaluate: 'evaluated',
  open: 'window-opened',
  pause: 'window-paused',
  close: 'window-closed',
  serve: 'serving-changed',
};
/** Events that nothing but a command of their own makes. */
const ofCommands: ReadonlySet<string> = new Set([...Object.values(effects), 'returned-to-queue']);

interface Said {
  op: string;
  /** Answer without epoch and spans, as stored. */
  text: string;
}

export function createAnswerCheck(
  profile: HallProfile,
  ledger: Ledger,
  fail: Fail,
  count: (what: string) => void,
): AnswerCheck {
  const requests = new Map<string, SubmittedRequest>();
  /** Every decided answer that left the hall. */
  const answers = new Map<string, Said>();
  const answeredEver = new Set<string>();
  /** Keys ever made durable. */
  const durableKeys = new Set<string>();
  /** Who was at a window when it was last told to let go or to call. */
  const occupants = new Map<string, string | null>();
  const lettingGo = new Set<string>();
  let epoch = 0;
  let head = 0;

  const decided: AnswerCheck['decided'] = ({ key, answer }, events) => {
    durableKeys.add(key);
    // On disk as new: what was said before, if anything, was forgotten with its day.
    answers.delete(key);
    const request = requests.get(key);
    if (request === undefined) {
      fail('nobody speaks for a machine', `key ${key} was never asked`);
      return;
    }
    const wanted = effectOf(request, JSON.parse(answer) as Answer);
    const made = events.filter((e) => ofCommands.has(e.type)).map(effectText);
    if (made.join() !== (wanted ?? '')) {
      fail('a command has its effect and no other', `${key}: ${made}, not ${wanted}`);
    }
    if (request.op === 'call-next' && wanted !== null) checkExpectation(request);
  };

  /** Two quick presses, or one for what the page no longer shows, must not call two people. */
  const checkExpectation = ({ dev, body }: SubmittedRequest) => {
    const { expect } = body as RequestBody<'call-next'>;
    const found = occupants.get(windowOf(profile, dev));
    if (expect !== undefined && expect !== found) {
      fail('who presses "next" sees who is there', `${dev} saw ${expect}, there was ${found}`);
    }
  };

  const answered: AnswerCheck['answered'] = ({ op, key }, answer) => {
    count(answer.ok ? `granted ${op}` : `refused ${answer.refusal.code}`);
    if (answer.key !== key) fail('an answer carries the key of its request', key);
    if (answer.epoch !== epoch) fail('an answer carries the epoch of its hall', key);
    if (answer.seq > head) fail('nothing is answered before it is durable', `${op} ${key}`);
    if (!answer.ok && answer.refusal.code === 'bad-request') {
      fail('no command breaks the hall inside', `${op} ${key}`);
    }
    if (op === 'snapshot' || (!answer.ok && undecided.has(answer.refusal.code))) return;
    const { epoch: _epoch, spans: _spans, ...said } = answer;
    const text = JSON.stringify(said);
    const before = answers.get(key);
    if (before !== undefined) count('answers repeated');
    if (before !== undefined && before.text !== text) {
      fail('a repeated key gets the same answer', `${op} ${key}: ${before.text}, then ${text}`);
    }
    answers.set(key, { op, text });
    answeredEver.add(key);
    if (!durableKeys.has(key)) {
      fail('nothing is answered before it is durable', `${op} ${key} is not on disk`);
    }
  };

  return {
    hallStarted: (next) => {
      if (next <= epoch) fail('the epoch rises with every start', `${next} after ${epoch}`);
      epoch = next;
    },
    submitted: (request) => {
      if (!requests.has(request.key)) requests.set(request.key, request);
    },
    event: (e) => {
      head += 1;
      const leaves = e.type === 'finished' || e.type === 'missed';
      if (!leaves && e.type !== 'called') return;
      // "Next" lets go of who is there and calls in one: what counts is who was there before.
      const current = ledger.windows.get(e.window)?.current?.id ?? null;
      if (current !== null || !lettingGo.has(e.window)) occupants.set(e.window, current);
      if (leaves) lettingGo.add(e.window);
      else lettingGo.delete(e.window);
    },
    decided: (key, events) => {
      decided(key, events);
      lettingGo.clear();
    },
    undecided: (events) => {
      const made = events.filter((e) => ofCommands.has(e.type)).map(effectText);
      if (made.length > 0) fail('every effect has its one command', made.join());
    },
    answered,
    delivered: (dev, key) => {
      if (!answeredEver.has(key)) fail('nothing leaves an outbox unanswered', `${dev} ${key}`);
    },
    nothingLost: (disk) => {
      const kept = disk.events.length;
      if (kept !== head) fail('no acknowledged command is lost', `head ${kept}, was ${head}`);
      for (const [key, { op, text }] of answers) {
        const stored = disk.keys.get(key);
        // Forgotten with its day: nobody can ask for it any more.
        if (stored === undefined) answers.delete(key);
        else if (stored.answer !== text) fail('no acknowledged command is lost', `${op} ${key}`);
      }
    },
  };
}

function windowOf(profile: HallProfile, dev: string): string {
  return profile.windows.find((w) => w.machine === dev || w.pad === dev)?.id ?? '';
}

function effectText(e: QueueEvent): string {
  const subject = 'ticket' in e ? e.ticket : 'window' in e ? e.window : '';
  return `${e.type} ${subject}`;
}

/** The event that this granted request must have made, as `type subject`; null: perhaps none. */
function effectOf(request: SubmittedRequest, answer: Answer): string | null {
  if (!answer.ok) return null;
  const { op, body } = request;
  const toQueue = (body as { to?: unknown }).to === 'queue';
  const type = op === 'return-missed' ? (toQueue ? 'returned-to-queue' : 'called') : effects[op];
  if (type === undefined) return null;
  const result = answer.result as { ticket?: { id: string } | string; window?: { id: string } };
  const { ticket, window } = result;
  return `${type} ${typeof ticket === 'string' ? ticket : (ticket?.id ?? window?.id)}`;
}
