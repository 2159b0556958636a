/**
 * A province's 好差评 service for tests and the demonstration. It knows nothing of our mapping: it has
 * its own tables, and checks shape, signature, age, order and duplicates of what comes.
 *
 *   npm run province -- --province FILE [--port 18080] [--key-file FILE]
 *   GET /   what it has, as JSON
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import smCrypto from 'sm-crypto';
import { checkProvince, ProvinceProfile } from '../kiosk-app/hall/upload/province-profile.ts';
import { loadYaml } from '../kiosk-app/runtime/yaml-file.ts';

/** Best first, as this side of the wire calls them. */
const stars = ['★★★★★', '★★★★', '★★★', '★★', '★'] as const;
/** GB/T 39046-2020 A.8, and the numbering of the live 好差评 interfaces. */
const meanings: Record<string, Record<string, (typeof stars)[number]>> = {
  'very-satisfied-is-1': { 1: stars[0], 2: stars[1], 3: stars[2], 4: stars[3], 5: stars[4] },
  'very-satisfied-is-5': { 5: stars[0], 4: stars[1], 3: stars[2], 2: stars[3], 1: stars[4] },
};

const standInLimits = {
  bodyBytesMax: 64 * 1024,
  /** A signature older than this is a replay. */
  signatureAgeMs: 300_000,
} as const;

export interface StandInOptions {
  /** 0 = any free port. */
  port: number;
  numbering: keyof typeof meanings;
  /** What its document calls these fields. */
  fields: { case: string; round: string; level: string; time: string; number: string };
  times: RegExp;
  signature:
    | { kind: 'none' }
    | { kind: 'hmac-sha256' | 'hmac-sm3'; key: string; encoding: 'hex' | 'base64' }
    | { kind: 'sm2-sm3'; publicKey: string; userId: string; encoding: 'hex' | 'base64' };
  answer: { field: string; taken: string; duplicate: string; refused: string };
  /** What goes wrong with this request; left out: nothing ever. */
  trouble?: (record: Record<string, string>) => Trouble;
  now(): number;
}

/**
 * `drop`: the connection breaks before anything is read. `lose`: recorded, but the answer is lost.
 * `error`: HTTP 500, not recorded. `refuse`: refused for good.
 */
export type Trouble = 'none' | 'drop' | 'lose' | 'error' | 'refuse';

export interface Received {
  case: string;
  round: string;
  stars: string;
  number: number;
  record: Record<string, string>;
}

export interface StandIn {
  readonly url: string;
  /** Each evaluation once, in the order in which it came. */
  readonly received: readonly Received[];
  /** Everything that broke a rule of its document. */
  readonly complaints: readonly string[];
  readonly counters: { requests: number; duplicates: number };
  close(): Promise<void>;
}

