/**
 * Checks data against the part of JSON Schema that Xuhao uses, with the verdicts, errors and words of
 * ajv (strict, allErrors). The launcher puts this file in the place of the package (lean/hooks.ts):
 * ajv compiles schemas to source text, which costs a machine 10 MB and 0.3 s at every start; this
 * builds closures instead. A test compares both on every schema of the program with random data.
 */

export interface ErrorObject {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message: string;
}

export interface ValidateFunction {
  (data: unknown): boolean;
  errors: ErrorObject[] | null;
}

interface Schema {
  [keyword: string]: unknown;
}

/** What one check leaves behind: where it is, and what it found. */
interface Run {
  path: string[];
  errors: ErrorObject[];
}
type Check = (data: unknown, run: Run) => void;

/** Keywords that say nothing about validity. */
const annotations = new Set(['$id', '$schema', 'title', 'description', 'examples', 'default']);

export class Ajv {
  readonly options: Schema;

  constructor(options: Schema = {}) {
    this.options = options;
  }

  /** @throws Error for a keyword that this file does not know */
  compile(schema: Schema): ValidateFunction {
    const check = compiled(schema);
    const validate: ValidateFunction = Object.assign(
      (data: unknown) => {
        const run: Run = { path: [], errors: [] };
        check(data, run);
        validate.errors = run.errors.length === 0 ? null : run.errors;
        return run.errors.length === 0;
      },
      { errors: null },
    );
    return validate;
  }
}

function fail(run: Run, keyword: string, params: Record<string, unknown>, message: string): void {
  const instancePath = run.path
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
  run.errors.push({ instancePath, keyword, params, message });
}

function compiled(schema: Schema): Check {
  const checks: Check[] = [];
  // Keywords of one type are not asked when the type is wrong.
  const ofType: Check[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'type' || annotations.has(keyword)) continue;
    const typed = typedKeywords[keyword];
    const any = anyKeywords[keyword];
    if (typed !== undefined) ofType.push(typed(value, schema));
    else if (any !== undefined) checks.push(any(value));
    else throw new Error(`unknown keyword: "${keyword}"`);
  }
  const { type } = schema;
  if (type === undefined && ofType.length > 0) {
    throw new Error('missing type for its keywords (strictTypes)');
  }
  // 1.5 is no integer, but still a number that can be too small.
  const group = type === 'integer' ? 'number' : (type as string);
  return (data, run) => {
    if (type !== undefined && !isType(data, type as string)) {
      fail(run, 'type', { type }, `must be ${type}`);
    }
    if (type === undefined || isType(data, group)) for (const check of ofType) check(data, run);
    for (const check of checks) check(data, run);
  };
}

function isType(data: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return typeof data === 'object' && data !== null && !Array.isArray(data);
    case 'array':
      return Array.isArray(data);
    case 'integer':
      return Number.isInteger(data);
    case 'number':
      return Number.isFinite(data);
    case 'null':
      return data === null;
    default:
      return typeof data === type;
  }
}

/** Keywords that are asked whatever the type. */
const anyKeywords: Record<string, (value: unknown) => Check> = {
  enum(value) {
    const allowed = new Set(value as unknown[]);
    return (data, run) => {
      if (allowed.has(data)) return;
      const message = 'must be equal to one of the allowed values';
      fail(run, 'enum', { allowedValues: value }, message);
    };
  },
  const: (value) => (data, run) => {
    if (data !== value) fail(run, 'const', { allowedValue: value }, 'must be equal to constant');
  },
  not(value) {
    const check = compiled(value as Schema);
    return (data, run) => {
      const inner: Run = { path: run.path, errors: [] };
      check(data, inner);
      if (inner.errors.length === 0) fail(run, 'not', {}, 'must NOT be valid');
    };
  },
  anyOf(value) {
    const schemas = value as Schema[];
    const branches = schemas.map(compiled);
    const told = toldApart(schemas);
    return (data, run) => {
      const named = told === undefined ? undefined : told.branches.get((data as Fields)?.[told.by]);
      if (named !== undefined) {
        const inner: Run = { path: run.path, errors: [] };
        branches[named]?.(data, inner);
        if (inner.errors.length === 0) return;
      }
      const before = run.errors.length;
      for (const branch of branches) {
        const inner: Run = { path: run.path, errors: [] };
        branch(data, inner);
        if (inner.errors.length === 0) {
          run.errors.length = before;
          return;
        }
        run.errors.push(...inner.errors);
      }
      fail(run, 'anyOf', {}, 'must match a schema in anyOf');
    };
  },
};

type Fields = Record<string, unknown>;

/**
 * Variants that one property tells apart by its constant (`type: 'line'`): the one that is named is
 * asked first. Only when it says no are all asked, for the errors that ajv would give.
 */
function toldApart(
  schemas: readonly Schema[],
): { by: string; branches: Map<unknown, number> } | undefined {
  const constants = (schema: Schema) =>
    Object.entries((schema.properties ?? {}) as Record<string, Schema>).filter(
      ([, of]) => of.const !== undefined,
    );
  const [first] = schemas;
  if (first === undefined) return undefined;
  for (const [by] of constants(first)) {
    const branches = new Map<unknown, number>();
    schemas.forEach((schema, i) => {
      const named = constants(schema).find(([name]) => name === by)?.[1].const;
      if (named !== undefined) branches.set(named, i);
    });
    if (branches.size === schemas.length) return { by, branches };
  }
  return undefined;
}

