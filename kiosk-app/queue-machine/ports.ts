/** The edges of the queue machine's flow. The composition hands in the real ones, tests virtual ones. */
import type { DeviceCode } from '../../devices/codes.ts';
import type { TicketDocument } from '../../devices/contract.ts';
import type { DeviceSupervisor } from '../runtime/device-supervisor.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock, HallLink, MakeKey, Screen } from '../runtime/ports.ts';
import type { Spool } from '../runtime/spool.ts';
import type { QueueAction, QueueScreen, Sentence } from '../screens/contract.ts';
import type { PressLog } from './press-log.ts';
import type { ReprintFields, TicketFields } from './ticket-fields.ts';

export interface QueuePorts {
  clock: Clock;
  log: Log;
  makeKey: MakeKey;
  link: HallLink;
  jobs: Spool['jobs'];
  devices: Pick<DeviceSupervisor, 'get' | 'watch' | 'onEvent'>;
  screen: Screen<QueueScreen, QueueAction>;
  /** Id of the printer; null: this machine has none. */
  printer: string | null;
  /** The ticket template. Quick: it runs between the hall's answer and the first byte. */
  document(fields: TicketFields): TicketDocument;
  /** The template of a second paper. */
  reprint(fields: ReprintFields): TicketDocument;
  presses: PressLog;
  /** What a citizen is told of a device's fault; null: nothing. */
  citizenText(code: DeviceCode): Sentence | null;
}
