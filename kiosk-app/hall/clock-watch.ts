/**
 * A hall server whose clock was set back keeps counting on (hall-clock.ts): nobody in the hall would
 * notice, until the next start. So it is an alarm for as long as the two clocks are apart.
 */
import type { Clock } from '../runtime/ports.ts';
import type { SequencerPort } from './contract.ts';
import { hallDev } from './queue/index.ts';

/** A step back of less than this is ordinary clock discipline and not worth an alarm. */
const clockStepMs = 60_000;
const lookEveryMs = 10_000;
const id = 'clock-stepped-back';

export interface ClockWatchParts {
  sequencer: Pick<SequencerPort, 'clockAheadMs' | 'state' | 'submit' | 'epoch'>;
  clock: Clock;
  /** UUIDv7 */
  makeKey: () => string;
}

export function watchClock({ sequencer, clock, makeKey }: ClockWatchParts): { stop(): void } {
  let cancel = () => {};
  const tell = (state: { code: typeof id; data: { seconds: number } } | null) => {
    const { epoch } = sequencer;
    const request = { op: 'alarm', dev: hallDev, key: makeKey(), body: { id, state } } as const;
    // Refused while the disk is full: the next look says it again.
    sequencer.submit({ ...request, epoch, receivedMono: clock.mono() }, () => {});
  };
  const look = () => {
    const aheadMs = sequencer.clockAheadMs();
    const standing = sequencer.state?.alarms.has(id) === true;
    if (!standing && aheadMs > clockStepMs) {
      tell({ code: id, data: { seconds: Math.round(aheadMs / 1000) } });
    } else if (standing && aheadMs === 0) tell(null);
    cancel = clock.after(lookEveryMs, look);
  };
  cancel = clock.after(lookEveryMs, look);
  return { stop: () => cancel() };
}
