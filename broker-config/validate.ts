/**
 * The one way in for data from outside: a schema compiled on first use, and one sentence that says
 * what is wrong and what is expected.
 */
import type { Static, TSchema } from '@sinclair/typebox';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';

/** `allErrors`: a technician wants every mistake of a profile at once, not one per try. */
const ajv = new Ajv({ strict: true, allErrors: true, useDefaults: false, coerceTypes: false });
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** One mistake: where (JSON pointer, '' = the whole) and what was expected there. */
export interface Fault {
  pointer: string;
  expected: string;
}

export type Checked<T> = { ok: true; value: T } | { ok: false; faults: Fault[] };

/** Checks plain data against a schema. Never throws, never changes the data. */
export function check<S extends TSchema>(schema: S, data: unknown): Checked<Static<S>> {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(data)) return { ok: true, value: data as Static<S> };
  return { ok: false, faults: (validate.errors ?? []).map(fault) };
}

/** Faults as one line, e.g. `body/service: must match pattern ...; key: is required`. */
export function faultLine(faults: readonly Fault[]): string {
  return faults
    .map((f) => `${f.pointer === '' ? '(whole)' : f.pointer.slice(1)}: ${f.expected}`)
    .join('; ');
}

function fault(e: ErrorObject): Fault {
  if (e.keyword === 'required') {
    return { pointer: `${e.instancePath}/${e.params.missingProperty}`, expected: 'is required' };
  }
  if (e.keyword === 'additionalProperties') {
    return {
      pointer: `${e.instancePath}/${e.params.additionalProperty}`,
      expected: 'is not known here',
    };
  }
  if (e.keyword === 'enum') {
    return {
      pointer: e.instancePath,
      expected: `must be one of ${e.params.allowedValues.join(', ')}`,
    };
  }
  return { pointer: e.instancePath, expected: e.message ?? e.keyword };
}