const limit =
  <T>(
    keyword: string,
    breaks: (data: T, bound: number) => boolean,
    words: (bound: number) => string,
  ) =>
  (value: unknown): Check => {
    const bound = value as number;
    return (data, run) => {
      if (breaks(data as T, bound)) fail(run, keyword, { limit: bound }, words(bound));
    };
  };
/** Characters, not UTF-16 units. */
const characters = (s: string) => {
  let n = 0;
  for (const _ of s) n += 1;
  return n;
};
/** A character has one unit or two: mostly the number of units says enough. */
const longerThan = (s: string, max: number) => s.length > max && characters(s) > max;
const shorterThan = (s: string, min: number) => s.length < 2 * min && characters(s) < min;

/** Keywords that are asked only of their own type. */
const typedKeywords: Record<string, (value: unknown, schema: Schema) => Check> = {
  minimum: (value) => (data, run) => {
    if ((data as number) >= (value as number)) return;
    fail(run, 'minimum', { comparison: '>=', limit: value }, `must be >= ${value}`);
  },
  maximum: (value) => (data, run) => {
    if ((data as number) <= (value as number)) return;
    fail(run, 'maximum', { comparison: '<=', limit: value }, `must be <= ${value}`);
  },
  maxLength: limit('maxLength', longerThan, (n) => `must NOT have more than ${n} characters`),
  minLength: limit('minLength', shorterThan, (n) => `must NOT have fewer than ${n} characters`),
  maxItems: limit(
    'maxItems',
    (a: unknown[], n) => a.length > n,
    (n) => `must NOT have more than ${n} items`,
  ),
  minItems: limit(
    'minItems',
    (a: unknown[], n) => a.length < n,
    (n) => `must NOT have fewer than ${n} items`,
  ),
  maxProperties: limit(
    'maxProperties',
    (o: Fields, n) => Object.keys(o).length > n,
    (n) => `must NOT have more than ${n} properties`,
  ),
  minProperties: limit(
    'minProperties',
    (o: Fields, n) => Object.keys(o).length < n,
    (n) => `must NOT have fewer than ${n} properties`,
  ),
  pattern(value) {
    const pattern = new RegExp(value as string, 'u');
    return (data, run) => {
      if (pattern.test(data as string)) return;
      fail(run, 'pattern', { pattern: value }, `must match pattern "${value}"`);
    };
  },
  uniqueItems(value, schema) {
    const type = (schema.items as Schema | undefined)?.type as string;
    if (!scalars.has(type)) throw new Error('uniqueItems: only of scalar items');
    return (data, run) => {
      const twins = value === true ? lastTwins(data as unknown[], type) : undefined;
      if (twins === undefined) return;
      const [i, j] = twins;
      const message = `must NOT have duplicate items (items ## ${j} and ${i} are identical)`;
      fail(run, 'uniqueItems', { i, j }, message);
    };
  },
  required: (value) => (data, run) => {
    for (const key of value as string[]) {
      if ((data as Fields)[key] !== undefined) continue;
      fail(run, 'required', { missingProperty: key }, `must have required property '${key}'`);
    }
  },
  properties(value) {
    const checks = Object.entries(value as Record<string, Schema>).map(
      ([key, schema]) => [key, compiled(schema)] as const,
    );
    return (data, run) => {
      for (const [key, check] of checks) {
        const field = (data as Fields)[key];
        if (field === undefined) continue;
        run.path.push(key);
        check(field, run);
        run.path.pop();
      }
    };
  },
  patternProperties(value) {
    const checks = Object.entries(value as Record<string, Schema>).map(
      ([pattern, schema]) => [new RegExp(pattern, 'u'), compiled(schema)] as const,
    );
    return (data, run) => {
      for (const [pattern, check] of checks) {
        for (const key of Object.keys(data as Fields)) {
          if (!pattern.test(key)) continue;
          run.path.push(key);
          check((data as Fields)[key], run);
          run.path.pop();
        }
      }
    };
  },
  additionalProperties(value, schema) {
    if (value === true) return () => {};
    if (value !== false) throw new Error('additionalProperties: a schema is not known here');
    const known = new Set(Object.keys(schema.properties ?? {}));
    const patterns = Object.keys(schema.patternProperties ?? {}).map((p) => new RegExp(p, 'u'));
    return (data, run) => {
      for (const key of Object.keys(data as Fields)) {
        if (known.has(key) || patterns.some((p) => p.test(key))) continue;
        const message = 'must NOT have additional properties';
        fail(run, 'additionalProperties', { additionalProperty: key }, message);
      }
    };
  },
  items(value) {
    const check = compiled(value as Schema);
    return (data, run) => {
      (data as unknown[]).forEach((item, i) => {
        run.path.push(String(i));
        check(item, run);
        run.path.pop();
      });
    };
  },
};

const scalars = new Set(['string', 'number', 'integer', 'boolean']);

/** As ajv looks for them: from the end, and only among items of the right type. */
function lastTwins(items: unknown[], type: string): [number, number] | undefined {
  const seen = new Map<unknown, number>();
  for (let i = items.length - 1; i >= 0; i -= 1) {
    if (!isType(items[i], type)) continue;
    const j = seen.get(items[i]);
    if (j !== undefined) return [i, j];
    seen.set(items[i], i);
  }
  return undefined;
}
