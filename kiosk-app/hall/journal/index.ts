/** The hall's durable log. See README.md. */
export { JournalError, type JournalErrorCode, journalErrorCodes } from './errors.ts';
export { type JournalOptions, noFaults, openJournal } from './journal.ts';
export { journalLimits } from './limits.ts';
