/**
 * Stands in for a machine's screen server: serves the built pages under the same security policy,
 * pushes any state a test wants, records what the page sends.
 */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { ensureScreensBuilt } from '../../scripts/build-screens.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};
const policy = "default-src 'self'";

export interface ScreenStub {
  readonly url: string;
  /** Bodies of POST /act and /paper/act, oldest first. */
  readonly acts: unknown[];
  /** Sends a state to all listeners and to those who come later. @returns its id */
  push(state: unknown): string;
  /** The heartbeat of a living process. */
  beat(): void;
  /** Other things to serve, by path; objects as JSON. */
  readonly files: Map<string, unknown>;
  /** Answer of the next POSTs. */
  answerActsWith(status: number): void;
  /** Cuts all streams and answers new ones with 503, as a proxy before a dead process would. */
  cut(): void;
  restore(): void;
  /** Leaves new streams without an answer, as a process that hangs would, until `answer`. */
  hang(): void;
  answer(): void;
  /** Resolves when `acts` has this many entries. */
  acted(count: number): Promise<void>;
  /** As if just opened. */
  reset(): void;
  close(): Promise<void>;
}

export async function openScreenStub(): Promise<ScreenStub> {
  const dist = await ensureScreensBuilt();
  const listeners = new Set<ServerResponse>();
  const acts: unknown[] = [];
  const files = new Map<string, unknown>();
  let waiters: { count: number; resolve: () => void }[] = [];
  let status = 204;
  let down = false;
  let hung: ServerResponse[] | undefined;
  let last: { id: string; data: string } | undefined;
  let id = 0;

  const send = (to: ServerResponse) => {
    if (last !== undefined) to.write(`id: ${last.id}\nevent: state\ndata: ${last.data}\n\n`);
  };
  const stream = (response: ServerResponse) => {
    if (down) {
      response.writeHead(503).end();
      return;
    }
    if (hung !== undefined) {
      hung.push(response);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 200\n\n');
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
    send(response);
  };
  const act = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    acts.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const named = request.headers['if-match'] === `"${last?.id}"`;
    response.writeHead(down ? 503 : named ? status : 412).end();
    for (const w of waiters.filter((w) => acts.length >= w.count)) w.resolve();
    waiters = waiters.filter((w) => acts.length < w.count);
  };
  const file = async (path: string, response: ServerResponse) => {
    const extra = files.get(path);
    const name = normalize(path).replace(/^[/.]+/, '');
    try {
      const body =
        extra === undefined
          ? await readFile(join(dist, name))
          : typeof extra === 'string'
            ? extra
            : JSON.stringify(extra);
      response.writeHead(200, {
        'content-type': types[extname(name)] ?? 'application/octet-stream',
        'content-security-policy': policy,
        'cache-control': 'no-store',
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://stub').pathname;
    if (path === '/state' || path === '/paper/state') stream(response);
    else if (request.method === 'POST') act(request, response).catch(() => response.destroy());
    else file(path, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    acts,
    files,
    push(state) {
      id += 1;
      last = { id: `stub.${id}`, data: JSON.stringify(state) };
      for (const listener of listeners) send(listener);
      return last.id;
    },
    beat() {
      for (const listener of listeners) listener.write('event: beat\ndata: 1\n\n');
    },
    answerActsWith(next) {
      status = next;
    },
    cut() {
      down = true;
      for (const listener of listeners) listener.destroy();
    },
    restore() {
      down = false;
    },
    hang() {
      hung ??= [];
    },
    answer() {
      const waiting = hung ?? [];
      hung = undefined;
      for (const response of waiting) stream(response);
    },
    acted(count) {
      if (acts.length >= count) return Promise.resolve();
      return new Promise((resolve) => waiters.push({ count, resolve }));
    },
    reset() {
      for (const listener of listeners) listener.destroy();
      acts.length = 0;
      files.clear();
      waiters = [];
      status = 204;
      down = false;
      for (const response of hung ?? []) response.destroy();
      hung = undefined;
      last = undefined;
    },
    async close() {
      for (const listener of listeners) listener.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
