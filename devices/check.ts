/**
 * The way in for data from outside the wing: options, profiles, templates, documents. The wing
 * stands alone, so it has its own small gate instead of the bus's.
 */
import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { Ajv, type ValidateFunction } from 'ajv';
import { type DeviceCode, DeviceError } from './codes.ts';

/** `allErrors`: a technician wants every mistake at once, not one per try. */
const ajv = new Ajv({ strict: true, allErrors: true, useDefaults: false, coerceTypes: false });
const compiled = new WeakMap<TSchema, ValidateFunction>();

/** One of these strings. */
export const oneOf = <T extends string>(values: readonly T[], description?: string) =>
  Type.Unsafe<T>({
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  });

/**
 * The data itself when it fits.
 * @throws DeviceError `code`, naming `what` and every place that is wrong
 */
export function checked<S extends TSchema>(
  schema: S,
  data: unknown,
  code: DeviceCode,
  what: string,
): Static<S> {
  let validate = compiled.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    compiled.set(schema, validate);
  }
  if (validate(data)) return data as Static<S>;
  const faults = (validate.errors ?? []).map((e) => {
    const at = e.instancePath === '' ? '(whole)' : e.instancePath.slice(1);
    const extra = e.params.additionalProperty ?? e.params.allowedValues;
    return `${at}: ${e.message ?? e.keyword}${extra === undefined ? '' : ` (${String(extra)})`}`;
  });
  throw new DeviceError(code, `${what}: ${faults.join('; ')}`);
}
