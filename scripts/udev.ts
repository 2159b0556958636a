/** `npm run udev`: udev rules of one machine, on standard output. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { drivers } from '../devices/registry.ts';
import { RuntimeError } from '../kiosk-app/runtime/errors.ts';
import { loadAnyMachineProfile } from '../kiosk-app/runtime/profile.ts';
import { languageOf } from './doctor/options.ts';
import { usageExitCode } from './doctor/report.ts';
import { type Properties, udevRules } from './udev/rules.ts';
import { ruleWords, udevHelp } from './udev/texts.ts';

const waitMs = 3_000;

/** What udev knows of a device that is plugged in; undefined: nothing, or there is no udev here. */
function look(path: string): Properties | undefined {
  const args = ['info', '--query=property', `--name=${path}`];
  const ran = spawnSync('udevadm', args, { encoding: 'utf8', timeout: waitMs });
  if (ran.status !== 0) return undefined;
  const pairs = ran.stdout.split('\n').flatMap((line): [string, string][] => {
    const at = line.indexOf('=');
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : [];
  });
  return Object.fromEntries(pairs);
}

try {
  const { values } = parseArgs({
    options: {
      profile: { type: 'string' },
      group: { type: 'string', default: 'xuhao' },
      lang: { type: 'string', default: 'zh-CN' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(udevHelp);
  } else {
    if (values.profile === undefined) throw new RangeError('--profile FILE');
    if (!/^[a-z_][a-z0-9_-]{0,31}$/.test(values.group)) throw new RangeError('--group NAME');
    const words = ruleWords[languageOf(values.lang)];
    const profile = loadAnyMachineProfile(resolve(values.profile), drivers);
    const { machine, devices } = profile;
    process.stdout.write(udevRules({ machine, devices, group: values.group, look, words }));
  }
} catch (error) {
  const known = error instanceof RangeError || error instanceof TypeError;
  if (!known && !(error instanceof RuntimeError)) throw error;
  console.error(error.message);
  process.exitCode = usageExitCode;
}
