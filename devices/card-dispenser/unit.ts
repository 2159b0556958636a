/** One card unit: what it is told to do, what it reports, and what is known of its state. */
import { codeOf, type DeviceCode, DeviceError } from '../codes.ts';
import type { DeviceContext, SelfTestDepth, SelfTestStep } from '../contract.ts';
import * as commands from './commands.ts';
import type { CardDispenserStatus, CardOutcome, CardPlace } from './contract.ts';
import type { UnitCommand } from './framing.ts';
import { type Crt571Options, moveWaitMsDefault } from './options.ts';
import { questionWaitMs } from './protocol.ts';
import type { UnitLine } from './unit-line.ts';

/** Movements that are under way or wait. */
export const movementsMax = 4;
const chipWaitMs = 5000;
/** Between two looks whether a card was taken. */
const takenLookMs = 300;
/** Between two attempts to initialise a unit in trouble. */
const initialiseRestMs = 10_000;

/** Faults that an initialisation may clear once the card path is empty. */
const clearable: ReadonlySet<DeviceCode> = new Set([
  ...(['CRD_NOT_RESET', 'CRD_JAM', 'CRD_SENSOR', 'CRD_CARD_SIZE', 'CRD_BY_HAND'] as const),
  ...(['CRD_MOTOR', 'CRD_FAULT'] as const),
]);
type Movement = CardPlace | 'dispense' | 'eject';

