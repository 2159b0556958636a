/** A table too long for its place is shown in parts, one after another, without movement. */
import { useNow } from '../shared/time.ts';

/** Long enough to read every row of a part twice. */
const partShownMs = 12_000;

export interface Part<T> {
  items: T[];
  /** 0-based. */
  part: number;
  parts: number;
}

/** Parts of nearly equal length, so that the last one is not a lonely row. */
export function useParts<T>(all: T[], itemsMax: number): Part<T> {
  const now = useNow(partShownMs);
  const parts = Math.max(1, Math.ceil(all.length / itemsMax));
  const perPart = Math.ceil(all.length / parts);
  const part = Math.floor(now / partShownMs) % parts;
  return { items: all.slice(part * perPart, (part + 1) * perPart), part, parts };
}
