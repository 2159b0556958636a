/**
 * A ticket printer that is not there: stands at the far end of a TCP port, a pty pair or a cable,
 * reads ESC/POS as the manuals say, prints at the profile's speed, runs out of paper, jams, loses
 * its plug, and shows every ticket as it was drawn from the received bytes alone.
 */
import { DeviceError } from '../codes.ts';
import type {
  PrintedTicket,
  VirtualPrinter,
  VirtualPrinterOptions,
  VirtualPrinterState,
} from './contract.ts';
import { type HostLine, type LineEvents, type LinePlace, serialPlace, tcpPlace } from './lines.ts';
import { drawSheet, toPng } from './printer/drawing.ts';
import { PrinterEngine } from './printer/engine.ts';
import type { Sheet } from './printer/paper.ts';

/** Older tickets are forgotten. */
export const ticketsKeptMax = 200;
/** A slow printer takes its bytes in turns of so much time. */
const drainTurnMs = 20;
/** A board that starts anew hears nothing for so long; real ones take a second and more. */
export const bootMs = 300;

export function createVirtualPrinter(o: VirtualPrinterOptions): VirtualPrinter {
  const tickets: PrintedTicket[] = [];
  const watchers = new Set<() => void>();
  const places: LinePlace[] = [];
  let seq = 0;
  let plugged = true;
  let cable = true;
  /** The host being served; a second one is turned away, as by most boards. */
  let host: HostLine | undefined;
  /** Hosts that came while the cable was cut: they see a wire that says nothing. */
  const unheard = new Set<HostLine>();
  /** Bytes that the wire holds while the buffer is full. */
  let inbox: Uint8Array[] = [];
  let takingIn = false;
  let booting: (() => void) | undefined;
  /** Pieces of replies still to leave. */
  const replies: (() => void)[] = [];
  let replying: (() => void) | undefined;
  /** Bytes that may still be taken in this turn; a slow printer has turns. */
  let allowance = Number.POSITIVE_INFINITY;
  let nextTurn: (() => void) | undefined;

  const tell = () => {
    for (const f of watchers) f();
  };
  const engine = new PrinterEngine(
    {
      profile: o.profile,
      clock: o.clock,
      pace: o.pace,
      lowBelowMm: o.lowBelowMm,
      reply,
      paperOff,
      changed() {
        takeIn();
        tell();
      },
    },
    o.paperMm,
  );

  /** Later and in pieces, but always in order: one timer at a time, timers alone may change places. */
  function reply(bytes: Uint8Array): void {
    const { delayMs, chunkBytesMax } = o.replies;
    const line = host;
    for (let from = 0; from < bytes.length; from += chunkBytesMax) {
      const chunk = bytes.slice(from, from + chunkBytesMax);
      replies.push(() => {
        if (cable && line === host) line?.send(chunk);
      });
    }
    if (delayMs === 0) for (const send of replies.splice(0)) send();
    else replyLater(delayMs);
  }

  function replyLater(delayMs: number): void {
    if (replying !== undefined || replies.length === 0) return;
    replying = o.clock.after(delayMs, () => {
      replying = undefined;
      replies.shift()?.();
      replyLater(delayMs);
    });
  }

  function paperOff(sheet: Sheet, complaints: string[]): void {
    seq += 1;
    const svg = drawSheet(sheet, o.profile);
    tickets.push({
      seq,
      at: o.clock.now(),
      svg,
      png: () => toPng(svg),
      text: sheet.lines.map((line) => line.text.trimEnd()).join('\n'),
      widthDots: o.profile.paper.dots,
      heightDots: sheet.heightDots,
      qr: sheet.qrs.map((mark) => new TextDecoder().decode(mark.data)),
      complaints,
    });
    if (tickets.length > ticketsKeptMax) tickets.shift();
  }

  /** From the wire into the buffer, as far as there is room. */
  function takeIn(): void {
    // The engine tells of changes while it takes bytes: the loop below goes on by itself.
    if (takingIn) return;
    takingIn = true;
    for (let next = inbox[0]; next !== undefined; next = inbox[0]) {
      const room = Math.min(engine.roomBytes, turnBytes());
      if (room === 0) break;
      if (next.length > room) inbox[0] = next.subarray(room);
      else inbox.shift();
      allowance -= Math.min(next.length, room);
      engine.receive(next.subarray(0, room));
    }
    takingIn = false;
    // Nobody holds the host back: the rest has fallen on the floor.
    if (host?.lossy) inbox = [];
    if (inbox.length > 0) host?.pause();
    else host?.resume();
  }

  function turnBytes(): number {
    const { drainBytesPerSecond } = o;
    if (drainBytesPerSecond === undefined) return Number.POSITIVE_INFINITY;
    if (nextTurn === undefined) {
      allowance = Math.max(1, Math.round((drainBytesPerSecond * drainTurnMs) / 1000));
      nextTurn = o.clock.after(drainTurnMs, () => {
        nextTurn = undefined;
        takeIn();
      });
    }
    return Math.max(0, allowance);
  }

  function serve(line: HostLine): void {
    if (host === line) return;
    host = line;
    tell();
  }

  function accept(line: HostLine): LineEvents {
    if (!cable) {
      unheard.add(line);
      return { data: () => undefined, gone: () => unheard.delete(line) };
    }
    if (host !== undefined && !host.always && !line.always) {
      line.break();
      return { data: () => undefined, gone: () => undefined };
    }
    if (!line.always) serve(line);
    return {
      data(bytes) {
        if (!cable || booting !== undefined) return;
        if (host === undefined || host.always) serve(line);
        if (host !== line) return;
        inbox.push(bytes);
        takeIn();
      },
      gone() {
        if (host !== line) return;
        host = undefined;
        tell();
      },
    };
  }

  async function addPlace(place: LinePlace): Promise<void> {
    places.push(place);
    if (plugged) await place.start();
  }

  function state(): VirtualPrinterState {
    return {
      paper: engine.paper,
      paperMm: engine.paperMm,
      coverOpen: engine.coverOpen,
      jam: engine.jammed || engine.cutterError,
      headHot: engine.headHot,
      ticketWaiting: engine.ticketWaiting,
      plugged,
      cable,
      online: plugged && engine.online,
      bufferedBytes: engine.bufferedBytes,
      hosts: host === undefined ? 0 : 1,
    };
  }

  async function power(on: boolean): Promise<void> {
    if (on === plugged) return;
    plugged = on;
    inbox = [];
    engine.powerCycle();
    tell();
    for (const place of places) await (on ? place.start() : place.stop());
    tell();
  }

  return {
    get state() {
      return state();
    },
    tickets,
    onChange(f) {
      watchers.add(f);
      return () => watchers.delete(f);
    },
    async listenTcp(at) {
      if (!plugged) throw new DeviceError('DEV_CLOSED', 'the virtual printer has no power');
      const place = tcpPlace(at, accept);
      await addPlace(place);
      return { host: at.host, port: place.port() };
    },
    holdSerial: (at) => addPlace(serialPlace({ flow: 'rtscts', ...at }, accept)),
    takePaper() {
      engine.paperMm = 0;
      engine.touched();
    },
    loadPaper: (mm) => engine.loadPaper(mm),
    openCover() {
      engine.coverOpen = true;
      engine.touched();
    },
    closeCover() {
      engine.coverOpen = false;
      if (!engine.jammed) engine.cutterError = false;
      engine.touched();
    },
    jamCutter() {
      engine.jammed = true;
      tell();
    },
    clearJam() {
      engine.jammed = false;
      tell();
    },
    overheat() {
      engine.headHot = true;
      engine.touched();
    },
    cool() {
      engine.headHot = false;
      engine.touched();
    },
    takeTicket() {
      engine.ticketWaiting = false;
      tell();
    },
    reset() {
      inbox = [];
      engine.powerCycle();
      host?.break();
      booting?.();
      booting = o.clock.after(bootMs, () => {
        booting = undefined;
      });
      tell();
    },
    pullPlug: () => power(false),
    putPlug: () => power(true),
    cutCable() {
      cable = false;
      tell();
    },
    joinCable() {
      cable = true;
      // Whoever hung on the dead wire has to come again.
      host?.break();
      for (const line of unheard) line.break();
      unheard.clear();
      tell();
    },
    async close() {
      watchers.clear();
      nextTurn?.();
      replying?.();
      booting?.();
      for (const place of places) await place.close();
    },
  };
}
