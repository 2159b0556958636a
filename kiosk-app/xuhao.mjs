#!/usr/bin/env node
/**
 * Starts Xuhao with the Node that it is built for, whatever Node the machine has. Plain JavaScript
 * that any Node from 20 on can read; everything else needs the pinned one.
 */
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pinnedMajor = 24;
/** Long after the start: what was compiled is kept for the next one even if the power goes. */
const keepCompiledMs = 10_000;

const runningMajor = Number(process.versions.node.split('.')[0]);
if (runningMajor === pinnedMajor) await run();
else await runPinned();

async function run() {
  const { useLean } = await import('./runtime/lean/use.mjs');
  useLean(process.argv[2] === 'hall' ? 'hall' : 'machine');
  const cache = cacheDir();
  // Without it every start strips types and compiles 500 files again: 0.3 s and 17 MB.
  if (cache !== undefined) module.enableCompileCache(join(cache, 'compiled'));
  const { main } = await import('./main.ts');
  setTimeout(() => module.flushCompileCache(), keepCompiledMs).unref();
  await main(process.argv.slice(2));
}

/** systemd's CacheDirectory, else the user's; never a directory that others can write to. */
function cacheDir() {
  const { CACHE_DIRECTORY, XDG_CACHE_HOME, HOME } = process.env;
  if (CACHE_DIRECTORY) return CACHE_DIRECTORY;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'xuhao');
  return HOME ? join(HOME, '.cache', 'xuhao') : undefined;
}

async function runPinned() {
  const node = pinnedNode();
  if (node === undefined) {
    console.error(
      `Xuhao runs on Node ${pinnedMajor}; this is Node ${process.versions.node} on ${process.arch}, and the ` +
        `Node that npm installs with Xuhao is missing. Run \`npm ci\` in ${join(here(), '..')} ` +
        `(with optional packages), or start with Node ${pinnedMajor}.`,
    );
    process.exit(1);
  }
  const { spawn } = await import('node:child_process');
  // A session of its own, so that Ctrl-C reaches it once: from here.
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit', detached: true });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`${node} can not be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0));
  });
}

function here() {
  return dirname(fileURLToPath(import.meta.url));
}

/** Path of the pinned Node, or undefined. */
function pinnedNode() {
  try {
    const found = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`);
    const node = join(dirname(found), 'bin', 'node');
    return existsSync(node) ? node : undefined;
  } catch {
    return undefined;
  }
}
