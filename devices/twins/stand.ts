/** Where most twins stand: any number of wires, the hosts on them, and those who watch. */
import type { TwinWires } from './contract.ts';
import { type HostLine, type LinePlace, serialPlace, tcpPlace } from './lines.ts';

export interface TwinStand extends TwinWires {
  readonly hosts: ReadonlySet<HostLine>;
  onChange(f: () => void): () => void;
  /** Something about the twin is different now. */
  changed(): void;
  /** No power: hosts on TCP are cut off and nobody answers; and power again, on the same wires. */
  power(on: boolean): Promise<void>;
}

/** `listen`: a host has come; the answer takes what it sends. */
export function createStand(
  listen: (line: HostLine) => { data(bytes: Uint8Array): void; gone(): void },
): TwinStand {
  const hosts = new Set<HostLine>();
  const places: LinePlace[] = [];
  const watchers = new Set<() => void>();
  let powered = true;
  const changed = () => {
    for (const f of watchers) f();
  };

  function accept(line: HostLine) {
    hosts.add(line);
    const host = listen(line);
    changed();
    return {
      data: (bytes: Uint8Array) => host.data(bytes),
      gone() {
        hosts.delete(line);
        host.gone();
        changed();
      },
    };
  }

  async function stand(place: LinePlace): Promise<void> {
    places.push(place);
    await place.start();
  }

  return {
    hosts,
    changed,
    onChange(f) {
      watchers.add(f);
      return () => watchers.delete(f);
    },
    async power(on) {
      if (on === powered) return;
      powered = on;
      for (const place of places) await (on ? place.start() : place.stop());
      changed();
    },
    async listenTcp(at) {
      const place = tcpPlace(at, accept);
      await stand(place);
      return { host: at.host, port: place.port() };
    },
    holdSerial: (at) => stand(serialPlace({ flow: 'rtscts', ...at }, accept)),
    async close() {
      watchers.clear();
      for (const place of places) await place.close();
    },
  };
}
