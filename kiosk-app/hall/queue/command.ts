/**
 * What the queue can be asked. Requests of machines come as they stand on the bus; the hall itself
 * (`dev: 'hall'`) may also book appointments, cancel them and let time pass.
 */
import { type Static, Type } from '@sinclair/typebox';
import {
  Id,
  PersonToken,
  type Reason,
  type RequestOp,
  type RequestResult,
} from '../../../broker-config/messages.ts';
import type { AlarmCode } from '../../../broker-config/reasons.ts';
import type { QueueEvent } from './events.ts';

/** Sender id of the hall's own commands; no machine may have it but the hall server itself. */
export const hallDev = 'hall';

const closed = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000 });
const BookingCode = Type.String({ pattern: '^[A-Za-z0-9-]{4,64}$' });

/** An appointment made elsewhere (province's platform, telephone desk). Slot: [slotStart, slotEnd), ms. */
export const BookBody = Type.Object(
  {
    code: BookingCode,
    service: Id,
    slotStart: Instant,
    slotEnd: Instant,
    person: Type.Optional(PersonToken),
  },
  closed,
);
export type BookBody = Static<typeof BookBody>;
export const CancelBookingBody = Type.Object({ code: BookingCode }, closed);
export type CancelBookingBody = Static<typeof CancelBookingBody>;

/** An alarm that the hall found outside of the queue. `state` null: over. */
export interface AlarmBody {
  id: string;
  state: { code: AlarmCode; data: Record<string, string | number> } | null;
}

export type CommandOp = RequestOp | 'tick' | 'book' | 'cancel-booking' | 'alarm';

export interface Command {
  op: CommandOp;
  /** Machine id proven by the broker, or `hallDev`. */
  dev: string;
  /** Already checked against the schema of its op. */
  body: unknown;
  /** Which window is meant; only heard when `dev` is the hall itself. */
  window?: string;
}

/** Result per op; `snapshot` is answered by the shell with `snapshotAnswer`, so null here. */
export type CommandResult = RequestResult<Exclude<RequestOp, 'snapshot'>> | null;

export type Decision = { ok: true; events: QueueEvent[] } | { ok: false; refusal: Reason };

/**
 * `events` are already evolved into the state and have to be made durable in BOTH cases: what time
 * alone had made due (a new day, an expired hold) is done before the command is judged, so a refusal
 * may carry events too. They are in order and the state's seq rose by exactly their number.
 */
export type Performed =
  | { ok: true; events: QueueEvent[]; result: CommandResult }
  | { ok: false; events: QueueEvent[]; refusal: Reason };
