/**
 * What a picture of a page must keep, measured in the page itself: nothing cut off, nothing over
 * something else, targets large enough and far enough apart, no small print.
 */
import type { Page } from 'playwright-core';

export interface AuditLimits {
  /** Smallest text, px. */
  textPxMin: number;
  /** Text in these may be smaller. */
  smallPrint: string;
  targetPxMin: number;
  gapPxMin: number;
  /** The page must fit the glass in height, too. */
  fits: boolean;
  /** Text of several lines: line height by font size. */
  lineHeightMin: number;
}

/** @returns one sentence per fault, with the words concerned */
export async function audit(tab: Page, limits: AuditLimits): Promise<string[]> {
  return await tab.evaluate(measure, limits);
}

/** Runs in the page: must not use anything of this module. */
function measure(limits: AuditLimits): string[] {
  const faults: string[] = [];
  const slack = 2;
  const scope: ParentNode = document.querySelector('dialog[open]') ?? document;
  const name = (e: Element) =>
    `<${e.tagName.toLowerCase()} ${e.className}> "${(e.textContent ?? '').trim().slice(0, 30)}"`;
  const isShown = (e: Element) =>
    e.checkVisibility({ visibilityProperty: true }) && e.closest('.sr-only') === null;

  const page = document.scrollingElement ?? document.documentElement;
  if (page.scrollWidth > innerWidth) faults.push(`scrolls sideways: ${page.scrollWidth}`);
  if (limits.fits && page.scrollHeight > innerHeight + 1) {
    faults.push(`is higher than the glass: ${page.scrollHeight}`);
  }

  /** Nearest ancestor that cuts off, and whether one can scroll to what it hides. */
  const cutter = (e: Element): { box: DOMRect; scrolls: boolean } | null => {
    for (let p: Element | null = e; p !== null && p !== document.body; p = p.parentElement) {
      const style = getComputedStyle(p);
      if (style.textOverflow === 'ellipsis')
        return { box: p.getBoundingClientRect(), scrolls: true };
      if (style.overflowX !== 'visible' || style.overflowY !== 'visible') {
        const scrolls = /auto|scroll/.test(style.overflowX + style.overflowY);
        return { box: p.getBoundingClientRect(), scrolls };
      }
    }
    return null;
  };
  const inside = (a: DOMRect, b: DOMRect) =>
    a.left >= b.left - slack &&
    a.right <= b.right + slack &&
    a.top >= b.top - slack &&
    a.bottom <= b.bottom + slack;

  const overlap = (a: DOMRect, b: DOMRect) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack;

  // ---- words
  interface Line {
    element: Element;
    box: DOMRect;
    scrolls: boolean;
  }
  const lines: Line[] = [];
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  const glass = new DOMRect(0, 0, innerWidth, innerHeight);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || (node.textContent ?? '').trim() === '' || !isShown(element)) continue;
    if (element.tagName === 'SCRIPT' || element.closest('svg') !== null) continue;
    const style = getComputedStyle(element);
    const fontPx = Number.parseFloat(style.fontSize);
    if (fontPx < limits.textPxMin && element.closest(limits.smallPrint) === null) {
      faults.push(`small print ${fontPx} px: ${name(element)}`);
    }
    const range = document.createRange();
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((b) => b.width > 0);
    const rows = new Set(boxes.map((b) => Math.round(b.top)));
    if (rows.size > 1 && Number.parseFloat(style.lineHeight) < fontPx * limits.lineHeightMin) {
      faults.push(`lines too tight: ${name(element)}`);
    }
    const cut = cutter(element);
    for (const b of boxes) {
      // The box of a line is as high as the font's tallest sign; its words take the middle.
      const trim = b.height * 0.16;
      const box = new DOMRect(b.left, b.top + trim, b.width, b.height - 2 * trim);
      const scrolls = cut?.scrolls === true;
      if (scrolls && cut !== null && !overlap(box, cut.box)) continue;
      if (cut !== null && !scrolls && !inside(box, cut.box))
        faults.push(`cut off: ${name(element)}`);
      if (limits.fits && !scrolls && !inside(box, glass)) {
        faults.push(`outside the glass: ${name(element)}`);
      }
      lines.push({ element, box, scrolls });
    }
  }
  for (const [i, a] of lines.entries()) {
    for (const b of lines.slice(i + 1)) {
      if (a.element === b.element || a.scrolls !== b.scrolls) continue;
      if (overlap(a.box, b.box)) {
        faults.push(`one over the other: ${name(a.element)} and ${name(b.element)}`);
      }
    }
  }

  // ---- targets
  const selector = 'button, a[href], input, select, [role="option"]';
  const targets = [...scope.querySelectorAll(selector)].filter(isShown).flatMap((e) => {
    const box = (e.closest('label') ?? e).getBoundingClientRect();
    const cut = cutter(e.parentElement ?? e);
    const scrolls = cut?.scrolls === true;
    // Scrolled out of sight: it can not be pressed by mistake.
    return scrolls && cut !== null && !overlap(box, cut.box) ? [] : [{ e, box, scrolls }];
  });
  for (const t of targets) {
    const { width, height } = t.box;
    if (width < limits.targetPxMin - 0.5 || height < limits.targetPxMin - 0.5) {
      faults.push(`target ${Math.round(width)} x ${Math.round(height)}: ${name(t.e)}`);
    }
    if (limits.fits && !t.scrolls && !inside(t.box, glass)) {
      faults.push(`target outside the glass: ${name(t.e)}`);
    }
  }
  for (const [i, a] of targets.entries()) {
    for (const b of targets.slice(i + 1)) {
      // Rows of one list stand together; what is in a scrolled box has its own surface.
      if (a.e.matches('[role="option"]') || b.e.matches('[role="option"]')) continue;
      if (a.scrolls !== b.scrolls) continue;
      const across = Math.max(a.box.left, b.box.left) - Math.min(a.box.right, b.box.right);
      const down = Math.max(a.box.top, b.box.top) - Math.min(a.box.bottom, b.box.bottom);
      if (Math.max(across, down) < limits.gapPxMin - 0.5) {
        faults.push(
          `too close (${Math.round(Math.max(across, down))}): ${name(a.e)}, ${name(b.e)}`,
        );
      }
    }
  }
  return [...new Set(faults)];
}
