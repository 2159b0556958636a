/** From a sentence to the chip's frames: tags first, text cleaned, long text in parts. */
import { cleanText, gbkBytes, splitText } from '../clean.ts';
import type { Sentence } from '../contract.ts';
import type { NumberReading, OneReading } from '../numbers.ts';
import { type SynModel, speakFrame, textBytesMax } from './framing.ts';
import type { SpeechFrame } from './protocol.ts';

export interface Manner {
  numbers: NumberReading;
  one: OneReading;
  volume: number | undefined;
  speed: number | undefined;
  pitch: number | undefined;
  speaker: number | undefined;
  chime: string | undefined;
}

/** No chip says a character faster, and none takes longer for one at its slowest. */
const characterMsLeast = 60;
const characterMsUsual = 350;
/** Pauses at punctuation, the sound before the text. */
const frameMsUsual = 1500;

/**
 * The tags go into every frame: the chip forgets them with its power, and `[v]` is obeyed only at
 * the beginning. `[n1]` digits, `[n2]` value; `[y1]` 一, `[y0]` 幺.
 */
export function mannerTags(model: SynModel, manner: Manner): string {
  const tag = (letter: string, value: number | undefined) =>
    value === undefined ? '' : `[${letter}${value}]`;
  return [
    tag('v', manner.volume),
    tag(model === 'syn6288' ? 't' : 's', manner.speed),
    ...(model === 'syn6658' ? [tag('t', manner.pitch), tag('m', manner.speaker)] : []),
    tag('n', manner.numbers === 'digits' ? 1 : 2),
    tag('y', manner.one === 'yao' ? 0 : 1),
  ].join('');
}

/** Frames of the sentence, as often as it is to be said; none when nothing sayable is left. */
export function speechFrames(model: SynModel, sentence: Sentence, manner: Manner): SpeechFrame[] {
  const tags = mannerTags(model, manner);
  const chime = manner.chime === undefined ? '' : `${manner.chime} `;
  const room = textBytesMax[model] - gbkBytes(tags + chime).length;
  const parts = splitText(cleanText(sentence.text, 'gbk'), room);
  const once = parts.map((part, i): SpeechFrame => {
    const text = `${tags}${i === 0 ? chime : ''}${part}`;
    const characters = [...part].length;
    return {
      bytes: speakFrame(model, gbkBytes(text)),
      leastMs: characters * characterMsLeast,
      usualMs: frameMsUsual + characters * characterMsUsual,
    };
  });
  return Array.from({ length: sentence.times ?? 1 }, () => once).flat();
}
