/** Command line of the demonstration hall. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  dataDir: string;
  /** Index and paper page. */
  port: number;
  brokerPort: number;
  /** First of the machines' pages; the others follow upwards. */
  screenPort: number;
  /** First TCP wire (printers, keypads); the others follow upwards. */
  wirePort: number;
  /** false: every wire is TCP even where this machine could make pty pairs. */
  pty: boolean;
}

export const demoHelp = `Starts a demonstration hall on this machine: the hall with its broker, two queue machines,
four windows with their evaluation pads and a display, each its own process, each device a virtual twin on a real wire.

  npm start -- [options]

  --data DIR          where the day is kept             (default .data in this folder)
  --port N            index and paper page              (default 8100)
  --screen-port N     first machine's page, then upward (default 8101)
  --broker-port N     MQTT broker of the hall           (default 18830)
  --wire-port N       first device wire, then upward    (default 9100)
  --no-pty            use TCP wires only, no pty pairs
  --help

Stop with Ctrl-C. The next start with the same --data goes on with the day.
`;

/** @throws TypeError (node:util) for an unknown option, RangeError for a port that is none */
export function parseDemoOptions(args: string[]): DemoOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string', default: '.data' },
      port: { type: 'string', default: '8100' },
      'screen-port': { type: 'string', default: '8101' },
      'broker-port': { type: 'string', default: '18830' },
      'wire-port': { type: 'string', default: '9100' },
      'no-pty': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  return {
    dataDir: resolve(values.data),
    port: portOf('--port', values.port),
    screenPort: portOf('--screen-port', values['screen-port']),
    brokerPort: portOf('--broker-port', values['broker-port']),
    wirePort: portOf('--wire-port', values['wire-port']),
    pty: !values['no-pty'],
  };
}

function portOf(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) {
    throw new RangeError(`${option} ${text}: a port is a whole number from 1 to 65535`);
  }
  return port;
}
