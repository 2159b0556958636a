/**
 * Composition of the role `hall`: journal -> sequencer -> port to the bus. At the end what was
 * accepted is answered first, then the bus says goodbye, then the journal is closed.
 */
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { type Identity, identitiesOf } from '../../broker-config/access.ts';
import { encode } from '../../broker-config/codec.ts';
import { openCredentials, provision, readSecret } from '../../broker-config/credentials.ts';
import { topics } from '../../broker-config/topics.ts';
import { readCa } from '../runtime/broker-tls.ts';
import { RuntimeError } from '../runtime/errors.ts';
import { compactHeap, limitYoungHeap } from '../runtime/heap.ts';
import type { Lifecycle } from '../runtime/lifecycle.ts';
import type { Log } from '../runtime/log.ts';
import type { MachineProfile } from '../runtime/machine-profile.ts';
import { streamTo } from '../runtime/mqtt-link.ts';
import type { Clock } from '../runtime/ports.ts';
import { loadYaml } from '../runtime/yaml-file.ts';
import { watchArchive } from './archive-watch.ts';
import { brokerLimits, createEmbeddedBroker } from './broker.ts';
import { watchClock } from './clock-watch.ts';
import type { SequencerPort } from './contract.ts';
import { createHallPort, type HallPort } from './hall.ts';
import type { HallBus } from './hall-bus.ts';
import { journalLimits, noFaults, openJournal } from './journal/index.ts';
import { createOuterBus } from './outer-bus.ts';
import { checkHallProfile, compileRules, HallProfile, type Rules } from './queue/index.ts';
import { type RatingsPort, ratingsSetup, startRatings } from './ratings/index.ts';
import { createSequencer, sequencerLimits } from './sequencer.ts';
import { createViews } from './views.ts';

/** Enough for 200 machines at once; by itself it would take 60 MB more and keep them. */
const youngHeapBytes = 8_000_000;

export interface HallParts {
  profile: MachineProfile;
  /** The machine profile's own file: the hall profile is named relative to it. */
  profileFile: string;
  dataDir: string;
  /** Name and version of the program, for the journal's table of starts. */
  program: string;
  clock: Clock;
  log: Log;
  lifecycle: Lifecycle;
}

/**
 * Starts the hall. Returns when machines may connect.
 * @throws ProfileError (hall profile), JournalError, QueueError QUE_EVENT, BusError BUS_PORT_TAKEN,
 *   BUS_LISTEN, BUS_CREDENTIALS
 */
export async function startHall(parts: HallParts): Promise<HallPort> {
  const { clock, lifecycle, log } = parts;
  const { hallProfile, hallFile } = loadHallProfile(parts);
  mkdirSync(parts.dataDir, { recursive: true });
  const setup = ratingsSetup(hallProfile, hallFile, parts.dataDir);
  const { phone } = setup;
  const rules: Rules = {
    ...compileRules(hallProfile),
    phoneUrl: phone && ((ticket, until) => `${phone.url}/e/${phone.tokens.make(ticket, until)}`),
  };
  const identities = identitiesOf(hallProfile);
  const journal = openJournal({
    dir: parts.dataDir,
    clock,
    log,
    program: parts.program,
    logBytes: journalLimits.logBytes,
    faultPoint: noFaults,
  });
  lifecycle.onStop('journal', () => journal.close());
  const sequencer = createSequencer({
    journal,
    rules,
    clock,
    defer: (f) => setImmediate(f),
    compact: compactHeap,
    log,
    limits: sequencerLimits,
  });

  const boot = uuidv7();
  const bus = await openBus(parts, identities, boot, sequencer.epoch);
  const port = createHallPort({
    profile: hallProfile,
    bus,
    sequencer,
    views: createViews(sequencer, rules),
    clock,
    log,
    boot,
    seq: journal.head,
    soon: (f) => setImmediate(f),
  });
  port.onSteppedDown(() => {
    lifecycle
      .stop('a newer hall has run')
      .catch((error: unknown) => log.error({ err: error }, 'stop'));
  });
  lifecycle.onStop('bus', () => port.stop());
  lifecycle.onStop('sequencer', () => sequencer.stop());
  const clockWatch = watchClock({ sequencer, clock, makeKey: uuidv7 });
  lifecycle.onStop('clock watch', () => clockWatch.stop());
  const archiveWatch = watchArchive({ sequencer, clock, makeKey: uuidv7 });
  lifecycle.onStop('archive watch', () => archiveWatch.stop());
  const ratings = await startRatings({
    ...{ setup, rules, journal, sequencer, clock, log, lifecycle },
    ...{ machines: port.machines, onMachine: port.onMachine },
    dataDir: parts.dataDir,
    phonePage: parts.profile.hall_server?.phone_page,
    provinceUrl: parts.profile.hall_server?.province_url,
  });
  // The restore of a large day leaves some 70 MB behind. Now it keeps nobody waiting.
  compactHeap();
  limitYoungHeap(youngHeapBytes);
  await port.start();
  await openStatusPage(parts, hallProfile, { bus, port, sequencer, ratings });
  return port;
}

