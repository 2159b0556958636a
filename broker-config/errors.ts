/** Coded errors of the bus. Documented in README.md beside this file; a test holds both together. */
export const busErrorCodes = {
  BUS_TOPIC_ID: 'a part of a topic is not a valid id',
  BUS_MESSAGE: 'a message does not have the shape its topic demands',
  BUS_TOO_LARGE: 'a message is larger than its limit',
  BUS_OFFLINE: 'there is no link to the broker',
  BUS_DEADLINE: 'no answer came in time',
  BUS_QUEUE_FULL: 'too many requests are waiting for their answers',
  BUS_CLOSED: 'the bus client was closed',
  BUS_REFUSED: 'the broker refused the connection or a subscription',
  BUS_DENIED: 'a machine published or subscribed to what its role may not',
  BUS_TOO_FAST: 'a machine publishes faster than the limit and is held back',
  BUS_CUT: 'the broker cut a connection: protocol error, silence, or a reader that does not read',
  BUS_CREDENTIALS: 'a password file is missing, empty or damaged',
  BUS_CA: "the file with the CA of the broker's certificate is missing or holds none",
  BUS_INVENTORY: 'the list of machines can not be read from the hall profile',
  BUS_LISTEN: 'the broker can not listen on its address',
  BUS_PORT_TAKEN: 'the port of the broker is already in use',
} as const;

export type BusErrorCode = keyof typeof busErrorCodes;

export class BusError extends Error {
  readonly code: BusErrorCode;
  constructor(code: BusErrorCode, detail: string, options?: ErrorOptions) {
    super(`${code}: ${detail}`, options);
    this.name = 'BusError';
    this.code = code;
  }
}
