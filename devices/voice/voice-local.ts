/**
 * The machine's own loudspeaker: espeak-ng makes the sound, aplay plays it. Each runs once for a
 * sentence and with a deadline; the text goes in through a pipe, never on the command line.
 */
import { type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestStep } from '../contract.ts';
import { type ProgramEnd, type RunProgram, runProgram } from '../transports/program.ts';
import { cleanText } from './clean.ts';
import type { Sentence, SpokenLanguage, Voice } from './contract.ts';
import { spellNumbers } from './numbers.ts';
import { numbersDefault, type VoiceLocalOptions } from './options.ts';
import { listenTest } from './self-test.ts';
import { createSpeaker } from './speaker.ts';

const checkDeadlineMs = 3000;
const checkEveryMs = 5000;
const synthesisDeadlineMs = 10_000;
/** Opening the sound card, and what is still in its buffer. */
const playSlackMs = 5000;
/** Two minutes of 22,050 Hz, 16 bit. */
const wavBytesMax = 6_000_000;
const listBytesMax = 100_000;
const wavHeaderBytes = 44;

/** espeak-ng's names. */
const speakers: Record<SpokenLanguage, string> = { 'zh-CN': 'cmn', en: 'en' };

/** @throws DeviceError DEV_PROGRAM_MISSING, VOC_SYNTHESIS, VOC_NO_SOUND, DEV_ABORTED */
export async function openVoiceLocal(
  options: VoiceLocalOptions,
  context: DeviceContext,
  signal: AbortSignal,
  run: RunProgram = runProgram,
): Promise<Voice> {
  const fault = await check(run, signal);
  if (fault !== null) throw fault;
  const { clock } = context;
  const closing = new AbortController();
  const speaker = createSpeaker({ clock, engine: { speak } });
  let cancelCheck: (() => void) | undefined;

  async function speak(sentence: Sentence): Promise<DeviceCode | null> {
    const fault = await say(sentence, options, run, closing.signal);
    if (fault === null) return null;
    if (closing.signal.aborted) return 'DEV_CLOSED';
    context.log.warn({ event: 'voice-refused', error: fault.message }, 'a sentence was not spoken');
    if (fault.code !== 'VOC_TEXT') lose(fault);
    return fault.code;
  }

  /** A card that was pulled out is looked for by opening anew. */
  function lose(fault: DeviceError): void {
    if (closing.signal.aborted) return;
    stop(fault.code);
    context.lost(fault);
  }

  function stop(code: DeviceCode): void {
    cancelCheck?.();
    speaker.end(code);
    closing.abort();
  }

  function checkLater(): void {
    if (closing.signal.aborted) return;
    cancelCheck = clock.after(checkEveryMs, () =>
      check(run, closing.signal).then(
        (found) => (found === null ? checkLater() : lose(found)),
        () => undefined,
      ),
    );
  }

  context.status({
    state: 'ready',
    code: 'DEV_READY',
    detail: { card: options.card ?? 'default' },
  });
  checkLater();
  return {
    kind: 'voice',
    say: (sentence) => speaker.say(sentence),
    async selfTest(depth, signal) {
      const found = await check(run, signal);
      const there: SelfTestStep = {
        step: 'voice-answers',
        ok: found === null,
        code: found?.code ?? 'DEV_READY',
        detail: found === null ? {} : { error: found.message },
      };
      return depth === 'deep' && found === null
        ? [there, ...(await listenTest(speaker, clock, signal))]
        : [there];
    },
    async close() {
      stop('DEV_CLOSED');
    },
  };
}

/** Both programs there, a sound card there. */
async function check(run: RunProgram, signal: AbortSignal): Promise<DeviceError | null> {
  const ask = (command: string, args: string[]) =>
    run({
      ...{ command, args, input: new Uint8Array(0), signal },
      ...{ deadlineMs: checkDeadlineMs, outputBytesMax: listBytesMax },
    });
  const synthesis = faultOf('espeak-ng', await ask('espeak-ng', ['--version']));
  if (synthesis !== null) return synthesis;
  const cards = await ask('aplay', ['-l']);
  const player = faultOf('aplay', cards);
  if (player !== null) return player;
  const none = cards.end === 'exit' && !/^card \d+:/m.test(cards.stdout.toString());
  return none ? new DeviceError('VOC_NO_SOUND', 'aplay -l lists no sound card') : null;
}

async function say(
  sentence: Sentence,
  options: VoiceLocalOptions,
  run: RunProgram,
  signal: AbortSignal,
): Promise<DeviceError | null> {
  const text = spellNumbers(cleanText(sentence.text, 'all'), {
    lang: sentence.lang,
    numbers: options.numbers ?? numbersDefault,
    one: options.one ?? 'yi',
  });
  if (text === '') return new DeviceError('VOC_TEXT', 'nothing to say');
  const made = await run({
    command: 'espeak-ng',
    args: [
      ...['-v', speakers[sentence.lang], '-s', String(options.words_per_minute ?? 150)],
      ...['-a', String(options.volume ?? 100), '-b', '1', '--stdin', '--stdout'],
    ],
    input: Buffer.from(text, 'utf8'),
    ...{ deadlineMs: synthesisDeadlineMs, outputBytesMax: wavBytesMax, signal },
  });
  const fault = faultOf('espeak-ng', made);
  if (fault !== null || made.end !== 'exit') return fault;
  const lengthMs = soundMs(made.stdout);
  if (lengthMs === null) return new DeviceError('VOC_SYNTHESIS', 'espeak-ng gave no sound');
  for (let i = 0; i < (sentence.times ?? 1); i++) {
    const played = await run({
      command: 'aplay',
      args: ['-q', ...(options.card === undefined ? [] : ['-D', options.card]), '-'],
      input: made.stdout,
      ...{ deadlineMs: lengthMs + playSlackMs, outputBytesMax: listBytesMax, signal },
    });
    const fault = faultOf('aplay', played);
    if (fault !== null) return fault;
  }
  return null;
}

/** Length of a 16-bit mono WAV; null: it is none. Its own length field is not filled in a pipe. */
function soundMs(wav: Buffer): number | null {
  if (wav.length <= wavHeaderBytes || wav.toString('latin1', 0, 4) !== 'RIFF') return null;
  const bytesPerSecond = wav.readUInt32LE(28);
  if (bytesPerSecond === 0) return null;
  return ((wav.length - wavHeaderBytes) * 1000) / bytesPerSecond;
}

const packages = { 'espeak-ng': 'espeak-ng', aplay: 'alsa-utils' } as const;

function faultOf(program: keyof typeof packages, result: ProgramEnd): DeviceError | null {
  if (result.end === 'missing') {
    return new DeviceError(
      'DEV_PROGRAM_MISSING',
      `${program} is not installed: sudo apt install ${packages[program]}`,
    );
  }
  if (result.end === 'aborted') return new DeviceError('DEV_ABORTED', program);
  if (result.end === 'exit' && result.code === 0) return null;
  const code = program === 'aplay' ? 'VOC_NO_SOUND' : 'VOC_SYNTHESIS';
  const why = result.end === 'exit' ? `exit ${result.code}: ${result.stderr.trim()}` : result.end;
  return new DeviceError(code, `${program} ${why}`);
}
