import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { killMarked, markEnv } from '../../scripts/lib/marked-processes.ts';

test('a marked process is killed together with a descendant in a session of its own', async () => {
  const mark = `XUHAO_MARK_TEST=${process.pid}`;
  const code = `require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
    setTimeout(() => {}, 60000); console.log('up')`;
  const child = spawn(process.execPath, ['-e', code], {
    env: { ...process.env, ...markEnv(mark) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  killMarked(mark);
  // `close` comes when the last holder of the pipe is gone: the descendant inherited it.
  await once(child, 'close');
  assert.is(child.signalCode, 'SIGKILL');
});

test.run();
