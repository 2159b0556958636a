/** Opens every device of a machine, re-opens it when it is lost, and tells what state it is in. */
import type {
  Device,
  DeviceEvent,
  DeviceKind,
  DeviceStatus,
  Keypad,
  TicketPrinter,
} from '../../devices/contract.ts';

/** A device's status with what the host adds. */
export interface SupervisedStatus extends DeviceStatus {
  device: string;
  kind: DeviceKind;
  /** Own wall clock when this state and code began, ms. */
  since: number;
  owner: string;
}

export interface DeviceOfKind {
  'ticket-printer': TicketPrinter;
  keypad: Keypad;
}

export interface DeviceSupervisor {
  /**
   * The device as it is open now. undefined: not open (yet, or lost), unknown, or of another kind.
   * Ask each time: after a loss the object is another one.
   */
  get<K extends DeviceKind>(id: string, kind: K): DeviceOfKind[K] | undefined;
  get(id: string): Device | undefined;
  /** undefined only for an id that the profile does not name. */
  status(id: string): SupervisedStatus | undefined;
  /** Called at once for every device and again on every change. */
  watch(f: (status: SupervisedStatus) => void): () => void;
  /** What happens at the devices. */
  onEvent(f: (device: string, event: DeviceEvent) => void): () => void;
  close(): Promise<void>;
}