export async function startStandIn(o: StandInOptions): Promise<StandIn> {
  const received: Received[] = [];
  const complaints: string[] = [];
  const counters = { requests: 0, duplicates: 0 };
  const byCase = new Map<string, string>();
  const nonces = new Set<string>();
  const trouble = o.trouble ?? (() => 'none' as const);

  function take(record: Record<string, string>): { code: string; status: number } {
    const { fields, answer } = o;
    const level = meanings[o.numbering]?.[record[fields.level] ?? ''];
    const number = Number(record[fields.number]);
    const faults = [
      level === undefined && `level "${record[fields.level]}"`,
      !/^[A-Za-z0-9-]{1,50}$/.test(record[fields.case] ?? '') && 'case number',
      !/^[12]$/.test(record[fields.round] ?? '') && 'round',
      !o.times.test(record[fields.time] ?? '') && `time "${record[fields.time]}"`,
      !(number >= 1) && 'record number',
    ].filter((fault) => fault !== false);
    if (faults.length > 0 || level === undefined) {
      complaints.push(`shape: ${faults.join(', ')}`);
      return { code: answer.refused, status: 400 };
    }
    const id = `${record[fields.case]} ${record[fields.round]}`;
    const body = JSON.stringify(record);
    const before = byCase.get(id);
    if (before !== undefined) {
      counters.duplicates += 1;
      if (before !== body) complaints.push(`${id} came again with another content`);
      return { code: answer.duplicate, status: 409 };
    }
    const last = received.at(-1);
    if (last !== undefined && number <= last.number) {
      complaints.push(`order: ${number} after ${last.number}`);
    }
    byCase.set(id, body);
    const round = record[fields.round] ?? '';
    received.push({ case: record[fields.case] ?? '', round, stars: level, number, record });
    return { code: answer.taken, status: 200 };
  }

  function signed(request: IncomingMessage, body: string): boolean {
    const { signature } = o;
    if (signature.kind === 'none') return true;
    const header = (name: string) => String(request.headers[name] ?? '');
    const [at, nonce, given] = [header('x-timestamp'), header('x-nonce'), header('x-signature')];
    if (Math.abs(o.now() - Number(at)) > standInLimits.signatureAgeMs || nonces.has(nonce)) {
      return false;
    }
    nonces.add(nonce);
    const text = `${at}\n${nonce}\n${body}`;
    if (signature.kind === 'sm2-sm3') {
      const hex = Buffer.from(given, signature.encoding).toString('hex');
      const options = { der: true, hash: true, userId: signature.userId } as const;
      return smCrypto.sm2.doVerifySignature(
        [...Buffer.from(text)],
        hex,
        signature.publicKey,
        options,
      );
    }
    const algorithm = signature.kind === 'hmac-sm3' ? 'sm3' : 'sha256';
    const expected = createHmac(algorithm, signature.key).update(text).digest(signature.encoding);
    return expected === given;
  }

  async function answerTo(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    if (request.method === 'GET') return say(reply, 200, { received, complaints, counters });
    counters.requests += 1;
    const body = await bodyOf(request);
    const record = JSON.parse(body) as Record<string, string>;
    const wrong = trouble(record);
    if (wrong === 'drop') return void request.socket.destroy();
    if (wrong === 'error') return say(reply, 500, { message: 'internal error' });
    if (!signed(request, body)) {
      complaints.push('signature');
      return say(reply, 401, { [o.answer.field]: o.answer.refused, message: 'signature' });
    }
    if (wrong === 'refuse') return say(reply, 200, { [o.answer.field]: o.answer.refused });
    const { code, status } = take(record);
    if (wrong === 'lose') return void request.socket.destroy();
    say(reply, status, { [o.answer.field]: code });
  }

  const server: Server = createServer((request, reply) => {
    answerTo(request, reply).catch((error: unknown) => {
      complaints.push(String(error));
      reply.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(o.port, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : o.port;
  return {
    url: `http://127.0.0.1:${port}/`,
    ...{ received, complaints, counters },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function say(reply: ServerResponse, status: number, body: unknown): void {
  reply.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  reply.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (bytes > standInLimits.bodyBytesMax) throw new Error('body too large');
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Who offers what a province's file asks for. `key`: the secret, or the SM2 public key in hex. */
export function standInFor(
  province: ProvinceProfile,
  key: string,
): Omit<StandInOptions, 'port' | 'now'> {
  const nameOf = (from: string) =>
    province.fields.find((f) => 'from' in f && f.from === from)?.name ?? from;
  const { sign, answer } = province;
  if (!('numbering' in province.levels)) throw new Error('own codes: not known here');
  const times = {
    'yyyy-MM-dd HH:mm:ss': /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
    yyyyMMddTHHmmss: /^\d{8}T\d{6}$/,
    iso: /^\d{4}-.*Z$/,
  };
  const signature: StandInOptions['signature'] =
    sign.kind === 'none'
      ? sign
      : sign.kind === 'sm2-sm3'
        ? { kind: sign.kind, publicKey: key, userId: sign.user_id, encoding: sign.encoding }
        : { kind: sign.kind, key, encoding: sign.encoding };
  return {
    numbering: province.levels.numbering,
    fields: {
      ...{ case: nameOf('case-number'), round: nameOf('round'), level: nameOf('level') },
      ...{ time: nameOf('evaluated-at'), number: nameOf('record-number') },
    },
    times: times[province.times],
    signature,
    answer: {
      field: answer.code_field,
      taken: answer.taken[0] ?? '',
      duplicate: answer.duplicate[0] ?? '',
      refused: answer.refused[0] ?? '',
    },
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      province: { type: 'string' },
      port: { type: 'string', default: '18080' },
      'key-file': { type: 'string' },
    },
  });
  if (values.province === undefined) throw new Error('--province FILE is required');
  const province = loadYaml(ProvinceProfile, values.province, checkProvince);
  const keyFile = values['key-file'];
  const key = keyFile === undefined ? '' : readFileSync(keyFile, 'utf8').trim();
  const options = standInFor(province, key);
  const standIn = await startStandIn({
    ...options,
    ...(keyFile === undefined ? { signature: { kind: 'none' } } : {}),
    port: Number(values.port),
    now: Date.now,
  });
  console.log(`stand-in of a province: ${standIn.url}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
