import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Command, parseCommandLine } from '../../kiosk-app/runtime/command-line.ts';
import { RuntimeError } from '../../kiosk-app/runtime/errors.ts';

const available = ['hall', 'queue-machine', 'window', 'display'];
const parse = (line: string): Command =>
  parseCommandLine(line === '' ? [] : line.split(' '), { available, version: '1.2.3' });
const refused = (line: string): string => {
  try {
    parse(line);
  } catch (error) {
    assert.instance(error, RuntimeError);
    return `${(error as Error).message}`;
  }
  return assert.unreachable(`${line} was taken`) as never;
};
const printed = (line: string) => {
  const command = parse(line);
  return command.do === 'print' ? command.text : '';
};

test('a role with its profile and every override', () => {
  assert.equal(
    parse(
      'window --profile w.yaml --data d --broker mqtt://h:1 --screen-port 0 --log-level debug --new-hall',
    ),
    {
      do: 'run',
      role: 'window',
      profileFile: 'w.yaml',
      dataDir: 'd',
      logLevel: 'debug',
      newHall: true,
      overrides: { brokerUrl: 'mqtt://h:1', brokerPort: undefined, screenPort: 0 },
    },
  );
  const hall = parse('hall --profile=h.yaml --broker-port 1884');
  assert.ok(hall.do === 'run' && hall.overrides.brokerPort === 1884 && hall.logLevel === 'info');
  const port = parse('display --profile d --port 8090');
  assert.ok(port.do === 'run' && port.overrides.screenPort === 8090);
});

test('help speaks of what this version can run, and of each role', () => {
  for (const line of ['', '--help', '-h']) {
    const text = printed(line);
    for (const role of available) assert.match(text, `  ${role}`);
    assert.not.match(text, '  terminal');
  }
  assert.match(printed('hall --help'), '--broker-port');
  assert.not.match(printed('hall --help'), '--new-hall');
  assert.match(printed('window --help'), '--screen-port');
  assert.is(printed('--version'), '1.2.3');
});

test('what is not understood gets a sentence that says what would be', () => {
  assert.match(refused('windw --profile x'), /CFG_USAGE.*did you mean window\?/);
  assert.match(refused('frobnicate'), 'known: hall, queue-machine, window, display');
  assert.match(refused('terminal --profile x'), /CFG_ROLE.*not part of this version/);
  assert.match(refused('window'), 'window needs --profile FILE');
  assert.match(refused('window --profile'), 'CFG_USAGE');
  assert.match(
    refused('window --profile x --dta y'),
    /--dta is not an option; did you mean --data\?/,
  );
  assert.match(refused('window --profile x more'), '"more" is one word too many');
  assert.match(refused('window --profile x --port 70000'), 'a port from 0 to 65535, not "70000"');
  assert.match(refused('window --profile x --port -1'), 'CFG_USAGE');
  assert.match(refused('hall --profile x --broker-port 1e3'), '--broker-port must be a port');
  assert.match(refused('window --profile x --broker http://h'), 'mqtt://host:port');
  assert.match(refused('window --profile x --log-level loud'), 'debug, info, warn');
  assert.match(refused('--profile x'), 'no role is given');
});

test.run();
