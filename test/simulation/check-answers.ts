/** Commands, their keys, their effects and their answers: what was said stays said. */
import type { Answer } from '../../broker-config/messages.ts';
import type { JournalBatch, JournalKey, SubmittedRequest } from '../../kiosk-app/hall/contract.ts';
import type { QueueEvent } from '../../kiosk-app/hall/queue/index.ts';
import type { Fail } from './ledger-book.ts';

export interface AnswerCheck {
  hallStarted(epoch: number): void;
  submitted(request: SubmittedRequest): void;
  durable(batch: JournalBatch, events: readonly QueueEvent[]): void;
  answered(request: SubmittedRequest, answer: Answer): void;
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
  seq: number;
}

export function createAnswerCheck(fail: Fail, count: (what: string) => void): AnswerCheck {
  const requests = new Map<string, SubmittedRequest>();
  /** Every decided answer that left the hall. */
  const answers = new Map<string, Said>();
  /** Keys ever made durable. */
  const durableKeys = new Set<string>();
  let epoch = 0;
  let head = 0;

  const durable: AnswerCheck['durable'] = (batch, events) => {
    head = batch.events.at(-1)?.seq ?? head;
    const left = new Map<string, number>();
    for (const e of events) {
      if (!ofCommands.has(e.type)) continue;
      const made = `${e.type} ${subjectOf(e)}`;
      left.set(made, (left.get(made) ?? 0) + 1);
    }
    for (const { key, answer } of batch.keys) {
      durableKeys.add(key);
      // On disk as new: what was said before, if anything, was forgotten with its day.
      answers.delete(key);
      const request = requests.get(key);
      const made = request === undefined ? null : effectOf(request, JSON.parse(answer) as Answer);
      if (made === null) continue;
      const n = left.get(made) ?? 0;
      if (n === 0) fail('a granted command has its effect', `${key}: no ${made}`);
      left.set(made, n - 1);
    }
    for (const [made, n] of left) {
      if (n > 0) fail('every effect has its one command', `${n} x ${made} without a command`);
    }
  };

  const answered: AnswerCheck['answered'] = ({ op, key }, answer) => {
    count(answer.ok ? `granted ${op}` : `refused ${answer.refusal.code}`);
    if (answer.key !== key) fail('an answer carries the key of its request', key);
    if (answer.epoch !== epoch) fail('an answer carries the epoch of its hall', key);
    if (answer.seq > head) fail('nothing is answered before it is durable', `${op} ${key}`);
    if (op === 'snapshot' || (!answer.ok && undecided.has(answer.refusal.code))) return;
    const { epoch: _epoch, spans: _spans, ...said } = answer;
    const text = JSON.stringify(said);
    const before = answers.get(key);
    if (before !== undefined) count('answers repeated');
    if (before !== undefined && before.text !== text) {
      fail('a repeated key gets the same answer', `${op} ${key}: ${before.text}, then ${text}`);
    }
    answers.set(key, { op, text, seq: answer.seq });
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
    durable,
    answered,
    nothingLost: (disk) => {
      const kept = disk.events.at(-1)?.seq ?? 0;
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

function subjectOf(e: QueueEvent): string {
  if ('ticket' in e) return e.ticket;
  return 'window' in e ? e.window : '';
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
