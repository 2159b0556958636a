/** Scanner module GM65 / GM812: codes as text, commands and heartbeat as frames on the same wire. */
import { type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestStep, Transport } from '../contract.ts';
import { createWriter } from '../ticket-printer/writer.ts';
import { openTransport } from '../transports/open.ts';
import { createCodeReader } from './code-reader.ts';
import type { Scanner } from './contract.ts';
import { createGm65Framing, type Gm65Piece } from './gm65-framing.ts';
import {
  type Gm65Effect,
  type Gm65Input,
  type Gm65Request,
  gm65Command,
  newGm65,
  stepGm65,
} from './gm65-protocol.ts';
import { type ScannerGm65Options, textDefaults } from './options.ts';
import { createCodeOut } from './text.ts';

const writeDeadlineMs = 1000;

/** @throws DeviceError of the wire, DEV_NO_ANSWER, DEV_ABORTED */
export async function openScannerGm65(
  options: ScannerGm65Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Scanner> {
  const transport = await openTransport(options.link, signal);
  const scanner = createScannerGm65(transport, options, context);
  const abort = () => transport.abandon(new DeviceError('DEV_ABORTED', transport.name));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    await scanner.ready;
    return scanner;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface Errand {
  request: Gm65Request;
  done: (code: DeviceCode | null) => void;
}

/** `ready` resolves with the first answer; rejects when none comes. */
export function createScannerGm65(
  transport: Transport,
  options: Omit<ScannerGm65Options, 'link'>,
  context: DeviceContext,
): Scanner & { ready: Promise<void> } {
  const { clock } = context;
  const framing = createGm65Framing();
  const writer = createWriter(transport);
  const out = createCodeOut(context, {
    encoding: options.encoding ?? textDefaults.encoding,
    repeatMs: options.repeat_ms ?? textDefaults.repeatMs,
  });
  const reader = createCodeReader(clock, out, options);
  const opening = Promise.withResolvers<void>();
  const errands: Errand[] = [];
  let state = newGm65;
  let opened = false;
  let ended = false;
  let cancelWake: (() => void) | undefined;
  // Nobody may be waiting for it any more when the wire goes.
  opening.promise.catch(() => undefined);

  function feed(input: Gm65Input): void {
    if (ended) return;
    const step = stepGm65(state, input, clock.mono());
    state = step.state;
    for (const effect of step.effects) perform(effect);
    wake();
  }
  function wake(): void {
    cancelWake?.();
    cancelWake = ended
      ? undefined
      : clock.after(Math.max(0, state.until - clock.mono()), () => {
          take(framing.quiet());
          feed({ type: 'time' });
        });
  }

  function perform(effect: Gm65Effect): void {
    switch (effect.type) {
      case 'send':
        // A write that fails takes the wire with it, and that is told there.
        writer
          .send(gm65Command(effect.request, options.crc ?? true), writeDeadlineMs)
          .catch(() => undefined);
        return;
      case 'well':
        if (!opened)
          context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: transport.name } });
        opened = true;
        opening.resolve();
        return;
      case 'errand-done': {
        const at = errands.findIndex((e) => e.request === effect.request);
        errands.splice(at, at < 0 ? 0 : 1)[0]?.done(effect.code);
        return;
      }
      case 'lost':
        lose(new DeviceError('DEV_NO_ANSWER', transport.name));
    }
  }

  function take(pieces: readonly Gm65Piece[]): void {
    for (const piece of pieces) {
      if (piece.type === 'text') reader.push(piece.bytes);
      else if (piece.type === 'reply') feed({ type: 'reply' });
      else context.log.warn({ event: 'scanner-garbage' }, 'an answer arrived damaged');
    }
  }

  function lose(error: DeviceError): void {
    if (ended) return;
    stop();
    transport.abandon(error);
    if (opened) context.lost(error);
    else opening.reject(error);
  }
  function stop(): void {
    ended = true;
    wake();
    reader.close();
    for (const errand of errands.splice(0)) errand.done('DEV_CLOSED');
  }

  transport.onClose((error) => {
    if (error === undefined && !ended) stop();
    else if (error !== undefined)
      lose(error instanceof DeviceError ? error : new DeviceError('DEV_CLOSED', transport.name));
  });
  transport.onData((chunk) => take(framing.push(chunk)));
  feed({ type: 'start' });

  async function ask(request: Gm65Request, step: string): Promise<SelfTestStep> {
    const code = await new Promise<DeviceCode | null>((done) => {
      if (ended) return done('DEV_CLOSED');
      errands.push({ request, done });
      feed({ type: 'errand', request });
    });
    return { step, ok: code === null, code: code ?? 'DEV_READY', detail: {} };
  }

  return {
    kind: 'scanner',
    ready: opening.promise,
    async selfTest(depth, signal) {
      const steps = [await ask('heartbeat', 'scanner-heartbeat')];
      if (depth === 'safe' || signal.aborted) return steps;
      steps.push(await ask('trigger', 'scanner-trigger'));
      // Out again whatever came of it; a module without trigger mode takes it as a setting.
      await ask('stop', 'scanner-trigger');
      return steps;
    },
    async close() {
      if (!ended) stop();
      await transport.close();
    },
  };
}
