/** The far end of the device wires: paper as it left the printers, their faults, keys to press. */
import type { PaperKeypad, PaperPanel, PaperPrinter, PaperState } from '../demo-contract.ts';
import { type PageProps, startPage } from '../shared/start.tsx';
import type { Accept } from '../shared/stream.ts';
import { Desk, NotRunning } from './desk.tsx';
import { Keypad } from './keypad.tsx';
import { Panel } from './panel.tsx';
import { Printer } from './printer.tsx';
import { useDemoTexts } from './texts.ts';

const acceptPaper: Accept<PaperState> = (data) =>
  typeof data === 'object' && data !== null && 'printers' in data
    ? { ok: true, state: data as PaperState }
    : { ok: false, role: null };

function PaperPage({ state, local }: PageProps<PaperState>) {
  return (
    <Desk>
      {!local.alive && <NotRunning />}
      <Bench state={state} />
    </Desk>
  );
}

interface MachineAtBench {
  machine: string;
  printers: PaperPrinter[];
  keypads: PaperKeypad[];
  panels: PaperPanel[];
}

/** What belongs to one machine stands together, in the order the process names them. */
function byMachine(state: PaperState): MachineAtBench[] {
  const machines = new Map<string, MachineAtBench>();
  const of = (machine: string) => {
    const found = machines.get(machine) ?? { machine, printers: [], keypads: [], panels: [] };
    machines.set(machine, found);
    return found;
  };
  for (const printer of state.printers) of(printer.machine).printers.push(printer);
  for (const keypad of state.keypads) of(keypad.machine).keypads.push(keypad);
  for (const panel of state.panels) of(panel.machine).panels.push(panel);
  return [...machines.values()];
}

function Bench({ state }: { state: PaperState }) {
  const t = useDemoTexts();
  return (
    <main>
      <p>
        <a class="back" href="/">
          {t.toIndex}
        </a>
      </p>
      <h1>{t.paper}</h1>
      <p class="lead">{t.paperLead}</p>
      {state.printers.length === 0 && <p>{t.noPrinters}</p>}
      {byMachine(state).map(({ machine, printers, keypads, panels }) => (
        <section key={machine} class="machine" aria-label={machine}>
          {printers.map((printer) => (
            <Printer key={printer.id} printer={printer} />
          ))}
          {keypads.map((keypad) => (
            <Keypad key={keypad.id} keypad={keypad} />
          ))}
          {panels.map((panel) => (
            <Panel key={panel.id} panel={panel} />
          ))}
        </section>
      ))}
    </main>
  );
}

startPage('/paper/state', acceptPaper, PaperPage);
