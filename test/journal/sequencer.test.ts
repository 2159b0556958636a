/** Order, batches, keys and answers of the sequencer's shell. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Answer } from '../../broker-config/messages.ts';
import { newKey, request, take } from './big-hall.ts';
import { codeOf, numbers, pass, type Rig, replayed, rig } from './sequencer-rig.ts';

const test = suite('sequencer');

/** Submits all in one turn and runs. */
async function all(r: Rig, requests: Parameters<Rig['submit']>[0][]): Promise<Answer[]> {
  const answers = requests.map((q) => r.submit(q));
  r.run();
  return Promise.all(answers);
}
const numberOf = (answer: Answer | undefined): string =>
  answer?.ok === true && 'ticket' in answer.result && typeof answer.result.ticket === 'object'
    ? answer.result.ticket.number
    : `no ticket: ${JSON.stringify(answer)}`;

test('what arrives in one turn is one commit; listeners hear of it before the answers', async () => {
  const r = rig();
  const order: string[] = [];
  const answers = [take(), take(), take()].map((q, i) =>
    r.submit(q).then((a) => order.push(`${i} ${numberOf(a)}`)),
  );
  assert.equal(r.trace, []);
  r.run();
  assert.equal(r.trace, ['commit 3', 'committed 1..4']);
  assert.equal(order, [], 'answers come after the listeners');
  await Promise.all(answers);
  assert.equal(order, ['0 A000001', '1 A000002', '2 A000003']);
});

test('nothing is answered while the commit has not returned', async () => {
  const r = rig();
  let answered = false;
  r.disk.failCommit(1, 'before');
  const answer = r.submit(take()).then((a) => {
    answered = true;
    return a;
  });
  await pass(r, 0);
  assert.not(answered);
  r.run();
  assert.is(codeOf(await answer), 'storage-unavailable');
  assert.equal(numbers(r.disk), []);
});

test('a larger crowd than a batch is served in several commits, in order', async () => {
  const r = rig({ limits: { batchMax: 4 } });
  const answers = await all(
    r,
    Array.from({ length: 10 }, () => take()),
  );
  assert.equal(
    r.trace.filter((t) => t.startsWith('commit ')),
    ['commit 4', 'commit 4', 'commit 2'],
  );
  assert.equal(answers.map(numberOf).at(-1), 'A000010');
});

test('beyond the queue limit requests are refused without effect and may come again', async () => {
  const r = rig({ limits: { queueMax: 2 } });
  const third = take();
  const answers = [take(), take(), third].map((q) => r.submit(q));
  assert.is(codeOf(await (answers[2] as Promise<Answer>)), 'hall-busy');
  r.run();
  const [again] = await all(r, [third]);
  assert.is(numberOf(again), 'A000003');
});

test('a repeated key gets the same answer: in the same batch, later, and after a restart', async () => {
  const r = rig();
  const press = take();
  const [first, twin] = await all(r, [press, press]);
  const [later] = await all(r, [press]);
  const next = r.restart();
  const [afterRestart] = await all(next, [press]);
  for (const answer of [first, twin, later, afterRestart]) {
    assert.is(numberOf(answer), 'A000001');
    assert.is(answer?.seq, first?.seq);
    assert.is(answer?.at, first?.at);
  }
  assert.is(numbers(r.disk).length, 1);
  assert.is(first?.epoch, 1);
  assert.is(afterRestart?.epoch, 2, 'whoever speaks says who it is');
});

test('a refused press that the network brings again is refused again', async () => {
  const r = rig();
  const key = newKey();
  const early = request('call-next', 'window-1', {}, key);
  const [refused] = await all(r, [early]);
  assert.is(codeOf(refused as Answer), 'window-closed');
  await all(r, [request('open', 'window-1', {}), take()]);
  const [repeated] = await all(r, [early]);
  assert.is(codeOf(repeated as Answer), 'window-closed', 'nobody stands at that screen any more');
  const [afterRestart] = await all(r.restart(), [early]);
  assert.is(codeOf(afterRestart as Answer), 'window-closed');
});

test('a new press is judged anew', async () => {
  const r = rig();
  await all(r, [request('call-next', 'window-1', {})]);
  await all(r, [request('open', 'window-1', {}), take()]);
  const [called] = await all(r, [request('call-next', 'window-1', {})]);
  assert.is(numberOf(called), 'A000001');
});

test('the same key with another body, verb or machine is an error and changes nothing', async () => {
  const r = rig();
  const key = newKey();
  const body = { service: 'filing', paper: false, source: 'touch' };
  const others = [
    request('take', 'queue-1', { ...body, service: 'tax' }, key),
    request('take', 'window-1', body, key),
    request('open', 'queue-1', body, key),
  ];
  const answers = await all(r, [request('take', 'queue-1', body, key), ...others]);
  assert.equal(answers.map(codeOf), ['ok', 'key-reused', 'key-reused', 'key-reused']);
  const again = await all(r.restart(), [...others, request('take', 'queue-1', body, key)]);
  assert.equal(again.map(codeOf), ['key-reused', 'key-reused', 'key-reused', 'ok']);
});

