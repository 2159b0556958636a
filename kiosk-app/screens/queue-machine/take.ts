/**
 * One press = one ticket. The lock closes synchronously at the first touch and opens when the flow
 * has moved on, when the process did not take the press, or when nothing happened for too long.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { QueueScreen, QueueServiceView } from '../contract.ts';
import { makeKey, post } from '../shared/post.ts';

export type TakeState =
  | { at: 'free' }
  | { at: 'sent'; service: QueueServiceView; since: number }
  /** The machine's own process did not take the press: surely nothing was issued. */
  | { at: 'not-taken' };

/** Taken, but the flow shows no step: it had nothing to do for us. */
const noStepMs = 4000;

export interface Taking {
  state: TakeState;
  take(service: QueueServiceView, priority: string | null): void;
  dismiss(): void;
}

export function useTaking(screen: QueueScreen): Taking {
  const [state, setState] = useState<TakeState>({ at: 'free' });
  const locked = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const release = (next: TakeState) => {
    clearTimeout(timer.current);
    locked.current = false;
    setState(next);
  };
  const step = screen.step.at;
  useEffect(() => {
    if (step !== 'choose') release({ at: 'free' });
  }, [step]);

  return {
    state,
    take(service, priority) {
      if (locked.current || step !== 'choose') return;
      locked.current = true;
      setState({ at: 'sent', service, since: Date.now() });
      const action = { do: 'take', service: service.id, class: priority, press: makeKey() };
      void post('/act', action).then((taken) => {
        if (!locked.current) return;
        if (taken) timer.current = setTimeout(() => release({ at: 'free' }), noStepMs);
        else release({ at: 'not-taken' });
      });
    },
    dismiss: () => release({ at: 'free' }),
  };
}
