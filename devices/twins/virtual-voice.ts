/** A speech chip that is not there: SYN6288 or SYN6658 on TCP or a pty, with its sentences to read. */
import type { VirtualVoice, VirtualVoiceOptions } from './contract.ts';
import { createStand } from './stand.ts';
import { SpeechChip } from './voice/chip.ts';

export function createVirtualVoice(options: VirtualVoiceOptions): VirtualVoice {
  let plugged = true;
  const stand = createStand(() => ({
    data(bytes) {
      if (plugged) chip.receive(bytes);
    },
    gone: () => undefined,
  }));
  const chip = new SpeechChip({
    ...options,
    send(bytes) {
      if (plugged) for (const host of stand.hosts) host.send(bytes);
    },
    changed: () => stand.changed(),
  });
  return {
    get state() {
      return { plugged, speaking: chip.speaking, hosts: stand.hosts.size };
    },
    sentences: chip.sentences,
    complaints: chip.complaints,
    mood: chip.mood,
    onChange: stand.onChange,
    listenTcp: stand.listenTcp,
    holdSerial: stand.holdSerial,
    async pullPlug() {
      plugged = false;
      chip.powerDown();
      await stand.power(false);
    },
    async putPlug() {
      plugged = true;
      await stand.power(true);
      chip.powerUp();
    },
    restart() {
      chip.powerDown();
      chip.powerUp();
    },
    async close() {
      chip.powerDown();
      await stand.close();
    },
  };
}
