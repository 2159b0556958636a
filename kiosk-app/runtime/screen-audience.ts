/**
 * The pages that listen to a machine's state. Each gets the newest state; while one does not take
 * what it was given, newer states replace each other, so that nothing piles up, and one that takes
 * nothing for too long is dropped (it reconnects by itself if it lives).
 */
import type { Clock } from './ports.ts';

export const audienceLimits = {
  /** An event, not a comment: the page can hear it, and so notice when it stops. */
  heartbeatMs: 15_000,
  /** A page that takes no byte for this long is gone. */
  slowMs: 10_000,
} as const;

/** As much of http.ServerResponse as is needed. */
export interface Listener {
  /** @returns false: full until `drain` */
  write(chunk: string): boolean;
  on(event: 'drain' | 'close' | 'error', f: () => void): unknown;
  destroy(): void;
}

export interface Audience {
  readonly hasRoom: boolean;
  readonly size: number;
  add(listener: Listener): void;
  /** `state`: JSON, so one line. */
  show(state: string): void;
  close(): void;
}

interface Client {
  listener: Listener;
  full: boolean;
  behind: boolean;
  cancelSlow: () => void;
}

/** `boot`: this process; the ids of its states begin with it. */
export function audience(o: { clock: Clock; clientsMax: number; boot: string }): Audience {
  const clients = new Set<Client>();
  let id = 0;
  let newest: string | undefined;
  let cancelBeat = () => {};

  function write(client: Client, text: string): void {
    if (client.listener.write(text)) return;
    client.full = true;
    client.cancelSlow = o.clock.after(audienceLimits.slowMs, () => client.listener.destroy());
  }

  function sendNewest(client: Client): void {
    if (newest === undefined) return;
    client.behind = client.full;
    if (!client.full) write(client, newest);
  }

  function beat(): void {
    for (const client of clients) if (!client.full) write(client, 'event: beat\ndata: 1\n\n');
    cancelBeat = o.clock.after(audienceLimits.heartbeatMs, beat);
  }
  cancelBeat = o.clock.after(audienceLimits.heartbeatMs, beat);

  return {
    get hasRoom() {
      return clients.size < o.clientsMax;
    },
    get size() {
      return clients.size;
    },
    add(listener) {
      const client: Client = { listener, full: false, behind: false, cancelSlow: () => {} };
      clients.add(client);
      const gone = () => {
        client.cancelSlow();
        clients.delete(client);
      };
      listener.on('close', gone);
      listener.on('error', gone);
      listener.on('drain', () => {
        client.cancelSlow();
        client.full = false;
        if (client.behind) sendNewest(client);
      });
      // The browser waits this long before it comes back after a cut.
      write(client, 'retry: 500\n\n');
      sendNewest(client);
    },
    show(state) {
      id += 1;
      const next = `id: ${o.boot}.${id}\nevent: state\ndata: ${state}\n\n`;
      newest = next;
      for (const client of clients) sendNewest(client);
    },
    close() {
      cancelBeat();
      for (const client of clients) {
        client.cancelSlow();
        client.listener.destroy();
      }
      clients.clear();
    },
  };
}
