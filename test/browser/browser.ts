/** One real Chromium per test file, one tab per page under test, in front of a screen stub. */
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { openScreenStub, type ScreenStub } from '../harness/screen-stub.ts';
import { ensureProgram } from '../harness/system-programs.ts';

const stepMsMax = 20_000;

const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Size {
  width: number;
  height: number;
}
export const size = (text: string): Size => {
  const [width = 0, height = 0] = text.split('x').map(Number);
  return { width, height };
};

/** A page under test. */
export interface Glass {
  tab: Page;
  stub: ScreenStub;
  /** Pushes a state and waits until it is drawn. */
  show(state: unknown): Promise<void>;
  /** Presses the button with this data-id. */
  press(id: string): Promise<void>;
  /** Lets the time pass in which a press after a change of view is ignored. */
  settle(): Promise<void>;
  text(selector: string): Promise<string>;
  /** Errors of scripts, failed loads and violations of the security policy, since the start. */
  faults: string[];
  close(): Promise<void>;
}

export class Chromium {
  #browser: Browser | undefined;
  /** What a failed test left open. */
  readonly #open = new Set<Glass>();

  async open(
    file: string,
    first: unknown,
    options: BrowserContextOptions & { before?: (stub: ScreenStub) => void } = {},
  ): Promise<Glass> {
    ensureProgram('fonts-noto-cjk');
    this.#browser ??= await chromium.launch({ executablePath: ensureProgram('chromium'), args });
    const stub = await openScreenStub();
    const { before, ...contextOptions } = options;
    before?.(stub);
    const context = await this.#browser.newContext({
      viewport: { width: 1080, height: 1920 },
      hasTouch: true,
      locale: 'zh-CN',
      ...contextOptions,
    });
    // The test compiler names every function by a helper that pages do not have.
    await context.addInitScript('globalThis.__name = (f) => f');
    const tab = await context.newPage();
    tab.setDefaultTimeout(stepMsMax);
    const faults: string[] = [];
    tab.on('console', (m) => m.type() === 'error' && faults.push(m.text()));
    tab.on('pageerror', (e) => faults.push(e.message));
    await tab.clock.install();
    const drawn = (id: string) =>
      tab.waitForFunction((wanted) => document.documentElement.dataset.drawn === wanted, id);
    const id = first === undefined ? undefined : stub.push(first);
    await tab.goto(`${stub.url}/${file}`);
    if (id !== undefined) await drawn(id);
    const glass: Glass = {
      tab,
      stub,
      faults,
      async show(state) {
        await drawn(stub.push(state));
      },
      press: (name) => tab.click(`[data-id="${name}"]`),
      settle: () => tab.clock.fastForward(600),
      text: async (selector) => (await tab.locator(selector).first().textContent()) ?? '',
      close: async () => {
        this.#open.delete(glass);
        await context.close();
        await stub.close();
      },
    };
    this.#open.add(glass);
    return glass;
  }

  async close(): Promise<void> {
    for (const glass of this.#open) await glass.close();
    await this.#browser?.close();
  }
}
