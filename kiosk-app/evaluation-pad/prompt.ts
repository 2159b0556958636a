/** Asks for the evaluation by light and voice, where the machine has them. */

import type { DeviceSupervisor } from '../runtime/device-supervisor.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { DeviceEntry } from '../runtime/machine-profile.ts';
import type { Clock } from '../runtime/ports.ts';
import { sentence } from '../texts/sentence.ts';

/** A sentence that begins later than this would speak to the next citizen. */
const speakWithinMs = 5_000;

export interface PromptPorts {
  clock: Clock;
  log: Log;
  devices: Pick<DeviceSupervisor, 'get'>;
  all: readonly Pick<DeviceEntry, 'id'>[];
  address: number | null;
}

/** @returns call it when a question opens that is shown for `ms` */
export function prompter({ clock, log, devices, all, address }: PromptPorts): (ms: number) => void {
  const unheard = (device: string) => (error: unknown) =>
    log.warn({ event: 'prompt-failed', device, error: messageOf(error) }, 'no prompt');
  return (ms) => {
    for (const { id } of all) {
      devices.get(id, 'evaluator')?.invite(address).catch(unheard(id));
      const expiresAt = clock.mono() + Math.min(ms, speakWithinMs);
      const { zh } = sentence('evaluate.spoken');
      const spoken = { text: zh, lang: 'zh-CN', priority: 'notice', expiresAt } as const;
      devices.get(id, 'voice')?.say(spoken).catch(unheard(id));
    }
  };
}
