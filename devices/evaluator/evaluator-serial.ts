/**
 * Evaluators that send their keys over a serial line (or a TCP serial server), each maker in his own
 * way: form of a press, acknowledgement and invitation stand in the profile.
 */
import { codeOf, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestStep } from '../contract.ts';
import { debounceMsDefault } from '../keypad/options.ts';
import { createPressFilter } from '../keypad/press-filter.ts';
import { openTransport } from '../transports/open.ts';
import type { Evaluator } from './contract.ts';
import { createKeyFraming, frameFault, type Press } from './key-framing.ts';
import type { EvaluatorSerialOptions } from './options.ts';

const writeDeadlineMs = 1000;
/** Acknowledgements and invitations that wait while one is being written; more are pointless. */
const writesWaitingMax = 8;

/** @throws DeviceError of the wire; DEV_OPTIONS when the frames can not be as described */
export async function openEvaluatorSerial(
  options: EvaluatorSerialOptions,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Evaluator> {
  const fault = frameFault(options.keys);
  if (fault !== undefined) throw new DeviceError('DEV_OPTIONS', `${context.id}: ${fault}`);
  const transport = await openTransport(options.link, signal);
  const framing = createKeyFraming(options.keys);
  const presses = createPressFilter(options.debounce_ms ?? debounceMsDefault);
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();

  /** One after the other. */
  function write(bytes: Uint8Array): Promise<void> {
    if (waiting >= writesWaitingMax) {
      return Promise.reject(new DeviceError('CLR_BUSY', transport.name));
    }
    waiting += 1;
    const written = last
      .then(() => transport.write(bytes, writeDeadlineMs))
      .finally(() => {
        waiting -= 1;
      });
    last = written.catch(() => undefined);
    return written;
  }

  function pressed({ key, bytes }: Press): void {
    if (options.acknowledge !== undefined) {
      const ack = options.acknowledge === 'echo' ? bytes : Buffer.from(options.acknowledge, 'hex');
      write(ack).catch((error: unknown) => {
        context.log.warn({ code: codeOf(error, 'DEV_CLOSED') }, 'a press was not acknowledged');
      });
    }
    const level = options.levels[key];
    if (level === undefined) {
      context.log.debug({ event: 'evaluator-key', key }, 'a key without a level');
    } else if (presses.accepts(key, context.clock.mono())) {
      context.event({ type: 'key', key: level });
    }
  }

  async function tryInvite(): Promise<SelfTestStep> {
    const outcome = { step: 'evaluator-look', detail: {} };
    if (options.invite === undefined) return { ...outcome, ok: true, code: 'EVL_NO_INVITE' };
    try {
      await write(Buffer.from(options.invite, 'hex'));
      return { ...outcome, ok: true, code: 'CLR_LOOK' };
    } catch (error) {
      return { ...outcome, ok: false, code: codeOf(error, 'DEV_CLOSED') };
    }
  }

  transport.onClose((error) => {
    if (error !== undefined) context.lost(error);
  });
  transport.onData((chunk) => {
    for (const press of framing.push(chunk)) pressed(press);
  });
  if (signal.aborted) {
    await transport.close();
    throw new DeviceError('DEV_ABORTED', transport.name);
  }
  context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: transport.name } });
  return {
    kind: 'evaluator',
    async invite() {
      if (options.invite === undefined) return false;
      await write(Buffer.from(options.invite, 'hex'));
      return true;
    },
    selfTest: async (depth) => [
      { step: 'evaluator-wire', ok: true, code: 'DEV_READY', detail: { wire: transport.name } },
      ...(depth === 'deep' ? [await tryInvite()] : []),
    ],
    close: () => transport.close(),
  };
}
