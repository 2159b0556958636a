/**
 * Callers (呼叫器) of one or more windows on an RS-485 bus, FF 68 frames at 9600 8N1. They say which
 * key was pressed and stop repeating it when they hear their own frame again; what the host shows on
 * them they confirm in no way. There is no question they would answer: a caller that is not there
 * can not be told from one that nobody presses.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestDepth, SelfTestStep } from '../contract.ts';
import type { Caller, CallerDisplay } from './contract.ts';
import { type CallerRs485Options, repeatMsDefault } from './options.ts';
import {
  acknowledgement,
  beep,
  createKeyNamer,
  createRepeatFilter,
  isKey,
  showFrame,
} from './protocol.ts';
import { joinBus } from './shared-bus.ts';

/** How long the deep self-test shows 888. */
const testShowMs = 1500;

/** @throws DeviceError of the wire; DEV_OPTIONS when the port is in use with other settings */
export async function openCallerRs485(
  options: CallerRs485Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Caller> {
  const { clock } = context;
  const addresses = new Set(options.addresses);
  const repeats = createRepeatFilter(options.repeat_ms ?? repeatMsDefault);
  const keys = createKeyNamer();
  const heardAt = new Map<number, number>();
  const shown = new Map<number, CallerDisplay>();
  let closed = false;

  const seat = await joinBus(
    options,
    {
      hear(frame) {
        if (!isKey(frame) || !addresses.has(frame.address)) return null;
        const now = clock.mono();
        heardAt.set(frame.address, now);
        if (repeats.accepts(frame, now)) {
          context.event({ type: 'key', key: keys.name(frame, now), address: frame.address });
        }
        return acknowledgement(frame);
      },
      lost(error) {
        if (!closed) context.lost(error);
      },
    },
    clock,
    signal,
  );
  const { bus } = seat;

  function mustKnow(address: number): void {
    if (!addresses.has(address)) throw new DeviceError('CLR_ADDRESS', `${address} on ${bus.name}`);
  }
  function write(address: number, display: CallerDisplay): Promise<void> {
    const frame = showFrame(address, display, options.display ?? 'one');
    return bus.send(frame, `show ${address}`);
  }

  async function selfTest(depth: SelfTestDepth, abort: AbortSignal): Promise<SelfTestStep[]> {
    const steps: SelfTestStep[] = options.addresses.map((address) => {
      const at = heardAt.get(address);
      const heard =
        at === undefined ? {} : { heardBeforeS: Math.round((clock.mono() - at) / 1000) };
      const code = at === undefined ? 'CLR_SILENT' : 'DEV_READY';
      return { step: 'caller-heard', ok: true, code, detail: { address, ...heard } };
    });
    if (depth === 'safe') return steps;
    for (const address of options.addresses) {
      if (abort.aborted) break;
      steps.push(await tryOut(address));
    }
    await rest(abort);
    for (const address of options.addresses) {
      const before = shown.get(address) ?? { number: null, waiting: null };
      await write(address, before).catch(() => undefined);
    }
    return steps;
  }

  async function tryOut(address: number): Promise<SelfTestStep> {
    const outcome = { step: 'caller-look', detail: { address } };
    try {
      await bus.send(beep(address), `beep ${address}`);
      await write(address, { number: '888', waiting: null });
      return { ...outcome, ok: true, code: 'CLR_LOOK' };
    } catch (error) {
      const code = error instanceof DeviceError ? error.code : 'DEV_CLOSED';
      return { ...outcome, ok: false, code };
    }
  }

  function rest(abort: AbortSignal): Promise<void> {
    if (abort.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = clock.after(testShowMs, resolve);
      abort.addEventListener(
        'abort',
        () => {
          cancel();
          resolve();
        },
        { once: true },
      );
    });
  }

  context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: bus.name } });
  return {
    kind: 'caller',
    async show(address, display) {
      mustKnow(address);
      shown.set(address, display);
      await write(address, display);
    },
    async beep(address) {
      mustKnow(address);
      await bus.send(beep(address), `beep ${address}`);
    },
    selfTest,
    close() {
      closed = true;
      return seat.leave();
    },
  };
}
