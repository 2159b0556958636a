/** A window sign that is not there, on TCP or a pty, with its face to read. */
import type { SignFace, SignMood, VirtualSign, VirtualSignModel } from './contract.ts';
import type { SignInside, SignPorts } from './sign/contract.ts';
import { createModbusBoard } from './sign/modbus-board.ts';
import { createOnbonCard } from './sign/onbon-card.ts';
import { createTextBoard } from './sign/text-board.ts';
import { createStand } from './stand.ts';

const complaintsKeptMax = 50;

export function createVirtualSign(model: VirtualSignModel): VirtualSign {
  let plugged = true;
  let face: SignFace = { lines: [], blinking: false, seq: 0 };
  const complaints: string[] = [];
  const mood: SignMood = {
    ...{ mute: false, stutter: false, damages: false },
    ...{ refusals: 0, refuseWith: 3 },
  };
  const stand = createStand(() => ({
    data(bytes) {
      if (plugged) inside.receive(bytes);
    },
    gone: () => undefined,
  }));

  const inside = insideOf(model, {
    mood,
    send(bytes) {
      if (!plugged || mood.mute) return;
      const sent = mood.damages
        ? bytes.map((byte, i) => (i === bytes.length - 2 ? ~byte : byte))
        : bytes;
      for (const host of stand.hosts) {
        host.send(sent);
        if (mood.stutter) host.send(sent);
      }
    },
    show(lines, blinking) {
      face = { lines, blinking, seq: face.seq + 1 };
      stand.changed();
    },
    complain(what) {
      complaints.push(what);
      if (complaints.length > complaintsKeptMax) complaints.shift();
    },
  });
  inside.powerUp();

  return {
    get state() {
      return { plugged, hosts: stand.hosts.size };
    },
    get face() {
      return face;
    },
    complaints,
    mood,
    onChange: stand.onChange,
    listenTcp: stand.listenTcp,
    holdSerial: stand.holdSerial,
    close: stand.close,
    restart: () => inside.powerUp(),
    async pullPlug() {
      plugged = false;
      inside.powerUp();
      await stand.power(false);
    },
    async putPlug() {
      plugged = true;
      await stand.power(true);
    },
  };
}

function insideOf(model: VirtualSignModel, ports: SignPorts): SignInside {
  switch (model.model) {
    case 'onbon':
      return createOnbonCard(model, ports);
    case 'text':
      return createTextBoard(model, ports);
    case 'modbus':
      return createModbusBoard(model, ports);
  }
}
