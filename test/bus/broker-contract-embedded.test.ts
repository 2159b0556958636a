import { identitiesOf } from '../../broker-config/access.ts';
import {
  credentialFile,
  openCredentials,
  provision,
  readSecret,
} from '../../broker-config/credentials.ts';
import { brokerLimits, createEmbeddedBroker } from '../../kiosk-app/hall/broker.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { memoryLog } from '../harness/memory-log.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { brokerContract, type RunningBroker } from './broker-contract.ts';
import { profile } from './hall-fixture.ts';

const dataDir = tempDir('embedded');
provision(
  dataDir,
  profile.machines.map((m) => m.id),
);

async function start(): Promise<RunningBroker> {
  const bus = await createEmbeddedBroker({
    ...{ host: '127.0.0.1', port: 0, clock: realClock, log: memoryLog() },
    // A frozen reader must not stop the others even before it is cut.
    limits: { ...brokerLimits, drainWaitMs: 60_000 },
    identities: identitiesOf(profile),
    credentials: openCredentials(dataDir),
  });
  return {
    bus,
    get port() {
      return bus.port;
    },
    ready: () => bus.port > 0,
    password: (id) => readSecret(credentialFile(dataDir, id)),
    stop: () => bus.close(),
  };
}

brokerContract('embedded broker', start);
