/**
 * Index and paper page of the demonstration, on loopback. The hall and the machines know nothing of
 * it: it only shows what stands at the far end of the device wires.
 */
import fastifyStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';
import { check, faultLine } from '../../broker-config/validate.ts';
import {
  type DemoIndex,
  PaperAction,
  type PaperState,
} from '../../kiosk-app/screens/demo-contract.ts';

const actBytesMax = 4096;
const heartbeatMs = 15_000;

export interface Bench {
  state(): PaperState;
  onChange(f: () => void): void;
  /** Drawing of one ticket, undefined when it is no longer kept. */
  svg(printer: string, ticket: string): string | undefined;
  /** @returns a sentence when it makes no sense, undefined when done */
  act(action: PaperAction): string | undefined;
}

export interface PageServerOptions {
  port: number;
  index: DemoIndex;
  bench: Bench;
  /** Folder of the built pages. */
  pages: string;
}

export async function startPageServer(o: PageServerOptions): Promise<FastifyInstance> {
  const app = fastify({ bodyLimit: actBytesMax, forceCloseConnections: true });
  const origins = new Set([`http://127.0.0.1:${o.port}`, `http://localhost:${o.port}`]);
  app.addHook('onRequest', async (request, reply) => {
    // Another site open in the same browser must not press keys here.
    const { origin, host } = request.headers;
    if (!origins.has(`http://${host}`) || (origin !== undefined && !origins.has(origin))) {
      return reply.code(403).send({ code: 'forbidden', message: 'only from this page itself' });
    }
    reply.header('content-security-policy', "default-src 'self'");
    reply.header('cache-control', 'no-store');
    return undefined;
  });
  await app.register(fastifyStatic, { root: o.pages, index: ['index.html'] });
  app.get('/paper', (_request, reply) => reply.sendFile('paper.html'));
  app.get('/demo.json', () => o.index);
  app.get<{ Params: { printer: string; ticket: string } }>(
    '/paper/:printer/:ticket',
    (request, reply) => {
      const svg = o.bench.svg(request.params.printer, request.params.ticket.replace(/\.svg$/, ''));
      if (svg === undefined)
        return reply.code(404).send({ code: 'gone', message: 'no such ticket' });
      return reply.type('image/svg+xml').send(svg);
    },
  );
  app.post('/paper/act', (request, reply) => {
    const checked = check(PaperAction, request.body);
    if (!checked.ok) {
      return reply.code(400).send({ code: 'bad-action', message: faultLine(checked.faults) });
    }
    const refused = o.bench.act(checked.value);
    if (refused !== undefined) return reply.code(409).send({ code: 'not-now', message: refused });
    return reply.code(204).send();
  });
  streamStates(app, o.bench);
  await app.listen({ port: o.port, host: '127.0.0.1' });
  return app;
}

/** Server-sent events: the whole state now and on every change. */
function streamStates(app: FastifyInstance, bench: Bench): void {
  const clients = new Set<import('node:http').ServerResponse>();
  const event = () => `event: state\ndata: ${JSON.stringify(bench.state())}\n\n`;
  bench.onChange(() => {
    const text = event();
    for (const client of clients) client.write(text);
  });
  const heartbeat = setInterval(() => {
    for (const client of clients) client.write(':\n\n');
  }, heartbeatMs);
  app.addHook('onClose', async () => {
    clearInterval(heartbeat);
    for (const client of clients) client.end();
  });
  app.get('/paper/state', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write(event());
    clients.add(reply.raw);
    request.raw.on('close', () => clients.delete(reply.raw));
  });
}
