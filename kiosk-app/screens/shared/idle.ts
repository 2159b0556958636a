/** Nobody has touched the glass for a while. */
import { useEffect, useRef } from 'preact/hooks';

/** Calls `onIdle` once after `idleS` seconds without touch or key, again after the next touch. */
export function useIdle(idleS: number, onIdle: () => void): void {
  const latest = useRef(onIdle);
  latest.current = onIdle;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const restart = () => {
      clearTimeout(timer);
      timer = setTimeout(() => latest.current(), idleS * 1000);
    };
    restart();
    document.addEventListener('pointerdown', restart, { passive: true });
    document.addEventListener('keydown', restart, { passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerdown', restart);
      document.removeEventListener('keydown', restart);
    };
  }, [idleS]);
}
