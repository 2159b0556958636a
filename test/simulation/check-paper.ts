/** Paper and what is said of it, judged where the paper comes out. */
import type { QueueEvent } from '../../kiosk-app/hall/queue/index.ts';
import type { Ledger } from './ledger.ts';
import type { Fail } from './ledger-book.ts';

export interface PaperCheck {
  /** Paper came out of a printer. @param number as it stands on the paper */
  paper(dev: string, ticket: string, number: string | null): void;
  /** Before the ledger has the event. */
  event(e: QueueEvent): void;
}

export function createPaperCheck(ledger: Ledger, fail: Fail): PaperCheck {
  const papers = new Set<string>();
  const takenBack = new Set<string>();
  return {
    paper: (dev, id, number) => {
      const ticket = ledger.tickets.get(id);
      if (ticket === undefined) return fail('no paper without a ticket', `${id} at ${dev}`);
      if (ticket.dev !== dev) fail('paper comes where it was asked for', `${id} at ${dev}`);
      if (ticket.printBy === null) fail('no paper that nobody asked for', id);
      if (ticket.number !== number) fail('the paper shows its number', `${id}: ${number}`);
      if (papers.has(id)) fail('at most one paper per ticket', `${id} at ${dev}`);
      if (takenBack.has(id)) fail('no paper for a number that was taken back', id);
      papers.add(id);
    },
    event: (e) => {
      if (e.type === 'print-confirmed' && e.outcome === 'confirmed' && !papers.has(e.ticket)) {
        fail('"printed" is said when paper came out', e.ticket);
      }
      if (e.type !== 'voided' || e.reason !== 'print-failed') return;
      takenBack.add(e.ticket);
      if (papers.has(e.ticket)) fail('no number is taken back whose paper is out', e.ticket);
    },
  };
}
