/**
 * SYN6288, SYN6658 and XFS5152CE on a serial port or behind a TCP serial server: wire + protocol +
 * queue of sentences. Open means that the chip has answered.
 */
import { type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestStep, Transport } from '../contract.ts';
import { openTransport } from '../transports/open.ts';
import type { Voice } from './contract.ts';
import {
  lineBaudDefault,
  numbersDefault,
  type VoiceSyn6288Options,
  type VoiceSyn6658Options,
} from './options.ts';
import { listenTest } from './self-test.ts';
import { createSpeaker } from './speaker.ts';
import { encodeFrame, readReplies, type SynModel, synCommand } from './syn/framing.ts';
import {
  newSyn,
  type SynEffect,
  type SynInput,
  type SynRules,
  stepSyn,
  synWakeAt,
} from './syn/protocol.ts';
import { type Manner, speechFrames } from './syn/speech.ts';

/** A frame takes a quarter of a second at 9600 baud; a link that holds it longer is none. */
const writeDeadlineMs = 3000;
const gapMs: Record<SynModel, number> = { syn6288: 9, syn6658: 18 };

type SynOptions = VoiceSyn6288Options | VoiceSyn6658Options;

/** @throws DeviceError of the wire, DEV_NO_ANSWER, DEV_ABORTED */
export const openVoiceSyn6288 = (
  options: VoiceSyn6288Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Voice> => openSyn('syn6288', options, context, signal);

/** @throws DeviceError of the wire, DEV_NO_ANSWER, DEV_ABORTED */
export const openVoiceSyn6658 = (
  options: VoiceSyn6658Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Voice> => openSyn('syn6658', options, context, signal);

async function openSyn(
  model: SynModel,
  options: SynOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Voice> {
  const transport = await openTransport(options.link, signal);
  const voice = createSynVoice({ model, options, transport, context });
  const abort = () => transport.abandon(new DeviceError('DEV_ABORTED', transport.name));
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    await voice.ready;
    return voice;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

export interface SynParts {
  model: SynModel;
  options: SynOptions;
  transport: Transport;
  context: DeviceContext;
}

/** `ready` resolves with the chip's first answer; rejects when the wire or the chip is not there. */
export function createSynVoice(parts: SynParts): Voice & { ready: Promise<void> } {
  const { model, options, transport, context } = parts;
  const { clock } = context;
  const opening = Promise.withResolvers<void>();
  let opened = false;
  let ended = false;
  let noise = 0;
  let cancelWake: (() => void) | undefined;
  let saying: ((code: DeviceCode | null) => void) | undefined;
  const baud = options.link.via === 'serial' ? options.link.baud : options.line_baud;
  let state = newSyn(rulesOf(model, baud ?? lineBaudDefault), clock.mono());

  const manner = mannerOf(options);
  const speaker = createSpeaker({
    clock,
    engine: {
      speak(sentence) {
        const frames = speechFrames(model, sentence, manner);
        if (frames.length === 0) return Promise.resolve('VOC_TEXT');
        return new Promise((resolve) => {
          saying = resolve;
          input({ type: 'say', frames });
        });
      },
    },
  });

  function input(given: SynInput): void {
    if (ended) return;
    const step = stepSyn(state, given, clock.mono());
    state = step.state;
    for (const effect of step.effects) perform(effect);
    wake();
  }

  function wake(): void {
    cancelWake?.();
    const at = ended ? null : synWakeAt(state);
    cancelWake =
      at === null
        ? undefined
        : clock.after(Math.max(1, Math.ceil(at - clock.mono())), () => input({ type: 'time' }));
  }

  function perform(effect: SynEffect): void {
    if (ended) return;
    switch (effect.type) {
      case 'write':
        // A write that fails takes its wire with it: onClose tells.
        transport.write(effect.bytes, writeDeadlineMs).then(
          () => input({ type: 'written' }),
          () => undefined,
        );
        return;
      case 'greeted':
        opened = true;
        context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: transport.name } });
        opening.resolve();
        return;
      case 'ended':
        endSentence(effect.code);
        return;
      case 'lost':
        lose(new DeviceError(effect.code, transport.name));
    }
  }

  function endSentence(code: DeviceCode | null): void {
    const settle = saying;
    saying = undefined;
    if (code !== null) {
      context.log.warn({ event: 'voice-refused', code, noise }, 'a sentence was not spoken');
    }
    settle?.(code);
  }

  function lose(error: DeviceError): void {
    if (ended) return;
    stop(error.code);
    transport.abandon(error);
    if (opened) context.lost(error);
    else opening.reject(error);
  }

  function stop(code: DeviceCode): void {
    ended = true;
    cancelWake?.();
    speaker.end(code);
  }

  opening.promise.catch(() => undefined);
  transport.onClose((error) => {
    if (error === undefined) {
      if (!ended) stop('DEV_CLOSED');
    } else
      lose(error instanceof DeviceError ? error : new DeviceError('DEV_CLOSED', error.message));
  });
  transport.onData((chunk) => {
    const read = readReplies(chunk);
    noise += read.noise;
    for (const reply of read.replies) input({ type: 'reply', reply });
  });
  input({ type: 'time' });
  wake();

  return {
    kind: 'voice',
    ready: opening.promise,
    say: (sentence) => speaker.say(sentence),
    async selfTest(depth, signal): Promise<SelfTestStep[]> {
      const there: SelfTestStep = {
        step: 'voice-answers',
        ok: !ended,
        code: ended ? 'DEV_CLOSED' : 'DEV_READY',
        detail: { wire: transport.name, waiting: speaker.held, noise },
      };
      return depth === 'deep' && there.ok
        ? [there, ...(await listenTest(speaker, clock, signal))]
        : [there];
    },
    async close() {
      if (!ended) stop('DEV_CLOSED');
      await transport.close();
    },
  };
}

const rulesOf = (model: SynModel, baud: number): SynRules => ({
  gapMs: gapMs[model],
  byteMs: 10_000 / baud,
  query: encodeFrame(model, synCommand.query, new Uint8Array(0)),
});

function mannerOf(options: SynOptions): Manner {
  return {
    numbers: options.numbers ?? numbersDefault,
    one: options.one ?? 'yi',
    volume: options.volume,
    speed: options.speed,
    pitch: 'pitch' in options ? options.pitch : undefined,
    speaker: 'speaker' in options ? options.speaker : undefined,
    chime: options.chime,
  };
}