/** What the unit can do, whatever wire it hangs on. */
export function createUnit(options: Crt571Options, line: UnitLine, context: DeviceContext) {
  const { clock } = context;
  const moveWaitMs = options.move_wait_ms ?? moveWaitMsDefault;
  let known: CardDispenserStatus = {
    card: 'unknown',
    stacker: 'unknown',
    bin: 'unknown',
    at: null,
  };
  /** What the last command that failed said; the state bytes do not show it. */
  let fault: DeviceCode | null = null;
  let initialisedAt = Number.NEGATIVE_INFINITY;
  let told = '';
  /** Movements one after the other: each looks before and after. */
  let moving: Promise<unknown> = Promise.resolve();
  let acts = 0;

  function tell(): void {
    // Never heard: nothing to tell.
    if (known.at === null && fault === null) return;
    const code = fault ?? stateCode(known);
    const detail = { card: known.card, stacker: known.stacker, bin: known.bin };
    const now = JSON.stringify([code, detail]);
    if (now === told) return;
    told = now;
    const worksStill = code === 'CRD_STACKER_LOW' || code === 'CRD_BIN_FULL';
    const state = code === 'DEV_READY' ? 'ready' : worksStill ? 'attention' : 'out';
    context.status({ state, code, detail });
  }

  async function ask(command: UnitCommand, waitMs: number) {
    try {
      const answer = await line.ask({ command, repeatable: commands.isQuestion(command), waitMs });
      known = commands.readState(answer.state, clock.mono());
      return answer;
    } catch (error) {
      const code = codeOf(error, 'DEV_CLOSED');
      if (clearable.has(code)) fault = code;
      throw error;
    } finally {
      tell();
    }
  }

  async function look(): Promise<CardDispenserStatus> {
    await ask(commands.status, questionWaitMs);
    if (fault === 'CRD_NOT_RESET') fault = null;
    tell();
    return known;
  }

  async function initialise(): Promise<void> {
    initialisedAt = clock.mono();
    await ask(commands.initialise(options.initialise ?? 'keep', false), moveWaitMs);
    fault = null;
    tell();
  }

  /** Never rejects: the next look tells what came of it. */
  async function recover(): Promise<void> {
    const clear = fault === 'CRD_NOT_RESET' || known.card === 'none';
    if (fault === null || !clear || clock.mono() - initialisedAt < initialiseRestMs) return;
    await initialise().catch((error: unknown) => {
      context.log.warn({ code: codeOf(error, 'DEV_CLOSED') }, 'the card unit was not initialised');
    });
  }

  function act(movement: Movement, command: UnitCommand): Promise<CardOutcome> {
    if (acts >= movementsMax) return Promise.resolve({ outcome: 'failed', code: 'CRD_BUSY' });
    acts += 1;
    const acted = moving
      .then(() => actNow(movement, command))
      .finally(() => {
        acts -= 1;
      });
    moving = acted;
    return acted;
  }

  async function actNow(movement: Movement, command: UnitCommand): Promise<CardOutcome> {
    let before: CardDispenserStatus;
    try {
      before = await look();
    } catch (error) {
      return { outcome: 'failed', code: codeOf(error, 'DEV_CLOSED') };
    }
    const senseless = contradiction(movement, before);
    if (senseless !== null) return { outcome: 'failed', code: senseless };
    try {
      await ask(command, moveWaitMs);
      fault = null;
      tell();
      return { outcome: 'done' };
    } catch (error) {
      const code = codeOf(error, 'DEV_CLOSED');
      if (code === 'DEV_NO_ANSWER') return settle(movement, before);
      return { outcome: code.startsWith('DEV_') ? 'uncertain' : 'failed', code };
    }
  }

  /** The answer did not come: what does the state say? */
  async function settle(movement: Movement, before: CardDispenserStatus): Promise<CardOutcome> {
    try {
      const after = await look();
      if (commands.proves(movement, before.card, after.card)) return { outcome: 'done' };
      return { outcome: 'uncertain', code: 'CRD_UNPROVEN' };
    } catch (error) {
      return { outcome: 'uncertain', code: codeOf(error, 'DEV_CLOSED') };
    }
  }

  async function plain(command: UnitCommand): Promise<CardOutcome> {
    try {
      await ask(command, questionWaitMs);
      return { outcome: 'done' };
    } catch (error) {
      const code = codeOf(error, 'DEV_CLOSED');
      return { outcome: code.startsWith('DEV_') ? 'uncertain' : 'failed', code };
    }
  }

  async function taken(withinMs: number, abort: AbortSignal): Promise<boolean> {
    const until = clock.mono() + withinMs;
    while (!abort.aborted) {
      const card = await look().then(
        (s) => s.card,
        () => null,
      );
      if (card === null) return false;
      if (card === 'none') return true;
      if (clock.mono() >= until) return false;
      await new Promise<void>((resolve) => clock.after(takenLookMs, resolve));
    }
    return false;
  }

  async function step(name: string, run: () => Promise<SelfTestStep['detail']>) {
    try {
      return { step: name, ok: true, code: 'DEV_READY', detail: await run() } as const;
    } catch (error) {
      return { step: name, ok: false, code: codeOf(error, 'DEV_CLOSED'), detail: {} };
    }
  }
  const must = (outcome: CardOutcome): SelfTestStep['detail'] => {
    if (outcome.outcome !== 'done') throw new DeviceError(outcome.code, outcome.outcome);
    return {};
  };

  async function selfTest(depth: SelfTestDepth): Promise<SelfTestStep[]> {
    const steps: SelfTestStep[] = [
      await step('card-status', async () => {
        const { card, stacker, bin } = await look();
        return { card, stacker, bin };
      }),
      await step('card-sensors', async () => {
        const { data } = await ask(commands.sensors, questionWaitMs);
        return { sensors: Buffer.from(data).toString('hex') };
      }),
    ];
    if (depth === 'safe') return steps;
    const deep = [
      ['card-initialise', () => initialise().then(() => ({}))],
      ['card-dispense', () => act('dispense', commands.move('gate')).then(must)],
      ['card-eject', () => act('eject', commands.eject).then(must)],
    ] as const;
    for (const [name, run] of deep) {
      const done = await step(name, run);
      steps.push(done);
      if (!done.ok) break;
    }
    return steps;
  }

  return {
    status: () => known,
    look,
    recover,
    act,
    allowEntry: (allowed: boolean) => plain(commands.entry(allowed)),
    taken,
    chip: async (command: UnitCommand) => Uint8Array.from((await ask(command, chipWaitMs)).data),
    selfTest,
  };
}

/** What the state bytes alone say. */
function stateCode(s: CardDispenserStatus): DeviceCode {
  if (s.stacker === 'empty') return 'CRD_STACKER_EMPTY';
  if (s.bin === 'full') return 'CRD_BIN_FULL';
  if (s.stacker === 'few') return 'CRD_STACKER_LOW';
  return 'DEV_READY';
}

/** A movement that makes no sense now: asked all the same, some units take a card of the stacker. */
function contradiction(movement: Movement, now: CardDispenserStatus): DeviceCode | null {
  const fromStacker = movement === 'dispense' || movement === 'ic' || movement === 'rf';
  if (movement === 'dispense' && now.card !== 'none') return 'CRD_CARD_ON_WAY';
  if (!fromStacker && now.card === 'none') return 'CRD_NO_CARD';
  if (fromStacker && now.card === 'none' && now.stacker === 'empty') return 'CRD_STACKER_EMPTY';
  if (movement === 'bin' && now.bin === 'full') return 'CRD_BIN_FULL';
  return null;
}
