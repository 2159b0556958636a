/**
 * Bytes <-> messages. Outgoing data is trusted and only measured; incoming data is measured before
 * it is parsed and checked against the schema of its topic before anybody sees it.
 */
import type { Static, TSchema } from '@sinclair/typebox';
import { channels, commandSchemas, messageSchemas } from './channels.ts';
import { BusError } from './errors.ts';
import {
  type Answer,
  Key,
  type Request,
  type RequestOp,
  requestResults,
  requests,
} from './messages.ts';
import { type ParsedTopic, parseTopic, type TopicKind } from './topics.ts';
import { type Checked, check, type Fault } from './validate.ts';

type SingleKind = keyof typeof messageSchemas;
export type Message<K extends SingleKind> = Static<(typeof messageSchemas)[K]>;

/** Fatal: bytes that are not UTF-8 are a fault, never replacement characters in a name. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Message -> payload.
 * @throws BusError BUS_TOO_LARGE
 */
export function encode(kind: TopicKind, message: unknown): Buffer {
  return encodeText(kind, JSON.stringify(message));
}

/**
 * Message that is JSON already -> payload.
 * @throws BusError BUS_TOO_LARGE
 */
export function encodeText(kind: TopicKind, json: string): Buffer {
  const payload = Buffer.from(json);
  const { bytesMax } = channels[kind];
  if (payload.length > bytesMax) {
    throw new BusError(
      'BUS_TOO_LARGE',
      `${kind} has ${payload.length} bytes, at most ${bytesMax} may be sent`,
    );
  }
  return payload;
}

/** Payload -> message of a kind that carries one type. Never throws. */
export function decode<K extends SingleKind>(kind: K, payload: Uint8Array): Checked<Message<K>> {
  return decodeAs(messageSchemas[kind], channels[kind].bytesMax, payload) as Checked<Message<K>>;
}

/** Payload -> order to a machine. Never throws. */
export function decodeCommand<C extends keyof typeof commandSchemas>(
  command: C,
  payload: Uint8Array,
): Checked<Static<(typeof commandSchemas)[C]>> {
  return decodeAs(commandSchemas[command], channels.machineCommand.bytesMax, payload);
}

/** Answer whose result, if granted, has the shape of `op`. Never throws. */
export function decodeAnswer<Op extends RequestOp>(
  op: Op,
  payload: Uint8Array,
): Checked<Answer<Op>> {
  const answer = decode('reply', payload);
  if (!answer.ok || !answer.value.ok) return answer as Checked<Answer<Op>>;
  const result = check(requestResults[op], answer.value.result);
  if (result.ok) return answer as Checked<Answer<Op>>;
  return {
    ok: false,
    faults: result.faults.map((f) => ({ ...f, pointer: `/result${f.pointer}` })),
  };
}

export type DecodedRequest =
  | { ok: true; op: RequestOp; dev: string; request: Request }
  | {
      ok: false;
      /** Who asked, as far as the topic tells. */
      dev: string | undefined;
      /** Under which the refusal can be sent, if it could be read. */
      key: string | undefined;
      faults: Fault[];
    };

/** Topic and payload as received -> request, or all that is wrong with it. Never throws. */
export function decodeRequest(
  topic: string,
  payload: Uint8Array,
  parsed: ParsedTopic | undefined = parseTopic(topic),
): DecodedRequest {
  if (parsed?.kind !== 'request') {
    const ops = Object.keys(requests).join(', ');
    return {
      ok: false,
      dev: undefined,
      key: readKey(payload),
      faults: [{ pointer: '', expected: `must be sent to a request topic of ${ops}` }],
    };
  }
  const { op, dev } = parsed;
  const decoded = decodeAs(requests[op], channels.request.bytesMax, payload);
  if (decoded.ok) return { ok: true, op, dev, request: decoded.value as Request };
  return { ok: false, dev, key: readKey(payload), faults: decoded.faults };
}

/** A request's key stands within its first bytes, whatever follows. */
const keyWithinBytes = 256;

/** The key of a request that is otherwise wrong or too large, so that its sender can be told. */
export function readKey(payload: Uint8Array): string | undefined {
  const head = Buffer.from(payload.subarray(0, keyWithinBytes)).toString('latin1');
  const found = check(Key, /"key"\s*:\s*"([^"]*)"/.exec(head)?.[1]);
  return found.ok ? found.value : undefined;
}

function decodeAs<S extends TSchema>(
  schema: S,
  bytesMax: number,
  payload: Uint8Array,
): Checked<Static<S>> {
  const data = parseJson(payload, bytesMax);
  return data.ok ? check(schema, data.value) : data;
}

function parseJson(payload: Uint8Array, bytesMax: number): Checked<unknown> {
  if (payload.length > bytesMax) {
    return whole(`must have at most ${bytesMax} bytes, has ${payload.length}`);
  }
  try {
    return { ok: true, value: JSON.parse(utf8.decode(payload)) };
  } catch {
    return whole('must be JSON in UTF-8');
  }
}

const whole = (expected: string): Checked<never> => ({
  ok: false,
  faults: [{ pointer: '', expected }],
});
