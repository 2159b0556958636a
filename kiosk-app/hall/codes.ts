/** Codes of the hall's own log lines. Documented in README.md beside this file; a test holds both. */
export const hallCodes = {
  HALL_STALE: 'a newer hall has run: this one has old data, decides nothing more and ends',
  HALL_NOT_ISSUING: 'the journal can not be written: nothing is issued until it can',
  HALL_ISSUING: 'the journal can be written again',
  HALL_BAD_RATING: 'a citizen was not satisfied: the hall has to look into it',
  HALL_RATINGS: 'a part of what becomes of evaluations does not work; none is lost',
  HALL_UPLOAD: 'the province can not be reached; evaluations are kept and sent later',
  HALL_DEAD_LETTER: 'the province does not take one evaluation; a person has to look',
  HALL_DEFECT: 'a message broke our own code; it was dropped and the hall goes on',
} as const;

export type HallCode = keyof typeof hallCodes;
