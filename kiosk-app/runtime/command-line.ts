/** `xuhao <role> --profile FILE ...`: words -> what to run, or a sentence. Pure. */
import { type Role, roles } from '../../broker-config/messages.ts';
import { messageOf, RuntimeError } from './errors.ts';
import { type LogLevel, logLevels } from './log.ts';
import type { ProfileOverrides } from './profile.ts';
import { nearest } from './schema-faults.ts';

/** Imported, node:util loads worker threads for another of its names: 1 MB. */
const { parseArgs } = process.getBuiltinModule('node:util');

export interface RunCommand {
  do: 'run';
  role: Role;
  profileFile: string;
  /** Left out: `.data/<machine>` below the current directory. */
  dataDir: string | undefined;
  logLevel: LogLevel;
  /** Forget the highest epoch: the hall's data were replaced on purpose. */
  newHall: boolean;
  overrides: ProfileOverrides;
}
export type Command = RunCommand | { do: 'print'; text: string };

const options = {
  profile: { type: 'string' },
  data: { type: 'string' },
  'screen-port': { type: 'string' },
  port: { type: 'string' },
  broker: { type: 'string' },
  'broker-port': { type: 'string' },
  'log-level': { type: 'string' },
  'new-hall': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
} as const;

const roleLines: Record<Role, string> = {
  hall: 'the hall server: broker, sequencer, journal',
  'queue-machine': 'the machine where citizens take a number',
  terminal: 'the 24-hour self-service terminal',
  'evaluation-pad': 'the pad where citizens rate a service',
  window: "a clerk's counter: caller page, keypad",
  display: 'the hall display',
};

const ofMachines = [
  '  --broker URL        broker to use instead of the profile’s, mqtt://host:port or mqtts://...',
  '  --screen-port PORT  port of the page on 127.0.0.1 (also --port); 0 = any free one',
  '  --new-hall          forget the hall known so far: its data were replaced on purpose',
];
const ofHall = [
  '  --broker-port PORT  port of the embedded broker; 0 = any free one',
  '  --broker URL        outer broker to use instead of the profile’s',
  '  --screen-port PORT  port of the technicians’ page on 127.0.0.1; 0 = any free one',
];

/**
 * @param available roles that this version can run
 * @throws RuntimeError CFG_USAGE, CFG_ROLE
 */
export function parseCommandLine(
  words: readonly string[],
  o: { available: readonly string[]; version: string },
): Command {
  const { values, positionals } = parsed(words);
  if (values.version === true) return { do: 'print', text: o.version };
  const [word, ...more] = positionals;
  if (word === undefined) {
    if (values.help === true || words.length === 0) return { do: 'print', text: help(o.available) };
    throw usage('no role is given');
  }
  const role = roleOf(word, o.available);
  if (values.help === true) return { do: 'print', text: helpOf(role) };
  if (more.length > 0) throw usage(`"${more[0]}" is one word too many`);
  if (values.profile === undefined) throw usage(`${role} needs --profile FILE`);
  return {
    do: 'run',
    role,
    profileFile: values.profile,
    dataDir: values.data,
    logLevel: levelOf(values['log-level']),
    newHall: values['new-hall'] === true,
    overrides: {
      brokerUrl: urlOf(values.broker),
      brokerPort: portOf('--broker-port', values['broker-port']),
      screenPort: portOf('--screen-port', values['screen-port']) ?? portOf('--port', values.port),
    },
  };
}

function parsed(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    const unknown = /Unknown option '(--?[^']*)'/.exec(messageOf(error))?.[1];
    if (unknown === undefined) throw usage(messageOf(error));
    const near = nearest(unknown.replace(/^-+/, ''), Object.keys(options));
    throw usage(`${unknown} is not an option${near ? `; did you mean --${near}?` : ''}`);
  }
}

const usage = (what: string) => new RuntimeError('CFG_USAGE', `${what} (xuhao --help tells more)`);

function roleOf(word: string, available: readonly string[]): Role {
  if (available.includes(word)) return word as Role;
  if ((roles as readonly string[]).includes(word)) {
    throw new RuntimeError('CFG_ROLE', `the role ${word} is not part of this version`);
  }
  const near = nearest(word, available);
  const hint = near ? `did you mean ${near}?` : `known: ${available.join(', ')}`;
  throw usage(`"${word}" is not a role; ${hint}`);
}

function portOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw usage(`${option} must be a port from 0 to 65535, not "${text}"`);
  return port;
}

function urlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^mqtts?:\/\/.+/.test(text) || !URL.canParse(text)) {
    throw usage(`--broker must look like mqtt://host:port, not "${text}"`);
  }
  return text;
}

function levelOf(text: string | undefined): LogLevel {
  const level = logLevels.find((l) => l === (text ?? 'info'));
  if (level === undefined) throw usage(`--log-level must be one of ${logLevels.join(', ')}`);
  return level;
}

function help(available: readonly string[]): string {
  const width = Math.max(...available.map((r) => r.length)) + 2;
  return [
    'xuhao <role> --profile FILE [--data DIR] [options]',
    '',
    'Roles:',
    ...roles.filter((r) => available.includes(r)).map((r) => `  ${r.padEnd(width)}${roleLines[r]}`),
    '',
    'xuhao <role> --help tells the options of a role.',
  ].join('\n');
}

function helpOf(role: Role): string {
  return [
    `xuhao ${role} --profile FILE [--data DIR] [options]`,
    '',
    `${roleLines[role]}`,
    '',
    '  --profile FILE      profile of this machine (profiles/machines has examples)',
    '  --data DIR          what must survive a restart; left out: .data/<machine>',
    ...(role === 'hall' ? ofHall : ofMachines),
    `  --log-level LEVEL   ${logLevels.join(', ')}; left out: info`,
    '  --help, --version',
  ].join('\n');
}
