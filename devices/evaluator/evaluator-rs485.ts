/** Four-key evaluators on the callers' RS-485 bus: result frames FUNC 11, acknowledged by FUNC 01. */

import { repeatMsDefault } from '../caller/options.ts';
import {
  acknowledgement,
  beep,
  createRepeatFilter,
  isResult,
  stars,
  startEvaluation,
} from '../caller/protocol.ts';
import { joinBus } from '../caller/shared-bus.ts';
import { codeOf, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestDepth, SelfTestStep } from '../contract.ts';
import type { Evaluator } from './contract.ts';
import type { EvaluatorRs485Options } from './options.ts';

/** Stars lit by the deep self-test: as many as there are at power-up. */
const testStars = 5;

/** @throws DeviceError of the wire; DEV_OPTIONS when the port is in use with other settings */
export async function openEvaluatorRs485(
  options: EvaluatorRs485Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<Evaluator> {
  const { clock } = context;
  const addresses = new Set(options.addresses);
  const repeats = createRepeatFilter(options.repeat_ms ?? repeatMsDefault);
  const heardAt = new Map<number, number>();
  let closed = false;

  const seat = await joinBus(
    options,
    {
      hear(frame) {
        if (!isResult(frame) || !addresses.has(frame.address)) return null;
        const now = clock.mono();
        heardAt.set(frame.address, now);
        const key = String(frame.data[0]);
        const level = options.levels[key];
        if (level === undefined) {
          context.log.warn({ event: 'evaluator-key', key }, 'a key without a level was pressed');
        } else if (repeats.accepts(frame, now)) {
          context.event({ type: 'key', key: level, address: frame.address });
        }
        return acknowledgement(frame);
      },
      lost(error) {
        if (!closed) context.lost(error);
      },
    },
    clock,
    signal,
  );
  const { bus } = seat;

  /** Whose address is meant; null is the only one. */
  function addressed(address: number | null): number {
    const only = options.addresses.length === 1 ? options.addresses[0] : undefined;
    const meant = address ?? only;
    if (meant === undefined || !addresses.has(meant)) {
      throw new DeviceError('CLR_ADDRESS', `${String(address)} on ${bus.name}`);
    }
    return meant;
  }

  async function tryOut(address: number): Promise<SelfTestStep> {
    const outcome = { step: 'evaluator-look', detail: { address } };
    try {
      await bus.send(beep(address), `beep ${address}`);
      await bus.send(stars(address, testStars), `stars ${address}`);
      return { ...outcome, ok: true, code: 'CLR_LOOK' };
    } catch (error) {
      return { ...outcome, ok: false, code: codeOf(error, 'DEV_CLOSED') };
    }
  }

  async function selfTest(depth: SelfTestDepth, abort: AbortSignal): Promise<SelfTestStep[]> {
    const steps: SelfTestStep[] = options.addresses.map((address) => ({
      step: 'evaluator-heard',
      ok: true,
      code: heardAt.has(address) ? 'DEV_READY' : 'CLR_SILENT',
      detail: { address },
    }));
    if (depth === 'safe') return steps;
    for (const address of options.addresses) {
      if (!abort.aborted) steps.push(await tryOut(address));
    }
    return steps;
  }

  context.status({ state: 'ready', code: 'DEV_READY', detail: { wire: bus.name } });
  return {
    kind: 'evaluator',
    async invite(address) {
      const meant = addressed(address);
      if (options.start !== true) return false;
      await bus.send(startEvaluation(meant), `start ${meant}`);
      return true;
    },
    selfTest,
    close() {
      closed = true;
      return seat.leave();
    },
  };
}
