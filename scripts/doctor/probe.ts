/**
 * One device asked on its wire: opened through the registry, its self-test run, let go. Never
 * rejects: whatever goes wrong is the finding.
 */
import { codeOf, type DeviceCode } from '../../devices/codes.ts';
import type {
  Device,
  DeviceContext,
  DeviceStatus,
  DriverEntry,
  SelfTestDepth,
  SelfTestStep,
} from '../../devices/contract.ts';

export const probeLimits = {
  /** As the machine's supervisor grants. */
  openMs: 2_000,
  /** A whole self-test beside citizens. */
  safeTestMs: 10_000,
  /** Paper, doors and sentences take their time. */
  deepTestMs: 90_000,
  closeMs: 2_500,
} as const;

export type Probed = DeviceStatus & { steps: SelfTestStep[]; why: string | null };

export interface ProbeOptions {
  id: string;
  driver: DriverEntry;
  options: unknown;
  depth: SelfTestDepth;
  context: Pick<DeviceContext, 'clock' | 'log' | 'printerProfile' | 'secret'>;
  /** Ctrl-C. */
  signal: AbortSignal;
}

export async function probe(o: ProbeOptions): Promise<Probed> {
  let status: DeviceStatus = { state: 'ready', code: 'DEV_READY', detail: {} };
  let lost: unknown;
  const context: DeviceContext = {
    ...o.context,
    id: o.id,
    status: (s) => {
      status = s;
    },
    event: () => undefined,
    lost: (error) => {
      lost = error;
    },
  };
  let device: Device;
  try {
    const signal = AbortSignal.any([o.signal, AbortSignal.timeout(probeLimits.openMs)]);
    device = await o.driver.open(o.options, context, signal);
  } catch (error) {
    return { ...out(openCode(error)), steps: [], why: wordsOf(error) };
  }
  const steps = await selfTest(device, o);
  await settled(device.close(), probeLimits.closeMs);
  if (lost !== undefined) {
    return { ...out(codeOf(lost, 'DEV_CLOSED')), steps, why: wordsOf(lost) };
  }
  return { ...judged(status, steps), steps, why: null };
}

/** The host's patience ended, not the technician's. */
function openCode(error: unknown): DeviceCode {
  const code = codeOf(error, 'DEV_UNREACHABLE');
  return code === 'DEV_ABORTED' ? 'DEV_CONNECT_DEADLINE' : code;
}

async function selfTest(device: Device, o: ProbeOptions): Promise<SelfTestStep[]> {
  const limitMs = o.depth === 'deep' ? probeLimits.deepTestMs : probeLimits.safeTestMs;
  const signal = AbortSignal.any([o.signal, AbortSignal.timeout(limitMs)]);
  const late = Promise.withResolvers<SelfTestStep[]>();
  const overdue: SelfTestStep = { step: 'self-test', ok: false, code: 'DEV_NO_ANSWER', detail: {} };
  // A driver that overlooks the signal must not hold the doctor.
  signal.addEventListener('abort', () => setTimeout(() => late.resolve([overdue]), 500).unref());
  try {
    return await Promise.race([device.selfTest(o.depth, signal), late.promise]);
  } catch (error) {
    return [{ ...overdue, code: codeOf(error, 'DEV_NO_ANSWER') }];
  }
}

const out = (code: DeviceCode): DeviceStatus => ({ state: 'out', code, detail: {} });

/** A step that failed for another reason than the status already names means that it does not work. */
export function judged(status: DeviceStatus, steps: readonly SelfTestStep[]): DeviceStatus {
  const failed = steps.find((s) => !s.ok);
  if (failed === undefined || failed.code === status.code) return status;
  if (status.state === 'out') return status;
  return { state: 'out', code: failed.code, detail: failed.detail };
}

/** Resolves when `work` ends in any way, or after `ms`. */
async function settled(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.catch(() => undefined), limit]);
  clearTimeout(timer);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
