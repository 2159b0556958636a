import { type TSchema, Type } from '@sinclair/typebox';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { channels, commandSchemas, messageSchemas } from '../../broker-config/channels.ts';
import {
  decode,
  decodeAnswer,
  decodeCommand,
  decodeRequest,
  encode,
  readKey,
} from '../../broker-config/codec.ts';
import { BusError } from '../../broker-config/errors.ts';
import {
  requestBodies,
  requestBytesMax,
  requestOps,
  requestResults,
  requests,
} from '../../broker-config/messages.ts';
import { topics } from '../../broker-config/topics.ts';
import { faultLine } from '../../broker-config/validate.ts';

const key = '01936f2e-8c6a-7b3a-9f00-0123456789ab';
const bytes = (data: unknown) => Buffer.from(JSON.stringify(data));
const take = { service: 'id-card', paper: true, source: 'touch' };
const request = (body: unknown) => bytes({ v: 1, key, epoch: 3, body });

/** Where a schema lets data grow without bound. */
function unbounded(schema: TSchema, at: string): string[] {
  const below = (name: string, s: unknown) => unbounded(s as TSchema, `${at}/${name}`);
  if (Array.isArray(schema.anyOf)) return schema.anyOf.flatMap((s, i) => below(String(i), s));
  switch (schema.type) {
    case 'string': {
      const endless = /[+*]|\{[0-9]+,\}/.test(schema.pattern ?? '*');
      const anchored = /^\^.*\$$/.test(schema.pattern ?? '');
      const bounded = schema.enum || 'maxLength' in schema || (anchored && !endless);
      return bounded ? [] : [`${at}: string`];
    }
    case 'array':
      return [...('maxItems' in schema ? [] : [`${at}: array`]), ...below('items', schema.items)];
    case 'object': {
      const patterns = Object.entries(schema.patternProperties ?? {});
      const open = schema.additionalProperties !== false;
      const countless = patterns.length > 0 && !('maxProperties' in schema);
      return [
        ...(open ? [`${at}: open object`] : []),
        ...(countless ? [`${at}: countless properties`] : []),
        ...Object.entries(schema.properties ?? {}).flatMap(([name, s]) => below(name, s)),
        ...patterns.flatMap(([name, s]) => below(name, s)),
      ];
    }
    default:
      return [];
  }
}

test('no message can grow without bound', () => {
  const all = { ...messageSchemas, ...commandSchemas, ...requests, ...requestResults };
  const found = Object.entries(all).flatMap(([name, schema]) => unbounded(schema, name));
  assert.equal(found, []);
});

test('the search for unbounded schemas finds every kind', () => {
  const closed = { additionalProperties: false, maxProperties: 3 };
  const kinds = Type.Object({
    a: Type.String(),
    b: Type.String({ pattern: '^[a-z]+$' }),
    c: Type.Array(Type.Boolean()),
    d: Type.Record(Type.String({ pattern: '^a$' }), Type.String({ maxLength: 1 }), closed),
  });
  assert.equal(unbounded(kinds, 'x'), [
    'x: open object',
    'x/a: string',
    'x/b: string',
    'x/c: array',
  ]);
});

test('a request comes back as it was sent', () => {
  const decoded = decodeRequest(topics.request('h', 'take', 'qm1'), request(take));
  assert.equal(decoded, {
    ok: true,
    op: 'take',
    dev: 'qm1',
    request: { v: 1, key, epoch: 3, body: take },
  });
});

test('every verb has a body, a result and an envelope of its own', () => {
  assert.equal(Object.keys(requestResults).sort(), [...requestOps].sort());
  assert.equal(Object.keys(requests).sort(), [...requestOps].sort());
  for (const op of requestOps) assert.is(requests[op].properties.body, requestBodies[op]);
});

