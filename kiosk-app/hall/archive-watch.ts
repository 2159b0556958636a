/**
 * Ended days that can not be archived stop nobody today, and fill the disk by and by: an alarm for as
 * long as it does not work.
 */
import type { Clock } from '../runtime/ports.ts';
import { hallDev } from './queue/index.ts';
import type { Sequencer } from './sequencer.ts';

const lookEveryMs = 10_000;
const id = 'archive-failed';

export interface ArchiveWatchParts {
  sequencer: Pick<Sequencer, 'archive' | 'state' | 'submit' | 'epoch'>;
  clock: Clock;
  /** UUIDv7 */
  makeKey: () => string;
}

export function watchArchive({ sequencer, clock, makeKey }: ArchiveWatchParts): { stop(): void } {
  let cancel = () => {};
  const tell = (state: { code: typeof id; data: { fault: string } } | null) => {
    const { epoch } = sequencer;
    const request = { op: 'alarm', dev: hallDev, key: makeKey(), body: { id, state } } as const;
    // Refused while the disk is full: the next look says it again.
    sequencer.submit({ ...request, epoch, receivedMono: clock.mono() }, () => {});
  };
  const look = () => {
    const { archive } = sequencer;
    const standing = sequencer.state?.alarms.has(id) === true;
    // After a start it stands until the archive has been tried.
    if (standing && archive === 'ok') tell(null);
    else if (!standing && typeof archive === 'object') {
      tell({ code: id, data: { fault: archive.fault } });
    }
    cancel = clock.after(lookEveryMs, look);
  };
  cancel = clock.after(lookEveryMs, look);
  return { stop: () => cancel() };
}
