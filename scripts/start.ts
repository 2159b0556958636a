/** `npm start`: a whole demonstration hall on one machine. See demo/options.ts for its options. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../broker-config/messages.ts';
import { checkHallProfile, HallProfile } from '../kiosk-app/hall/queue/index.ts';
import { realClock } from '../kiosk-app/runtime/clock.ts';
import { loadYaml } from '../kiosk-app/runtime/yaml-file.ts';
import type { DemoScreen } from '../kiosk-app/screens/demo-contract.ts';
import { ensureScreensBuilt } from './build-screens.ts';
import { createBench } from './demo/bench.ts';
import { Children } from './demo/children.ts';
import { takenPorts } from './demo/free-ports.ts';
import { type DemoMachine, type FarEnds, prepareMachine } from './demo/machines.ts';
import { type DemoOptions, demoHelp, parseDemoOptions } from './demo/options.ts';
import { startPageServer } from './demo/page-server.ts';
import { startDemoProvince } from './demo/ratings.ts';
import { screenTitle } from './demo/texts.ts';
import { canMakePtyPairs } from './demo/virtual-wires.ts';

const root = join(import.meta.dirname, '..');
const profiles = join(root, 'profiles');
const hall = loadYaml(HallProfile, join(profiles, 'halls', 'demo.yaml'), checkHallProfile);
const machineRoles: readonly (readonly [id: string, role: DemoScreen['role']])[] = [
  ['queue-1', 'queue-machine'],
  ['queue-2', 'queue-machine'],
  ['window-1', 'window'],
  ['window-2', 'window'],
  ['window-3', 'window'],
  ['window-4', 'window'],
  ['display-1', 'display'],
  ['pad-1', 'evaluation-pad'],
  ['pad-2', 'evaluation-pad'],
  ['pad-3', 'evaluation-pad'],
  ['pad-4', 'evaluation-pad'],
];
/** TCP ports of device wires that one machine may need. */
const wirePortsPerMachine = 2;
const say = (line: string) => console.log(line);

async function main(o: DemoOptions): Promise<void> {
  const taken = await takenPorts(portsOf(o));
  if (taken.length > 0) {
    for (const sentence of taken) console.error(sentence);
    process.exitCode = 1;
    return;
  }
  say('Starting the demonstration hall ...');
  await ensureScreensBuilt();
  mkdirSync(join(o.dataDir, 'logs'), { recursive: true });

  const far: FarEnds = { printers: [], keypads: [], panels: [], wires: [] };
  const machines = await prepareMachines(o, far);
  const province = await startDemoProvince(profiles, ratingPorts(o).province);
  const children = new Children(join(root, 'kiosk-app', 'xuhao.mjs'), say);
  const pages = await startPageServer({
    port: o.port,
    index: indexOf(o, machines),
    bench: createBench(far.printers, far.keypads, far.panels),
    pages: join(root, 'kiosk-app', 'screens', 'dist'),
  });
  const stop = async () => {
    await children.stop();
    await pages.close();
    await province.close();
    for (const wire of far.wires) await wire.close();
  };
  onSignal(stop);
  try {
    await startAll(children, machines, o);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
    await stop();
    return;
  }
  printAddresses(o, machines);
}

/** Behind the machines' pages. */
const ratingPorts = (o: DemoOptions) => ({
  phone: o.screenPort + machineRoles.length,
  province: o.screenPort + machineRoles.length + 1,
});
const hallScreenPort = (o: DemoOptions) => o.screenPort + machineRoles.length + 2;

