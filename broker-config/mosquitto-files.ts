/** Writes what Mosquitto needs to carry one hall. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identitiesOf } from './access.ts';
import { provision, readSecret } from './credentials.ts';
import { readInventory } from './inventory.ts';
import {
  type MosquittoSettings,
  mosquittoAcl,
  mosquittoConf,
  mosquittoPasswordLine,
} from './mosquitto.ts';

/**
 * `mosquitto.conf`, `acl` and `passwords` into `outDir`. Machines without a secret get one in
 * `dataDir`/credentials; existing secrets stay.
 * @returns paths of the written files
 */
export function writeMosquittoFiles(
  hallFile: string,
  dataDir: string,
  outDir: string,
  settings: MosquittoSettings,
): { conf: string; acl: string; passwords: string } {
  const identities = identitiesOf(readInventory(hallFile));
  const secrets = provision(dataDir, [...identities.keys()]);
  const lines = [...secrets].map(([id, file]) => mosquittoPasswordLine(id, readSecret(file)));
  mkdirSync(outDir, { recursive: true });
  const path = (name: string) => join(outDir, name);
  writeFileSync(path('mosquitto.conf'), mosquittoConf(settings));
  writeFileSync(path('acl'), mosquittoAcl(identities.values()));
  writeFileSync(path('passwords'), `${lines.join('\n')}\n`, { mode: 0o600 });
  return { conf: path('mosquitto.conf'), acl: path('acl'), passwords: path('passwords') };
}
