/** What the steps of an evaluation share. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { EvaluationAction, EvaluationStep } from '../contract.ts';
import type { Guarded } from '../shared/guard.ts';
import { useNow } from '../shared/time.ts';
import { Face, type Level } from './face.tsx';

export type Step<At extends EvaluationStep['at']> = Extract<EvaluationStep, { at: At }>;
type Act = (action: EvaluationAction) => Promise<boolean>;

export interface EvaluateProps {
  step: Exclude<EvaluationStep, { at: 'idle' }>;
  /** Sends an action to the flow. @returns whether it was taken */
  act: Act;
  guarded: Guarded;
}

export function Chosen({ level }: { level: Level }) {
  return (
    <span class="chosen">
      <Face level={level} />
    </span>
  );
}

/** Full seconds until an instant of the machine's own clock. */
export function useSecondsLeft(until: number): number {
  return Math.max(0, Math.ceil((until - useNow(1000)) / 1000));
}

/**
 * One press = one act: the lock closes at the first touch and opens when the step has changed or the
 * press was not taken.
 */
export function useOnce(step: string) {
  const locked = useRef(false);
  const [state, setState] = useState<{ pressed: string | null; failed: boolean }>(open);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const release = (failed: boolean) => {
    clearTimeout(timer.current);
    locked.current = false;
    setState({ pressed: null, failed });
  };
  useEffect(() => {
    release(false);
    return () => clearTimeout(timer.current);
  }, [step]);
  return {
    ...state,
    press(what: string, send: () => Promise<boolean>) {
      if (locked.current) return;
      locked.current = true;
      setState({ pressed: what, failed: false });
      void send().then((taken) => {
        if (!taken) release(true);
        else timer.current = setTimeout(() => release(false), noStepMs);
      });
    },
  };
}
const open = { pressed: null, failed: false };
/** Taken, but no step followed: the flow had nothing to do for us. */
const noStepMs = 4000;
