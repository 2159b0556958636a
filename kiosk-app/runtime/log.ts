/**
 * The log: one line of JSON per call on stdout, from where systemd or a parent takes it.
 *
 * Personal data never reach it: whatever looks like a citizen's ID number (18 places, GB 11643) and
 * the fields `name` and `idNumber` are blotted out in the finished line, at any depth, so that no
 * caller has to remember.
 */
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

type Write = (fields: Record<string, unknown>, message: string) => void;

/** One line of JSON per call: `fields` for machines, `message` (English) for technicians. */
export interface Log {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  fatal: Write;
  /** Same log with these fields in every line. */
  child(fields: Record<string, unknown>): Log;
}

export interface ProcessLog extends Log {
  /** Writes out what is still in memory; call it last before the process ends. */
  flush(): void;
}

/** Kept in memory while stdout does not take it; what comes beyond is dropped. */
const pendingBytesMax = 1024 * 1024;

const idNumber = /(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])/g;
const personalField = /("(?:name|idNumber)":)(?:"(?:[^"\\]|\\.)*"|[0-9.eE+-]+)/g;
/** Strings and numbers of a line of JSON. */
const token = /"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/g;

/** Blots personal data out of one finished line of JSON, which stays JSON. */
export function redact(line: string): string {
  return line.replace(personalField, '$1"[redacted]"').replace(token, (t) => {
    if (t.startsWith('"')) return t.length < 20 ? t : t.replace(idNumber, '[redacted]');
    return /^[0-9]{18}$/.test(t) ? '"[redacted]"' : t;
  });
}

/** What a line says of an error. Not its own fields: nobody knows what a library puts there. */
function errorFields(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  return {
    type: error.constructor.name,
    ...('code' in error ? { code: error.code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: errorFields(error.cause) }),
  };
}

/** @param to where lines go; the process's own log goes to stdout (see `processLog`). */
export function createLog(level: LogLevel, to: DestinationStream): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: errorFields },
      hooks: { streamWrite: redact },
    },
    to,
  );
}

/** The log of this process, on stdout, without waiting for it: a stopped reader stops no press. */
export function processLog(level: LogLevel): ProcessLog {
  const stdout = destination({ dest: 1, sync: false, maxLength: pendingBytesMax });
  // A reader that went away (EPIPE) must not end the machine.
  stdout.on('error', () => {});
  const log = createLog(level, stdout);
  return Object.assign(log, {
    flush() {
      try {
        stdout.flushSync();
      } catch {
        // Nothing was opened or nobody reads: there is nowhere left to say so.
      }
    },
  });
}
