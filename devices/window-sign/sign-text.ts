/**
 * Plain signs that take one frame of text. Most answer nothing: then what they show stays unknown,
 * and only a broken wire is noticed. With `answer` in the options they are held to it.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import type { SignContent, WindowSign } from './contract.ts';
import { createExchange, type Exchange, nothing } from './exchange.ts';
import { createSignKeeper } from './keeper.ts';
import { joinLine, type Line } from './line.ts';
import { lineBaudOf, repeatMsOf, type SignTextOptions } from './options.ts';
import { createSign, openedSign } from './sign.ts';
import { createAnswerFinder, textFrame } from './text/template.ts';

const answerMsDefault = 500;
const gapMsDefault = 50;
const tries = 3;
const writeDeadlineMs = 3000;
const blank: SignContent = { number: null, lines: [], blink: false };

/** @throws DeviceError of the wire, DEV_NO_ANSWER where an answer is told, DEV_ABORTED */
export async function openSignText(
  options: SignTextOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<WindowSign> {
  const line = await joinLine(options, context.clock, signal);
  if (options.answer !== undefined) {
    return openedSign(createAnsweringTextSign(options, line, context), line, signal);
  }
  if (signal.aborted) {
    await line.close();
    throw new DeviceError('DEV_ABORTED', line.name);
  }
  return createSilentTextSign(options, line, context);
}

function frameMaker(options: SignTextOptions): (content: SignContent) => Uint8Array {
  const lineBreak = Buffer.from((options.line_break ?? '20').replaceAll(' ', ''), 'hex');
  const common = {
    address: options.address ?? 1,
    lineBreak,
    textBytes: options.text_bytes ?? null,
  };
  return (content) => {
    const blinking = content.blink ? options.template_blink : undefined;
    return textFrame({ ...common, template: blinking ?? options.template }, content);
  };
}

function exchangeFor<R>(options: SignTextOptions, line: Line, context: DeviceContext): Exchange<R> {
  const rules = {
    replyMs: options.answer_ms ?? answerMsDefault,
    tries,
    gapMs: options.gap_ms ?? gapMsDefault,
    byteMs: 10_000 / lineBaudOf(options, 9600),
  };
  return createExchange<R>({ clock: context.clock, line, rules });
}

/** It has no question of its own: the content it shows, or an empty one, is sent instead. */
export function createAnsweringTextSign(
  options: SignTextOptions,
  line: Line,
  context: DeviceContext,
): WindowSign & { ready: Promise<void> } {
  const exchange = exchangeFor<true>(options, line, context);
  const frame = frameMaker(options);
  const finder = createAnswerFinder(Buffer.from((options.answer ?? '').replaceAll(' ', ''), 'hex'));
  let wanted = blank;
  const send = (bytes: Uint8Array) => exchange.ask(bytes, () => true, nothing);
  return createSign({
    ...{ line, context, exchange, repeatMs: repeatMsOf(options) },
    read: (chunk) => finder.push(chunk),
    tongue: {
      async probe() {
        await send(frame(wanted));
      },
      async put(content) {
        const bytes = frame(content);
        // Before it is sent: a question that comes meanwhile must not bring the old one back.
        wanted = content;
        await send(bytes);
      },
    },
  });
}

export function createSilentTextSign(
  options: SignTextOptions,
  line: Line,
  context: DeviceContext,
): WindowSign {
  const { clock } = context;
  const frame = frameMaker(options);
  const gapMs = options.gap_ms ?? gapMsDefault;
  const byteMs = 10_000 / lineBaudOf(options, 9600);
  let cancelRest: (() => void) | undefined;
  let endRest: (() => void) | undefined;

  const keeper = createSignKeeper({
    clock,
    repeatMs: repeatMsOf(options),
    async put(content) {
      const bytes = frame(content);
      const floor = line.floor();
      const giveBack = typeof floor === 'function' ? floor : await floor;
      try {
        const restMs = line.quiet.until - clock.mono();
        if (restMs > 0) {
          await new Promise<void>((resolve) => {
            endRest = resolve;
            cancelRest = clock.after(restMs, resolve);
          });
        }
        const lineFreeAt = clock.mono() + bytes.length * byteMs;
        await line.write(bytes, writeDeadlineMs);
        line.quiet.until = Math.max(lineFreeAt, clock.mono()) + gapMs;
      } finally {
        giveBack();
      }
    },
  });

  function stop(error: DeviceError): void {
    keeper.end(error);
    cancelRest?.();
    endRest?.();
  }

  line.onClose((error) => {
    stop(new DeviceError('DEV_CLOSED', line.name, { cause: error }));
    if (error !== undefined) context.lost(error);
  });
  line.onData(() => undefined);
  context.status({ state: 'unknown', code: 'SGN_NO_STATUS', detail: { wire: line.name } });

  return {
    kind: 'window-sign',
    show: (content) => keeper.show(content),
    async selfTest(depth, signal) {
      const there = { step: 'sign-answers', ok: true, code: 'SGN_NO_STATUS', detail: {} } as const;
      return depth === 'deep' ? [there, ...(await keeper.test(signal))] : [there];
    },
    async close() {
      stop(new DeviceError('DEV_CLOSED', line.name));
      await line.close();
    },
  };
}
