/**
 * Serves the citizen's phone: one page and where it is sent to, nothing else.
 *
 *   GET  /e/<token>   the page, or why it can not be rated
 *   POST /e/<token>   the form
 *
 * It faces the public (behind the hall's public address), so: no cookies, no scripts, no files, small
 * bodies, few connections, a limit per address. The token alone gives the right; who holds it is not
 * asked and not kept.
 */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import {
  type Answer,
  type EvaluationRules,
  Key,
  type levels,
  type RequestBody,
  requestBodies,
} from '../../../../broker-config/messages.ts';
import { check } from '../../../../broker-config/validate.ts';
import { messageOf } from '../../../runtime/errors.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Clock, MakeKey } from '../../../runtime/ports.ts';
import { RatingsError } from '../errors.ts';
import { contentSecurityPolicy, formPage, type Language, type Sentence, saidPage } from './page.ts';
import type { Tokens } from './token.ts';
import { createVisitors } from './visitors.ts';

export const phoneLimits = {
  bodyBytesMax: 4 * 1024,
  connectionsMax: 200,
  requestMs: 5_000,
  /** Visits in a minute. One address may be the whole hall's WLAN. */
  perAddress: 120,
  altogether: 1_200,
  addressesMax: 5_000,
} as const;

/** What the hall knows of a ticket; null: nothing (any more). */
export type TicketSeen = {
  number: string;
  service: { zh: string; en: string };
  window: string;
  finished: boolean;
  /** The next evaluation would be this one; null: there is none to give. */
  round: 1 | 2 | null;
} | null;

export interface PhonePageParts {
  host: string;
  /** 0 = any free port. */
  port: number;
  tokens: Tokens;
  rules: EvaluationRules;
  ticket(id: string): TicketSeen;
  evaluate(key: string, body: RequestBody<'evaluate'>): Promise<Answer>;
  makeKey: MakeKey;
  /** The hall's time. */
  now(): number;
  clock: Clock;
  log: Log;
}

