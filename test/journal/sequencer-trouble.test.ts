/** A disk that fails at any commit, before or after it is durable: nobody is told a lie. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../broker-config/messages.ts';
import { snapshotOf } from '../../kiosk-app/hall/queue/index.ts';
import { request, take } from './big-hall.ts';
import { codeOf, numbers, pass, type Rig, replayed, rig } from './sequencer-rig.ts';

const test = suite('sequencer in trouble');

/** Sends the same request until it is decided, as machines do. */
async function insist(r: Rig, q: Parameters<Rig['submit']>[0]): Promise<Answer> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = r.submit(q);
    await pass(r, 300, 100);
    const given = await answer;
    if (codeOf(given) !== 'storage-unavailable') return given;
  }
  throw new Error('never answered');
}

const day = () => [
  request('open', 'window-1', {}),
  take(),
  take(),
  request('call-next', 'window-1', {}),
  request('start', 'window-1', {}),
  take(),
  request('finish', 'window-1', {}),
  request('call-next', 'window-1', {}),
  request('miss', 'window-1', {}),
];

for (const where of ['before', 'after'] as const) {
  test(`whichever commit fails, ${where} it is durable, every command has one effect`, async () => {
    const undisturbed = rig();
    for (const q of day()) await insist(undisturbed, q);
    const commits = undisturbed.disk.commits;
    assert.is(commits, day().length);
    for (let n = 1; n <= commits; n++) {
      const r = rig();
      r.disk.failCommit(n, where);
      for (const q of day()) assert.ok((await insist(r, q)).ok, `commit ${n}`);
      const tickets = numbers(r.disk);
      assert.is(tickets.length, 3);
      assert.is(new Set(tickets).size, 3);
      assert.is(r.disk.head, undisturbed.disk.head);
      assert.equal(
        r.trace.filter((t) => t.startsWith('issuing')),
        ['issuing false', 'issuing true'],
      );
      const { state } = r.sequencer;
      assert.is(state && snapshotOf(state), replayed(r.disk), 'memory and disk agree');
    }
  });
}

test('a whole batch is refused together, nothing of it is durable', async () => {
  const r = rig();
  r.disk.failCommit(1, 'before');
  const answers = [take(), take(), take()].map((q) => r.submit(q));
  r.run();
  for (const answer of answers) assert.is(codeOf(await answer), 'storage-unavailable');
  assert.is(r.disk.head, 0);
  assert.is(r.sequencer.state?.seq, 0, 'the state is the durable one again');
  assert.equal(r.committed, []);
});

test('a commit that threw but is durable: the repetition finds its answer', async () => {
  const r = rig();
  r.disk.failCommit(1, 'after');
  const press = take();
  const first = r.submit(press);
  r.run();
  assert.is(codeOf(await first), 'storage-unavailable');
  const second = await insist(r, press);
  assert.ok(second.ok);
  assert.equal(numbers(r.disk).length, 1);
});

test('while the disk is full requests are refused at once; room heals by itself', async () => {
  const r = rig();
  await insist(r, take());
  r.disk.full = true;
  const lost = r.submit(take());
  r.run();
  assert.is(codeOf(await lost), 'storage-unavailable');
  assert.not(r.sequencer.issuing);
  const { commits } = r.disk;
  for (let i = 0; i < 50; i++) {
    assert.is(codeOf(await r.submit(take())), 'storage-unavailable');
    await pass(r, 1000, 500);
  }
  assert.is(r.disk.commits, commits, 'nobody tried to commit');
  const tries = r.log.lines.filter((l) => l.message === 'the journal does not work yet').length;
  assert.ok(tries >= 8 && tries <= 20, `${tries} tries in 50 s`);
  const board = await r.submit(request('snapshot', 'window-1', {}));
  assert.ok(board.ok && 'board' in board.result && !board.result.board.issuing);
  r.disk.full = false;
  await pass(r, 6000, 1000);
  assert.ok(r.sequencer.issuing);
  assert.ok((await insist(r, take())).ok);
  assert.is(numbers(r.disk).length, 2);
});

test('a disk that can not even be read: no state is shown, and it heals', async () => {
  const r = rig();
  await insist(r, take());
  r.disk.broken = true;
  const lost = r.submit(take());
  r.run();
  assert.is(codeOf(await lost), 'storage-unavailable');
  assert.is(r.sequencer.state, null);
  const board = await r.submit(request('snapshot', 'window-1', {}));
  assert.is(codeOf(board), 'storage-unavailable');
  r.disk.broken = false;
  await pass(r, 6000, 1000);
  assert.is(r.sequencer.state?.seq, 2);
  assert.ok((await insist(r, take())).ok);
});

test('listeners of issuing see the durable state', async () => {
  const r = rig();
  await insist(r, take());
  const seen: (number | undefined)[] = [];
  r.sequencer.onIssuing(() => seen.push(r.sequencer.state?.seq));
  r.disk.failCommit(2, 'after');
  r.submit(take()).catch(() => assert.unreachable());
  r.run();
  await pass(r, 1000);
  assert.equal(seen, [3, 3]);
});

test('requests that wait behind a failed batch are refused too, not forgotten', async () => {
  const r = rig({ limits: { batchMax: 1 } });
  r.disk.failCommit(1, 'before');
  const answers = [take(), take()].map((q) => r.submit(q));
  r.run();
  for (const answer of answers) assert.is(codeOf(await answer), 'storage-unavailable');
});

test('the power goes in the middle of any commit: what was answered is there', async () => {
  for (let n = 1; n <= day().length; n++) {
    for (const kept of [false, true]) {
      const r = rig();
      let powered = true;
      r.disk.losePowerAtCommit(n, () => {
        powered = false;
      });
      const acknowledged: Answer[] = [];
      const script = day();
      for (const q of script) {
        const answer = r.submit(q);
        r.run();
        const given = await answer;
        if (!powered) break;
        acknowledged.push(given);
      }
      r.disk.crash({ chance: () => kept });
      const next = rig({ disk: r.disk, clock: r.clock });
      assert.is(acknowledged.length, n - 1);
      for (const [i, q] of script.entries()) {
        const answer = await insist(next, q);
        assert.ok(answer.ok, `power loss at ${n}, step ${i}: ${JSON.stringify(answer)}`);
        const before = acknowledged[i];
        if (before?.ok) assert.equal(answer.result, before.result);
      }
      assert.is(new Set(numbers(r.disk)).size, 3);
      assert.is(numbers(r.disk).length, 3);
    }
  }
});

test('stop in the middle of an outage ends all waiting', async () => {
  const r = rig();
  r.disk.full = true;
  const lost = r.submit(take());
  r.run();
  await lost;
  await r.sequencer.stop();
  assert.is(r.clock.waiting, 0);
});

test.run();
