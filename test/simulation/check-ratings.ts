/**
 * Evaluations from a finger on the glass to the hall's journal: whoever was thanked and took nothing
 * back is answered for, once, with the very level that was touched; and no level comes from nowhere.
 */
import type { Answer, RequestBody } from '../../broker-config/messages.ts';
import type { SubmittedRequest } from '../../kiosk-app/hall/contract.ts';
import type { EvaluationAction, PadScreen } from '../../kiosk-app/screens/contract.ts';
import type { Ledger } from './ledger.ts';
import type { Fail } from './ledger-book.ts';
import { strangersText } from './strangers.ts';

type Level = RequestBody<'evaluate'>['level'];
type Touch = Extract<EvaluationAction, { do: 'level' }>;

export interface RatingCheck {
  touched(dev: string, touch: Touch): void;
  /** Somebody takes it back: from now on both are right, until another touch. */
  undone(ticket: string): void;
  shown(dev: string, screen: PadScreen): void;
  submitted(request: SubmittedRequest): void;
  answered(request: SubmittedRequest, answer: Answer): void;
  /** Nothing is under way any more. */
  quiet(): void;
  /** What the province has in the end, by ticket: what was touched and granted, exactly. */
  arrived(levelOf: (ticket: string) => Level | undefined, count: number): void;
}

/** Said without effect: the key is sent again. */
const notNow: ReadonlySet<string> = new Set([
  'storage-unavailable',
  'hall-busy',
  'hall-stopping',
  'stale-hall',
]);

export function createRatingCheck(
  ledger: Ledger,
  fail: Fail,
  count: (what: string) => void,
): RatingCheck {
  const touches = new Map<string, Touch & { dev: string }>();
  /** Key of the touch -> ticket: whoever was thanked for it. */
  const thanked = new Map<string, string>();
  const answers = new Map<string, Answer>();
  /** Ticket -> level, of every evaluation that somebody was told is taken. */
  const granted = new Map<string, Level>();
  /**
   * Ticket -> levels that pads and strangers asked for. Who hears of a fault and asks no more (a
   * stranger, a pad whose own disk fails) may have it at the hall all the same.
   */
  const tried = new Map<string, Set<Level>>();

  return {
    touched: (dev, touch) => {
      touches.set(touch.press, { ...touch, dev });
    },
    undone: (ticket) => {
      for (const [key, of] of thanked) if (of === ticket) thanked.delete(key);
      // A thank-you that stays on the glass meanwhile is not news.
      for (const [key, t] of touches) if (t.ticket === ticket) touches.set(key, { ...t, dev: '' });
    },
    shown: (dev, { step }) => {
      if (step.at !== 'rated' && step.at !== 'thanked') return;
      const all = [...touches.values()];
      const of = all.filter((t) => t.ticket === step.ticket && t.level === step.level);
      if (of.length === 0) fail('nobody is thanked who touched nothing', `${dev} ${step.ticket}`);
      const own = of.filter((t) => t.dev === dev);
      // Two fingers with one level: which of them counted is seen at the hall.
      if (own.length !== 1 || own[0] === undefined || thanked.has(own[0].press)) return;
      count('thanked');
      thanked.set(own[0].press, step.ticket);
    },
    submitted: ({ op, key, body, dev }) => {
      if (op !== 'evaluate' || !dev.startsWith('pad')) return;
      const { ticket, level, text } = body as RequestBody<'evaluate'>;
      tried.set(ticket, (tried.get(ticket) ?? new Set()).add(level));
      if (text === strangersText) return;
      const touch = touches.get(key);
      if (touch?.ticket !== ticket || touch.level !== level) {
        fail('no level that nobody touched', `${dev} ${key} ${ticket} ${level}`);
      }
    },
    answered: ({ op, key, body }, answer) => {
      if (op !== 'evaluate') return;
      if (answer.ok) {
        const { ticket, level } = body as RequestBody<'evaluate'>;
        granted.set(ticket, level);
      }
      if (answer.ok || !notNow.has(answer.refusal.code)) answers.set(key, answer);
    },
    quiet: () => {
      for (const [key, ticket] of thanked) {
        const answer = answers.get(key);
        if (answer === undefined) fail('nobody is thanked for what is lost', `${ticket} ${key}`);
        else if (answer.ok) count('thanked and counted');
        else count(`thanked, but ${answer.refusal.code}`);
        const counted = ledger.tickets.get(ticket)?.evaluated ?? 0;
        const twice = answer?.ok === false && answer.refusal.code === 'already-evaluated';
        if (twice && counted !== 1) fail('refused as given, but nobody gave it', ticket);
      }
    },
    arrived: (levelOf, there) => {
      for (const [ticket, level] of granted) {
        const found = levelOf(ticket);
        if (found === level) count('at the province');
        else fail('the province has what was pressed', `${ticket} ${level}: ${found}`);
      }
      const unheard = [...tried].filter(
        ([ticket, asked]) => !granted.has(ticket) && asked.has(levelOf(ticket) as Level),
      );
      if (there !== granted.size + unheard.length) {
        fail('the province has nothing that nobody pressed', `${there} of ${granted.size}`);
      }
    },
  };
}
