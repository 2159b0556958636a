/**
 * ID-card reader with a SAM (GA 467): wire + frames + conversation, put together.
 *
 *   transport -> framing.ts (photo ends here) -> protocol.ts -> card-layout.ts -> person.ts -> event
 *
 * What a card says is in the clear only within this folder; what leaves are the fields asked for.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, DeviceState, SelfTestStep, Transport } from '../contract.ts';
import { createWriter } from '../ticket-printer/writer.ts';
import { openTransport } from '../transports/open.ts';
import { parseCard } from './card-layout.ts';
import type { IdCardReader } from './contract.ts';
import { createSamFraming, type SamFrame } from './framing.ts';
import { findEveryMsDefault, type IdCardSamOptions, numberMaskDefault } from './options.ts';
import { type HandOutRules, handOut, tokeniser } from './person.ts';
import { newSam, type SamEffect, type SamInput, stepSam, wakeAt } from './protocol.ts';
import { type SamRequest, samNumberText, samRequests } from './sam.ts';

/** A command is ten bytes; a wire that does not take them is no wire. */
const writeDeadlineMs = 1000;
/** Where there is no loss but time: the longest self-test, reset included. */
const safeTest: readonly SamRequest[] = ['sam-status', 'sam-number'];
const deepTest: readonly SamRequest[] = ['reset', ...safeTest];

