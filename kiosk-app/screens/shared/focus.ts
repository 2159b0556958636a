/** Where reading goes on after something else has appeared. */
import { useEffect, useRef } from 'preact/hooks';

/** Moves the focus to the heading of what has just appeared; it is never left on nothing. */
export function useFocusOnShow(view: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [view]);
  return heading;
}
