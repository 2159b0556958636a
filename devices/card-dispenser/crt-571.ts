/**
 * Card dispenser CREATOR CRT-571 (MTK-F31 speaks the same). Every movement is asked for once; when
 * its answer is lost the state of the unit is asked, and only what that proves is called done.
 */
import { codeOf, DeviceError } from '../codes.ts';
import type { DeviceContext } from '../contract.ts';
import { openTransport } from '../transports/open.ts';
import * as commands from './commands.ts';
import type { CardDispenser } from './contract.ts';
import { type Crt571Options, pollMsDefault } from './options.ts';
import { createUnit } from './unit.ts';
import { createUnitLine } from './unit-line.ts';

const apduBytesMax = 261;

/** @throws DeviceError of the wire; DEV_NO_ANSWER */
export async function openCrt571(
  options: Crt571Options,
  context: DeviceContext,
  signal: AbortSignal,
): Promise<CardDispenser> {
  const { clock } = context;
  const transport = await openTransport(options.link, signal);
  let closed = false;
  let cancelPoll: () => void = () => undefined;
  const line = createUnitLine(transport, clock, {
    address: options.address ?? 0,
    closed(error) {
      closed = true;
      cancelPoll();
      if (error !== undefined) context.lost(error);
    },
  });
  const unit = createUnit(options, line, context);

  try {
    await unit.look();
  } catch (error) {
    // A unit that answers with its trouble is there.
    if (codeOf(error, 'DEV_CLOSED').startsWith('DEV_')) {
      await transport.close();
      throw error;
    }
  }
  if (signal.aborted) {
    await transport.close();
    throw new DeviceError('DEV_ABORTED', transport.name);
  }

  async function poll(): Promise<void> {
    if (!line.busy) {
      try {
        await unit.look();
      } catch (error) {
        if (codeOf(error, 'DEV_CLOSED') === 'DEV_NO_ANSWER') {
          transport.abandon(new DeviceError('DEV_NO_ANSWER', transport.name));
        }
      }
      await unit.recover();
    }
    if (!closed) cancelPoll = clock.after(options.poll_ms ?? pollMsDefault, startPoll);
  }
  function startPoll(): void {
    poll().catch((error: unknown) => {
      transport.abandon(error instanceof Error ? error : new Error(String(error)));
    });
  }
  startPoll();

  return {
    kind: 'card-dispenser',
    get status() {
      return unit.status();
    },
    dispense: () => unit.act('dispense', commands.move('gate')),
    move: (place) => unit.act(place, commands.move(place)),
    eject: () => unit.act('eject', commands.eject),
    capture: () => unit.act('bin', commands.move('bin')),
    entry: (allowed) => unit.allowEntry(allowed),
    taken: (withinMs, abort) => unit.taken(withinMs, abort),
    resetChip: () => unit.chip(commands.resetChip),
    async exchange(apdu) {
      if (apdu.length === 0 || apdu.length > apduBytesMax) {
        throw new DeviceError('CRD_COMMAND', `an APDU of ${apdu.length} bytes`);
      }
      return unit.chip(commands.apdu(apdu));
    },
    selfTest: (depth) => unit.selfTest(depth),
    async close() {
      closed = true;
      cancelPoll();
      await transport.close();
    },
  };
}
