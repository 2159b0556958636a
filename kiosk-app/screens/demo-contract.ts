/**
 * What the demonstration's own two pages (index.html, paper.html) read and send. The hall knows
 * nothing of them: printers and keypads here are the virtual twins at the far end of the wires.
 *
 *   GET  /demo.json    -> DemoIndex
 *   GET  /paper/state  -> server-sent events `state`, data: PaperState, whole every time
 *   POST /paper/act    <- PaperAction, answered 204; 4xx with {code, message} when it makes no sense
 */
import { type Static, Type } from '@sinclair/typebox';
import { Id, oneOf, type Role } from '../../broker-config/messages.ts';

const closed = { additionalProperties: false } as const;

// ---------------------------------------------------------------- index.html

export interface DemoScreen {
  role: Role;
  /** Machine id. */
  machine: string;
  title: { zh: string; en: string };
  url: string;
}
export interface DemoIndex {
  hallName: { zh: string; en: string };
  screens: DemoScreen[];
  /** The page with the paper and the keypads; same origin. */
  paperUrl: string;
  broker: { url: string };
  dataDir: string;
}

// ---------------------------------------------------------------- paper.html

export interface PaperTicket {
  /** Unique within the printer, rising; the page tells new paper from old by it. */
  id: string;
  /** Wall clock when the paper was cut, ms. */
  at: number;
  /** Drawing made from the bytes that the printer received; same origin. */
  svgUrl: string;
  /** The same as plain lines, for people who can not see the drawing. */
  text: string;
}
export interface PaperPrinter {
  id: string;
  machine: string;
  /** The wire as a technician would name it, e.g. `tcp 127.0.0.1:9100` or `/dev/pts/4 115200`. */
  wire: string;
  paper: 'ok' | 'low' | 'out';
  /** true: open. */
  cover: boolean;
  jam: boolean;
  plugged: boolean;
  /** Newest first. */
  tickets: PaperTicket[];
}
export interface PaperKeypad {
  id: string;
  machine: string;
  /** `key` goes over the wire; `label` is what is printed on the key cap. */
  keys: { key: string; label: { zh: string; en: string } }[];
}
interface PanelBase {
  id: string;
  machine: string;
  wire: string;
  plugged: boolean;
}
type Label = { zh: string; en: string };
/** A device that is neither printer nor keypad, as a person would see it. */
export type PaperPanel = PanelBase &
  (
    | { kind: 'reader'; card: string | null; cards: { id: string; label: Label }[] }
    | { kind: 'scanner'; codes: { text: string; label: Label }[] }
    | { kind: 'sign'; lines: string[]; blinking: boolean }
    | {
        kind: 'voice';
        speaking: boolean;
        /** Newest first. */
        sentences: { seq: number; at: number; text: string; end: 'speaking' | 'whole' | 'cut' }[];
      }
    | {
        kind: 'caller';
        /** What its two small displays read. */
        ticket: string;
        waiting: string;
        keys: { key: string; label: Label }[];
      }
  );
export interface PaperState {
  printers: PaperPrinter[];
  keypads: PaperKeypad[];
  panels: PaperPanel[];
}

export const paperTicketsMax = 12;

export const printerDeeds = [
  'paper-out',
  'paper-in',
  'paper-low',
  'open-cover',
  'close-cover',
  'jam',
  'clear-jam',
  'unplug',
  'plug',
] as const;
export type PrinterDeed = (typeof printerDeeds)[number];

/** `card` null: lifted. */
export const PanelDeed = Type.Union([
  Type.Object({ panel: Id, do: oneOf(['plug', 'unplug'] as const) }, closed),
  Type.Object({ panel: Id, card: Type.Union([Id, Type.Null()]) }, closed),
  Type.Object({ panel: Id, code: Type.String({ minLength: 1, maxLength: 500 }) }, closed),
  Type.Object({ panel: Id, key: Type.String({ minLength: 1, maxLength: 16 }) }, closed),
]);
export type PanelDeed = Static<typeof PanelDeed>;

export const PaperAction = Type.Union([
  PanelDeed,
  Type.Object({ printer: Id, do: oneOf(printerDeeds) }, closed),
  Type.Object({ keypad: Id, key: Type.String({ minLength: 1, maxLength: 16 }) }, closed),
]);
export type PaperAction = Static<typeof PaperAction>;