function portsOf(o: DemoOptions) {
  const screens = machineRoles.map(([id], i) => ({
    port: o.screenPort + i,
    what: `page of ${id}`,
    option: '--screen-port',
  }));
  const wires = Array.from({ length: machineRoles.length * wirePortsPerMachine }, (_, i) => ({
    port: o.wirePort + i,
    what: 'device wire',
    option: '--wire-port',
  }));
  return [
    { port: o.port, what: 'index page', option: '--port' },
    { port: o.brokerPort, what: 'broker', option: '--broker-port' },
    { port: ratingPorts(o).phone, what: 'page for phones', option: '--screen-port' },
    { port: ratingPorts(o).province, what: "province's stand-in", option: '--screen-port' },
    { port: hallScreenPort(o), what: 'page of the hall', option: '--screen-port' },
    ...screens,
    ...wires,
  ];
}

async function prepareMachines(o: DemoOptions, far: FarEnds): Promise<DemoMachine[]> {
  let port = o.wirePort;
  const maker = {
    nextPort: () => port++,
    pty: o.pty && canMakePtyPairs(),
    dir: join(o.dataDir, 'wires'),
    clock: realClock,
  };
  const places = {
    profiles,
    dataDir: o.dataDir,
    brokerUrl: `mqtt://127.0.0.1:${o.brokerPort}`,
    brokerPort: o.brokerPort,
    hall,
    ratings: ratingPorts(o),
  };
  const all: (readonly [string, Role, number | undefined])[] = [
    ['hall', 'hall', hallScreenPort(o)],
    ...machineRoles.map(([id, role], i) => [id, role, o.screenPort + i] as const),
  ];
  const machines: DemoMachine[] = [];
  for (const [id, role, screenPort] of all) {
    machines.push(await prepareMachine(id, role, screenPort, places, maker, far));
  }
  return machines;
}

/** The hall first, then all machines at once: they would wait for it anyway. */
async function startAll(
  children: Children,
  machines: DemoMachine[],
  o: DemoOptions,
): Promise<void> {
  const start = ({ id, role, profileFile }: DemoMachine) =>
    children.start({
      name: id,
      args: [role, '--profile', profileFile, '--data', join(o.dataDir, id)],
      logFile: join(o.dataDir, 'logs', `${id}.log`),
    });
  const [hall, ...others] = machines;
  if (hall !== undefined) await start(hall);
  await Promise.all(others.map(start));
}

function screensOf(machines: DemoMachine[]): DemoScreen[] {
  const [hall, ...others] = machines;
  // The technicians' page stands behind those that people touch.
  return [...others, ...(hall === undefined ? [] : [hall])].flatMap(({ id, role, screenPort }) => {
    if (screenPort === undefined) return [];
    const url = `http://127.0.0.1:${screenPort}/`;
    return [{ role, machine: id, title: screenTitle(role, id), url }];
  });
}

function indexOf(o: DemoOptions, machines: DemoMachine[]) {
  return {
    hallName: hall.name,
    screens: screensOf(machines),
    paperUrl: '/paper',
    broker: { url: `mqtt://127.0.0.1:${o.brokerPort}` },
    dataDir: o.dataDir,
  };
}

function printAddresses(o: DemoOptions, machines: DemoMachine[]): void {
  say(`\n${hall.name.zh}  ${hall.name.en}\n`);
  say(`  http://127.0.0.1:${o.port}/        all screens on one page`);
  say(`  http://127.0.0.1:${o.port}/paper   the printers' paper, plugs and keypads\n`);
  for (const { title, url } of screensOf(machines)) say(`  ${url}   ${title.zh}  ${title.en}`);
  say(`  http://127.0.0.1:${ratingPorts(o).province}/   the province: evaluations it has got`);
  say(`\n  broker mqtt://127.0.0.1:${o.brokerPort}   data ${o.dataDir}   Ctrl-C stops\n`);
}

function onSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const handle = () => {
    if (stopping) process.exit(1);
    stopping = true;
    say('\nStopping ...');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
}

try {
  const options = parseDemoOptions(process.argv.slice(2));
  if (options === 'help') say(demoHelp);
  else await main(options);
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.error(`${error.message}\nSee: npm start -- --help`);
  process.exitCode = 2;
}
