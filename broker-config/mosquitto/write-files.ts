/**
 * Writes mosquitto.conf, acl and passwords for one hall; see ../README.md.
 *
 *   npx tsx broker-config/mosquitto/write-files.ts --hall FILE --data DIR --out DIR [--tls]
 */
import { parseArgs } from 'node:util';
import { BusError } from '../errors.ts';
import { defaultSettings, tlsSettings } from '../mosquitto.ts';
import { writeMosquittoFiles } from '../mosquitto-files.ts';

const usage = `Writes mosquitto.conf, acl and passwords for one hall.
  --hall FILE   hall profile, e.g. profiles/halls/demo.yaml
  --data DIR    the hall's data directory; secrets are kept in DIR/credentials
  --out DIR     where the three files go
  --tls         over TLS, port 8883, with the broker's own certificate`;

const { values } = parseArgs({
  options: {
    hall: { type: 'string' },
    data: { type: 'string' },
    out: { type: 'string' },
    tls: { type: 'boolean', default: false },
  },
});
const { hall, data, out } = values;
const settings = values.tls ? tlsSettings : defaultSettings;
if (hall === undefined || data === undefined || out === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  try {
    for (const file of Object.values(writeMosquittoFiles(hall, data, out, settings))) {
      console.log(`written: ${file}`);
    }
  } catch (error) {
    if (!(error instanceof BusError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
