/** Cards that do not fit are turned over by large buttons: nobody has to know how to scroll. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface Pages<T> {
  /** Goes on the element that holds the grid and has its full height. */
  shelf: { current: HTMLDivElement | null };
  shown: T[];
  page: number;
  pages: number;
  turn(by: 1 | -1): void;
}

interface Fit {
  key: string;
  /** Height of the tallest card of this list, px: all get it, so that no word is cut. */
  cardPx: number;
  /** Cards on one page. */
  capacity: number;
}

/** @param key another list, language or size: measured anew, and back to its first page */
export function usePages<T>(all: T[], key: string): Pages<T> {
  const shelf = useRef<HTMLDivElement>(null);
  const [fit, setFit] = useState<Fit | null>(null);
  const [at, setAt] = useState({ key, page: 0 });

  useLayoutEffect(() => {
    const element = shelf.current;
    if (element === null) return;
    const measure = () => setFit((before) => fitOf(element, key, before));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  });

  // The first drawing of a list holds all its cards, to be measured before anything is painted.
  const capacity = fit === null || fit.key !== key ? all.length : fit.capacity;
  const pages = Math.max(1, Math.ceil(all.length / Math.max(1, capacity)));
  const page = at.key === key ? Math.min(at.page, pages - 1) : 0;
  return {
    shelf,
    shown: all.slice(page * capacity, (page + 1) * capacity),
    page,
    pages,
    turn: (by) => setAt({ key, page: Math.max(0, Math.min(pages - 1, page + by)) }),
  };
}

function fitOf(shelf: HTMLElement, key: string, before: Fit | null): Fit {
  const known = before !== null && before.key === key ? before.cardPx : 0;
  const cardPx = Math.max(known, tallestCard(shelf));
  shelf.style.setProperty('--card-height', `${cardPx}px`);
  const style = getComputedStyle(shelf);
  const gap = Number.parseFloat(style.rowGap) || 0;
  const columns = style.gridTemplateColumns.split(' ').length;
  // A pixel of grace: heights are rounded.
  const rows = Math.floor((shelf.clientHeight + gap + 1) / (cardPx + gap));
  const capacity = Math.max(1, rows) * columns;
  const same = before?.key === key && before.cardPx === cardPx && before.capacity === capacity;
  return same ? before : { key, cardPx, capacity };
}

/** Height of the content of the tallest card shown, at least the design's own card height, px. */
function tallestCard(shelf: HTMLElement): number {
  shelf.style.removeProperty('--card-height');
  shelf.dataset.measuring = '';
  const token = Number.parseFloat(getComputedStyle(shelf).getPropertyValue('--card-height'));
  const heights = [...shelf.children].map((card) => (card as HTMLElement).offsetHeight);
  delete shelf.dataset.measuring;
  return Math.max(token, ...heights);
}
