/**
 * Second and third taps of a double tap must not press what has just appeared under the finger.
 */
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';

/** Longest pause inside a slow double tap. */
export const guardMs = 500;

export type Guarded = (press: () => void) => () => void;

/** @returns a wrapper for press handlers: deaf for `guardMs` after `view` has changed */
export function useGuard(view: string): Guarded {
  const shownAt = useRef(Number.NEGATIVE_INFINITY);
  const shown = useRef(view);
  useLayoutEffect(() => {
    if (shown.current === view) return;
    shown.current = view;
    shownAt.current = performance.now();
  }, [view]);
  return useCallback(
    (press) => () => {
      if (performance.now() - shownAt.current >= guardMs) press();
    },
    [],
  );
}