/** @throws DeviceError of the wire, DEV_OPTIONS, DEV_NO_ANSWER, DEV_ABORTED, IDC_TOKEN_KEY */
export async function openIdCardSam(
  options: IdCardSamOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<IdCardReader> {
  const rules = await rulesOf(options, context);
  const transport = await openTransport(options.link, signal);
  const findEveryMs = options.find_every_ms ?? findEveryMsDefault;
  const reader = createIdCardSam({ transport, context, rules, findEveryMs });
  const abort = () => transport.abandon(new DeviceError('DEV_ABORTED', transport.name));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    await reader.ready;
    return reader;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function rulesOf(options: IdCardSamOptions, context: DeviceContext): Promise<HandOutRules> {
  const { fields, token_key, token_digest = 'hmac-sha256' } = options;
  const mask = options.number_mask ?? numberMaskDefault;
  if (!fields.includes('person_token')) return { fields, mask, tokenise: undefined };
  if (token_key === undefined)
    throw new DeviceError('DEV_OPTIONS', `options of ${context.id}: person_token needs token_key`);
  if (context.secret === undefined)
    throw new DeviceError('IDC_TOKEN_KEY', `${token_key}: this host keeps no secrets`);
  const key = await context.secret(token_key);
  return { fields, mask, tokenise: tokeniser(key, token_digest) };
}

export interface IdCardSamParts {
  transport: Transport;
  context: DeviceContext;
  rules: HandOutRules;
  findEveryMs: number;
}

interface Errand {
  request: SamRequest;
  done: (code: DeviceCode | null) => void;
}

/** `ready` resolves with the SAM's first status, whatever it says; rejects when none comes. */
export function createIdCardSam(parts: IdCardSamParts): IdCardReader & { ready: Promise<void> } {
  const { transport, context, rules } = parts;
  const { clock } = context;
  const framing = createSamFraming();
  const writer = createWriter(transport);
  const opening = Promise.withResolvers<void>();
  /** Only to tell cards apart: worth nothing outside this object's life. */
  const printSalt = randomBytes(16);
  const errands: Errand[] = [];
  let state = newSam(parts.findEveryMs);
  let opened = false;
  let ended = false;
  let shown: DeviceCode | null | undefined;
  let samNumber = '';
  /** Text of the card being handed out; only while its frame is being worked on. */
  let text: Uint8Array | undefined;
  let cancelWake: (() => void) | undefined;

  // Nobody may be waiting for it any more when the wire goes.
  opening.promise.catch(() => undefined);

  function feed(input: SamInput): void {
    if (ended) return;
    const step = stepSam(state, input, clock.mono());
    state = step.state;
    for (const effect of step.effects) perform(effect);
    wake();
  }

  function wake(): void {
    cancelWake?.();
    const at = ended ? null : wakeAt(state);
    cancelWake =
      at === null ? undefined : clock.after(Math.max(1, Math.ceil(at - clock.mono())), timeUp);
  }

  function timeUp(): void {
    // A false beginning may have swallowed the answer that is missed.
    if (state.phase === 'asking' && clock.mono() >= state.until) takeFrames(framing.quiet());
    feed({ type: 'time' });
  }

  function perform(effect: SamEffect): void {
    switch (effect.type) {
      case 'send':
        send(effect.request);
        return;
      case 'present':
        present();
        return;
      case 'fault':
        context.event({ type: 'fault', code: effect.code });
        return;
      case 'health':
        show(effect.code);
        return;
      case 'errand-done': {
        const at = errands.findIndex((e) => e.request === effect.request);
        errands.splice(at, at < 0 ? 0 : 1)[0]?.done(effect.code);
        return;
      }
      case 'lost':
        lose(new DeviceError(effect.code, transport.name));
    }
  }

  function send(request: SamRequest): void {
    // What is still held belongs to an exchange that is over.
    framing.quiet();
    // A write that fails takes the wire with it, and that is told there.
    writer.send(samRequests[request].command, writeDeadlineMs).catch(() => undefined);
  }

  function present(): void {
    const card = text === undefined ? 'IDC_CARD_DATA' : parseCard(text);
    if (typeof card === 'string') context.event({ type: 'fault', code: card });
    else context.event({ type: 'card', card: handOut(card, rules) });
  }

  function show(code: DeviceCode | null): void {
    opened = true;
    opening.resolve();
    if (code === shown) return;
    shown = code;
    context.status({
      state: stateOf(code),
      code: code ?? 'DEV_READY',
      detail: { wire: transport.name },
    });
  }

  // ------------------------------------------------------------ the wire

  function takeFrames(frames: readonly SamFrame[]): void {
    for (const frame of frames) {
      if (frame.type === 'damaged') feed({ type: 'damaged' });
      else if (frame.type === 'card') takeCard(frame.text);
      else takeAnswer(frame.status, frame.data);
    }
  }

  function takeAnswer(status: number, data: Uint8Array): void {
    if (state.asked.request === 'sam-number' && data.length === 16) samNumber = samNumberText(data);
    feed({ type: 'answer', status, dataBytes: data.length });
  }

  function takeCard(bytes: Uint8Array): void {
    text = bytes;
    feed({
      type: 'card',
      print: createHash('sha256').update(printSalt).update(bytes).digest('hex'),
    });
    text = undefined;
    bytes.fill(0);
  }

  function lose(error: DeviceError): void {
    if (ended) return;
    stop();
    transport.abandon(error);
    // Before it was open there is nothing to lose: opening fails.
    if (opened) context.lost(error);
    else opening.reject(error);
  }

  function stop(): void {
    ended = true;
    wake();
    framing.quiet();
    for (const errand of errands.splice(0)) errand.done('DEV_CLOSED');
  }

  transport.onClose((error) => {
    if (error === undefined && !ended) stop();
    else if (error !== undefined)
      lose(error instanceof DeviceError ? error : new DeviceError('DEV_CLOSED', transport.name));
  });
  transport.onData((chunk) => {
    const frames = framing.push(chunk);
    if (frames.length === 0) feed({ type: 'heard' });
    takeFrames(frames);
  });
  feed({ type: 'start' });

  // ------------------------------------------------------------ self-test

  async function testStep(request: SamRequest): Promise<SelfTestStep> {
    const code = await new Promise<DeviceCode | null>((done) => {
      if (ended) return done('DEV_CLOSED');
      errands.push({ request, done });
      feed({ type: 'errand', request });
    });
    const detail: SelfTestStep['detail'] =
      request === 'sam-number' && code === null ? { samNumber } : {};
    return {
      step: request === 'reset' ? 'sam-reset' : request,
      ok: code === null,
      code: code ?? 'DEV_READY',
      detail,
    };
  }

  return {
    kind: 'id-card-reader',
    ready: opening.promise,
    async selfTest(depth, signal) {
      const steps: SelfTestStep[] = [];
      for (const request of depth === 'deep' ? deepTest : safeTest) {
        if (signal.aborted) break;
        steps.push(await testStep(request));
      }
      return steps;
    },
    async close() {
      if (!ended) stop();
      await transport.close();
    },
  };
}

function stateOf(code: DeviceCode | null): DeviceState {
  if (code === null) return 'ready';
  return code === 'IDC_SAM_FAULT' || code === 'IDC_SAM_NOT_AUTHORISED' ? 'out' : 'attention';
}
