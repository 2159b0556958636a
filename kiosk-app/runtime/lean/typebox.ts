/**
 * The builders of TypeBox that Xuhao uses, as a running machine needs them: plain JSON Schema and
 * nothing else. The launcher puts this file in the place of the package (lean/hooks.ts), whose 200
 * modules cost every machine 12 MB and 0.1 s; compiler, editor and tests see the package. A test
 * compares every schema of the program made by both.
 */

interface Schema {
  [key: string]: unknown;
}
type Options = Schema | undefined;

/** Says "may be left out" to Object; invisible in JSON. */
const optional = Symbol('optional');
type Property = Schema & { [optional]?: true };

/** As in TypeBox the schema's own keys win over the options'. */
const made = (schema: Schema, options: Options): Schema => ({ ...options, ...schema });

function object(properties: Record<string, Property>, options?: Options): Schema {
  const required = Object.keys(properties).filter((key) => !properties[key]?.[optional]);
  return made(
    { type: 'object', ...(required.length > 0 ? { required } : {}), properties },
    options,
  );
}

function union(members: Schema[], options?: Options): Schema {
  const [only] = members;
  if (only === undefined) return made({ not: {} }, options);
  return members.length === 1 ? { ...only, ...options } : made({ anyOf: members }, options);
}

export const Type = {
  Array: (items: Schema, options?: Options) => made({ type: 'array', items }, options),
  Boolean: (options?: Options) => made({ type: 'boolean' }, options),
  Integer: (options?: Options) => made({ type: 'integer' }, options),
  Literal: (value: string | number | boolean, options?: Options) =>
    made({ const: value, type: typeof value }, options),
  Never: (options?: Options) => made({ not: {} }, options),
  Null: (options?: Options) => made({ type: 'null' }, options),
  Number: (options?: Options) => made({ type: 'number' }, options),
  Object: object,
  Optional: (schema: Schema): Property => ({ ...schema, [optional]: true }),
  Partial: (schema: { properties: Record<string, Property> }, options?: Options) => {
    const { required: _, properties, ...rest } = schema as Schema & typeof schema;
    const all = Object.entries(properties).map(([key, p]) => [key, { ...p, [optional]: true }]);
    return object(Object.fromEntries(all), { ...rest, ...options });
  },
  Record: (key: Schema, value: Schema, options?: Options) => {
    const pattern = typeof key.pattern === 'string' ? key.pattern : '^(.*)$';
    return made({ type: 'object', patternProperties: { [pattern]: value } }, options);
  },
  String: (options?: Options) => made({ type: 'string' }, options),
  Union: union,
  Unknown: (options?: Options) => made({}, options),
  Unsafe: (schema: Schema) => schema,
};
