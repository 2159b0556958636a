/**
 * Serves one machine's page to its own screen, on loopback only.
 *
 *   GET  /          the page of the role; its files below /assets/
 *   GET  /state     server-sent events `state`: the whole state, at once and on every change
 *   POST /act       what the person did; 204, or {code, message}
 *
 * Nothing is polled and nothing is cached. A page of somebody else that runs in the same browser
 * must not reach the machine: Host has to be loopback (DNS rebinding) and Origin the own one. A page
 * may outlive its process: what was touched on a glass that an earlier one drew is not taken
 * (If-Match: the id of the state on the glass; RFC 9110, 13.1.1). So no press is acted on twice.
 */
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TSchema } from '@sinclair/typebox';
import { uuidv7 } from 'uuidv7';
import type { Role } from '../../broker-config/messages.ts';
import { check, faultLine } from '../../broker-config/validate.ts';
import { codeOf, messageOf, RuntimeError, type ScreenAnswerCode } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock, Screen } from './ports.ts';
import { type Audience, audience } from './screen-audience.ts';
import { type PageFile, readPages } from './screen-pages.ts';

/** Imported, it would hand out a WebSocket as well, and load HTTP/2, TLS and fetch for it: 3 MB. */
const { createServer } = process.getBuiltinModule('node:http');

export const screenLimits = {
  actionBytesMax: 8 * 1024,
  /** Pages that listen at once: the screen itself, a technician, some reloads under way. */
  clientsMax: 16,
  connectionsMax: 64,
  /** A request that does not come to its end. */
  requestMs: 5_000,
  /** A touch after a pause for thought needs no new connection. */
  keepAliveMs: 60_000,
} as const;

export interface ScreenServerOptions {
  role: Role;
  /** 0 = any free port. */
  port: number;
  /** Built pages: `<role>.html` and assets/. */
  pagesDir: string;
  /** Served beside them, by path. */
  files: ReadonlyMap<string, PageFile>;
  /** What the page may send. */
  action: TSchema;
  /** A page begins to listen: called before it gets the newest state. */
  onListen?: () => void;
  clock: Clock;
  log: Log;
}

export interface ScreenServer<State, Action> extends Screen<State, Action> {
  /** `http://127.0.0.1:<port>/` */
  readonly url: string;
  /** Pages that listen now. */
  readonly listeners: number;
  close(): Promise<void>;
}

/** @throws RuntimeError SCR_PORT_TAKEN, SCR_PAGES, SCR_LISTEN */
export async function serveScreen<State, Action>(
  o: ScreenServerOptions,
): Promise<ScreenServer<State, Action>> {
  const pages = await readPages(o.pagesDir, o.role);
  const listeners: ((action: Action) => void)[] = [];
  /** Signs the states of this process. */
  const boot = uuidv7();
  const clients = audience({ clock: o.clock, clientsMax: screenLimits.clientsMax, boot });
  const files = new Map([...pages, ...o.files]);

  function take(text: string): Answer {
    const action = check(o.action, parsed(text));
    if (!action.ok) return refusal(400, 'SCR_ACTION', faultLine(action.faults));
    if (listeners.length === 0) return refusal(503, 'SCR_STARTING', 'not ready yet');
    try {
      for (const f of listeners) f(action.value as Action);
    } catch (error) {
      o.log.error({ code: 'SCR_FAILED', error: messageOf(error) }, 'an action failed');
      return refusal(500, 'SCR_FAILED', 'the machine failed on this action; its log says why');
    }
    return { status: 204 };
  }

  function route(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const { method } = request;
    const refused = stranger(request);
    if (refused !== undefined) answer(response, refused);
    else if (method === 'POST' && path === '/act') {
      const earlier = drawnBy(request) === boot ? undefined : earlierPage;
      readAction(request, (body) => {
        const said = 'text' in body ? (earlier ?? take(body.text)) : body;
        // What was touched for goes on its way first.
        setImmediate(() => answer(response, said));
      });
    } else if (method === 'GET' && path === '/state') listen(response, clients, o.onListen);
    else if (method !== 'GET' && method !== 'HEAD') answer(response, notFound(path));
    else answer(response, page(files.get(path)) ?? notFound(path));
  }

  const server = createServer(
    {
      // Written out: without it the first byte of a state can wait 40 ms for an acknowledgement.
      noDelay: true,
      requestTimeout: screenLimits.requestMs,
      headersTimeout: screenLimits.requestMs,
      connectionsCheckingInterval: screenLimits.requestMs,
      keepAliveTimeout: screenLimits.keepAliveMs,
    },
    route,
  );
  server.maxConnections = screenLimits.connectionsMax;
  try {
    await open(server, o.port);
  } catch (error) {
    // Its heartbeat would go on for ever.
    clients.close();
    throw error;
  }
  // Too many open files, for one: whoever listens already keeps the page.
  server.on('error', (error) => o.log.warn({ error: messageOf(error) }, 'a page was not let in'));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get listeners() {
      return clients.size;
    },
    show: (state) => clients.show(JSON.stringify(state)),
    onAction: (f) => void listeners.push(f),
    async close() {
      clients.close();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function open(server: Server, port: number): Promise<void> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') {
      throw new RuntimeError(
        'SCR_PORT_TAKEN',
        `port ${port} of the page is already in use: stop what uses it, or choose another ` +
          'with --screen-port or `screen.port` in the profile',
        { cause: error },
      );
    }
    throw new RuntimeError('SCR_LISTEN', `port ${port}: ${messageOf(error)}`, { cause: error });
  }
}