export interface PhonePage {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws RatingsError RAT_PAGE */
export async function servePhonePage(o: PhonePageParts): Promise<PhonePage> {
  const app = fastify({
    logger: false,
    bodyLimit: phoneLimits.bodyBytesMax,
    requestTimeout: phoneLimits.requestMs,
    forceCloseConnections: true,
    // The proxy of the public address adds the citizen's at the end of X-Forwarded-For, and only what
    // it added is believed: what stands before that came from the citizen, who could name as many
    // addresses as he likes.
    trustProxy: (_address, hop) => hop === 0,
    // An address that the router can not read gets the same page as any other wrong one.
    frameworkErrors: (_error, request, reply) => {
      reply.headers(headers);
      return say(request, reply, 404, 'tokenBad');
    },
    routerOptions: { maxParamLength: 100 },
    // Bodies are checked by our own schemas. Left out, Fastify loads its two compilers: 6 MB.
    schemaController: {
      compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler },
    },
  });
  app.server.maxConnections = phoneLimits.connectionsMax;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  guard(app, o);
  app.get<{ Params: { token: string } }>('/e/:token', (request, reply) =>
    show(o, request, reply, false),
  );
  app.post<{ Params: { token: string } }>('/e/:token', (request, reply) => take(o, request, reply));
  try {
    await app.listen({ host: o.host, port: o.port });
  } catch (error) {
    await app.close();
    throw new RatingsError('RAT_PAGE', `${o.host}:${o.port}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const address = app.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : o.port,
    close: async () => void (await app.close()),
  };
}

function noCompiler(): never {
  throw new Error('routes here have no schemas');
}

const headers = {
  'content-security-policy': contentSecurityPolicy,
  'cache-control': 'no-store',
  // The address is the right to evaluate: no other site may learn it.
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function guard(app: FastifyInstance, o: PhonePageParts): void {
  const visitors = createVisitors(() => o.clock.mono(), phoneLimits);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (!visitors.admit(request.ip)) return say(request, reply, 429, 'busy');
  });
  app.setNotFoundHandler((request, reply) => say(request, reply, 404, 'tokenBad'));
  app.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) o.log.error({ err: error }, 'the page for phones failed');
    return say(request, reply, status, status >= 500 ? 'later' : 'tokenBad');
  });
}

type Visit = FastifyRequest<{ Params: { token: string } }>;

function show(o: PhonePageParts, request: Visit, reply: FastifyReply, nothingChosen: boolean) {
  const read = o.tokens.read(request.params.token, o.now());
  if (!read.ok) {
    const [status, why] = read.why === 'token-bad' ? [404, 'tokenBad'] : [410, 'tokenExpired'];
    return say(request, reply, status as number, why as Sentence);
  }
  const seen = o.ticket(read.ticket);
  if (seen === null) return say(request, reply, 410, 'tokenExpired');
  if (!seen.finished) return say(request, reply, 200, 'notFinished');
  const language = languageOf(request);
  if (seen.round === null) {
    return html(reply, 200, saidPage(language, 'thanks', 'thanksDetail'));
  }
  const { number, window, round } = seen;
  const form = formPage({
    ...{ language, number, window, round, nothingChosen, rules: o.rules },
    service: seen.service[language],
    key: o.makeKey(),
  });
  return html(reply, nothingChosen ? 400 : 200, form);
}

async function take(o: PhonePageParts, request: Visit, reply: FastifyReply) {
  const read = o.tokens.read(request.params.token, o.now());
  const form = request.body;
  if (!read.ok || !(form instanceof URLSearchParams)) return show(o, request, reply, false);
  const key = check(Key, form.get('key'));
  const body = key.ok ? bodyOf(o, read.ticket, key.value, form) : null;
  if (body === null || !key.ok) return show(o, request, reply, true);
  const answer = await o.evaluate(key.value, body);
  const language = languageOf(request);
  if (answer.ok) return html(reply, 200, saidPage(language, 'thanks', 'thanksDetail'));
  const { refusal } = answer;
  const passing = ['storage-unavailable', 'hall-busy', 'hall-stopping', 'stale-hall'];
  if (passing.includes(refusal.code)) return say(request, reply, 503, 'later');
  return html(reply, 409, saidPage(language, 'wrong', refusal[language]));
}

/** null: no level was chosen, or the form is not ours. */
function bodyOf(
  o: PhonePageParts,
  ticket: string,
  key: string,
  form: URLSearchParams,
): RequestBody<'evaluate'> | null {
  const level = form.get('level') as (typeof levels)[number] | null;
  // Boxes of a level that was chosen before and is no longer seen do not count.
  const own = new Set(o.rules.labels.filter((l) => l.level === level).map((l) => l.code));
  const labels = [...new Set(form.getAll('label'))].filter((code) => own.has(code));
  const body = check(requestBodies.evaluate, {
    // Of the page, not of its coming back: the same form sent twice is the same request.
    ...{ ticket, level, channel: 'qr', pressedAt: madeAt(key) },
    labels: labels.slice(0, o.rules.labelsMax),
    // Characters, not code units: half of a pair is no text.
    text: [...(form.get('text') ?? '').trim()].slice(0, o.rules.textMax).join(''),
    round: form.get('round') === '2' ? 2 : 1,
  });
  return body.ok ? body.value : null;
}

/** UUIDv7: its first 48 bits are the instant, ms (RFC 9562, 5.7). */
const madeAt = (key: string) => Number.parseInt(key.slice(0, 8) + key.slice(9, 13), 16);

function say(request: FastifyRequest, reply: FastifyReply, status: number, what: Sentence) {
  return html(reply, status, saidPage(languageOf(request), 'wrong', what));
}

function html(reply: FastifyReply, status: number, page: string) {
  return reply.code(status).type('text/html; charset=utf-8').send(page);
}

/** What the address says, else what the browser prefers; Chinese when it says neither. */
function languageOf(request: FastifyRequest): Language {
  // Where the router could not read the address, there is none.
  const { lang } = (request.query ?? {}) as { lang?: unknown };
  if (lang === 'zh' || lang === 'en') return lang;
  const preferred = request.headers['accept-language'] ?? '';
  return /^\s*en\b/i.test(preferred) ? 'en' : 'zh';
}
