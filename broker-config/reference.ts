/** The tables of README.md, written from the code they describe. */
import { access } from './access.ts';
import { channels } from './channels.ts';
import { busErrorCodes } from './errors.ts';
import { requestOps, roles } from './messages.ts';
import type { TopicKind } from './topics.ts';

const kinds = Object.keys(channels) as TopicKind[];
const code = (text: string) => `\`${text}\``;
const codes = (texts: readonly string[]) => texts.map(code).join(', ') || '–';
const size = (bytes: number) => `${bytes / 1024} KiB`;

/** Columns padded, as the formatter leaves them. */
function table(head: readonly string[], rows: readonly string[][]): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((r) => r[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((w) => '-'.repeat(w))), ...rows.map(line)].join('\n');
}

function topicsTable(): string {
  return table(
    ['kind', 'topic', 'retained', 'at most', 'what'],
    kinds.map((kind) => {
      const c = channels[kind];
      return [code(kind), code(c.address), c.retain ? 'yes' : 'no', size(c.bytesMax), c.summary];
    }),
  );
}

function accessTable(): string {
  return table(
    ['role', 'publishes', 'reads', 'may ask'],
    roles.map((role) => {
      const a = access[role];
      const asks = a.requests.length > requestOps.length / 2 ? allBut(a.requests) : a.requests;
      const asked = typeof asks === 'string' ? asks : codes(asks);
      return [code(role), codes(a.publishes), codes(a.subscribes), asked];
    }),
  );
}

const allBut = (ops: readonly string[]) =>
  `all but ${codes(requestOps.filter((op) => !ops.includes(op)))}`;

const errorsTable = () =>
  table(
    ['code', 'meaning'],
    Object.entries(busErrorCodes).map(([name, meaning]) => [code(name), meaning]),
  );

/** README text -> the same with every generated table written anew between its markers. */
export function withTables(readme: string): string {
  return Object.entries({
    topics: topicsTable(),
    access: accessTable(),
    errors: errorsTable(),
  }).reduce((text, [name, content]) => {
    const from = `<!-- table: ${name} -->\n`;
    const to = '\n<!-- end -->';
    const start = text.indexOf(from) + from.length;
    const end = text.indexOf(to, start);
    return `${text.slice(0, start)}\n${content}\n${text.slice(end)}`;
  }, readme);
}