const headers = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

interface Answer {
  status: number;
  type?: string;
  body?: string | Buffer;
}

function answer(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, {
    ...headers,
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    // The rest of a body that nobody reads would be taken for the next request.
    ...(status === 413 ? { connection: 'close' } : {}),
  });
  response.end(body);
}

function refusal(status: number, code: ScreenAnswerCode, message: string): Answer {
  const type = 'application/json; charset=utf-8';
  return { status, type, body: JSON.stringify({ code, message }) };
}

const notFound = (path: string) =>
  refusal(404, 'SCR_NOT_FOUND', `there is nothing at ${path}; the page is at /`);

const earlierPage = refusal(
  412,
  'SCR_EARLIER_PAGE',
  'what was touched was drawn by an earlier process of this machine, or is not named: If-Match has ' +
    'to be the id of the newest state of /state',
);

/** The process that drew what was touched: `If-Match: "<boot>.<n>"`. */
const drawnBy = ({ headers: { 'if-match': id } }: IncomingMessage) =>
  id === undefined ? undefined : /^"([^".]+)\.[0-9]+"$/.exec(id)?.[1];

const page = (file: PageFile | undefined): Answer | undefined =>
  file && { status: 200, type: file.type, body: file.bytes };

const pathOf = ({ url = '/' }: IncomingMessage) => url.split('?', 1)[0] ?? '/';

/** Holds for every request, also for those that find nothing. */
function stranger({ headers: { host, origin } }: IncomingMessage): Answer | undefined {
  if (host === undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?$/.test(host)) {
    return refusal(403, 'SCR_HOST', `this page is only for the machine itself, not ${host}`);
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return refusal(403, 'SCR_ORIGIN', `requests from ${origin} are not taken`);
  }
  return undefined;
}

/** Calls `use` once, with the body or with why it is not taken; never when the page goes away. */
function readAction(
  request: IncomingMessage,
  use: (body: { text: string } | Answer) => void,
): void {
  // A form of another site can send text/plain without asking first; JSON it can not.
  if (!isJson(request.headers['content-type'])) {
    use(refusal(415, 'SCR_TYPE', 'the body of /act is application/json'));
    return;
  }
  const chunks: Buffer[] = [];
  const whole = Number(request.headers['content-length']);
  let bytes = 0;
  const end = (body: { text: string } | Answer) => {
    request.removeAllListeners('data').removeAllListeners('end');
    use(body);
  };
  const text = () => Buffer.concat(chunks).toString('utf8');
  /** @returns whether that was all: the stream's own end is told a turn later, and a citizen waits */
  const took = (chunk: Buffer): boolean => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > screenLimits.actionBytesMax) {
      end(refusal(413, 'SCR_TOO_LARGE', `more than ${screenLimits.actionBytesMax} bytes`));
      return true;
    }
    if (bytes !== whole) return false;
    end({ text: text() });
    return true;
  };
  // The body has mostly come with its head. To let the stream flow for it costs a twentieth of a ms.
  process.nextTick(() => {
    const first: Buffer | null = request.read();
    if (first !== null && took(first)) return;
    request.on('data', took);
    request.on('end', () => end({ text: text() }));
  });
}

const isJson = (type = '') => type.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';

/** undefined: no JSON; the schema then says what is expected. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listen(
  response: ServerResponse,
  clients: Audience,
  onListen: (() => void) | undefined,
): void {
  if (!clients.hasRoom) {
    answer(response, refusal(503, 'SCR_CLIENTS', 'too many pages listen already'));
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
  onListen?.();
  clients.add(response);
}
