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

/** Adds what it found. Its own place is not known here: `within` puts it before, on the way up. */
type Check = (data: unknown, errors: ErrorObject[]) => void;

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
        const errors: ErrorObject[] = [];
        check(data, errors);
        validate.errors = errors.length === 0 ? null : errors;
        return errors.length === 0;
      },
      { errors: null },
    );
    return validate;
  }
}

function fail(
  errors: ErrorObject[],
  keyword: string,
  params: Record<string, unknown>,
  message: string,
): void {
  errors.push({ instancePath: '', keyword, params, message });
}

/** Checks what stands at `key`. Nearly everything is right: then no path is made. */
function within(key: string | number, check: Check, data: unknown, errors: ErrorObject[]): void {
  const before = errors.length;
  check(data, errors);
  if (errors.length === before) return;
  const step = `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
  for (let i = before; i < errors.length; i += 1) {
    const error = errors[i];
    if (error !== undefined) error.instancePath = step + error.instancePath;
  }
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
  return (data, errors) => {
    if (type !== undefined && !isType(data, type as string)) {
      fail(errors, 'type', { type }, `must be ${type}`);
    }
    if (type === undefined || isType(data, group)) for (const check of ofType) check(data, errors);
    for (const check of checks) check(data, errors);
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
    return (data, errors) => {
      if (allowed.has(data)) return;
      const message = 'must be equal to one of the allowed values';
      fail(errors, 'enum', { allowedValues: value }, message);
    };
  },
  const: (value) => (data, errors) => {
    if (data !== value) fail(errors, 'const', { allowedValue: value }, 'must be equal to constant');
  },
  not(value) {
    const check = compiled(value as Schema);
    return (data, errors) => {
      const inner: ErrorObject[] = [];
      check(data, inner);
      if (inner.length === 0) fail(errors, 'not', {}, 'must NOT be valid');
    };
  },
  anyOf(value) {
    const schemas = value as Schema[];
    const branches = schemas.map(compiled);
    const told = toldApart(schemas);
    return (data, errors) => {
      const named = told === undefined ? undefined : told.branches.get((data as Fields)?.[told.by]);
      const all: ErrorObject[] = [];
      if (named !== undefined) {
        branches[named]?.(data, all);
        if (all.length === 0) return;
        all.length = 0;
      }
      for (const branch of branches) {
        const before = all.length;
        branch(data, all);
        if (all.length === before) return;
      }
      errors.push(...all);
      fail(errors, 'anyOf', {}, 'must match a schema in anyOf');
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
    return (data, errors) => {
      if (breaks(data as T, bound)) fail(errors, keyword, { limit: bound }, words(bound));
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
  minimum: (value) => (data, errors) => {
    if ((data as number) >= (value as number)) return;
    fail(errors, 'minimum', { comparison: '>=', limit: value }, `must be >= ${value}`);
  },
  maximum: (value) => (data, errors) => {
    if ((data as number) <= (value as number)) return;
    fail(errors, 'maximum', { comparison: '<=', limit: value }, `must be <= ${value}`);
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
    return (data, errors) => {
      if (pattern.test(data as string)) return;
      fail(errors, 'pattern', { pattern: value }, `must match pattern "${value}"`);
    };
  },
  uniqueItems(value, schema) {
    const type = (schema.items as Schema | undefined)?.type as string;
    if (!scalars.has(type)) throw new Error('uniqueItems: only of scalar items');
    return (data, errors) => {
      const twins = value === true ? lastTwins(data as unknown[], type) : undefined;
      if (twins === undefined) return;
      const [i, j] = twins;
      const message = `must NOT have duplicate items (items ## ${j} and ${i} are identical)`;
      fail(errors, 'uniqueItems', { i, j }, message);
    };
  },
  required: (value) => (data, errors) => {
    for (const key of value as string[]) {
      if ((data as Fields)[key] !== undefined) continue;
      fail(errors, 'required', { missingProperty: key }, `must have required property '${key}'`);
    }
  },
  properties(value) {
    const checks = Object.entries(value as Record<string, Schema>).map(
      ([key, schema]) => [key, compiled(schema)] as const,
    );
    return (data, errors) => {
      for (const [key, check] of checks) {
        const field = (data as Fields)[key];
        if (field === undefined) continue;
        within(key, check, field, errors);
      }
    };
  },
  patternProperties(value) {
    const checks = Object.entries(value as Record<string, Schema>).map(
      ([pattern, schema]) => [new RegExp(pattern, 'u'), compiled(schema)] as const,
    );
    return (data, errors) => {
      for (const [pattern, check] of checks) {
        for (const key of Object.keys(data as Fields)) {
          if (!pattern.test(key)) continue;
          within(key, check, (data as Fields)[key], errors);
        }
      }
    };
  },
  additionalProperties(value, schema) {
    if (value === true) return () => {};
    if (value !== false) throw new Error('additionalProperties: a schema is not known here');
    const known = new Set(Object.keys(schema.properties ?? {}));
    const patterns = Object.keys(schema.patternProperties ?? {}).map((p) => new RegExp(p, 'u'));
    return (data, errors) => {
      for (const key of Object.keys(data as Fields)) {
        if (known.has(key) || patterns.some((p) => p.test(key))) continue;
        const message = 'must NOT have additional properties';
        fail(errors, 'additionalProperties', { additionalProperty: key }, message);
      }
    };
  },
  items(value) {
    const check = compiled(value as Schema);
    return (data, errors) => {
      (data as unknown[]).forEach((item, i) => {
        within(i, check, item, errors);
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
