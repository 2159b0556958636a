/** The README's tables say what the program does. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { connect } from '../../kiosk-app/hall/journal/connection.ts';
import { journalErrorCodes } from '../../kiosk-app/hall/journal/index.ts';
import { tempDir } from '../harness/temp-dir.ts';

const test = suite('journal documents');
const readme = readFileSync(
  new URL('../../kiosk-app/hall/journal/README.md', import.meta.url),
  'utf8',
);

/** Rows of the README's tables whose first cell looks like this; its backquotes are taken off. */
function cells(first: RegExp): string[][] {
  return readme
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([name = '']) => first.test(name))
    .map(([name = '', ...rest]) => [name.replaceAll('`', ''), ...rest]);
}

test('error codes and their meanings stand in the README, and no others', () => {
  const rows = cells(/^`JRN_[A-Z]+`$/);
  const documented = Object.fromEntries(rows.map(([code, meaning]) => [code, meaning]));
  assert.equal(documented, { ...journalErrorCodes });
  for (const [code, , remedy = ''] of rows) assert.ok(remedy.length > 10, code);
});

test('the README names every table, and its queries run', () => {
  const { db } = connect(`${tempDir()}/journal.sqlite`);
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all();
  const documented = cells(/^`[a-z]+`$/).map(([name]) => name);
  assert.equal(documented.sort(), tables.sort());
  const [, block] = /```\nsqlite3[^\n]*\n\.mode box\n([\s\S]*?)```/.exec(readme) ?? [];
  for (const sql of (block ?? '').replaceAll(/--.*$/gm, '').split(';')) {
    if (sql.trim() !== '') db.prepare(sql).all();
  }
  db.close();
});

test.run();
