/** Shape of the doctor's texts, one file per language. */
import type { DeviceKind, DeviceState } from '../../../devices/contract.ts';
import type { HallMachine } from '../hall.ts';

export interface Words {
  heading: { device: string; port: string; state: string; since: string; todo: string };
  kinds: Readonly<Record<DeviceKind, string>>;
  states: Readonly<Record<DeviceState, string>>;
  /** Line over the table. */
  examined(machine: string, owner: string, deep: boolean): string;
  noDevices: string;
  running(at: string | null): string;
  heldBy(command: string, pid: number): string;
  /** A self-test step; `text` its sentence. */
  stepOk(text: string): string;
  stepFailed(text: string, why: string): string;
  worst(state: DeviceState, count: number): string;
  /** Machines of the whole hall, as the hall server knows them. */
  hall: {
    heading: { machine: string; place: string; state: string; since: string; owner: string };
    links: Readonly<Record<HallMachine['link'], string>>;
    /** Line over the table. */
    title(count: number, well: number): string;
    unknown(why: string): string;
  };
  wrongOptions: string;
  help: string;
  list: {
    serial: string;
    hid: string;
    video: string;
    printers: string;
    usbPrinters: string;
    none: string;
    notPlugged: string;
    /** Which drivers understand this wire. */
    drivers(names: readonly string[]): string;
    stable(path: string): string;
    used(ids: readonly string[]): string;
    fingers: Readonly<Record<'keyboard' | 'pos-scanner' | 'other', string>>;
  };
}
