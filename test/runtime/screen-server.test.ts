import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RuntimeError } from '../../kiosk-app/runtime/errors.ts';
import { audience, audienceLimits } from '../../kiosk-app/runtime/screen-audience.ts';
import {
  type ScreenServer,
  screenLimits,
  serveScreen,
} from '../../kiosk-app/runtime/screen-server.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

interface State {
  n: number;
}
type Action = { do: 'take'; n: number };
const ActionSchema = Type.Object(
  { do: Type.Literal('take'), n: Type.Integer() },
  { additionalProperties: false },
);

const pagesDir = tempDir();
mkdirSync(join(pagesDir, 'assets'));
writeFileSync(join(pagesDir, 'window.html'), '<!doctype html><title>窗口</title>');
writeFileSync(join(pagesDir, 'assets', 'a.js'), 'export {};');
writeFileSync(join(pagesDir, 'secret.html'), 'not a page of this role');

interface World {
  clock: VirtualClock;
  server: ScreenServer<State, Action>;
  port: number;
}
const files = new Map([['/photos/li.jpg', { type: 'image/jpeg', bytes: Buffer.from('picture') }]]);
const test = suite<World>('screen server');
const open = (clock: VirtualClock, port = 0) =>
  serveScreen<State, Action>({
    ...{ role: 'window', port, pagesDir, files, action: ActionSchema, clock, log: memoryLog() },
  });
test.before.each(async (w) => {
  w.clock = new VirtualClock();
  w.server = await open(w.clock);
  w.port = Number(new URL(w.server.url).port);
});
test.after.each((w) => w.server.close());

interface Got {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}
function get(
  w: World,
  o: { method?: string; path?: string; headers?: Record<string, string>; body?: string },
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const r = request(
      {
        ...{ host: '127.0.0.1', port: w.port, method: o.method ?? 'GET', path: o.path ?? '/' },
        headers: o.headers ?? {},
        agent: false,
      },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }),
        );
      },
    );
    r.on('error', reject);
    r.end(o.body);
  });
}
const act = async (w: World, body: unknown, headers: Record<string, string> = {}) =>
  get(w, {
    ...{ method: 'POST', path: '/act' },
    headers: {
      ...{ 'content-type': 'application/json', 'if-match': `"${await drawnNow(w)}"` },
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** Id of the state that a page has on its glass. */
async function drawnNow(w: World): Promise<string> {
  w.server.show({ n: 0 });
  const page = stream(w);
  const text = await page.until('event: state');
  page.leave();
  return /^id: (.*)$/m.exec(text)?.[1] ?? '';
}

/** Server-sent events as text, and the promise of the next piece that contains `text`. */
function stream(w: World): {
  until(text: string): Promise<string>;
  ended: Promise<void>;
  leave(): void;
} {
  let all = '';
  let look = () => {};
  const r = request({ host: '127.0.0.1', port: w.port, path: '/state', agent: false });
  const ended = new Promise<void>((resolve) => {
    r.on('response', (answer) => {
      assert.match(String(answer.headers['content-type']), 'text/event-stream');
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        all += chunk;
        look();
      });
      answer.on('error', () => {});
      answer.on('close', () => resolve());
    });
  });
  r.on('error', () => {});
  r.end();
  return {
    ended,
    leave: () => void r.destroy(),
    until: (text) =>
      new Promise((resolve) => {
        look = () => {
          if (all.includes(text)) resolve(all);
        };
        look();
      }),
  };
}

test('the page of the role and its files are served, nothing else is', async (w) => {
  const page = await get(w, {});
  assert.is(page.status, 200);
  assert.match(String(page.headers['content-type']), 'text/html');
  assert.match(page.body, '窗口');
  assert.is((await get(w, { path: '/assets/a.js' })).status, 200);
  for (const path of [
    '/secret.html',
    '/assets/../secret.html',
    '/assets/%2e%2e/secret.html',
    '/assets/..%2fsecret.html',
    '/assets/',
    '/package.json',
  ]) {
    const nothing = await get(w, { path });
    assert.ok(nothing.status === 404 || nothing.status === 403, `${path} ${nothing.status}`);
    assert.match(nothing.body, /"code":"SCR_NOT_FOUND"|Forbidden/);
  }
});

test('every answer carries the headers that keep others out', async (w) => {
  for (const path of ['/', '/assets/a.js', '/nothing']) {
    const { headers } = await get(w, { path });
    assert.match(String(headers['content-security-policy']), "default-src 'self'");
    assert.is(headers['cache-control'], 'no-store', path);
    assert.is(headers['x-content-type-options'], 'nosniff');
  }
});

test('a name that was bent to this machine (DNS rebinding) gets nothing', async (w) => {
  for (const host of ['evil.example', `evil.example:${w.port}`, '127.0.0.1.evil.example']) {
    const answer = await get(w, { headers: { host } });
    assert.ok(answer.status === 403 || answer.status === 400, host);
  }
  for (const host of ['localhost', `127.0.0.1:${w.port}`, `[::1]:${w.port}`]) {
    assert.is((await get(w, { headers: { host } })).status, 200, host);
  }
});

test('a press is handed on, and only from the own page', async (w) => {
  const seen: Action[] = [];
  assert.is((await act(w, { do: 'take', n: 1 })).status, 503, 'nobody listens yet');
  w.server.onAction((a) => seen.push(a));
  const own = `http://127.0.0.1:${w.port}`;
  assert.is((await act(w, { do: 'take', n: 2 }, { origin: own })).status, 204);
  assert.is((await act(w, { do: 'take', n: 3 })).status, 204);
  for (const origin of ['http://evil.example', `http://127.0.0.1:${w.port + 1}`, 'null']) {
    const answer = await act(w, { do: 'take', n: 9 }, { origin });
    assert.is(answer.status, 403);
    assert.match(answer.body, 'SCR_ORIGIN');
  }
  assert.equal(seen, [
    { do: 'take', n: 2 },
    { do: 'take', n: 3 },
  ]);
});

test('what was touched on the glass of an earlier process is not taken, whoever sends it', async (w) => {
  const earlier = await drawnNow(w);
  await w.server.close();
  w.server = await open(w.clock, w.port);
  w.server.onAction(() => assert.unreachable());
  for (const name of [`"${earlier}"`, '*', '""', earlier]) {
    const answer = await act(w, { do: 'take', n: 1 }, { 'if-match': name });
    assert.is(answer.status, 412, name);
    assert.match(answer.body, 'SCR_EARLIER_PAGE');
  }
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ do: 'take', n: 1 });
  const unnamed = await get(w, { method: 'POST', path: '/act', headers, body });
  assert.is(unnamed.status, 412);
});