interface Inside {
  bus: HallBus;
  port: HallPort;
  sequencer: SequencerPort;
  ratings: RatingsPort;
}

/** Only a hall whose machine profile has a screen pays for a web server. */
async function openStatusPage(
  { profile, program, clock, log, lifecycle }: HallParts,
  hallProfile: HallProfile,
  { port, ...inside }: Inside,
): Promise<void> {
  const { screen, machine, owner, hall_server } = profile;
  if (screen === undefined) return;
  const { builtPages, serveStatus } = await import('./status-page.ts');
  await serveStatus({
    ...{ port: screen.port, profile: hallProfile, machine, owner, version: program },
    ...{ ...inside, hall: port, pagesDir: builtPages, clock, log, lifecycle },
    brokerKind: hall_server?.embedded_broker === undefined ? 'outer' : 'embedded',
  });
}

function loadHallProfile({ profile, profileFile }: HallParts): {
  hallProfile: HallProfile;
  hallFile: string;
} {
  const named = profile.hall_server?.profile;
  if (named === undefined) {
    throw new RuntimeError('CFG_PROFILE', `${profileFile}: hall_server.profile is required`);
  }
  const file = resolve(dirname(profileFile), named);
  const hallProfile = loadYaml(HallProfile, file, checkHallProfile, profileFile);
  if (hallProfile.hall !== profile.hall) {
    throw new RuntimeError(
      'CFG_PROFILE',
      `${file} is the profile of hall "${hallProfile.hall}", but ${profileFile} names "${profile.hall}"`,
    );
  }
  return { hallProfile, hallFile: file };
}

/** The embedded broker, or the way to an outer one. */
async function openBus(
  { profile, dataDir, clock, log }: HallParts,
  identities: Map<string, Identity>,
  boot: string,
  epoch: number,
): Promise<HallBus> {
  const embedded = profile.hall_server?.embedded_broker;
  if (embedded !== undefined) {
    // New machines of the inventory get their secret at the next start; existing ones keep theirs.
    provision(dataDir, [...identities.keys()]);
    const credentials = openCredentials(dataDir);
    const { host, port } = embedded;
    return createEmbeddedBroker({
      host,
      port,
      identities,
      credentials,
      clock,
      log,
      limits: brokerLimits,
    });
  }
  const { broker } = profile;
  const identity = identities.get(profile.machine);
  if (broker === undefined || identity === undefined) {
    throw new RuntimeError(
      'CFG_PROFILE',
      `with an outer broker, "broker" is required, and ${profile.machine} has to stand in the hall's machines`,
    );
  }
  const ca = broker.ca_file === undefined ? undefined : readCa(resolve(dataDir, broker.ca_file));
  const lost = { v: 1, s: 'lost', boot, epoch, at: clock.now() } as const;
  return createOuterBus({
    connect: streamTo(broker.url, ca),
    identity,
    password: readSecret(resolve(dataDir, broker.credential_file)),
    will: { topic: topics.hallState(profile.hall), payload: encode('hallState', lost) },
    clock,
    log,
    random: Math.random,
  });
}
