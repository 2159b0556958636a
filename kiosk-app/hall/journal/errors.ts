/** Coded errors of the journal. Documented in README.md beside this file; a test holds both together. */
export const journalErrorCodes = {
  JRN_NODE: 'this Node.js is too old for the journal',
  JRN_OPEN: 'the journal directory or one of its files can not be used',
  JRN_LOCKED: 'another hall works on the same data',
  JRN_VERSION: 'the journal was written by a newer Xuhao',
  JRN_CORRUPT: 'the journal is damaged',
  JRN_SEQUENCE: 'a batch or snapshot does not fit the newest event',
  JRN_FULL: 'the disk is full',
  JRN_IO: 'the disk can not be read or written',
  JRN_BUSY: 'another program is writing to the journal',
  JRN_CLOSED: 'the journal was closed',
} as const;

export type JournalErrorCode = keyof typeof journalErrorCodes;

export class JournalError extends Error {
  readonly code: JournalErrorCode;
  constructor(code: JournalErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = 'JournalError';
    this.code = code;
  }
}

const codeOf = (e: unknown): string =>
  e instanceof Error && 'code' in e && typeof e.code === 'string' ? e.code : '';

/**
 * What SQLite or the file system threw, as a JournalError.
 * @param doing what was tried, e.g. `commit`
 */
export function storageError(e: unknown, doing: string, file: string): JournalError {
  if (e instanceof JournalError) return e;
  const code = codeOf(e);
  const text = e instanceof Error ? e.message : String(e);
  const as = (journalCode: JournalErrorCode) =>
    new JournalError(journalCode, `${doing}: ${text} (${code}), ${file}`, { cause: e });
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return as('JRN_FULL');
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return as('JRN_CORRUPT');
  if (/^SQLITE_CONSTRAINT/.test(code)) return as('JRN_SEQUENCE');
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return as('JRN_BUSY');
  return as('JRN_IO');
}
