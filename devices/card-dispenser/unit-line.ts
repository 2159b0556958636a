/** The wire of one card unit: commands one after the other, through the exchange of protocol.ts. */
import { DeviceError } from '../codes.ts';
import type { DeviceClock, Transport } from '../contract.ts';
import { errorCode } from './commands.ts';
import { ack, createUnitFraming, encodeCommand, type UnitToken } from './framing.ts';
import {
  type Asked,
  type ExchangeEffect,
  type ExchangeInput,
  idle,
  stepExchange,
} from './protocol.ts';

const writeDeadlineMs = 2000;
/** A frame that stops for so long will not go on. At 9600 a byte takes 1 ms. */
const byteWaitMs = 100;
/** Commands that wait while one is under way. */
export const commandsMax = 8;

export type UnitAnswer = Extract<UnitToken, { token: 'good' }>;

export interface UnitLine {
  /**
   * The unit's good answer.
   * @throws DeviceError CRD_BUSY (never sent) · CRD_* (the unit says why not) · CRD_COMMAND (not
   * taken) · DEV_NO_ANSWER, DEV_CLOSED, DEV_WRITE_DEADLINE (sent, nobody knows)
   */
  ask(asked: Asked): Promise<UnitAnswer>;
  readonly busy: boolean;
}

interface Waiting {
  asked: Asked;
  resolve: (answer: UnitAnswer) => void;
  reject: (error: Error) => void;
}

export function createUnitLine(
  transport: Transport,
  clock: DeviceClock,
  o: { address: number; closed: (error: Error | undefined) => void },
): UnitLine {
  const framing = createUnitFraming(o.address);
  const queue: Waiting[] = [];
  /** Acknowledgements and commands leave one after the other. */
  const outbox: Uint8Array[] = [];
  let exchange = idle as ReturnType<typeof stepExchange>['state'];
  let current: Waiting | undefined;
  let writing = false;
  let open = true;
  let cancelWait: (() => void) | undefined;
  let cancelSilence: (() => void) | undefined;

  transport.onData((chunk) => {
    heard(framing.push(chunk));
    cancelSilence?.();
    cancelSilence = framing.waiting
      ? clock.after(byteWaitMs, () => heard(framing.giveUp()))
      : undefined;
  });
  transport.onClose((error) => {
    open = false;
    cancelWait?.();
    cancelSilence?.();
    const closed = new DeviceError('DEV_CLOSED', transport.name);
    current?.reject(closed);
    current = undefined;
    for (const w of queue.splice(0)) w.reject(closed);
    o.closed(error);
  });

  function heard(tokens: UnitToken[]): void {
    for (const token of tokens) dispatch({ type: 'token', token });
  }

  function dispatch(input: ExchangeInput): void {
    const step = stepExchange(exchange, input);
    exchange = step.state;
    for (const effect of step.effects) perform(effect);
    next();
  }

  function perform(effect: ExchangeEffect): void {
    switch (effect.type) {
      case 'send':
        write(encodeCommand(o.address, effect.command));
        return;
      case 'acknowledge':
        write(Uint8Array.of(ack));
        return;
      case 'wait':
        cancelWait?.();
        cancelWait = clock.after(effect.ms, () => dispatch({ type: 'timeout' }));
        return;
      case 'answer':
      case 'end':
        settle(effect);
    }
  }

  function settle(effect: Extract<ExchangeEffect, { type: 'answer' | 'end' }>): void {
    cancelWait?.();
    const asked = current;
    current = undefined;
    if (asked === undefined) return;
    const { cm, pm } = asked.asked.command;
    const what = `${transport.name}, command ${cm.toString(16)} ${pm.toString(16)}`;
    if (effect.type === 'end') {
      const code = effect.why === 'refused' ? 'CRD_COMMAND' : 'DEV_NO_ANSWER';
      asked.reject(new DeviceError(code, what));
    } else if (effect.answer.token === 'good') {
      asked.resolve(effect.answer);
    } else {
      const { error } = effect.answer;
      asked.reject(new DeviceError(errorCode(error), `${what}: error ${error}`));
    }
  }

  function write(bytes: Uint8Array): void {
    outbox.push(bytes);
    if (writing || !open) return;
    writing = true;
    const rest = Buffer.concat(outbox.splice(0));
    transport.write(rest, writeDeadlineMs).then(
      () => {
        writing = false;
        const more = outbox.splice(0);
        if (more.length > 0) write(Buffer.concat(more));
      },
      // A wire that can not be written is gone by itself: onClose tells everybody.
      () => {
        writing = false;
      },
    );
  }

  function next(): void {
    if (current !== undefined || !open) return;
    const waiting = queue.shift();
    if (waiting === undefined) return;
    current = waiting;
    dispatch({ type: 'ask', asked: waiting.asked });
  }

  return {
    get busy() {
      return current !== undefined;
    },
    ask(asked) {
      if (!open) return Promise.reject(new DeviceError('DEV_CLOSED', transport.name));
      if (queue.length >= commandsMax) {
        return Promise.reject(new DeviceError('CRD_BUSY', `${commandsMax} commands wait`));
      }
      return new Promise((resolve, reject) => {
        queue.push({ asked, resolve, reject });
        next();
      });
    },
  };
}
