// time-limit: 240 s
/** Every state of every page against axe-core, contrast of 7:1 included. */

import axe from 'axe-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Chromium, type Glass, size } from './browser.ts';
import { demoIndex, paperStates, ticketPath, ticketSvg } from './demo-states.ts';
import { displayStates } from './display-states.ts';
import { hallStates } from './hall-states.ts';
import { queueStates } from './queue-states.ts';
import { windowStates } from './window-states.ts';

const test = suite('accessibility');
const chromium = new Chromium();
test.after(() => chromium.close());

interface AxeResult {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** @returns one line per violation */
async function violations(glass: Glass): Promise<string[]> {
  const known = await glass.tab.evaluate(() => 'axe' in globalThis);
  // Not as a script tag: the page's own policy forbids that, and is meant to.
  if (!known) await glass.tab.evaluate(axe.source);
  const result = (await glass.tab.evaluate(`axe.run(document, {
    resultTypes: ['violations'],
    rules: { 'color-contrast-enhanced': { enabled: true }, 'target-size': { enabled: true } },
  })`)) as AxeResult;
  return result.violations.flatMap((v) =>
    v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 120)} ${n.failureSummary ?? ''}`),
  );
}

async function violationsOf(glass: Glass, states: Record<string, unknown>): Promise<string[]> {
  const all: string[] = [];
  for (const [name, state] of Object.entries(states)) {
    await glass.show(state);
    // Colours that change once on arrival have come to rest.
    await glass.tab.evaluate(() => {
      for (const animation of document.getAnimations()) animation.finish();
    });
    all.push(...(await violations(glass)).map((v) => `${name}: ${v}`));
  }
  return [...new Set(all)];
}

test('queue machine: every state, and the pages behind the first one', async () => {
  const glass = await chromium.open('queue-machine.html', queueStates.choose);
  const all = await violationsOf(glass, queueStates);
  await glass.show(queueStates.many);
  for (const id of ['language', 'elder', 'priority', 'soldier', 'estate']) {
    await glass.settle();
    await glass.press(id);
    all.push(...(await violations(glass)).map((v) => `after ${id}: ${v}`));
  }
  assert.equal(all, []);
});

test('window: every state and every dialog', async () => {
  const viewport = size('1280x800');
  const glass = await chromium.open('window.html', windowStates.open, { viewport });
  const all = await violationsOf(glass, windowStates);
  await glass.show(windowStates.everyVerb);
  for (const key of 'phtnbvwxu') {
    await glass.tab.keyboard.press(key);
    await glass.tab.waitForSelector('dialog[open]');
    all.push(...(await violations(glass)).map((v) => `dialog ${key}: ${v}`));
    await glass.tab.keyboard.press('Escape');
  }
  assert.equal(all, []);
});

test('display: every state', async () => {
  const viewport = size('1920x1080');
  const glass = await chromium.open('display.html', displayStates.calls, { viewport });
  assert.equal(await violationsOf(glass, displayStates), []);
});

test('hall, for technicians: every state', async () => {
  const viewport = size('1280x800');
  const glass = await chromium.open('hall.html', hallStates.good, { viewport });
  assert.equal(await violationsOf(glass, hallStates), []);
});

test('demonstration pages', async () => {
  const viewport = size('1280x800');
  const paper = await chromium.open('paper.html', paperStates.printed, {
    viewport,
    before: (stub) => stub.files.set(ticketPath, ticketSvg),
  });
  assert.equal(await violationsOf(paper, paperStates), []);
  const index = await chromium.open('index.html', undefined, {
    viewport,
    before: (stub) => stub.files.set('/demo.json', demoIndex),
  });
  await index.tab.waitForSelector('.screen');
  assert.equal(await violations(index), []);
});

test.run();
