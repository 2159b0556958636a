/**
 * A sign that answers, whatever it speaks: opening asks whether it is there, content is put and
 * repeated, an idle sign is asked now and then, and silence is a lost device.
 */
import { codeOf, type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestStep } from '../contract.ts';
import type { SignContent, WindowSign } from './contract.ts';
import type { Exchange } from './exchange.ts';
import { createSignKeeper } from './keeper.ts';
import type { Line } from './line.ts';

/** How one kind of sign is spoken to. */
export interface SignTongue {
  /** Is it there? @throws DeviceError DEV_NO_ANSWER, SGN_REFUSED */
  probe(): Promise<void>;
  /** @throws DeviceError SGN_CONTENT, SGN_REFUSED, DEV_NO_ANSWER */
  put(content: SignContent): Promise<void>;
}

export interface SignParts<R> {
  line: Line;
  context: DeviceContext;
  exchange: Exchange<R>;
  tongue: SignTongue;
  repeatMs: number;
  /** Bytes came in: what of them was whole. */
  read(chunk: Uint8Array): readonly R[];
}

export const probeEveryMs = 5000;

/** `ready` resolves when the sign has answered; rejects when wire or sign is not there. */
export function createSign<R>(parts: SignParts<R>): WindowSign & { ready: Promise<void> } {
  const { line, context, exchange, tongue } = parts;
  let ended: DeviceError | undefined;
  let opened = false;
  let shown: DeviceCode | undefined;
  let cancelProbe: (() => void) | undefined;

  const keeper = createSignKeeper({
    clock: context.clock,
    repeatMs: parts.repeatMs,
    async put(content) {
      try {
        await tongue.put(content);
        well();
      } catch (error) {
        ill(error);
        throw error;
      }
    },
  });

  function well(): void {
    tell('ready', 'DEV_READY');
    probeLater();
  }

  /** Content the sign can not show is the content's fault; a refusal is the sign's. */
  function ill(error: unknown): void {
    const code = codeOf(error, 'DEV_CLOSED');
    if (code === 'SGN_REFUSED') {
      tell('attention', code);
      probeLater();
    } else if (code === 'DEV_NO_ANSWER') lose(new DeviceError(code, line.name));
  }

  function tell(state: 'ready' | 'attention', code: DeviceCode): void {
    if (ended !== undefined || shown === code) return;
    shown = code;
    context.status({ state, code, detail: { wire: line.name } });
  }

  function probeLater(): void {
    cancelProbe?.();
    if (ended !== undefined) return;
    // A refusal is an answer too: it stays shown until content is taken.
    cancelProbe = context.clock.after(probeEveryMs, () => tongue.probe().then(probeLater, ill));
  }

  function lose(error: DeviceError): void {
    if (ended !== undefined) return;
    stop(error);
    line.abandon(error);
    if (opened) context.lost(error);
  }

  function stop(error: DeviceError): void {
    ended = error;
    cancelProbe?.();
    keeper.end(error);
    exchange.end(error);
  }

  line.onClose((error) => {
    if (error === undefined) {
      if (ended === undefined) stop(new DeviceError('DEV_CLOSED', line.name));
    } else
      lose(error instanceof DeviceError ? error : new DeviceError('DEV_CLOSED', error.message));
  });
  line.onData((chunk) => exchange.heard(parts.read(chunk)));

  async function greet(): Promise<void> {
    try {
      await tongue.probe();
    } catch (error) {
      // It answers; what it does not like is told when content comes.
      if (codeOf(error, 'DEV_CLOSED') !== 'SGN_REFUSED') {
        lose(error instanceof DeviceError ? error : new DeviceError('DEV_CLOSED', line.name));
        throw error;
      }
    }
    opened = true;
    well();
  }
  const ready = greet();
  ready.catch(() => undefined);

  return {
    kind: 'window-sign',
    ready,
    show: (content) => keeper.show(content),
    async selfTest(depth, signal) {
      const there = await tongue.probe().then(
        (): SelfTestStep => ({ step: 'sign-answers', ok: true, code: 'DEV_READY', detail: {} }),
        (error: unknown): SelfTestStep => {
          const code = codeOf(error, 'DEV_CLOSED');
          return { step: 'sign-answers', ok: false, code, detail: { wire: line.name } };
        },
      );
      return depth === 'deep' && there.ok ? [there, ...(await keeper.test(signal))] : [there];
    },
    async close() {
      if (ended === undefined) stop(new DeviceError('DEV_CLOSED', line.name));
      await line.close();
    },
  };
}

/** Gives the host its sign when it has answered, or takes everything back when the host gives up. */
export async function openedSign(
  sign: WindowSign & { ready: Promise<void> },
  line: Line,
  signal: AbortSignal,
): Promise<WindowSign> {
  const abort = () => line.abandon(new DeviceError('DEV_ABORTED', line.name));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    await sign.ready;
    return sign;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
