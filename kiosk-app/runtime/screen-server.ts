/**
 * Serves one machine's page to its own screen, on loopback only.
 *
 *   GET  /          the page of the role; its files below /assets/
 *   GET  /state     server-sent events `state`: the whole state, at once and on every change
 *   POST /act       what the person did; 204, or {code, message}
 *
 * Nothing is polled and nothing is cached. A page of somebody else that runs in the same browser
 * must not reach the machine: Host has to be loopback (DNS rebinding) and Origin the own one.
 */
import type { ServerResponse } from 'node:http';
import type { TSchema } from '@sinclair/typebox';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Role } from '../../broker-config/messages.ts';
import { check, faultLine } from '../../broker-config/validate.ts';
import { codeOf, messageOf, RuntimeError, type ScreenAnswerCode } from './errors.ts';
import type { Log } from './log.ts';
import type { Clock, Screen } from './ports.ts';
import { type Audience, audience } from './screen-audience.ts';
import { type PageFile, readPages } from './screen-pages.ts';

export const screenLimits = {
  actionBytesMax: 8 * 1024,
  /** Pages that listen at once: the screen itself, a technician, some reloads under way. */
  clientsMax: 16,
  connectionsMax: 64,
  /** A request that does not come to its end. */
  requestMs: 5_000,
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
  const clients = audience({ clock: o.clock, clientsMax: screenLimits.clientsMax });
  const app = fastify({
    logger: false,
    bodyLimit: screenLimits.actionBytesMax,
    requestTimeout: screenLimits.requestMs,
    forceCloseConnections: true,
    // Written out: without it the first byte of a state can wait 40 ms for an acknowledgement.
    http: { noDelay: true },
    // Bodies are checked by our own schemas. Left out, Fastify loads its two compilers: 6 MB.
    schemaController: {
      compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler },
    },
  });
  app.server.maxConnections = screenLimits.connectionsMax;
  // A form of another site can send text/plain without asking first; JSON it can not.
  app.removeContentTypeParser('text/plain');
  guard(app);
  for (const [path, { type, bytes }] of [...pages, ...o.files]) {
    app.get(path, (_request, reply) => reply.type(type).send(bytes));
  }
  app.get('/state', (request, reply) => listen(request, reply, clients, o.onListen));
  app.post('/act', (request, reply) => {
    const action = check(o.action, request.body);
    if (!action.ok) return refuse(reply, 400, 'SCR_ACTION', faultLine(action.faults));
    if (listeners.length === 0) return refuse(reply, 503, 'SCR_STARTING', 'not ready yet');
    for (const f of listeners) f(action.value as Action);
    return reply.code(204).send();
  });
  try {
    await open(app, o.port);
  } catch (error) {
    // Its heartbeat would go on for ever.
    clients.close();
    throw error;
  }
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : o.port;

  return {
    url: `http://127.0.0.1:${port}/`,
    get listeners() {
      return clients.size;
    },
    show: (state) => clients.show(JSON.stringify(state)),
    onAction: (f) => void listeners.push(f),
    async close() {
      clients.close();
      await app.close();
    },
  };
}

async function open(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    await app.close();
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

function noCompiler(): never {
  throw new Error('routes here have no schemas');
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

/** What holds for every request, also for those that find nothing. */
function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    const { host, origin } = request.headers;
    if (!isLoopback(host)) {
      return refuse(
        reply,
        403,
        'SCR_HOST',
        `this page is only for the machine itself, not ${host}`,
      );
    }
    if (origin !== undefined && origin !== `http://${host}`) {
      return refuse(reply, 403, 'SCR_ORIGIN', `requests from ${origin} are not taken`);
    }
  });
  app.setNotFoundHandler((request, reply) =>
    refuse(reply, 404, 'SCR_NOT_FOUND', `there is nothing at ${request.url}; the page is at /`),
  );
  app.setErrorHandler((error, _request, reply) => {
    const status =
      typeof error === 'object' && error !== null && 'statusCode' in error
        ? Number(error.statusCode)
        : 500;
    // Fastify's own codes (FST_ERR_CTP_BODY_TOO_LARGE ...) say it best.
    return reply.code(status).send({ code: codeOf(error), message: messageOf(error) });
  });
}

function isLoopback(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?$/.test(host);
}

function refuse(
  reply: FastifyReply,
  status: number,
  code: ScreenAnswerCode,
  message: string,
): FastifyReply {
  return reply.code(status).send({ code, message });
}

function listen(
  request: FastifyRequest,
  reply: FastifyReply,
  clients: Audience,
  onListen: (() => void) | undefined,
): FastifyReply {
  if (!clients.hasRoom) {
    return refuse(reply, 503, 'SCR_CLIENTS', 'too many pages listen already');
  }
  const raw: ServerResponse = reply.raw;
  reply.hijack();
  raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' });
  request.raw.setTimeout(0);
  onListen?.();
  clients.add(raw);
  return reply;
}
