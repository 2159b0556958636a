// time-limit: 60 s
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv } from 'ajv';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Ajv as LeanAjv } from '../../kiosk-app/runtime/lean/ajv.ts';
import { Type as LeanType } from '../../kiosk-app/runtime/lean/typebox.ts';
import fc from '../harness/fc.ts';

const root = join(import.meta.dirname, '../..');
/** Own modules that make schemas, pages aside. */
const makers = globSync('{broker-config,devices,kiosk-app}/**/*.ts', { cwd: root })
  .filter((f) => !f.includes('/dist/') && !f.includes('/lean/'))
  .filter((f) => /from '@sinclair\/typebox'/.test(readFileSync(join(root, f), 'utf8')))
  .filter((f) =>
    /\bType\b[^;]*from '@sinclair\/typebox'/.test(readFileSync(join(root, f), 'utf8')),
  );

/** Modules of the bus's documents: made and run by developers, never by a machine. */
const developersOnly = new Set(['broker-config/asyncapi.ts']);

type Json = Record<string, unknown>;
const isSchema = (v: unknown): v is Json =>
  typeof v === 'object' &&
  v !== null &&
  ['type', 'anyOf', 'const', 'enum', 'not'].some((k) => Object.hasOwn(v, k));

/** `file#export` or `file#export.key` -> schema, as plain JSON. */
async function schemasOf(file: string): Promise<[string, Json][]> {
  const all: Json = await import(pathToFileURL(join(root, file)).href);
  return Object.entries(all).flatMap(([name, value]): [string, Json][] => {
    if (isSchema(value)) return [[`${file}#${name}`, JSON.parse(JSON.stringify(value))]];
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value)
      .filter((e): e is [string, Json] => isSchema(e[1]))
      .map(([key, s]) => [`${file}#${name}.${key}`, JSON.parse(JSON.stringify(s))]);
  });
}
const files = makers.filter((f) => !developersOnly.has(f)).sort();
const schemas = new Map((await Promise.all(files.map(schemasOf))).flat());

test('there are schemas to compare', () => {
  assert.ok(files.length >= 8, files.join(' '));
  assert.ok(schemas.size >= 60, String(schemas.size));
});

test('every schema of the program is the same, made by the stand-in and by TypeBox', () => {
  const program = `
    import { useLean } from './kiosk-app/runtime/lean/use.mjs';
    useLean('hall');
    const isSchema = ${isSchema.toString()};
    const found = {};
    for (const file of ${JSON.stringify(files)}) {
      for (const [name, value] of Object.entries(await import('./' + file))) {
        if (isSchema(value)) found[file + '#' + name] = value;
        else if (typeof value === 'object' && value !== null)
          for (const [key, s] of Object.entries(value))
            if (isSchema(s)) found[file + '#' + name + '.' + key] = s;
      }
    }
    console.log(JSON.stringify(found));`;
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const lean: Json = JSON.parse(out);
  assert.equal(Object.keys(lean).sort(), [...schemas.keys()].sort());
  for (const [name, schema] of schemas) assert.equal(lean[name], schema, name);
});

test('the stand-in has every builder that the program uses', () => {
  const used = new Set(
    globSync('{broker-config,devices,kiosk-app}/**/*.ts', { cwd: root })
      .filter((f) => !f.includes('/dist/') && !developersOnly.has(f))
      .flatMap((f) => [
        ...readFileSync(join(root, f), 'utf8').matchAll(/(?<![\w.])Type\.([A-Z]\w*)\(/g),
      ])
      .map((m) => m[1] ?? ''),
  );
  assert.ok(used.size > 5);
  for (const name of used) assert.ok(Object.hasOwn(LeanType, name), name);
});

test('a keyword that the stand-in does not know is refused, never passed over', () => {
  const lean = new LeanAjv();
  assert.throws(() => lean.compile({ type: 'string', format: 'email' }), /format/);
  assert.throws(() => lean.compile({ type: 'array', contains: {} }), /contains/);
  assert.throws(() => lean.compile({ maxLength: 3 }), /type/);
});

const ajv = new Ajv({ strict: true, allErrors: true, useDefaults: false, coerceTypes: false });

/** Data that fits a schema or is wrong in a place or two. */
function dataFor(schema: Json, depth = 0): fc.Arbitrary<unknown> {
  const fits = fitting(schema, depth);
  return fc.oneof({ weight: 12, arbitrary: fits }, { weight: 1, arbitrary: junk });
}
const junk = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', 'x', -1, 0, 1.5, 1e12, [], {}, [1, 1], ['a', 'a']),
  fc.constant({ __proto__: null, constructor: 1, 'a/b~c': 2 }),
  fc.string({ maxLength: 12, unit: 'grapheme' }),
);

