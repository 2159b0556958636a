/** One real Chromium per test file, in front of a screen stub. */
import { type Browser, chromium, type Page } from 'playwright-core';
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
}

export interface OpenOptions {
  viewport?: Size;
  /** Prepares the stub before the page asks it for anything. */
  before?: (stub: ScreenStub) => void;
}

interface Bench {
  browser: Browser;
  tab: Page;
  stub: ScreenStub;
  faults: string[];
}

/** One browser, one tab, one stub for a whole test file: opening a page again is a new start. */
export class Chromium {
  #bench: Bench | undefined;

  /** @param first state that is shown when this resolves; undefined: the page got none yet */
  async open(file: string, first: unknown, options: OpenOptions = {}): Promise<Glass> {
    this.#bench ??= await this.#start();
    const { tab, stub, faults } = this.#bench;
    // Away from the page before, so that nothing of it reaches the new one's stub.
    await tab.goto('about:blank');
    stub.reset();
    faults.length = 0;
    options.before?.(stub);
    await tab.setViewportSize(options.viewport ?? { width: 1080, height: 1920 });
    await tab.emulateMedia({ reducedMotion: null });
    const id = first === undefined ? undefined : stub.push(first);
    await tab.goto(`${stub.url}/${file}`);
    if (id !== undefined) await drawn(tab, id);
    return {
      tab,
      stub,
      faults,
      show: (state) => drawn(tab, stub.push(state)),
      press: (name) => tab.click(`[data-id="${name}"]`),
      settle: () => tab.clock.fastForward(600),
      text: async (selector) => (await tab.locator(selector).first().textContent()) ?? '',
    };
  }

  async #start(): Promise<Bench> {
    ensureProgram('fonts-noto-cjk');
    const browser = await chromium.launch({ executablePath: ensureProgram('chromium'), args });
    const stub = await openScreenStub();
    const context = await browser.newContext({ hasTouch: true, locale: 'zh-CN' });
    // The test compiler names every function by a helper that pages do not have.
    await context.addInitScript('globalThis.__name = (f) => f');
    const tab = await context.newPage();
    tab.setDefaultTimeout(stepMsMax);
    const faults: string[] = [];
    tab.on('console', (m) => m.type() === 'error' && faults.push(m.text()));
    tab.on('pageerror', (e) => faults.push(e.message));
    await tab.clock.install();
    return { browser, tab, stub, faults };
  }

  async close(): Promise<void> {
    await this.#bench?.browser.close();
    await this.#bench?.stub.close();
  }
}

/** Until the state with this id is on the glass. */
async function drawn(tab: Page, id: string): Promise<void> {
  await tab.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        const root = document.documentElement;
        const look = () => {
          if (root.dataset.drawn !== wanted) return;
          observer.disconnect();
          resolve();
        };
        const observer = new MutationObserver(look);
        observer.observe(root, { attributeFilter: ['data-drawn'] });
        look();
      }),
    id,
  );
}
