/**
 * Everything at the far end of the demonstration's wires: twins of printers and keypads, what they
 * show to the paper page, and what the page may do to them.
 */

import type { VirtualKeypad, VirtualPrinter } from '../../devices/twins/contract.ts';
import type {
  PanelDeed,
  PaperAction,
  PaperKeypad,
  PaperPanel,
  PaperPrinter,
  PaperState,
  PrinterDeed,
} from '../../kiosk-app/screens/demo-contract.ts';
import { paperTicketsMax } from '../../kiosk-app/screens/demo-contract.ts';
import type { Bench } from './page-server.ts';
import type { Panel } from './panels.ts';

export const rollMm = 50_000;
/** What is left after "paper low": a handful of tickets. */
const lowRollMm = 900;
export const lowBelowMm = 1000;

export interface PrinterOnBench {
  /** Unique on the bench: `<machine>-<device>`. */
  id: string;
  machine: string;
  wire: string;
  twin: VirtualPrinter;
}
export interface KeypadOnBench {
  id: string;
  machine: string;
  twin: VirtualKeypad;
  keys: PaperKeypad['keys'];
}

export interface PanelOnBench {
  id: string;
  machine: string;
  wire: string;
  plugged: boolean;
  panel: Panel;
}

export function createBench(
  printers: PrinterOnBench[],
  keypads: KeypadOnBench[],
  panels: PanelOnBench[],
): Bench {
  return {
    state: (): PaperState => ({
      printers: printers.map(printerView),
      keypads: keypads.map(({ id, machine, keys }) => ({ id, machine, keys })),
      panels: panels.map(panelView),
    }),
    onChange(f) {
      for (const { twin } of printers) twin.onChange(f);
      for (const { panel } of panels) panel.twin.onChange(f);
    },
    svg: (printer, ticket) =>
      printers.find((p) => p.id === printer)?.twin.tickets.find((t) => String(t.seq) === ticket)
        ?.svg,
    act: (action) =>
      'panel' in action ? actAtPanel(action, panels) : act(action, printers, keypads),
  };
}

function printerView({ id, machine, wire, twin }: PrinterOnBench): PaperPrinter {
  const { paper, coverOpen, jam, plugged } = twin.state;
  const tickets = twin.tickets.slice(-paperTicketsMax).reverse();
  return {
    id,
    machine,
    wire,
    paper,
    cover: coverOpen,
    jam,
    plugged,
    tickets: tickets.map((t) => ({
      id: String(t.seq),
      at: t.at,
      svgUrl: `/paper/${id}/${t.seq}.svg`,
      text: t.text,
    })),
  };
}

function panelView({ id, machine, wire, plugged, panel }: PanelOnBench): PaperPanel {
  return { id, machine, wire, plugged, ...panel.view() };
}

/** @returns a sentence when it makes no sense */
function actAtPanel(deed: PanelDeed, panels: PanelOnBench[]): string | undefined {
  const found = panels.find((p) => p.id === deed.panel);
  if (found === undefined) return `there is no device ${deed.panel}`;
  if (!('do' in deed)) return found.plugged ? found.panel.act(deed) : 'it has no power';
  const on = deed.do === 'plug';
  if (on === found.plugged) return undefined;
  found.plugged = on;
  settle(on ? found.panel.twin.putPlug() : found.panel.twin.pullPlug());
  return undefined;
}

/** @returns a sentence when there is no such thing on the bench */
function act(
  action: Exclude<PaperAction, PanelDeed>,
  printers: PrinterOnBench[],
  keypads: KeypadOnBench[],
): string | undefined {
  if ('keypad' in action) {
    const keypad = keypads.find((k) => k.id === action.keypad);
    if (keypad === undefined) return `there is no keypad ${action.keypad}`;
    if (!keypad.keys.some((k) => k.key === action.key)) return `it has no key ${action.key}`;
    keypad.twin.press(action.key);
    return undefined;
  }
  const printer = printers.find((p) => p.id === action.printer);
  if (printer === undefined) return `there is no printer ${action.printer}`;
  deeds[action.do](printer.twin);
  return undefined;
}

const deeds: Record<PrinterDeed, (twin: VirtualPrinter) => void> = {
  'paper-out': (twin) => twin.takePaper(),
  'paper-in': (twin) => twin.loadPaper(rollMm),
  'paper-low': (twin) => twin.loadPaper(lowRollMm),
  'open-cover': (twin) => twin.openCover(),
  'close-cover': (twin) => twin.closeCover(),
  jam: (twin) => twin.jamCutter(),
  'clear-jam': (twin) => twin.clearJam(),
  // The page hears of the end through onChange; a wire that will not close tells the log by itself.
  unplug: (twin) => settle(twin.pullPlug()),
  plug: (twin) => settle(twin.putPlug()),
};

function settle(work: Promise<void>): void {
  work.catch((error: unknown) => console.error(`virtual device: ${String(error)}`));
}
