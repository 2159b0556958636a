/**
 * The floor's broker: the hall's own embedded broker with a responder in the same process that sends
 * every request straight back as a reply. What a press costs before anything is decided or kept.
 *
 *   floor-broker.ts DIR PORT
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { identitiesOf } from '../../broker-config/access.ts';
import { openCredentials, provision } from '../../broker-config/credentials.ts';
import { parseTopic, topics } from '../../broker-config/topics.ts';
import { brokerLimits, createEmbeddedBroker } from '../../kiosk-app/hall/broker.ts';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { realClock } from '../../kiosk-app/runtime/clock.ts';
import { createLog } from '../../kiosk-app/runtime/log.ts';

const [dir = '.', port = '0'] = process.argv.slice(2);
const profile: HallProfile = parse(readFileSync(join(dir, 'hall.yaml'), 'utf8'));
const identities = identitiesOf(profile);
provision(dir, [...identities.keys()]);
const broker = await createEmbeddedBroker({
  host: '127.0.0.1',
  port: Number(port),
  identities,
  credentials: openCredentials(dir),
  clock: realClock,
  log: createLog('silent', process.stdout),
  limits: brokerLimits,
});
broker.onMessage(({ topic, payload }) => {
  const parsed = parseTopic(topic);
  if (parsed?.kind !== 'request') return;
  broker.publish(topics.reply(parsed.hall, parsed.dev), payload, { retain: false });
});
await broker.start();
console.log('ready');
process.once('SIGTERM', () => process.exit(0));