test('what is no action gets a sentence and reaches nobody', async (w) => {
  w.server.onAction(() => assert.unreachable());
  const wrong = await act(w, { do: 'take', n: 'x', more: 1 });
  assert.is(wrong.status, 400);
  assert.match(wrong.body, 'n: must be integer');
  assert.is((await act(w, 'no json')).status, 400);
  assert.is((await act(w, '')).status, 400);
  const form = await act(w, { do: 'take', n: 1 }, { 'content-type': 'text/plain' });
  assert.is(form.status, 415);
  assert.match(form.body, 'SCR_TYPE');
  const large = await act(w, { do: 'take', n: 1, x: 'x'.repeat(screenLimits.actionBytesMax) });
  assert.is(large.status, 413);
  assert.match(large.body, 'SCR_TOO_LARGE');
  assert.is((await get(w, { method: 'PUT', path: '/act' })).status, 404);
  assert.is((await get(w, { method: 'HEAD', path: '/state' })).status, 404);
  const head = await get(w, { method: 'HEAD' });
  assert.is(head.status, 200);
  assert.is(head.body, '');
});

test('a body is taken however it comes, one after another on one connection', async (w) => {
  const seen: number[] = [];
  w.server.onAction(({ n }) => seen.push(n));
  const drawn = await drawnNow(w);
  const socket = connect(w.port, '127.0.0.1');
  const answered = () => new Promise<string>((done) => socket.once('data', (b) => done(String(b))));
  const head = (length: string) =>
    `POST /act HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
    `If-Match: "${drawn}"\r\n${length}\r\n\r\n`;
  const body = (n: number) => JSON.stringify({ do: 'take', n });
  const long = `Content-Length: ${body(1).length}`;
  const ways: string[][] = [
    [head(long) + body(1)],
    [head(long), body(2)],
    [head(long) + body(3).slice(0, 4), body(3).slice(4)],
    [
      `${head('Transfer-Encoding: chunked')}c\r\n{"do":"take"\r\n`,
      '6\r\n,"n":4\r\n',
      '1\r\n}\r\n0\r\n\r\n',
    ],
  ];
  for (const pieces of ways) {
    const answer = answered();
    for (const piece of pieces) {
      await new Promise<void>((sent) => socket.write(piece, () => sent()));
      // Another turn of the server's loop, so that it comes by itself.
      await get(w, { path: '/nothing' });
    }
    assert.match(await answer, /^HTTP\/1\.1 204/);
  }
  socket.destroy();
  assert.equal(seen, [1, 2, 3, 4]);
});

test('an action that fails is answered, and the machine goes on', async (w) => {
  const seen: number[] = [];
  w.server.onAction(({ n }) => {
    if (n === 1) throw new Error('a fault of the flow');
    seen.push(n);
  });
  const failed = await act(w, { do: 'take', n: 1 });
  assert.is(failed.status, 500);
  assert.match(failed.body, 'SCR_FAILED');
  assert.is((await act(w, { do: 'take', n: 2 })).status, 204);
  assert.equal(seen, [2]);
});

test('the state is there at once, whole, and again on every change', async (w) => {
  w.server.show({ n: 1 });
  const page = stream(w);
  await page.until('.1\nevent: state\ndata: {"n":1}\n\n');
  w.server.show({ n: 2 });
  await page.until('.2\nevent: state\ndata: {"n":2}\n\n');
  const second = stream(w);
  const text = await second.until('"n":2');
  assert.not.match(text, '"n":1');
});

test('a page that came before the first state waits for it, with a heartbeat', async (w) => {
  const page = stream(w);
  await page.until('retry');
  await w.clock.advance(audienceLimits.heartbeatMs);
  await page.until('event: beat\n');
  w.server.show({ n: 7 });
  await page.until('"n":7');
});

test('pages that listen have a limit, and leaving makes room', async (w) => {
  w.server.show({ n: 1 });
  const sockets = Array.from({ length: screenLimits.clientsMax }, () => {
    const socket = connect(w.port, '127.0.0.1');
    socket.write('GET /state HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    return socket;
  });
  await Promise.all(sockets.map((s) => new Promise((done) => s.once('data', done))));
  assert.is((await get(w, { path: '/state' })).status, 503);
  const left = sockets[0];
  left?.destroy();
  // The server hears of it in its own time: ask until there is room.
  for (let status = 503; status === 503; ) {
    const page = stream(w);
    status = await Promise.race([page.until('data').then(() => 200), page.ended.then(() => 503)]);
  }
  for (const socket of sockets) socket.destroy();
});

test('closing ends the streams', async (w) => {
  const page = stream(w);
  await page.until('retry');
  await w.server.close();
  await page.ended;
  assert.is(w.clock.waiting, 0);
});

test('a port that is taken is named with what to do', async (w) => {
  const taken = createServer();
  const port = await new Promise<number>((resolve) => {
    taken.listen(0, '127.0.0.1', () => {
      const address = taken.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  try {
    await open(w.clock, port);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, RuntimeError);
    assert.is((error as RuntimeError).code, 'SCR_PORT_TAKEN');
    assert.match((error as RuntimeError).message, String(port));
    assert.match((error as RuntimeError).message, '--screen-port');
  } finally {
    taken.close();
  }
});

test('pictures of the machine are served beside its page, under its own policy', async (w) => {
  const picture = await fetch(`${w.server.url}photos/li.jpg`);
  assert.is(picture.headers.get('content-type'), 'image/jpeg');
  assert.is(await picture.text(), 'picture');
  assert.is((await fetch(`${w.server.url}photos/other.jpg`)).status, 404);
});

test('pages that were never built are a coded error', async (w) => {
  try {
    await serveScreen({
      ...{ role: 'window', port: 0, pagesDir: join(pagesDir, 'nowhere') },
      ...{ files, action: ActionSchema, clock: w.clock, log: memoryLog() },
    });
    assert.unreachable();
  } catch (error) {
    assert.is((error as RuntimeError).code, 'SCR_PAGES');
  }
});

// ---------------------------------------------------------------- audience, in virtual time

class FakeListener {
  written: string[] = [];
  full = false;
  destroyed = false;
  #on = new Map<string, () => void>();
  write(chunk: string): boolean {
    this.written.push(chunk);
    return !this.full;
  }
  on(event: string, f: () => void): void {
    this.#on.set(event, f);
  }
  tell(event: string): void {
    this.#on.get(event)?.();
  }
  destroy(): void {
    this.destroyed = true;
    this.tell('close');
  }
}

test('a slow page gets the newest state when it is ready, never the ones between', () => {
  const clock = new VirtualClock();
  const people = audience({ clock, clientsMax: 2, boot: 'b' });
  const slow = new FakeListener();
  people.add(slow);
  slow.full = true;
  for (let n = 1; n <= 1_000; n += 1) people.show(String(n));
  assert.is(slow.written.length, 2, 'what it was given is all that waits');
  slow.full = false;
  slow.tell('drain');
  assert.match(slow.written.at(-1) ?? '', 'data: 1000');
  assert.is(slow.written.length, 3);
  slow.tell('drain');
  assert.is(slow.written.length, 3);
  people.close();
});

test('a page that takes nothing for too long is dropped', async () => {
  const clock = new VirtualClock();
  const people = audience({ clock, clientsMax: 1, boot: 'b' });
  const dead = new FakeListener();
  people.add(dead);
  dead.full = true;
  people.show('1');
  assert.not.ok(people.hasRoom);
  await clock.advance(audienceLimits.slowMs + 1);
  assert.ok(dead.destroyed);
  assert.ok(people.hasRoom);
  people.close();
  assert.is(clock.waiting, 0);
});

test.run();
