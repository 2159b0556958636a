/**
 * Content that a device has to show: handed over when it changes, and again whenever the supervisor
 * has opened the device anew, for signs forget at power-off.
 */
import type { Device } from '../../devices/contract.ts';
import type { SupervisedStatus } from './device-supervisor.ts';
import { messageOf } from './errors.ts';
import type { Log } from './log.ts';

export interface ShownOnOptions<D extends Device, Content> {
  /** Id of the device. */
  device: string;
  /** The device as it is open now. */
  open(): D | undefined;
  watch(f: (status: SupervisedStatus) => void): () => void;
  show(device: D, content: Content): Promise<void>;
  log: Log;
}
export interface ShownOn<Content> {
  /** The same content again is not sent. */
  show(content: Content): void;
  close(): void;
}

export function shownOn<D extends Device, Content>(
  o: ShownOnOptions<D, Content>,
): ShownOn<Content> {
  let wanted: { content: Content; text: string } | undefined;
  let shown: { on: D; text: string } | undefined;

  function bring(): void {
    const on = o.open();
    if (on === undefined || wanted === undefined) return;
    const { content, text } = wanted;
    if (shown?.on === on && shown.text === text) return;
    shown = { on, text };
    o.show(on, content).catch((error: unknown) => {
      // Tried again with the next change and with the next opening; the device itself tells its state.
      if (shown?.on === on && shown.text === text) shown = undefined;
      o.log.warn({ event: 'not-shown', device: o.device, why: messageOf(error) }, 'not shown');
    });
  }

  const unwatch = o.watch((status) => {
    if (status.device === o.device) bring();
  });
  return {
    show(content) {
      wanted = { content, text: JSON.stringify(content) };
      bring();
    },
    close: unwatch,
  };
}
