/**
 * The report as one A4 page. pdf-lib's own fonts know no Chinese, and shipping one would add 10 MB for
 * a page a month: the page is drawn as SVG with the system's fonts (Pango, through sharp) and laid into
 * the PDF as a picture of 200 dots per inch; the figures themselves are attached to it as CSV and JSON.
 */
import { PDFDocument } from 'pdf-lib';
import sharp from 'sharp';
import { levels } from '../../broker-config/messages.ts';
import { csvOf, type Line, type Report } from '../../kiosk-app/hall/ratings/figures.ts';

/** A4 at 100 units per inch; drawn at twice that. */
const page = { width: 827, height: 1169, margin: 48, dotsPerUnit: 2 } as const;
const a4Points = { width: 595.28, height: 841.89 } as const;
const rowsMax = 16;

const levelNames = ['非常满意', '满意', '基本满意', '不满意', '非常不满意'] as const;
const colours = ['#1b7837', '#7fbf7b', '#c2a500', '#e08214', '#b2182b'] as const;
const font = 'font-family="Noto Sans CJK SC, Noto Sans SC, WenQuanYi Micro Hei, sans-serif"';

const text = (x: number, y: number, content: string, size = 12, extra = '') =>
  `<text x="${x}" y="${y}" font-size="${size}" ${font} fill="#1a1a1a" ${extra}>${escaped(content)}</text>`;
const escaped = (s: string) => s.replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)}%`);

const columns = [
  { title: '', x: page.margin, anchor: 'start', of: (l: Line) => clipped(l.name, 15) },
  { title: '业务量', x: 300, anchor: 'end', of: (l: Line) => String(l.services) },
  { title: '评价', x: 350, anchor: 'end', of: (l: Line) => String(l.rated) },
  { title: '评价率', x: 415, anchor: 'end', of: (l: Line) => percent(l.rate) },
  { title: '满意率', x: 480, anchor: 'end', of: (l: Line) => percent(l.satisfied) },
  { title: '差评待改', x: 555, anchor: 'end', of: (l: Line) => String(l.badOpen) },
  { title: '超期', x: 600, anchor: 'end', of: (l: Line) => String(l.badOverdue) },
] as const;
const bars = { x: 620, width: page.width - page.margin - 620 } as const;

const clipped = (s: string, n: number) => (s.length > n ? `${s.slice(0, n - 1)}…` : s);

export function reportSvg(report: Report): string {
  const parts = [
    `<rect width="${page.width}" height="${page.height}" fill="#fff"/>`,
    text(page.margin, 70, `${report.hall} 政务服务“好差评”`, 24, 'font-weight="700"'),
    text(page.margin, 98, `${report.from} 至 ${report.to}`, 15),
    ...summary(report.total, 130),
    ...legend(report.total, 205),
  ];
  let y = 240;
  for (const [title, lines] of [
    ['按窗口', report.windows],
    ['按人员组', report.groups],
  ] as const) {
    parts.push(...table(title, lines, y));
    y += 62 + Math.min(lines.length, rowsMax) * 22 + (lines.length > rowsMax ? 22 : 0);
  }
  parts.push(...dayPlot(report.days, Math.max(y + 20, 700)));
  parts.push(
    text(
      page.margin,
      page.height - 36,
      '满意率 = 非差评 ÷ 评价（误评、恶意差评已除外）。未评价不计为满意。',
      11,
    ),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}" height="${page.height}" viewBox="0 0 ${page.width} ${page.height}">${parts.join('')}</svg>`;
}

function summary(total: Line, y: number): string[] {
  const cells = [
    ['业务量', String(total.services)],
    ['评价率', percent(total.rate)],
    ['满意率', percent(total.satisfied)],
    ['差评待整改', String(total.badOpen)],
    ['其中超期', String(total.badOverdue)],
  ];
  const step = (page.width - 2 * page.margin) / cells.length;
  return cells.flatMap(([name = '', value = ''], i) => [
    text(page.margin + i * step, y, name, 13),
    text(page.margin + i * step, y + 34, value, 28, 'font-weight="700"'),
  ]);
}

