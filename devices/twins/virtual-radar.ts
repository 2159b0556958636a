/** A radar LD2410 that is not there: reports who stands before it, as the maker's table says. */
import type { VirtualRadar, VirtualRadarOptions } from './contract.ts';
import type { HostLine } from './lines.ts';
import { createStand } from './stand.ts';

const states = { none: 0, moving: 1, still: 2, both: 3 } as const;
const commandBytesMax = 64;

export function createVirtualRadar(o: VirtualRadarOptions): VirtualRadar {
  let seen: VirtualRadar['state']['seen'] = { target: 'none', movingCm: 0, stillCm: 0 };
  let reporting = true;
  let closed = false;
  let plugged = true;
  /** Hosts that have opened the configuration hear no reports meanwhile. */
  const configuring = new Set<HostLine>();

  const stand = createStand((line) => {
    let held: number[] = [];
    return {
      data(bytes) {
        for (const byte of bytes) {
          held.push(byte);
          held = carryOut(held, line);
        }
      },
      gone: () => configuring.delete(line),
    };
  });

  function carryOut(held: number[], line: HostLine): number[] {
    const fits = [0xfd, 0xfc, 0xfb, 0xfa].every((b, i) => held.length <= i || held[i] === b);
    if (!fits || held.length > commandBytesMax) return held.slice(1);
    const length = held[4];
    if (length === undefined || held.length < 10 + length) return held;
    const word = held[6] ?? 0;
    if (word === 0xff) configuring.add(line);
    const open = configuring.has(line);
    if (word === 0xff) answer(line, word, open, [1, 0, 0x40, 0]);
    else if (word === 0xa0) answer(line, word, open, [0, 1, 2, 1, 0x16, 0x24, 0x06, 0x22]);
    else answer(line, word, open && word === 0xfe, []);
    if (word === 0xfe) configuring.delete(line);
    return [];
  }

  function answer(line: HostLine, word: number, ok: boolean, data: readonly number[]): void {
    const content = [word, 1, ok ? 0 : 1, 0, ...(ok ? data : [])];
    line.send(
      Uint8Array.of(0xfd, 0xfc, 0xfb, 0xfa, content.length, 0, ...content, 0x04, 0x03, 0x02, 0x01),
    );
  }

  function report(): void {
    if (closed) return;
    if (reporting && plugged) {
      const bytes = reportOf(seen);
      for (const host of stand.hosts) if (!configuring.has(host)) host.send(bytes);
    }
    o.clock.after(o.everyMs, report);
  }
  report();

  async function power(on: boolean): Promise<void> {
    plugged = on;
    configuring.clear();
    await stand.power(on);
  }

  return {
    get state() {
      return { seen, hosts: stand.hosts.size, plugged };
    },
    onChange: stand.onChange,
    see(next) {
      seen = next;
      stand.changed();
    },
    reports(on) {
      reporting = on;
    },
    pullPlug: () => power(false),
    putPlug: () => power(true),
    listenTcp: (at) => stand.listenTcp(at),
    holdSerial: (at) => stand.holdSerial(at),
    async close() {
      closed = true;
      await stand.close();
    },
  };
}

function reportOf(seen: VirtualRadar['state']['seen']): Uint8Array {
  const near = [seen.movingCm, seen.stillCm].filter((cm) => cm > 0);
  const u16 = (value: number) => [value & 255, value >> 8];
  const energy = (cm: number) => (cm > 0 ? 60 : 0);
  const content = [
    ...[0x02, 0xaa, states[seen.target]],
    ...[...u16(seen.movingCm), energy(seen.movingCm), ...u16(seen.stillCm), energy(seen.stillCm)],
    ...[...u16(near.length === 0 ? 0 : Math.min(...near)), 0x55, 0x00],
  ];
  return Uint8Array.of(
    0xf4,
    0xf3,
    0xf2,
    0xf1,
    content.length,
    0,
    ...content,
    0xf8,
    0xf7,
    0xf6,
    0xf5,
  );
}
