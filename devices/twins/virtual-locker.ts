/**
 * Lock boards that are not there, with their locks and doors (8A/80/90 frames, 9600 8N1). How the
 * locks report is the twin's own setting: the host has to know or find it out. Written from the byte
 * table, apart from the driver.
 */
import type { DeviceClock } from '../contract.ts';
import type { TwinWires } from './contract.ts';
import type { HostLine } from './lines.ts';
import { createStand } from './stand.ts';

export interface VirtualLockerOptions {
  clock: DeviceClock;
  boards: readonly { board: number; locks: 24 | 32 }[];
  /** true: state 11 is an open lock (开门反馈). */
  elevenIsOpen: boolean;
  /** true: the answer for all locks begins with locks 1-8. */
  lowLocksFirst: boolean;
  /** true: in the answer for all locks, bits are the other way round than state bytes. */
  bitsInverted: boolean;
  /** From the command to the open latch; the answer to a command leaves at once. */
  latchMs: number;
}

export interface VirtualLockerDoor {
  board: number;
  lock: number;
  open: boolean;
  /** The door is held: its latch moves and it stays shut. */
  stuck: boolean;
}

export interface VirtualLocker extends TwinWires {
  readonly doors: readonly VirtualLockerDoor[];
  readonly hosts: number;
  /** Commands carried out, hexadecimal, the last `commandsKeptMax`. */
  readonly commands: readonly string[];
  /** A hand pushes the door shut, or pulls it open with the emergency key. */
  setDoor(board: number, lock: number, open: boolean): void;
  hold(board: number, lock: number, stuck: boolean): void;
  /** A board without power answers nothing. */
  mute(board: number, silent: boolean): void;
  /** The next answers: lost, said twice, or with a wrong check byte. */
  spoil(how: 'lost' | 'doubled' | 'wrong', times: number): void;
  noise(bytes: Uint8Array): void;
  onChange(f: () => void): () => void;
  pullPlug(): Promise<void>;
  putPlug(): Promise<void>;
}

export const commandsKeptMax = 200;

export function createVirtualLocker(o: VirtualLockerOptions): VirtualLocker {
  const doors: VirtualLockerDoor[] = o.boards.flatMap(({ board, locks }) =>
    Array.from({ length: locks }, (_, i) => ({ board, lock: i + 1, open: false, stuck: false })),
  );
  const commands: string[] = [];
  const muted = new Set<number>();
  let spoiling: { how: 'lost' | 'doubled' | 'wrong'; times: number } | undefined;

  const stand = createStand((line) => {
    let held: number[] = [];
    return {
      data(bytes) {
        held.push(...bytes);
        while (held.length > 0) {
          const length = commandLength(held);
          if (length === 'more') break;
          if (length === 0) held.shift();
          else carryOut(line, held.splice(0, length));
        }
        stand.changed();
      },
      gone() {
        held = [];
      },
    };
  });

  /** 0: no command begins here. */
  function commandLength(b: readonly number[]): number | 'more' {
    const lengths = b[0] === 0x80 ? [5] : b[0] === 0x8a ? [5, 6] : b[0] === 0x90 ? [6] : [];
    for (const n of lengths) {
      if (b.length < n) return 'more';
      const sum = b.slice(0, n).reduce((x, y) => x ^ y, 0);
      const mark = b[0] === 0x80 ? b[3] === 0x33 : b[0] === 0x8a ? b[3] === 0x11 : true;
      if (sum === 0 && mark) return n;
    }
    return 0;
  }

  function carryOut(line: HostLine, command: number[]): void {
    const [head = 0, board = 0, lock = 0] = command;
    commands.push(Buffer.from(command).toString('hex'));
    if (commands.length > commandsKeptMax) commands.shift();
    if (muted.has(board) || !o.boards.some((b) => b.board === board)) return;
    if (head === 0x90) {
      const bits = command.slice(2, 5);
      unlatch(board, (l) => (((bits[Math.floor((l - 1) / 8)] ?? 0) >> ((l - 1) % 8)) & 1) === 1);
    } else if (head === 0x8a) {
      unlatch(board, (l) => lock === 0 || l === lock);
      if (lock === 0) say(line, [0x8a, board, 0, 0x11]);
      else say(line, [0x8a, board, lock, stateByte(board, lock)]);
    } else if (lock === 0) {
      say(line, [0x80, board, ...stateBytes(board), 0x33]);
    } else {
      say(line, [0x80, board, lock, stateByte(board, lock)]);
    }
  }

  function unlatch(board: number, chosen: (lock: number) => boolean): void {
    const opening = doors.filter((d) => d.board === board && chosen(d.lock));
    const move = () => {
      for (const door of opening) if (!door.stuck) door.open = true;
      stand.changed();
    };
    if (o.latchMs === 0) move();
    else o.clock.after(o.latchMs, move);
  }

  function stateByte(board: number, lock: number): number {
    const open = doors.some((d) => d.board === board && d.lock === lock && d.open);
    return open === o.elevenIsOpen ? 0x11 : 0x00;
  }

  function stateBytes(board: number): number[] {
    const bytes: number[] = [];
    for (const d of doors.filter((x) => x.board === board)) {
      const eleven = d.open === o.elevenIsOpen;
      const at = Math.floor((d.lock - 1) / 8);
      bytes[at] = (bytes[at] ?? 0) | (eleven === !o.bitsInverted ? 1 << ((d.lock - 1) % 8) : 0);
    }
    return o.lowLocksFirst ? bytes : bytes.reverse();
  }

  function say(line: HostLine, body: number[]): void {
    const answer = Uint8Array.of(
      ...body,
      body.reduce((x, y) => x ^ y, 0),
    );
    const spoilt = spoiling;
    if (spoilt === undefined || spoilt.times === 0) {
      line.send(answer);
      return;
    }
    spoilt.times -= 1;
    if (spoilt.how === 'lost') return;
    if (spoilt.how === 'wrong') answer[answer.length - 1] = (answer.at(-1) ?? 0) ^ 0x40;
    line.send(answer);
    if (spoilt.how === 'doubled') line.send(answer);
  }

  const door = (board: number, lock: number) =>
    doors.find((d) => d.board === board && d.lock === lock);

  return {
    doors,
    commands,
    get hosts() {
      return stand.hosts.size;
    },
    setDoor(board, lock, open) {
      const d = door(board, lock);
      if (d !== undefined) d.open = open;
      stand.changed();
    },
    hold(board, lock, stuck) {
      const d = door(board, lock);
      if (d !== undefined) d.stuck = stuck;
      stand.changed();
    },
    mute(board, silent) {
      if (silent) muted.add(board);
      else muted.delete(board);
      stand.changed();
    },
    spoil(how, times) {
      spoiling = { how, times };
    },
    noise(bytes) {
      for (const host of stand.hosts) host.send(bytes);
    },
    onChange: (f) => stand.onChange(f),
    pullPlug: () => stand.power(false),
    putPlug: () => stand.power(true),
    listenTcp: (at) => stand.listenTcp(at),
    holdSerial: (at) => stand.holdSerial(at),
    close: () => stand.close(),
  };
}
