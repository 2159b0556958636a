/** Coded errors of the queue core. A refused command is no error: it is a Reason. */
export const queueErrorCodes = {
  QUE_EVENT: 'an event does not fit the state it is applied to: the journal and the state differ',
  QUE_SNAPSHOT: 'a snapshot of the queue is damaged or of another version',
} as const;

export type QueueErrorCode = keyof typeof queueErrorCodes;

export class QueueError extends Error {
  readonly code: QueueErrorCode;
  constructor(code: QueueErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = 'QueueError';
    this.code = code;
  }
}
