/**
 * The evaluation pad: a real process with its page. tap_to_thanks: the touch leaves the page -> the
 * page has the thank-you, which comes only after the pad's own disk has it. Beside it, in turns, a
 * number issued in the same hall: `ratio_p50` is touch to thank-you by press to number. The touch asks
 * nobody, so it takes as long when the pad is cut off; offline_*: what of it is the spool's commit,
 * by one append and fdatasync on the same disk. hall_*: an evaluation at the hall, asked -> durable and
 * answered.
 */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { stringify } from 'yaml';
import { credentialFile } from '../../broker-config/credentials.ts';
import type { RequestBody } from '../../broker-config/messages.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { createLog } from '../../kiosk-app/runtime/log.ts';
import type { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';
import { openSpool } from '../../kiosk-app/runtime/spool.ts';
import type { EvaluationAction, PadScreen } from '../../kiosk-app/screens/contract.ts';
import { actHeaders, openPage } from '../lib/page-client.ts';
import { openSync4k } from './floor.ts';
import { hall, service } from './hall-profile.ts';
import { connectMachine } from './machine.ts';
import { freePort, startRole } from './process.ts';
import { p50, p99 } from './stats.ts';
import type { World } from './world.ts';

/** People do not press in step: a random pause between presses, ms. */
const pauseMaxMs = 8;

export async function measureRate(world: World, ratings: number) {
  const port = await freePort();
  const dataDir = join(world.dir, 'pad');
  const profile = writePadProfile(world, port);
  const pad = await startRole(['evaluation-pad', '--profile', profile, '--data', dataDir]);
  const url = `http://127.0.0.1:${port}`;
  const page = await openPage<PadScreen>(`${url}/state`, `${url}/act`);
  const glass = openGlass(port, () => page.drawn);
  const queue = await connectMachine('queue-0', 'queue-machine', world.hall);
  const window = await connectMachine('window-0', 'window', world.hall);
  await window.ask('open', {});
  const thanks: number[] = [];
  const issue: number[] = [];
  for (let i = 0; i < ratings; i += 1) {
    await sleep(Math.random() * pauseMaxMs);
    const pressed = performance.now();
    await queue.ask('take', { service, paper: false, source: 'touch' });
    issue.push(performance.now() - pressed);
    const { ticket } = await window.ask('call-next', {});
    await window.ask('finish', {});
    const asks = (s: PadScreen) => s.step.at === 'ask' && s.step.ticket === ticket.id;
    await page.until(asks, 'the question');
    await sleep(Math.random() * pauseMaxMs);
    const began = performance.now();
    const seen = page
      .until((s) => s.step.at === 'rated', 'the thank-you')
      .then(() => performance.now());
    const level = { do: 'level', ticket: ticket.id, level: 'satisfied', press: uuidv7() } as const;
    const [seenAt] = await Promise.all([seen, glass.touch(level)]);
    thanks.push(seenAt - began);
  }
  page.close();
  glass.close();
  await pad.stop();
  const hallPart = await measureHall(world, queue, window, ratings);
  await Promise.all([queue.close(), window.close()]);
  return {
    ...hallPart,
    'rate.tap_to_thanks_p50_ms': p50(thanks),
    'rate.tap_to_thanks_p99_ms': p99(thanks),
    'rate.issue_p50_ms': p50(issue),
    'rate.ratio_p50': p50(thanks) / p50(issue),
    ...measureCommit(join(world.dir, 'spool'), ratings),
  };
}

type BenchMachine = Awaited<ReturnType<typeof connectMachine>>;

/** The hall alone: an evaluation asked and answered, durable and chained, beside a number issued. */
async function measureHall(
  world: World,
  queue: BenchMachine,
  window: BenchMachine,
  ratings: number,
) {
  const pad = await connectMachine('pad-0', 'evaluation-pad', world.hall);
  const answers: number[] = [];
  for (let i = 0; i < ratings; i += 1) {
    await queue.ask('take', { service, paper: false, source: 'touch' });
    const { ticket } = await window.ask('call-next', {});
    await window.ask('finish', {});
    await sleep(Math.random() * pauseMaxMs);
    const began = performance.now();
    await pad.ask('evaluate', { ...exampleBody, ticket: ticket.id });
    answers.push(performance.now() - began);
  }
  await pad.close();
  return { 'rate.hall_p50_ms': p50(answers), 'rate.hall_p99_ms': p99(answers) };
}

/** In turns, so that a busy moment of the disk hits floor and product alike. */
function measureCommit(dir: string, times: number) {
  mkdirSync(dir, { recursive: true });
  const spool = openSpool(dir, realClock, createLog('silent', process.stdout));
  const sync = openSync4k(dir);
  const commits: number[] = [];
  const floors: number[] = [];
  for (let i = 0; i < times; i += 1) {
    floors.push(sync.once());
    const key = uuidv7();
    const began = performance.now();
    spool.held.put({ key, op: 'evaluate', body: exampleBody, createdAt: Date.now() });
    commits.push(performance.now() - began);
    spool.held.remove(key);
  }
  sync.close();
  spool.close();
  return {
    'rate.offline_commit_p50_ms': p50(commits),
    'rate.offline_ratio_p50': p50(commits) / p50(floors),
  };
}

const exampleBody: RequestBody<'evaluate'> = {
  ...{ ticket: '2026-11-22/A001', level: 'satisfied', labels: [], text: '' },
  ...{ channel: 'pad', pressedAt: 0 },
};

/** One warm connection, as a page that is open has. */
function openGlass(port: number, drawn: () => string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    /** Resolves when the touch was answered, which is after the thank-you. */
    async touch(action: EvaluationAction): Promise<void> {
      const headers = actHeaders(`http://127.0.0.1:${port}`, drawn());
      const to = { host: '127.0.0.1', port, path: '/act', method: 'POST', agent, headers };
      const answered = once(request(to).end(JSON.stringify(action)), 'response');
      const [answer] = (await answered) as [IncomingMessage];
      answer.resume();
      if (answer.statusCode !== 204) throw new Error(`refused: ${answer.statusCode}`);
    },
    close: () => agent.destroy(),
  };
}

/** Profile of pad-0 at this hall. @returns its file */
export function writePadProfile(world: Pick<World, 'dir' | 'hall'>, port: number): string {
  const machine = 'pad-0';
  const profile: MachineProfile = {
    ...{ machine, role: 'evaluation-pad', hall, owner: { name: 'bench', phone: '' } },
    broker: {
      url: `mqtt://127.0.0.1:${world.hall.port}`,
      credential_file: credentialFile(world.hall.dataDir, machine),
    },
    screen: { port },
    devices: [],
    evaluation_pad: { details_s: 5 },
  };
  const file = join(world.dir, 'pad.yaml');
  writeFileSync(file, stringify(profile, { aliasDuplicateObjects: false }));
  return file;
}
