/** Onbon BX-5K/6K font cards over serial (57600 usual) or TCP: one dynamic area of text. */
import { DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import { shownLines } from './content.ts';
import type { WindowSign } from './contract.ts';
import { createExchange, nothing } from './exchange.ts';
import { joinLine, type Line } from './line.ts';
import {
  areaText,
  busyError,
  dynamicArea,
  type OnbonAnswer,
  ping,
  readAnswer,
} from './onbon/commands.ts';
import { createOnbonParser, encodeFrame } from './onbon/framing.ts';
import { deviceTypes, lineBaudOf, repeatMsOf, type SignOnbonOptions } from './options.ts';
import { createSign, openedSign } from './sign.ts';

/** A card that draws a page answers late. */
const replyMs = 1000;
const tries = 3;
/** No gap is published; this much keeps two frames apart on a converter's line. */
const gapMs = 5;
const busyRestMs = 200;
const busyTriesMax = 5;

/** @throws DeviceError of the wire, DEV_NO_ANSWER, DEV_ABORTED */
export async function openSignOnbon(
  options: SignOnbonOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<WindowSign> {
  const line = await joinLine(options, context.clock, signal);
  return openedSign(createOnbonSign(options, line, context), line, signal);
}

export function createOnbonSign(
  options: SignOnbonOptions,
  line: Line,
  context: DeviceContext,
): WindowSign & { ready: Promise<void> } {
  const to = {
    screen: options.screen ?? 0xfffe,
    deviceType: deviceTypes[options.card ?? 'any'],
  };
  const parser = createOnbonParser();
  const rules = { replyMs, tries, gapMs, byteMs: 10_000 / lineBaudOf(options, 57_600) };
  const exchange = createExchange<OnbonAnswer>({ clock: context.clock, line, rules });
  const fontPx = options.font_px ?? 16;
  const columns = Math.floor((options.width * 2) / fontPx);
  const rows = Math.max(1, Math.floor(options.height / fontPx));
  const mode = options.mode ?? 'static';

  async function send(data: Uint8Array): Promise<void> {
    const frame = encodeFrame(to, data);
    for (let n = 0; ; n++) {
      const answer = await exchange.ask(frame, () => true, nothing);
      if (answer.taken) return;
      if (answer.error !== busyError || n >= busyTriesMax) {
        throw new DeviceError('SGN_REFUSED', `${line.name}: card's error ${answer.error}`);
      }
      await exchange.rest(busyRestMs);
    }
  }

  return createSign({
    ...{ line, context, exchange, repeatMs: repeatMsOf(options) },
    read: (chunk) => parser.push(chunk).flatMap((data) => readAnswer(data) ?? []),
    tongue: {
      probe: () => send(ping),
      async put(content) {
        const lines = shownLines(content).slice(0, rows);
        const text = areaText(lines, columns, mode);
        const newline = lines.length > 1 ? 2 : 1;
        await send(
          dynamicArea({
            ...{ x: options.x ?? 0, y: options.y ?? 0 },
            ...{ width: options.width, height: options.height, areaId: options.area ?? 0 },
            ...{ timeoutS: 10, mode, speed: options.speed ?? 2, stay: options.stay ?? 10 },
            ...{ newline, text },
          }),
        );
      },
    },
  });
}
