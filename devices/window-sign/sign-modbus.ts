/**
 * Modbus-RTU signs by their register map. Own framing of three functions instead of `modbus-serial`:
 * that package cuts answers out of the stream only in ports that own their serial port or socket,
 * keeps time by timers of its own, and adds methods to Buffer for the whole process. It is the
 * other side of the tests.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import type { WindowSign } from './contract.ts';
import { createExchange } from './exchange.ts';
import { joinLine, type Line } from './line.ts';
import {
  answers,
  createModbusParser,
  type ModbusAnswer,
  type ModbusRequest,
  readRegisters,
  writeRegister,
  writeRegisters,
} from './modbus/framing.ts';
import { registerValues } from './modbus/registers.ts';
import { lineBaudOf, repeatMsOf, type SignModbusOptions } from './options.ts';
import { createSign, openedSign } from './sign.ts';

const replyMs = 500;
const tries = 3;
/** Modbus over serial line, 2.5.1.1: 3.5 characters of 11 bits, 1.75 ms above 19200 baud. */
const silentCharacters = 3.5;
const silentMsLeast = 1.75;
/** "Acknowledge" and "server device busy": later perhaps. */
const laterExceptions: readonly number[] = [5, 6];
const busyRestMs = 200;
const busyTriesMax = 5;

/** @throws DeviceError of the wire, DEV_NO_ANSWER, DEV_ABORTED */
export async function openSignModbus(
  options: SignModbusOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<WindowSign> {
  const line = await joinLine(options, context.clock, signal);
  return openedSign(createModbusSign(options, line, context), line, signal);
}

export function createModbusSign(
  options: SignModbusOptions,
  line: Line,
  context: DeviceContext,
): WindowSign & { ready: Promise<void> } {
  const { unit, first_register: first, count } = options;
  const baud = lineBaudOf(options, 9600);
  const parser = createModbusParser();
  const exchange = createExchange<ModbusAnswer>({
    ...{ clock: context.clock, line },
    rules: {
      ...{ replyMs, tries, byteMs: 11_000 / baud },
      gapMs: Math.max(silentMsLeast, (silentCharacters * 11_000) / baud),
    },
  });
  const map = {
    ...{ format: options.format, count, blank: options.blank },
    ...{ letters: options.letters ?? {}, lowWordFirst: options.low_word_first ?? false },
  };
  /** Of the first register, as wanted. */
  let firstValue = registerValues(map, { number: null, lines: [], blink: false })[0] ?? 0;

  async function ask(request: ModbusRequest): Promise<void> {
    for (let n = 0; ; n++) {
      const answer = await exchange.ask(
        request.bytes,
        (given) => answers(request, given),
        () => parser.expect(request),
      );
      if (answer.type === 'good') return;
      if (!laterExceptions.includes(answer.exception) || n >= busyTriesMax) {
        throw new DeviceError('SGN_REFUSED', `${line.name}: exception ${answer.exception}`);
      }
      await exchange.rest(busyRestMs);
    }
  }

  return createSign({
    ...{ line, context, exchange, repeatMs: repeatMsOf(options) },
    read: (chunk) => parser.push(chunk),
    tongue: {
      async probe() {
        if (options.readable ?? true) await ask(readRegisters(unit, first, 1));
        // Cannot be read: the first register is written instead.
        else await ask(writeRegister(unit, first, firstValue));
      },
      async put(content) {
        const values = registerValues(map, content);
        // Before it is written: a question that comes meanwhile must not bring the old one back.
        firstValue = values[0] ?? 0;
        if ((options.write ?? 'multiple') === 'multiple') {
          await ask(writeRegisters(unit, first, values));
        } else {
          for (const [i, value] of values.entries())
            await ask(writeRegister(unit, first + i, value));
        }
        const { blink } = options;
        if (blink === undefined) return;
        await ask(writeRegister(unit, blink.register, content.blink ? blink.on : blink.off));
      },
    },
  });
}
