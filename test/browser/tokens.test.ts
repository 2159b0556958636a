/** The design's own contrast rule, stricter than WCAG for large text: 7:1 for words, 4.5:1 for edges. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('design tokens');
const screens = join(import.meta.dirname, '..', '..', 'kiosk-app', 'screens');
const colours = new Map<string, string>();
for (const file of ['tokens.css', 'display/display.css']) {
  const css = readFileSync(join(screens, file), 'utf8');
  for (const [, name = '', hex = ''] of css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)) {
    colours.set(name, hex);
  }
}

/** WCAG 2.2, relative luminance. */
function luminance(name: string): number {
  const hex = colours.get(name);
  assert.ok(hex, `--${name} is defined`);
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt((hex ?? '').slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const words: [string, string[]][] = [
  ['ink', ['surface', 'paper', 'brand-soft', 'off', 'call']],
  ['ink-soft', ['surface', 'paper', 'off']],
  ['on-brand', ['brand', 'brand-deep']],
  ['brand', ['paper']],
  ['brand-deep', ['brand-soft']],
  ['good', ['good-soft', 'surface', 'paper']],
  ['warn', ['warn-soft', 'surface', 'paper']],
  ['bad', ['bad-soft', 'paper']],
  ['light', ['wall', 'panel', 'brand']],
  ['light-soft', ['wall', 'panel', 'brand']],
  ['call', ['wall', 'panel']],
];
for (const [text, grounds] of words) {
  test(`words in --${text}: 7:1 on everything they stand on`, () => {
    for (const ground of grounds) {
      const ratio = contrast(text, ground);
      assert.ok(ratio >= 7, `${ratio.toFixed(2)} on --${ground}`);
    }
  });
}

test('edges of controls: 4.5:1', () => {
  const edges = [
    ['line', 'paper'],
    ['line', 'surface'],
    ['edge', 'wall'],
    ['edge', 'panel'],
    ['ink', 'focus'],
  ];
  for (const [edge = '', ground = ''] of edges) {
    const ratio = contrast(edge, ground);
    assert.ok(ratio >= 4.5, `--${edge} on --${ground}: ${ratio.toFixed(2)}`);
  }
});

test.run();