test('a wrong request is answered with all that is wrong and what was expected', () => {
  const topic = topics.request('h', 'take', 'qm1');
  const decoded = decodeRequest(
    topic,
    request({ service: 'ID', source: 'telepathy', name: '张三' }),
  );
  assert.not(decoded.ok);
  if (decoded.ok) return;
  assert.is(decoded.key, key);
  assert.is(decoded.dev, 'qm1');
  const line = faultLine(decoded.faults);
  assert.match(line, 'body/paper: is required');
  assert.match(line, 'body/name: is not known here');
  assert.match(line, 'body/source: must be one of touch, keypad, card, scan, clerk');
  assert.match(line, /body\/service: must match pattern/);
});

test('what can not be read at all is a fault, not an exception', () => {
  const topic = topics.request('h', 'take', 'qm1');
  const garbage = [
    Buffer.alloc(0),
    Buffer.from('{'),
    Buffer.from([0xff, 0xfe, 0x00]),
    Buffer.from('null'),
    Buffer.from('[[[[[[[[['),
    Buffer.from('"\\ud800"'),
    Buffer.from('{"__proto__":{"v":1}}'),
  ];
  for (const payload of garbage) {
    const decoded = decodeRequest(topic, payload);
    assert.not(decoded.ok);
    if (!decoded.ok) assert.is(decoded.key, undefined);
  }
});

test('a payload above its limit is not even parsed', () => {
  const topic = topics.request('h', 'take', 'qm1');
  const decoded = decodeRequest(topic, Buffer.alloc(requestBytesMax + 1, 0x20));
  assert.not(decoded.ok);
  if (decoded.ok) return;
  assert.match(faultLine(decoded.faults), `at most ${requestBytesMax} bytes`);
});

test('the key is found in a request that is too large or broken', () => {
  const large = request({ service: 'x'.repeat(requestBytesMax) });
  assert.is(readKey(large), key);
  assert.is(readKey(large.subarray(0, 100)), key);
  assert.is(readKey(bytes({ v: 1, key: 'not a key' })), undefined);
  assert.is(readKey(Buffer.alloc(requestBytesMax)), undefined);
});

test('the largest legal request fits its limit', () => {
  const services = Array.from({ length: 64 }, (_, i) => ({
    service: `${'s'.repeat(30)}${String(i).padStart(2, '0')}`,
    level: 9,
  }));
  const payload = request({ services });
  assert.ok(payload.length <= requestBytesMax, `${payload.length}`);
  assert.ok(decodeRequest(topics.request('h', 'serve', 'w1'), payload).ok);
});

test('a topic that is no request is told which there are', () => {
  const decoded = decodeRequest('hall/h/v1/seq/req/steal/qm1', request(take));
  assert.not(decoded.ok);
  if (!decoded.ok) assert.match(faultLine(decoded.faults), 'take, check-in');
});

test('an answer is checked against the result of its own verb', () => {
  const spans = { queuedMs: 0, decidedMs: 0, committedMs: 0 };
  const answer = { v: 1, key, epoch: 1, seq: 2, at: 3, spans, ok: true };
  const evaluated = bytes({ ...answer, result: { ticket: '2026-11-22/A001', level: 'satisfied' } });
  assert.ok(decodeAnswer('evaluate', evaluated).ok);
  const wrong = decodeAnswer('take', evaluated);
  assert.not(wrong.ok);
  if (!wrong.ok) assert.match(faultLine(wrong.faults), 'result/ahead: is required');
  const refused = bytes({
    ...answer,
    ok: false,
    refusal: { code: 'hall-busy', data: {}, zh: '忙', en: 'busy' },
  });
  assert.ok(decodeAnswer('take', refused).ok);
});

test('messages of machines and orders to them are checked', () => {
  const state = { v: 1, s: 'ready', boot: key, at: 0 };
  assert.equal(decode('machineState', bytes(state)), { ok: true, value: state });
  assert.not(decode('machineState', bytes({ ...state, s: 'fine' })).ok);
  assert.not(decodeCommand('invite', bytes({})).ok);
});

test('a message that outgrew its limit is not sent', () => {
  const detail = 'x'.repeat(channels.machineState.bytesMax);
  assert.throws(
    () => encode('machineState', { detail }),
    (e: unknown) => e instanceof BusError && e.code === 'BUS_TOO_LARGE',
  );
});

test.run();