/** With the counts: colours alone say nothing on a grey print, or to who does not see them. */
function legend(total: Line, y: number): string[] {
  return levelNames.flatMap((name, i) => [
    `<rect x="${page.margin + i * 110}" y="${y - 11}" width="14" height="14" fill="${colours[i]}"/>`,
    text(page.margin + i * 110 + 20, y, `${name} ${total.levels[levels[i] ?? 'satisfied']}`, 12),
  ]);
}

function table(title: string, lines: readonly Line[], y: number): string[] {
  const shown = lines.slice(0, rowsMax);
  const parts = [text(page.margin, y + 14, title, 15, 'font-weight="700"')];
  for (const c of columns.slice(1)) parts.push(text(c.x, y + 14, c.title, 11, 'text-anchor="end"'));
  shown.forEach((line, i) => {
    const at = y + 38 + i * 22;
    for (const c of columns) parts.push(text(c.x, at, c.of(line), 12, `text-anchor="${c.anchor}"`));
    parts.push(levelBar(line, at - 12));
  });
  if (lines.length > rowsMax) {
    const more = `另有 ${lines.length - rowsMax} 行，见附件 CSV`;
    parts.push(text(page.margin, y + 38 + rowsMax * 22, more, 12));
  }
  return parts;
}

function levelBar(line: Line, y: number): string {
  const total = levels.reduce((sum, level) => sum + line.levels[level], 0);
  if (total === 0) return '';
  let { x } = bars;
  return levels
    .map((level, i) => {
      const width = (line.levels[level] / total) * bars.width;
      const rect = `<rect x="${x}" y="${y}" width="${width}" height="14" fill="${colours[i]}"/>`;
      x += width;
      return rect;
    })
    .join('');
}

/** Services (outline), rated (filled), bad (red) per day. */
function dayPlot(days: Report['days'], y: number): string[] {
  const height = page.height - 90 - y;
  if (height < 80 || days.length === 0) return [];
  const max = Math.max(1, ...days.map((d) => d.services), ...days.map((d) => d.rated));
  const step = (page.width - 2 * page.margin) / days.length;
  const bar = (i: number, n: number, fill: string) => {
    const h = (n / max) * (height - 40);
    return `<rect x="${page.margin + i * step + 1}" y="${y + height - 20 - h}" width="${Math.max(1, step - 2)}" height="${h}" fill="${fill}"/>`;
  };
  const every = Math.ceil(days.length / 12);
  return [
    text(page.margin, y + 8, `每日业务量（灰）、评价（蓝）、差评（红），最高 ${max}`, 13),
    ...days.flatMap((d, i) => [
      bar(i, d.services, '#c8c8c8'),
      bar(i, d.rated, '#2166ac'),
      bar(i, d.bad, '#b2182b'),
      ...(i % every === 0
        ? [text(page.margin + i * step, y + height - 4, d.day.slice(5), 10)]
        : []),
    ]),
  ];
}

/** One page, with the figures attached. */
export async function reportPdf(report: Report, madeAt: Date): Promise<Uint8Array> {
  const png = await sharp(Buffer.from(reportSvg(report)), { density: 72 * page.dotsPerUnit })
    .png()
    .toBuffer();
  const pdf = await PDFDocument.create();
  pdf.setTitle(`${report.hall} 好差评 ${report.from} – ${report.to}`);
  pdf.setLanguage('zh-CN');
  pdf.setCreationDate(madeAt);
  const image = await pdf.embedPng(png);
  pdf.addPage([a4Points.width, a4Points.height]).drawImage(image, { x: 0, y: 0, ...a4Points });
  await pdf.attach(Buffer.from(csvOf(report)), 'figures.csv', { mimeType: 'text/csv' });
  const json = Buffer.from(JSON.stringify(report, null, 2));
  await pdf.attach(json, 'figures.json', { mimeType: 'application/json' });
  return pdf.save();
}