test('the order of names in a body is not its content', async () => {
  const r = rig();
  const key = newKey();
  const one = { service: 'filing', paper: false, source: 'touch' };
  const other = { source: 'touch', paper: false, service: 'filing' };
  const answers = await all(r, [
    request('take', 'queue-1', one, key),
    request('take', 'queue-1', other, key),
  ]);
  assert.equal(answers.map(codeOf), ['ok', 'ok']);
});

test('a snapshot is answered at once and leaves no trace on the disk', async () => {
  const r = rig();
  await all(r, [take()]);
  const { commits } = r.disk;
  const answer = await r.submit(request('snapshot', 'window-1', {}));
  assert.ok(answer.ok && 'board' in answer.result);
  assert.is(answer.seq, 2);
  r.run();
  assert.is(r.disk.commits, commits);
  assert.is(r.disk.keys.size, 1);
});

test('a machine that has heard a newer hall is told that this one is stale', async () => {
  const r = rig();
  const press = take();
  const answer = await r.submit({ ...press, epoch: 2 });
  assert.is(codeOf(answer), 'stale-hall');
  assert.is(r.deferred, 0);
  const [fine] = await all(r, [{ ...press, epoch: 1 }]);
  assert.is(numberOf(fine), 'A000001');
});

test('a restart finds the same queue', async () => {
  const r = rig();
  await all(r, [request('open', 'window-1', {}), take(), take(), take()]);
  await all(r, [request('call-next', 'window-1', {}), request('start', 'window-1', {})]);
  const next = r.restart();
  assert.is(next.sequencer.state?.seq, r.sequencer.state?.seq);
  const [called] = await all(next, [request('call-next', 'window-1', {})]);
  assert.is(numberOf(called), 'A000002');
  assert.is(next.sequencer.epoch, 2);
});

test('a snapshot of another version is passed over, older history does', async () => {
  const r = rig();
  await all(r, [take(), take()]);
  await r.sequencer.stop();
  const foreign = (seq: number) => ({ seq, json: `{"version":99,"seq":${seq}}` });
  const [good] = r.disk.snapshots;
  for (const kept of [
    [good, foreign(3)],
    [foreign(2), foreign(3)],
  ]) {
    r.disk.snapshots.splice(0, 2, ...kept.flatMap((s) => s ?? []));
    const next = r.restart();
    assert.is(next.sequencer.state?.seq, r.disk.head);
    const passedOver = next.log.lines.filter((l) => l.level === 'error').length;
    assert.is(passedOver, kept.filter((s) => s !== good).length);
    assert.is(numberOf((await all(next, [take()]))[0]), `A00000${numbers(r.disk).length}`);
  }
});

test('a command that fails inside is refused for good; the others of its batch go on', async () => {
  const r = rig();
  const poison = request('take', 'queue-1', null);
  const answers = await all(r, [take(), poison, take()]);
  assert.equal(answers.map(codeOf), ['ok', 'bad-request', 'ok']);
  assert.equal(numbers(r.disk).length, 2);
  assert.is(r.log.lines.filter((l) => l.level === 'error').length, 1);
  assert.is(codeOf(await r.submit(poison)), 'bad-request', 'at once, without trying again');
  assert.ok(r.sequencer.issuing);
});

test('a listener that throws keeps nobody from the answer', async () => {
  const r = rig();
  r.sequencer.onCommitted(() => {
    throw new Error('broken screen');
  });
  const [answer] = await all(r, [take()]);
  assert.is(numberOf(answer), 'A000001');
});

test('spans tell where the time went', async () => {
  const r = rig();
  const answer = r.submit(take());
  await r.clock.advance(7);
  r.run();
  const { spans } = await answer;
  assert.equal(spans, { queuedMs: 7, decidedMs: 0, committedMs: 0 });
});

test('an orderly stop answers what is queued, refuses what comes later, leaves a snapshot', async () => {
  const r = rig();
  const queued = r.submit(take());
  await r.sequencer.stop();
  assert.is(numberOf(await queued), 'A000001');
  assert.is(codeOf(await r.submit(take())), 'hall-stopping');
  assert.equal(
    r.disk.snapshots.map((s) => s.seq),
    [2],
  );
  r.run();
  assert.is(r.clock.waiting, 0, 'no timer is left');
  assert.is(r.disk.snapshots[0]?.json, replayed(r.disk));
});

test.run();
