/**
 * Keeps a machine's process small: it has to live beside a browser on a weak board. Plain
 * JavaScript, because it runs before anything else is loaded.
 *
 * - Two packages have a stand-in in this folder, for Xuhao's own modules alone (what stands in
 *   node_modules keeps what it asked for): 20 MB and 0.4 s less on a queue machine.
 * - A machine's young heap stays at 1 MB: by default it grows to 64 MB while modules load, and
 *   Linux never gets it back. Its code runs too seldom (a press now and then) to be worth optimising:
 *   TurboFan takes 10 MB, Maglev 6, for 0.1 ms per press. The hall keeps optimising, and
 *   2 MB of young heap: 50 MB less after a start with 100,000 tickets. It compiles from the first
 *   call on, for a hall's code runs seldom and shall be quick all the same: 3 % per press.
 * - Packages load what Xuhao never uses: Fastify (the hall's page for phones, behind a proxy) TLS and
 *   HTTP/2, pino worker threads.
 */
import { registerHooks } from 'node:module';
import { setFlagsFromString } from 'node:v8';

const machineFlags = [
  '--max-semi-space-size=1',
  '--semi-space-growth-factor=1',
  '--no-opt',
  '--no-maglev',
];

const hallFlags = [
  '--max-semi-space-size=2',
  '--always-sparkplug',
  '--no-lazy-feedback-allocation',
];

const here = (name) => new URL(name, import.meta.url).href;
const standIns = new Map([
  ['@sinclair/typebox', here('./typebox.ts')],
  ['ajv', here('./ajv.ts')],
]);
/** What a package loads whatever it is used for, and Xuhao never uses -> the file in its place. */
const unused = {
  // TLS ends at the proxy; no plugin of others whose version could be wrong.
  fastify: {
    'node:https': 'nothing.cjs',
    'node:http2': 'nothing.cjs',
    semver: 'nothing.cjs',
  },
  // Pictures are printed from own dots.
  'node-thermal-printer': { pngjs: 'nothing.cjs' },
  // Timers for browsers that slow down hidden pages; topic aliases of MQTT 5.
  mqtt: { 'worker-timers': 'timers.cjs', 'lru-cache': 'nothing.cjs' },
  // Lines are written by this thread.
  pino: { 'thread-stream': 'nothing.cjs', worker_threads: 'threads.cjs' },
};

/**
 * @param {'hall' | 'machine'} kind
 * Before the compile cache is opened: what it holds belongs to one set of flags.
 */
export function useLean(kind) {
  for (const flag of kind === 'hall' ? hallFlags : machineFlags) setFlagsFromString(flag);
  // readable-stream then hands out Node's own streams instead of loading a copy of them.
  process.env.READABLE_STREAM ??= 'disable';
  registerHooks({
    resolve(specifier, context, next) {
      const from = context.parentURL ?? '';
      const packaged = from.includes('/node_modules/');
      const standIn = packaged ? undefined : standIns.get(specifier);
      if (standIn !== undefined) return { url: standIn, shortCircuit: true };
      const file = unused[packageOf(from)]?.[specifier];
      if (file !== undefined) {
        return { url: here(file), format: 'commonjs', shortCircuit: true };
      }
      return next(specifier, context);
    },
  });
}

/** Name of the package that a module stands in. */
function packageOf(url) {
  return /.*\/node_modules\/([^/]+)\//.exec(url)?.[1] ?? '';
}
