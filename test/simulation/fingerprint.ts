/** What of a board does not depend on the hour: who is where, how many wait. As one line. */
import type { Board } from '../../broker-config/messages.ts';
import type { Ledger } from './ledger.ts';

interface Picture {
  windows: { id: string; state: string; number: string | null; serving: boolean }[];
  services: { id: string; byClass: Record<string, number> }[];
}

function line({ windows, services }: Picture): string {
  const w = windows.map((x) => `${x.id}:${x.state}:${x.number ?? '-'}${x.serving ? '*' : ''}`);
  const s = services.map((x) => {
    const classes = Object.entries(x.byClass).filter(([, n]) => n !== 0);
    return `${x.id}:${classes.sort().map(([c, n]) => `${c}=${n}`)}`;
  });
  return `${w.sort().join(' ')} | ${s.sort().join(' ')}`;
}

export function fingerprintOfBoard(board: Board): string {
  return line(board);
}

export function fingerprintOfLedger(ledger: Ledger): string {
  const services = new Map([...ledger.services].map((id) => [id, {} as Record<string, number>]));
  for (const t of ledger.open()) {
    const byClass = services.get(t.service);
    if (t.state === 'waiting' && byClass !== undefined) {
      byClass[t.class] = (byClass[t.class] ?? 0) + 1;
    }
  }
  return line({
    windows: [...ledger.windows.values()].map((w) => ({
      id: w.id,
      state: w.state,
      number: w.current?.number ?? null,
      serving: w.current?.state === 'serving',
    })),
    services: [...services].map(([id, byClass]) => ({ id, byClass })),
  });
}
