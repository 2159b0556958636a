/** What goes to a weak kiosk board: small, whole, nothing from anywhere else. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ensureScreensBuilt } from '../../scripts/build-screens.ts';

const test = suite('built pages');
const pages = ['queue-machine', 'window', 'display', 'evaluation-pad', 'hall', 'index', 'paper'];
/** Script and style of one page, compressed, bytes. */
const pageBytesMax = 31_000;

const dist = await ensureScreensBuilt();
const read = (file: string) => readFileSync(join(dist, file), 'utf8');
const partsOf = (page: string) => [
  ...read(`${page}.html`).matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g),
];

for (const page of pages) {
  test(`${page} is small`, () => {
    const parts = partsOf(page);
    assert.ok(parts.length >= 2);
    const bytes = parts.reduce((sum, [, f = '']) => sum + gzipSync(read(f)).length, 0);
    assert.ok(bytes <= pageBytesMax, `${bytes} bytes`);
  });

  test(`${page} has no inline script or style`, () => {
    const html = read(`${page}.html`);
    assert.not.match(html, /<script(?![^>]*\ssrc=)/);
    assert.not.match(html, /<style|\sstyle=|\son[a-z]+=/);
  });
}

test('nothing is loaded from another address', () => {
  for (const file of globSync('**/*.{html,css,js}', { cwd: dist })) {
    const foreign = [...read(file).matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}[^"'`\s]*/g)]
      .map(([url]) => url)
      // Names of XML vocabularies, never fetched.
      .filter((url) => !url.startsWith('http://www.w3.org/'));
    assert.equal(foreign, [], file);
    assert.not.match(read(file), /url\(data:/, file);
  }
});

test.run();
