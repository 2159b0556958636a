/**
 * Coded errors of what every machine shares. Documented in README.md beside this file; a test holds
 * both together. The bus has its own (broker-config/errors.ts), devices theirs (devices/).
 */
export const runtimeErrorCodes = {
  CFG_USAGE: 'the command line is not understood',
  CFG_FILE: 'a file that the configuration names can not be read',
  CFG_SYNTAX: 'a profile is not YAML',
  CFG_PROFILE: 'a profile does not have the shape or the sense it must have',
  CFG_ROLE: 'the profile belongs to another role, or the role is not part of this version',
  SPL_LOCKED: 'another process works on the same data directory',
  SPL_FULL: 'the spool has reached its limit',
  SPL_IO: 'the spool can not be read or written',
  SPL_CORRUPT: 'the spool was damaged, was put aside and a new one was begun',
  SPL_CLOSED: 'the spool was closed',
  SCR_PORT_TAKEN: 'the port of the page is already in use',
  SCR_PAGES: 'the built pages are missing',
  SCR_LISTEN: 'the page can not be served',
  RUN_TAKEN_OVER: 'another process connects to the broker with the id of this machine',
  RUN_OLD_HALL: 'a hall older than one seen before is answering',
  RUN_UNANSWERED: 'the hall does not answer one message of the outbox',
  RUN_STOP_LIMIT: 'a step of the orderly stop did not end within its limit',
  RUN_FATAL: 'an error that nobody caught; the process ended',
} as const;

/** What a page gets back when its request is not taken: `{code, message}`. */
export const screenAnswerCodes = {
  SCR_ACTION: 'the body of /act is no action of this role',
  SCR_TYPE: 'the body of /act is not said to be JSON',
  SCR_TOO_LARGE: 'the body of /act is longer than any action',
  SCR_EARLIER_PAGE: 'an earlier process drew the page that was touched',
  SCR_STARTING: 'the flow does not listen yet',
  SCR_FAILED: 'the flow failed on this action',
  SCR_HOST: 'the request names another host than this machine',
  SCR_ORIGIN: "the request comes from somebody else's page",
  SCR_NOT_FOUND: 'there is nothing at this path',
  SCR_CLIENTS: 'too many pages listen to /state',
} as const;

export type ScreenAnswerCode = keyof typeof screenAnswerCodes;

export type RuntimeErrorCode = keyof typeof runtimeErrorCodes;

export class RuntimeError extends Error {
  readonly code: RuntimeErrorCode;
  constructor(code: RuntimeErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = 'RuntimeError';
    this.code = code;
  }
}

/** Code of anything thrown that carries one (ours, Node's, a library's); undefined otherwise. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** What a log line says of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
