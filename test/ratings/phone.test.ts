/** The citizen's own way: tokens, and the page over real HTTP. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels, type RequestBody } from '../../broker-config/messages.ts';
import { reasonOf } from '../../broker-config/reasons.ts';
import { directoryOf } from '../../kiosk-app/hall/queue/directory.ts';
import { compileRules } from '../../kiosk-app/hall/queue/index.ts';
import { RatingsError } from '../../kiosk-app/hall/ratings/errors.ts';
import {
  type PhonePage,
  phoneLimits,
  servePhonePage,
  type TicketSeen,
} from '../../kiosk-app/hall/ratings/phone/server.ts';
import { createTokens, phoneKey } from '../../kiosk-app/hall/ratings/phone/token.ts';
import fc from '../harness/fc.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';
import { at, ratingsHall } from './fixture.ts';

const both = (text: string) => ({ zh: text, en: `${text} en` });
const key = Buffer.alloc(32, 7);
const tokens = createTokens(key, 'test');
const ticket = '2026-11-23/A001';

// ---------------------------------------------------------------- tokens

const token = suite('token');

token('gives its ticket back until its end, and not after', () => {
  const made = tokens.make('2026-11-23/A001~2', at);
  assert.equal(tokens.read(made, at), { ok: true, ticket: '2026-11-23/A001~2' });
  assert.equal(tokens.read(made, at + 60_001), { ok: false, why: 'token-expired' });
  assert.match(made, /^[A-Za-z0-9._~-]{1,60}$/, 'nothing in it needs escaping in an address');
});

token('any change of any character is noticed, and so is another hall or key', () => {
  const made = tokens.make(ticket, at);
  fc.assert(
    fc.property(fc.nat(made.length - 1), fc.constantFrom(...'0AZaz~.-_'), (i, c) => {
      const changed = made.slice(0, i) + c + made.slice(i + 1);
      const read = tokens.read(changed, 0);
      // The last character carries bits that base64 does not use: the same token in other letters.
      assert.ok(!read.ok || read.ticket === ticket, changed);
      if (i < made.length - 1 && changed !== made) assert.not(read.ok, changed);
    }),
  );
  assert.not(createTokens(key, 'other').read(made, 0).ok);
  assert.not(createTokens(Buffer.alloc(32, 8), 'test').read(made, 0).ok);
});

token('nothing that was not made here is let in, and nothing throws', () => {
  fc.assert(fc.property(fc.string(), (text) => void assert.not(tokens.read(text, 0).ok)));
});

token("the key is made once, for the hall's own user alone; a damaged one stops the start", () => {
  const file = join(tempDir(), 'evaluation-phone.key');
  const made = phoneKey(file);
  assert.is(statSync(file).mode & 0o777, 0o600);
  assert.equal(phoneKey(file), made);
  assert.is(readFileSync(file, 'utf8').trim().length, 64);
  writeFileSync(file, 'short');
  assert.throws(
    () => phoneKey(file),
    (e: unknown) => e instanceof RatingsError && e.code === 'RAT_KEY',
  );
});

token.run();

// ---------------------------------------------------------------- the page

const page = suite('page');
const rules = directoryOf(
  compileRules(
    ratingsHall((p) => {
      p.evaluation.labels = [
        { code: '510', level: 'very-satisfied', name: both('一窗受理') },
        { code: '108', level: 'very-dissatisfied', name: both('增加<条件>') },
      ];
    }),
  ),
  1,
).evaluation;
if (rules === undefined) throw new Error('no rules');

let seen: TicketSeen = null;
let asked: { key: string; body: RequestBody<'evaluate'> }[] = [];
let refusal: 'already-evaluated' | 'storage-unavailable' | null = null;
const clock = new VirtualClock(at);
let server: PhonePage;
const url = (t = tokens.make(ticket, at + 600_000), query = '') =>
  `http://127.0.0.1:${server.port}/e/${t}${query}`;

page.before(async () => {
  server = await servePhonePage({
    ...{ host: '127.0.0.1', port: 0, tokens, rules, clock, log: memoryLog(), makeKey: uuidv7 },
    now: () => clock.now(),
    ticket: () => seen,
    evaluate: async (requestKey, body) => {
      asked.push({ key: requestKey, body });
      const about = { v: 1 as const, key: requestKey, epoch: 1, seq: 1, at: clock.now() };
      const spans = { queuedMs: 0, decidedMs: 0, committedMs: 0 };
      if (refusal === null) {
        return { ...about, spans, ok: true, result: { ticket, level: body.level } };
      }
      const reason =
        refusal === 'already-evaluated'
          ? reasonOf(refusal, { number: 'A001' })
          : reasonOf(refusal, {});
      return { ...about, spans, ok: false, refusal: reason };
    },
  });
});
page.after(() => server.close());
page.before.each(() => {
  asked = [];
  refusal = null;
  seen = { number: 'A001', service: both('综合'), window: '1', finished: true, round: 1 };
});

const get = async (address = url()) => {
  const reply = await fetch(address);
  return { status: reply.status, headers: reply.headers, text: await reply.text() };
};
const send = async (form: Record<string, string> | [string, string][], address = url()) => {
  const reply = await fetch(address, { method: 'POST', body: new URLSearchParams(form) });
  return { status: reply.status, text: await reply.text() };
};
const formKey = (text: string) => /name="key" value="([^"]+)"/.exec(text)?.[1] ?? '';

page(
  'five levels in order, none chosen, no script, no cookie, nothing from elsewhere',
  async () => {
    const { status, headers, text } = await get();
    assert.is(status, 200);
    const values = [...text.matchAll(/type="radio"[^>]* value="([^"]+)"/g)].map((m) => m[1]);
    assert.equal(values, [...levels]);
    assert.not.match(text, / checked/);
    assert.not.match(text, /<script|https?:|src=/);
    assert.is(headers.get('set-cookie'), null);
    assert.match(headers.get('content-security-policy') ?? '', "default-src 'none'");
    assert.match(headers.get('cache-control') ?? '', 'no-store');
    assert.match(text, /lang="zh-CN"/);
    assert.match((await get(url(undefined, '?lang=en'))).text, /Were you satisfied/);
  },
);

page('names from the profile can not become markup', async () => {
  const { text } = await get();
  assert.match(text, '增加&lt;条件&gt;');
});

page('what was chosen goes to the sequencer, with the labels of that level only', async () => {
  const k = formKey((await get()).text);
  const { status, text } = await send([
    ['key', k],
    ['level', 'very-dissatisfied'],
    ['label', '108'],
    ['label', '510'],
    ['text', ' 等了很久 '],
    ['round', '1'],
  ]);
  assert.is(status, 200);
  assert.match(text, '谢谢');
  assert.equal(asked[0]?.key, k);
  const { pressedAt, ...body } = asked[0]?.body ?? { pressedAt: 0 };
  assert.ok(Math.abs(pressedAt - Date.now()) < 60_000, 'when the page was made');
  assert.equal(body, {
    ...{ ticket, level: 'very-dissatisfied', channel: 'qr', labels: ['108'], text: '等了很久' },
    round: 1,
  });
});

page('the same form sent twice is the same request, whenever it comes', async () => {
  const form = { key: formKey((await get()).text), level: 'satisfied' };
  await send(form);
  await clock.advance(5_000);
  await send(form);
  assert.equal(asked[0], asked[1]);
});

page('a form without a level asks for one; a made-up level or key is nothing', async () => {
  const k = formKey((await get()).text);
  assert.is((await send({ key: k })).status, 400);
  assert.is((await send({ key: k, level: 'great' })).status, 400);
  assert.is((await send({ key: 'x', level: 'satisfied' })).status, 400);
  assert.equal(asked, []);
});

page(
  'a refusal is told in words; a hall that can not write says that nothing was taken',
  async () => {
    const k = formKey((await get()).text);
    refusal = 'already-evaluated';
    const twice = await send({ key: k, level: 'satisfied' });
    assert.is(twice.status, 409);
    assert.match(twice.text, '已经评价过');
    refusal = 'storage-unavailable';
    const full = await send({ key: k, level: 'satisfied' });
    assert.is(full.status, 503);
    assert.match(full.text, '没有评价成功');
  },
);

page(
  'forged, expired, unfinished, forgotten: each is told, none is asked of the sequencer',
  async () => {
    assert.is((await get(url('20261123A001.zzz.AAAAAAAAAAAAAAAAAAAAAA'))).status, 404);
    assert.is((await send({ level: 'satisfied' }, url('x'))).status, 404);
    assert.is((await get(url(tokens.make(ticket, at - 120_000)))).status, 410);
    seen = { number: 'A001', service: both('综合'), window: '', finished: false, round: 1 };
    assert.match((await get()).text, '还没有办结');
    seen = null;
    assert.is((await get()).status, 410);
    seen = { number: 'A001', service: both('综合'), window: '1', finished: true, round: null };
    assert.match((await get()).text, '谢谢');
    assert.equal(asked, []);
  },
);

page('a large body, another content type, another path: refused', async () => {
  const large = await send({ text: 'x'.repeat(phoneLimits.bodyBytesMax) });
  assert.is(large.status, 413);
  const json = await fetch(url(), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  assert.is(json.status, 415);
  assert.is((await get(`http://127.0.0.1:${server.port}/`)).status, 404);
});

page(
  'an address that no router can read gets the page and its headers, not a piece of the program',
  async () => {
    for (const path of ['e/%zz', `e/${'x'.repeat(5_000)}`]) {
      const { status, headers, text } = await get(`http://127.0.0.1:${server.port}/${path}`);
      assert.is(status, 404, path.slice(0, 8));
      assert.match(headers.get('content-security-policy') ?? '', "default-src 'none'");
      assert.match(text, '评价码无效');
      assert.not.match(text, /FST_|xxx/);
    }
  },
);

page(
  'whoever makes addresses up in front of what the proxy adds is still one visitor',
  async () => {
    await clock.advance(60_000);
    const visit = async (made: string) =>
      (await fetch(url(), { headers: { 'x-forwarded-for': `${made}, 10.0.0.9` } })).status;
    let last = 200;
    for (let i = 0; i <= phoneLimits.perAddress && last === 200; i += 1)
      last = await visit(`10.1.${i >> 8}.${i & 255}`);
    assert.is(last, 429);
    await clock.advance(60_000);
  },
);

page('one address can not keep the others out', async () => {
  const visit = async (address: string) =>
    (await fetch(url(), { headers: { 'x-forwarded-for': address } })).status;
  let last = 200;
  for (let i = 0; i <= phoneLimits.perAddress && last === 200; i += 1)
    last = await visit('10.0.0.1');
  assert.is(last, 429);
  assert.is(await visit('10.0.0.2'), 200);
  await clock.advance(60_000);
  assert.is(await visit('10.0.0.1'), 200);
});

page.run();