function fitting(schema: Json, depth: number): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.anyOf)) {
    return fc.oneof(...schema.anyOf.map((s: Json) => dataFor(s, depth)));
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return stringFor(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(Number(schema.minimum ?? -5), -1000),
        max: Math.min(Number(schema.maximum ?? 50), 2 ** 31) + 1,
      });
    case 'number':
      return fc.double({ noNaN: true, min: -1, max: 50 });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(dataFor(schema.items as Json, depth + 1), { maxLength: depth > 2 ? 1 : 3 });
    case 'object':
      return objectFor(schema, depth);
    default:
      return junk;
  }
}

function stringFor(schema: Json): fc.Arbitrary<unknown> {
  const exact =
    typeof schema.pattern === 'string'
      ? fc.stringMatching(new RegExp(schema.pattern, 'u'))
      : fc.string({ maxLength: Number(schema.maxLength ?? 5) + 1, unit: 'grapheme' });
  return fc.oneof({ weight: 8, arbitrary: exact }, { weight: 1, arbitrary: fc.string() });
}

function objectFor(schema: Json, depth: number): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Record<string, Json>;
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, s]) => [key, dataFor(s, depth + 1)]),
  );
  const known = fc.record(fields, { requiredKeys: Object.keys(fields) });
  const patterned = Object.entries((schema.patternProperties ?? {}) as Record<string, Json>).map(
    ([pattern, s]) =>
      fc.dictionary(fc.stringMatching(new RegExp(pattern, 'u')), dataFor(s, depth + 1), {
        maxKeys: 3,
      }),
  );
  const strange = fc.dictionary(
    fc.constantFrom('extra', 'a/b', 'c~d', ...Object.keys(fields)),
    junk,
    {
      maxKeys: 1,
    },
  );
  const missing = fc.constantFrom('', ...Object.keys(fields));
  return fc
    .tuple(known, fc.boolean(), strange, missing, ...patterned)
    .map(([base, spoil, more, less, ...dictionaries]) => {
      const all: Json = Object.assign({ ...base }, ...dictionaries);
      if (spoil) Object.assign(all, more);
      if (spoil) delete all[less];
      // As the wire brings it: a key `__proto__` drawn above has made a prototype, no field.
      return JSON.parse(JSON.stringify(all)) as Json;
    });
}

const told = (errors: readonly object[] | null | undefined) =>
  (errors ?? [])
    .map((e) => {
      const { instancePath, keyword, params, message } = e as Json;
      return JSON.stringify({ instancePath, keyword, params, message });
    })
    .sort();

test('the stand-in and ajv find the same faults, word for word, in every schema', () => {
  const lean = new LeanAjv();
  let good = 0;
  let bad = 0;
  for (const [name, schema] of schemas) {
    const a = ajv.compile(schema);
    const b = lean.compile(schema);
    fc.assert(
      fc.property(dataFor(schema), (data) => {
        const ok = a(data);
        assert.is(b(data), ok, name);
        assert.equal(told(b.errors), told(a.errors), name);
        if (ok) good += 1;
        else bad += 1;
      }),
      { numRuns: 15 },
    );
  }
  assert.ok(good > 200 && bad > 200, `${good} ${bad}`);
});

test.run();
