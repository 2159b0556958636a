/** Coded errors of evaluations. Documented in README.md beside this file; a test holds both together. */
export const ratingsErrorCodes = {
  RAT_STORE: 'the store of evaluations can not be opened, read or written',
  RAT_VERSION: 'the store of evaluations was written by a newer program',
  RAT_UNKNOWN: 'there is no such evaluation, or not in a state that allows this',
  RAT_KEY: 'the key of the phone addresses can not be read or made',
  RAT_PAGE: "the page for citizens' phones can not be served",
  UPL_PROFILE: "the province's profile asks for something that is not there (a key file)",
  UPL_UNREACHABLE: 'the province was not reached or did not answer in time; tried again',
  UPL_ANSWER: 'the province answered with something that is neither taken nor refused; tried again',
  UPL_REFUSED: 'the province refused a record: it is in the dead-letter list',
} as const;

export type RatingsErrorCode = keyof typeof ratingsErrorCodes;

export class RatingsError extends Error {
  readonly code: RatingsErrorCode;
  constructor(code: RatingsErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = 'RatingsError';
    this.code = code;
  }
}
