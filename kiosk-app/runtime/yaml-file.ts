/**
 * Reads a YAML profile, checks it, and tells everything that is wrong at once, each with
 * file:line:column, what stands there and what was expected.
 */
import { readFileSync } from 'node:fs';
import type { Static, TSchema } from '@sinclair/typebox';
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Fault } from '../../broker-config/validate.ts';
import { messageOf, RuntimeError } from './errors.ts';
import { readableFaults, segments, valueAt } from './schema-faults.ts';

export const profileBytesMax = 1024 * 1024;
/** Guards against a file whose aliases unfold without end. */
const aliasesMax = 10_000;
const foundCharsMax = 60;
/** The parser quotes all it stumbled over, with a file that is no YAML whole pages of it. */
const syntaxCharsMax = 120;
/** After the first few the parser has lost its way, and says nothing that helps. */
const syntaxFaultsMax = 5;

/** One mistake at its place; `line` and `column` count from 1. */
export interface LocatedFault {
  file: string;
  line: number;
  column: number;
  /** Where in the profile, e.g. `devices[0].options.port`; '' = the whole. */
  path: string;
  message: string;
}

/** All mistakes of one file; the message has a line for each. */
export class ProfileError extends RuntimeError {
  readonly faults: readonly LocatedFault[];
  constructor(code: 'CFG_SYNTAX' | 'CFG_PROFILE', file: string, faults: LocatedFault[]) {
    const lines = faults.map((f) => `  ${faultText(f)}`);
    super(code, `${file} has ${countOf(faults.length)}\n${lines.join('\n')}`);
    this.name = 'ProfileError';
    this.faults = faults;
  }
}

const countOf = (n: number) => (n === 1 ? '1 mistake' : `${n} mistakes`);

function faultText(f: LocatedFault): string {
  const place = f.path === '' ? '' : `${f.path} `;
  return `${f.file}:${f.line}:${f.column}: ${place}${f.message}`;
}

/** Checks of sense beyond the shape; called only with a value whose shape is right. */
export type SenseCheck<T> = (value: T) => Fault[];

/**
 * @param namedBy file that names this one, for who copied only one of them
 * @throws RuntimeError CFG_FILE
 * @throws ProfileError CFG_SYNTAX, CFG_PROFILE
 */
export function loadYaml<S extends TSchema>(
  schema: S,
  file: string,
  sense: SenseCheck<Static<S>>,
  namedBy?: string,
): Static<S> {
  const lines = new LineCounter();
  // `core`: 08:30 and "no" stay what they look like. Two keys of one name are a mistake.
  const document = parseDocument(readText(file, namedBy), {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    uniqueKeys: true,
  });
  if (document.errors.length > 0) {
    const faults = document.errors.slice(0, syntaxFaultsMax).map((e) => {
      const { line, col } = lines.linePos(e.pos[0]);
      return { file, line, column: col, path: '', message: oneLine(e.message) };
    });
    throw new ProfileError('CFG_SYNTAX', file, faults);
  }
  const value = plain(document, file);
  let faults = readableFaults(schema, value);
  if (faults.length === 0) faults = sense(value as Static<S>);
  if (faults.length > 0) {
    const located = faults.map((f) => locate(f, { file, document, lines, value }));
    located.sort((a, b) => a.line - b.line || a.column - b.column);
    throw new ProfileError('CFG_PROFILE', file, located);
  }
  return value as Static<S>;
}

function oneLine(message: string): string {
  const text = message.replaceAll(/\s+/g, ' ');
  return text.length > syntaxCharsMax ? `${text.slice(0, syntaxCharsMax)}...` : text;
}

function readText(file: string, namedBy?: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const from = namedBy === undefined ? '' : `, which ${namedBy} names`;
    throw new RuntimeError('CFG_FILE', `can not read ${file}${from}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (bytes.length > profileBytesMax) {
    throw new RuntimeError('CFG_FILE', `${file} is larger than ${profileBytesMax} bytes`);
  }
  return bytes.toString('utf8');
}

function plain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: aliasesMax });
  } catch (error) {
    const fault = { file, line: 1, column: 1, path: '', message: messageOf(error) };
    throw new ProfileError('CFG_SYNTAX', file, [fault]);
  }
}

interface Source {
  file: string;
  document: Document;
  lines: LineCounter;
  value: unknown;
}

function locate(fault: Fault, source: Source): LocatedFault {
  const path = segments(fault.pointer);
  const { line, col } = source.lines.linePos(offsetOf(source.document, path));
  return {
    file: source.file,
    // An empty file has no line at all.
    line: Math.max(1, line),
    column: Math.max(1, col),
    path: pathText(path, source.value),
    message: fault.expected + foundText(valueAt(source.value, path)),
  };
}

/** Where the last part of the path that is really there begins; a key stands for its value. */
function offsetOf(document: Document, path: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((p) => isScalar(p.key) && String(p.key.value) === key);
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      const item = node.items[Number(key)];
      if (item === undefined) return offset;
      offset = startOf(item) ?? offset;
      node = item;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node)) return undefined;
  return Array.isArray(node.range) ? Number(node.range[0]) : undefined;
}

function pathText(path: readonly string[], value: unknown): string {
  let text = '';
  path.forEach((key, i) => {
    const inArray = Array.isArray(valueAt(value, path.slice(0, i)));
    text += inArray ? `[${key}]` : `${text === '' ? '' : '.'}${key}`;
  });
  return text;
}

/** What stands there, when it is short enough to help. */
function foundText(found: unknown): string {
  if (found === undefined || (typeof found === 'object' && found !== null)) return '';
  const text = JSON.stringify(found);
  return ` (found ${text.length > foundCharsMax ? `${text.slice(0, foundCharsMax)}...` : text})`;
}
