/** Text in columns on a terminal, where a Chinese character takes two cells. */

/** East Asian Wide and Fullwidth (UAX #11), as far as the doctor's texts reach. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

export function cells(text: string): number {
  let n = 0;
  for (const c of text) n += wide.test(c) ? 2 : 1;
  return n;
}

export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)));
}

/** Cuts at spaces, and between Chinese characters, so that no line is wider than `width` cells. */
export function wrapped(text: string, width: number): string[] {
  const pieces =
    text.match(/[\u2e80-\uffe6](?:[，。；：、！？）」])?|[^\s\u2e80-\uffe6]+\s*|\s+/gu) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces) {
    if (line !== '' && cells(line + piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += piece;
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** Cuts anywhere: for names without spaces. */
function chopped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const c of text) {
    if (cells(line + c) > width) {
      lines.push(line);
      line = '';
    }
    line += c;
  }
  return [...lines, line];
}

/**
 * Rows of cells. The last column is wrapped to what is left of `width`, the others are cut to
 * `columnMax` cells a line. A line break in a cell stays one.
 */
export function table(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const fixed = heading.length - 1;
  const blocks = [heading, ...rows].map((row) =>
    row
      .slice(0, fixed)
      .map((text) => wrapped(text, columnMax).flatMap((l) => chopped(l, columnMax))),
  );
  const widths = heading
    .slice(0, fixed)
    .map((_, i) => Math.max(...blocks.flatMap((b) => (b[i] ?? []).map(cells))));
  const used = widths.reduce((sum, w) => sum + w + 2, 0);
  const rest = Math.max(lastColumnMin, width - used);
  return [heading, ...rows]
    .map((row, n) => {
      const last = (row[fixed] ?? '').split('\n').flatMap((t) => wrapped(t, rest));
      const columns = [...(blocks[n] ?? []), last];
      const height = Math.max(...columns.map((c) => c.length));
      return Array.from({ length: height }, (_, y) =>
        columns.map((c, i) =>
          i === fixed ? (c[y] ?? '') : padded(c[y] ?? '', (widths[i] ?? 0) + 2),
        ),
      )
        .map((line) => line.join('').trimEnd())
        .join('\n');
    })
    .join('\n');
}

const columnMax = 34;
const lastColumnMin = 30;
