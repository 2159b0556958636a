import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { access } from '../../broker-config/access.ts';
import { channels } from '../../broker-config/channels.ts';
import { generateBusFiles } from '../../broker-config/generated.ts';
import { requestOps } from '../../broker-config/messages.ts';
import { machineCommands } from '../../broker-config/topics.ts';

const root = join(import.meta.dirname, '../..');
const files = generateBusFiles();

interface AsyncApi {
  channels: Record<string, { address: string; messages: Record<string, unknown> }>;
  operations: Record<
    string,
    { action: string; bindings: { mqtt: { qos: number; retain: boolean } } }
  >;
}
const document = parse(files['broker-config/asyncapi.yaml'] ?? '') as AsyncApi;

for (const [path, content] of Object.entries(files)) {
  test(`${path} is what the code says ("npm run generate")`, () => {
    assert.ok(readFileSync(join(root, path), 'utf8') === content, `${path} is stale`);
  });
}

/** The schema carries the draft-07 metaschema along, which ajv has already. */
function asyncApiValidator() {
  const schema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json');
  const ajv = new Ajv({
    strict: false,
    validateFormats: false,
    meta: false,
    validateSchema: false,
  });
  return ajv.compile(schema);
}

test('asyncapi.yaml is valid AsyncAPI 3.0, MQTT bindings included', () => {
  const validate = asyncApiValidator();
  assert.ok(validate(document), JSON.stringify(validate.errors?.slice(0, 3)));
  const wrong = structuredClone(document);
  Object.assign(wrong.operations.take?.bindings.mqtt ?? {}, { qos: 7 });
  assert.not(validate(wrong));
});

test('every kind of topic is in asyncapi.yaml, and back', () => {
  const documented = Object.entries(document.channels).map(([kind, c]) => [kind, c.address]);
  const inCode = Object.entries(channels).map(([kind, c]) => [kind, c.address]);
  assert.equal(documented, inCode);
});

test('every verb and order is in asyncapi.yaml, and back', () => {
  assert.is(Object.keys(document.channels.request?.messages ?? {}).length, requestOps.length);
  assert.equal(Object.keys(document.channels.machineCommand?.messages ?? {}), [...machineCommands]);
  for (const op of requestOps) assert.is(document.operations[op]?.action, 'receive', op);
});

test('the document sends what the hall publishes and receives what machines publish', () => {
  for (const kind of Object.keys(channels) as (keyof typeof channels)[]) {
    const operation = document.operations[kind];
    if (operation === undefined) continue;
    assert.is(operation.action, access.hall.publishes.includes(kind) ? 'send' : 'receive', kind);
    assert.is(operation.bindings.mqtt.retain, channels[kind].retain, kind);
    assert.is(operation.bindings.mqtt.qos, 1);
  }
});

test('every reference of asyncapi.yaml leads somewhere', () => {
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, at]) => at);
  assert.ok(refs.length > 100);
  for (const at of new Set(refs)) {
    const found = at?.split('/').reduce<unknown>((node, name) => {
      return (node as Record<string, unknown> | undefined)?.[name];
    }, document);
    assert.ok(found !== undefined, at);
  }
});

test.run();
