// time-limit: 240 s
/** Every state of every page on every glass: nothing cut off, nothing small, nothing too close. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AuditLimits, audit } from './audit.ts';
import { Chromium, type Glass, size } from './browser.ts';
import { demoIndex, paperStates, ticketPath, ticketSvg } from './demo-states.ts';
import { displayStates } from './display-states.ts';
import { hallStates } from './hall-states.ts';
import { queueStates } from './queue-states.ts';
import { windowStates } from './window-states.ts';

const test = suite('layout');
const chromium = new Chromium();
test.after(() => chromium.close());

const kiosk: AuditLimits = {
  textPxMin: 24,
  smallPrint: 'none',
  targetPxMin: 64,
  gapPxMin: 16,
  fits: true,
  lineHeightMin: 1.38,
};
const counter: AuditLimits = { ...kiosk, textPxMin: 16, smallPrint: 'kbd', lineHeightMin: 1.15 };
const wall: AuditLimits = { ...kiosk, smallPrint: '.mark, small', lineHeightMin: 1 };
const desk: AuditLimits = { ...counter, fits: false };

/** Shows each state and collects what is wrong, so that one run names all faults. */
async function auditAll(glass: Glass, states: Record<string, unknown>, limits: AuditLimits) {
  const faults: string[] = [];
  for (const [name, state] of Object.entries(states)) {
    await glass.show(state);
    for (const fault of await audit(glass.tab, limits)) faults.push(`${name}: ${fault}`);
  }
  return faults;
}

// Going back to the first page forgets the settings, so what follows a press comes last.
const queueOrder = Object.fromEntries(
  Object.entries(queueStates).sort(
    ([, a], [, b]) => Number(a.step.at !== 'choose') - Number(b.step.at !== 'choose'),
  ),
);
const modes: Record<string, string[]> = {
  'plain zh-CN': [],
  en: ['language'],
  大字版: ['elder'],
  'large en, low reach': ['language', 'elder', 'low-reach'],
};

const queueSizes = ['1080x1920', '1280x800', '800x1280', '1920x1080'];
for (const glassSize of queueSizes) {
  for (const [mode, switches] of Object.entries(modes)) {
    // The two glasses most halls have see every mode, the others the two extremes.
    const common = glassSize === '1080x1920' || glassSize === '1280x800';
    if (!common && switches.length > 0 && switches.length < 3) continue;
    test(`queue machine ${glassSize}, ${mode}`, async () => {
      const viewport = size(glassSize);
      const glass = await chromium.open('queue-machine.html', queueStates.choose, { viewport });
      for (const id of switches) {
        await glass.press(id);
        await glass.settle();
      }
      const elder = switches.includes('elder');
      const limits = { ...kiosk, textPxMin: elder ? 32 : 24 };
      const faults = await auditAll(glass, queueOrder, limits);
      assert.equal(faults, []);
      const numberPx = await glass.tab.evaluate(() =>
        [...document.querySelectorAll('.number')].map((e) =>
          Number.parseFloat(getComputedStyle(e).fontSize),
        ),
      );
      assert.ok(
        numberPx.every((px) => px >= 120),
        String(numberPx),
      );
      assert.equal(glass.faults, []);
    });
  }
}

for (const glassSize of ['1080x1920', '1280x800', '800x1280']) {
  for (const elder of [false, true]) {
    test(`queue machine ${glassSize}${elder ? ', 大字版' : ''}: groups, their services, priority`, async () => {
      const viewport = size(glassSize);
      const glass = await chromium.open('queue-machine.html', queueStates.many, { viewport });
      const limits = { ...kiosk, textPxMin: elder ? 32 : 24 };
      const faults: string[] = [];
      for (const id of [...(elder ? ['elder'] : []), 'estate', 'priority', 'soldier', 'language']) {
        await glass.press(id);
        await glass.settle();
        faults.push(...(await audit(glass.tab, limits)).map((f) => `after ${id}: ${f}`));
      }
      assert.equal(faults, []);
    });
  }
}

for (const glassSize of ['1280x800', '1920x1080', '820x1180', '480x900']) {
  for (const english of glassSize === '1280x800' || glassSize === '480x900'
    ? [false, true]
    : [false]) {
    test(`window ${glassSize}, ${english ? 'en' : 'zh-CN'}`, async () => {
      const viewport = size(glassSize);
      const glass = await chromium.open('window.html', windowStates.open, { viewport });
      if (english) await glass.press('language');
      // Narrow pages scroll downwards.
      const limits = { ...counter, fits: viewport.width > 1000 };
      const faults = await auditAll(glass, windowStates, limits);
      await glass.show(windowStates.everyVerb);
      for (const key of 'phtnbvwxu') {
        await glass.tab.keyboard.press(key);
        await glass.tab.waitForSelector('dialog[open]');
        faults.push(...(await audit(glass.tab, limits)).map((f) => `dialog ${key}: ${f}`));
        await glass.tab.keyboard.press('Escape');
        await glass.tab.waitForSelector('dialog[open]', { state: 'detached' });
      }
      assert.equal(faults, []);
      assert.equal(glass.faults, []);
    });
  }
}

for (const glassSize of ['1920x1080', '1080x1920', '1280x800', '3840x2160']) {
  test(`display ${glassSize}`, async () => {
    const viewport = size(glassSize);
    const glass = await chromium.open('display.html', displayStates.calls, { viewport });
    const faults = await auditAll(glass, displayStates, wall);
    assert.equal(faults, []);
    assert.equal(glass.faults, []);
  });
}

test('the newest call is readable at 15 m: capitals of 1/14 of the height of the glass', async () => {
  const viewport = size('1920x1080');
  const glass = await chromium.open('display.html', displayStates.calls, { viewport });
  const fontPx = await glass.tab.evaluate(() =>
    Number.parseFloat(getComputedStyle(document.querySelector('.hero-number') as Element).fontSize),
  );
  // A capital of the face is 0.73 em.
  assert.ok(fontPx * 0.73 >= 1080 / 14, `${fontPx} px`);
});

for (const glassSize of ['1280x800', '1920x1080', '480x900']) {
  test(`hall, for technicians ${glassSize}`, async () => {
    const viewport = size(glassSize);
    const glass = await chromium.open('hall.html', hallStates.good, { viewport });
    const faults = await auditAll(glass, hallStates, desk);
    await glass.press('language');
    faults.push(...(await auditAll(glass, hallStates, desk)).map((f) => `en: ${f}`));
    assert.equal(faults, []);
    assert.equal(glass.faults, []);
  });
}

for (const glassSize of ['1280x800', '480x900']) {
  test(`demonstration pages ${glassSize}`, async () => {
    const viewport = size(glassSize);
    const paper = await chromium.open('paper.html', paperStates.printed, {
      viewport,
      before: (stub) => stub.files.set(ticketPath, ticketSvg),
    });
    assert.equal(await auditAll(paper, paperStates, desk), []);
    assert.equal(paper.faults, []);
    const index = await chromium.open('index.html', undefined, {
      viewport,
      before: (stub) => stub.files.set('/demo.json', demoIndex),
    });
    await index.tab.waitForSelector('.screen');
    assert.equal(await audit(index.tab, desk), []);
    assert.equal(index.faults, []);
  });
}

test.run();
