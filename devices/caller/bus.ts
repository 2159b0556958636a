/**
 * One FF 68 bus: who may speak when. Acknowledgements go before everything else, the host never
 * begins within a frame it is hearing, and leaves a rest between its own. Every device of the
 * machine that names this bus is a member; each frame is offered to all of them.
 */
import { DeviceError } from '../codes.ts';
import type { DeviceClock, Transport } from '../contract.ts';
import { type BusFrame, createBusFraming, encodeFrame } from './framing.ts';

/** A device has answered or asked: it needs so long to let go of the line (3 characters at 9600). */
const turnAroundMs = 3;
/** Whoever began a frame and did not end it in this time will not. */
const speakingWaitMs = 50;
const writeDeadlineMs = 1000;
/**
 * The host's own frame, heard again so soon after it, is an adapter's echo and not a device: without
 * this an acknowledgement would be a key that is acknowledged, and so on for ever. A device that
 * repeats itself so soon does it once more.
 */
const ownEchoMs = 60;
/** Own frames remembered for that; more do not leave within its time. */
const ownFramesMax = 16;
/** Frames that wait, acknowledgements not counted. */
export const framesWaitingMax = 64;

export interface BusMember {
  /** The frame that acknowledges it when it is this member's, null when it is not. */
  hear(frame: BusFrame): BusFrame | null;
  lost(error: Error): void;
}

export interface Bus {
  readonly name: string;
  /** Bytes that were no good frame. */
  readonly dropped: number;
  /** The returned function leaves; the last one to leave closes the wire. */
  join(member: BusMember): () => Promise<void>;
  /**
   * Resolves when it has left. `slot`: a later frame of the same slot takes its place while it waits.
   * @throws DeviceError CLR_BUSY, DEV_CLOSED, DEV_WRITE_DEADLINE
   */
  send(frame: BusFrame, slot: string): Promise<void>;
}

interface Waiting {
  frame: BusFrame;
  sent: Promise<void>;
  resolve: () => void;
  reject: (error: Error) => void;
}

const textOf = (f: BusFrame) => `${f.address} ${f.func} ${f.data.join()}`;

export function createBus(transport: Transport, clock: DeviceClock, gapMs: number): Bus {
  const framing = createBusFraming();
  const members = new Set<BusMember>();
  /** At most one per device and key: a device repeats itself, it does not speak twice. */
  const acks = new Map<string, BusFrame>();
  const queue = new Map<string, Waiting>();
  /** Own frames by their text, and until when they count as echo. */
  const own = new Map<string, number>();
  let writing = false;
  let open = true;
  let lostWith: Error | undefined;
  let ackAt = 0;
  let sendAt = 0;
  let speakingSince = 0;
  let cancelWait: (() => void) | undefined;

  transport.onClose((error) => {
    open = false;
    cancelWait?.();
    acks.clear();
    for (const w of queue.values()) w.reject(new DeviceError('DEV_CLOSED', transport.name));
    queue.clear();
    lostWith = error;
    if (error !== undefined) for (const member of [...members]) member.lost(error);
  });
  transport.onData((chunk) => {
    const wasSpeaking = framing.speaking;
    const frames = framing.push(chunk);
    const now = clock.mono();
    if (!wasSpeaking || frames.length > 0) speakingSince = now;
    for (const frame of frames) {
      if (isOwn(frame, now)) continue;
      ackAt = now + turnAroundMs;
      sendAt = Math.max(sendAt, ackAt);
      for (const member of members) {
        const ack = member.hear(frame);
        if (ack !== null) acks.set(textOf(ack), ack);
      }
    }
    pump();
  });

  function isOwn(frame: BusFrame, now: number): boolean {
    const until = own.get(textOf(frame)) ?? Number.NEGATIVE_INFINITY;
    // An echo comes once.
    own.delete(textOf(frame));
    return now < until;
  }

  function remember(frame: BusFrame): void {
    own.delete(textOf(frame));
    own.set(textOf(frame), clock.mono() + ownEchoMs);
    for (const oldest of own.keys()) {
      if (own.size <= ownFramesMax) break;
      own.delete(oldest);
    }
  }

  /** Writes what may be written now, or comes back when it may. */
  function pump(): void {
    cancelWait?.();
    cancelWait = undefined;
    if (writing || !open) return;
    const [ackId, ack] = acks.entries().next().value ?? [];
    const [slot, next] = queue.entries().next().value ?? [];
    if (ack === undefined && next === undefined) return;
    const now = clock.mono();
    const heardOut = framing.speaking ? speakingSince + speakingWaitMs : 0;
    const at = Math.max(heardOut, ack === undefined ? sendAt : ackAt);
    if (at > now) {
      cancelWait = clock.after(at - now, pump);
    } else if (ackId !== undefined && ack !== undefined) {
      acks.delete(ackId);
      write(ack, undefined);
    } else if (slot !== undefined && next !== undefined) {
      queue.delete(slot);
      write(next.frame, next);
    }
  }

  function write(frame: BusFrame, waiting: Waiting | undefined): void {
    writing = true;
    remember(frame);
    const end = (settle: () => void) => {
      writing = false;
      if (own.has(textOf(frame))) remember(frame);
      ackAt = clock.mono() + turnAroundMs;
      sendAt = clock.mono() + gapMs;
      settle();
      pump();
    };
    transport.write(encodeFrame(frame), writeDeadlineMs).then(
      () => end(() => waiting?.resolve()),
      // A wire that can not be written is gone by itself: its members hear of it in onClose.
      (error: Error) => end(() => waiting?.reject(error)),
    );
  }

  function send(frame: BusFrame, slot: string): Promise<void> {
    if (!open) return Promise.reject(new DeviceError('DEV_CLOSED', transport.name));
    const before = queue.get(slot);
    if (before !== undefined) {
      before.frame = frame;
      return before.sent;
    }
    if (queue.size >= framesWaitingMax) {
      return Promise.reject(new DeviceError('CLR_BUSY', `${framesWaitingMax} frames wait`));
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    queue.set(slot, { frame, sent: promise, resolve, reject });
    pump();
    return promise;
  }

  return {
    name: transport.name,
    get dropped() {
      return framing.dropped;
    },
    join(member) {
      members.add(member);
      // Torn out between its opening and this: nobody was there to be told.
      const already = lostWith;
      if (already !== undefined) queueMicrotask(() => member.lost(already));
      return async () => {
        members.delete(member);
        if (members.size === 0) await transport.close();
      };
    },
    send,
  };
}
