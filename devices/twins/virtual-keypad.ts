/** A keypad that is not there: sends key names and newlines to whoever listens on its wires. */
import type { VirtualKeypad } from './contract.ts';
import { type HostLine, type LinePlace, serialPlace, tcpPlace } from './lines.ts';

export function createVirtualKeypad(): VirtualKeypad {
  const hosts = new Set<HostLine>();
  const places: LinePlace[] = [];
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const f of watchers) f();
  };

  function accept(line: HostLine) {
    hosts.add(line);
    tell();
    return {
      data: () => undefined,
      gone() {
        hosts.delete(line);
        tell();
      },
    };
  }

  return {
    get hosts() {
      return hosts.size;
    },
    onChange(f) {
      watchers.add(f);
      return () => watchers.delete(f);
    },
    press(key) {
      const bytes = Buffer.from(`${key}\n`, 'ascii');
      for (const host of hosts) host.send(bytes);
    },
    async listenTcp(at) {
      const place = tcpPlace(at, accept);
      places.push(place);
      await place.start();
      return { host: at.host, port: place.port() };
    },
    async holdSerial(at) {
      const place = serialPlace({ flow: 'rtscts', ...at }, accept);
      places.push(place);
      await place.start();
    },
    async close() {
      watchers.clear();
      for (const place of places) await place.close();
    },
  };
}
