/**
 * Makes the faults of a schema check readable: of a choice (`anyOf`) only the branch that was meant
 * is spoken of, and an unknown key gets the known one it resembles. Pure.
 */
import type { TSchema } from '@sinclair/typebox';
import { check, type Fault } from '../../broker-config/validate.ts';

/** The parts of JSON Schema that the profiles use. */
interface Shape {
  anyOf?: Shape[];
  properties?: Record<string, Shape>;
  patternProperties?: Record<string, Shape>;
  items?: Shape;
  const?: unknown;
  type?: string;
}

/** Checks and refines. Never more than `faultsMax` faults: nobody reads the 101st. */
export const faultsMax = 100;

export function readableFaults(schema: TSchema, value: unknown): Fault[] {
  const checked = check(schema, value);
  if (checked.ok) return [];
  return refine(schema, value, checked.faults).slice(0, faultsMax);
}

function refine(schema: TSchema, value: unknown, faults: readonly Fault[]): Fault[] {
  // The outermost choice first: it speaks of what stands inside it.
  const choice = faults
    .filter((f) => shapeAt(schema, segments(f.pointer), value)?.anyOf)
    .sort((a, b) => a.pointer.length - b.pointer.length)[0];
  if (choice === undefined) {
    return faults.map((f) => ({ ...f, expected: withHint(schema, value, f) }));
  }
  const at = choice.pointer;
  const inside = (f: Fault) => f.pointer === at || f.pointer.startsWith(`${at}/`);
  const shape = shapeAt(schema, segments(at), value);
  const found = valueAt(value, segments(at));
  const others = faults.filter((f) => !inside(f));
  return [
    ...faultsOfChoice(shape?.anyOf ?? [], found).map((f) => ({ ...f, pointer: at + f.pointer })),
    ...refine(schema, value, others),
  ];
}

function faultsOfChoice(branches: Shape[], value: unknown): Fault[] {
  const meant = branches.filter((b) => couldMean(b, value));
  const [only] = meant;
  if (only !== undefined && meant.length === 1) {
    const faults = readableFaults(only as TSchema, value);
    if (faults.length > 0) return faults;
  }
  const kinds = branches.map((b) => b.properties?.kind?.const).filter((k) => k !== undefined);
  if (kinds.length === branches.length && typeof value === 'object' && value !== null) {
    return [{ pointer: '/kind', expected: `must be one of ${kinds.join(', ')}` }];
  }
  return [{ pointer: '', expected: `must be ${branches.map(describe).join(' or ')}` }];
}

/** May the writer have meant this branch? Told by its constants (`kind: keep`) and its type. */
function couldMean(branch: Shape, value: unknown): boolean {
  if (branch.const !== undefined) return branch.const === value;
  if (branch.type !== undefined && branch.type !== typeName(value)) return false;
  for (const [key, shape] of Object.entries(branch.properties ?? {})) {
    if (shape.const === undefined) continue;
    if ((value as Record<string, unknown>)[key] !== shape.const) return false;
  }
  return true;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function describe(shape: Shape): string {
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  const keys = Object.keys(shape.properties ?? {});
  if (keys.length > 0) return `an object with ${keys.join(', ')}`;
  return shape.type ?? 'something else';
}

// ---------------------------------------------------------------- hints

function withHint(schema: TSchema, value: unknown, fault: Fault): string {
  if (fault.expected !== 'is not known here') return fault.expected;
  const path = segments(fault.pointer);
  const key = path.at(-1) ?? '';
  const shape = shapeAt(schema, path.slice(0, -1), value);
  const known = Object.keys(shape?.properties ?? {});
  const near = nearest(key, known);
  if (near !== undefined) return `is not known here; did you mean "${near}"?`;
  return known.length === 0 ? fault.expected : `is not known here; known: ${known.join(', ')}`;
}

/** The word that is at most two letters (of short words: one) away; undefined when none is. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = word.length <= 4 ? 1 : 2;
  for (const candidate of words) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase());
    if (d > bestDistance || (d === bestDistance && best !== undefined)) continue;
    best = candidate;
    bestDistance = d;
  }
  return best;
}

/** Letters to add, remove or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, change));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

// ---------------------------------------------------------------- walking

/** `/a/b~1c/0` -> `['a', 'b/c', '0']` (RFC 6901). */
export function segments(pointer: string): string[] {
  if (pointer === '') return [];
  return pointer
    .slice(1)
    .split('/')
    .map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}

/** The schema that speaks of this place; of a choice the branch that was meant. */
function shapeAt(schema: TSchema, path: readonly string[], value: unknown): Shape | undefined {
  let shape: Shape | undefined = schema as Shape;
  let at: unknown = value;
  for (const key of path) {
    const here = at;
    if (shape?.anyOf) {
      const meant: Shape[] = shape.anyOf.filter((b) => couldMean(b, here));
      shape = meant.length === 1 ? meant[0] : undefined;
    }
    shape = Array.isArray(here) ? shape?.items : propertyShape(shape, key);
    at = valueAt(here, [key]);
  }
  return shape;
}

function propertyShape(shape: Shape | undefined, key: string): Shape | undefined {
  const own = shape?.properties?.[key];
  if (own !== undefined) return own;
  const patterns = Object.entries(shape?.patternProperties ?? {});
  return patterns.find(([pattern]) => new RegExp(pattern).test(key))?.[1];
}
