/**
 * One password per machine. A directory holds
 *
 *   credentials/<machine>   the secret, one line, mode 0600: carried to the machine once
 *   credentials.json        what the broker compares with: SHA-256 of each secret
 *
 * A secret is 32 random bytes, so a plain digest can not be guessed back, and 200 machines that
 * return at once after a power cut do not wait for a deliberately slow password hash.
 */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from '@sinclair/typebox';
import { BusError } from './errors.ts';
import { Id } from './messages.ts';
import { check, faultLine } from './validate.ts';

const secretBytes = 32;
/** Loaded where it is used: a machine only reads its secret. */
const crypto = () => process.getBuiltinModule('node:crypto');

const Store = Type.Object(
  {
    v: Type.Literal(1),
    /** Machine id -> SHA-256 of its secret, hex. */
    machines: Type.Record(Id, Type.String({ pattern: '^[0-9a-f]{64}$' }), {
      additionalProperties: false,
    }),
  },
  { additionalProperties: false },
);

/** Answers whether a password belongs to a machine. */
export interface CredentialStore {
  verify(machine: string, password: Uint8Array | undefined): boolean;
}

export const credentialFile = (dataDir: string, machine: string) =>
  join(dataDir, 'credentials', machine);

/**
 * Makes a secret for every machine that has none; existing ones are kept.
 * @returns machine id -> path of its secret file
 */
export function provision(dataDir: string, machineIds: readonly string[]): Map<string, string> {
  mkdirSync(join(dataDir, 'credentials'), { recursive: true, mode: 0o700 });
  const machines: Static<typeof Store>['machines'] = {};
  const files = new Map<string, string>();
  for (const machine of machineIds) {
    const id = check(Id, machine);
    if (!id.ok) throw new BusError('BUS_TOPIC_ID', `machine "${machine}" ${faultLine(id.faults)}`);
    machines[machine] = digest(Buffer.from(secretOf(dataDir, machine))).toString('hex');
    files.set(machine, credentialFile(dataDir, machine));
  }
  writeWhole(join(dataDir, 'credentials.json'), `${JSON.stringify({ v: 1, machines }, null, 1)}\n`);
  return files;
}

/**
 * The store as `provision` wrote it.
 * @throws BusError BUS_CREDENTIALS: missing or damaged
 */
export function openCredentials(dataDir: string): CredentialStore {
  const path = join(dataDir, 'credentials.json');
  const store = check(Store, readJson(path));
  if (!store.ok) throw new BusError('BUS_CREDENTIALS', `${path}: ${faultLine(store.faults)}`);
  const digests = new Map(
    Object.entries(store.value.machines).map(([id, hex]) => [id, Buffer.from(hex, 'hex')]),
  );
  const nobody = crypto().randomBytes(secretBytes);
  return {
    verify: (machine, password) => {
      const expected = digests.get(machine);
      const same = crypto().timingSafeEqual(digest(password ?? nobody), expected ?? nobody);
      return same && expected !== undefined && password !== undefined;
    },
  };
}

/**
 * A machine's own secret.
 * @throws BusError BUS_CREDENTIALS: missing or empty
 */
export function readSecret(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new BusError('BUS_CREDENTIALS', `${file} can not be read (${why(cause)}); ${origin}`, {
      cause,
    });
  }
  if (text === '') throw new BusError('BUS_CREDENTIALS', `${file} is empty; ${origin}`);
  return text;
}

/** Who starts a machine for the first time has not carried it there yet. */
const origin =
  "a machine's password is made on the hall server, DATA/credentials/<machine>: copy that file here";

/** `ENOENT` and `EACCES` are mended in different ways. */
const why = (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : cause);

function secretOf(dataDir: string, machine: string): string {
  const file = credentialFile(dataDir, machine);
  try {
    return readSecret(file);
  } catch {
    const secret = crypto().randomBytes(secretBytes).toString('base64url');
    writeWhole(file, `${secret}\n`);
    return secret;
  }
}

/** Whole or not at all: a power cut must not leave half a secret. */
function writeWhole(path: string, text: string): void {
  const next = `${path}.new`;
  writeFileSync(next, text, { mode: 0o600, flush: true });
  chmodSync(next, 0o600);
  renameSync(next, path);
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new BusError('BUS_CREDENTIALS', `${path} can not be read`, { cause });
  }
}

const digest = (bytes: Uint8Array) => crypto().createHash('sha256').update(bytes).digest();
