/** The committed files of this wing that are made from its code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { identitiesOf } from './access.ts';
import { asyncApiYaml } from './asyncapi.ts';
import { readInventory } from './inventory.ts';
import { defaultSettings, mosquittoAcl, mosquittoConf } from './mosquitto.ts';
import { withTables } from './reference.ts';

const here = import.meta.dirname;
const demoHall = join(here, '../profiles/halls/demo.yaml');

/** Path from the repository's root -> content. */
export function generateBusFiles(): Record<string, string> {
  const identities = identitiesOf(readInventory(demoHall)).values();
  return {
    'broker-config/asyncapi.yaml': asyncApiYaml(),
    'broker-config/mosquitto/mosquitto.conf': mosquittoConf(defaultSettings),
    'broker-config/mosquitto/demo.acl': mosquittoAcl(identities),
    'broker-config/README.md': withTables(readFileSync(join(here, 'README.md'), 'utf8')),
  };
}
