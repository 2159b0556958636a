import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { watchArchive } from '../../kiosk-app/hall/archive-watch.ts';
import { JournalError } from '../../kiosk-app/hall/journal/errors.ts';
import { alarmsOf, hallDev } from '../../kiosk-app/hall/queue/index.ts';
import { FakeDisk } from '../harness/fake-journal.ts';
import { pass, type Rig, rig } from './sequencer-rig.ts';

const minute = 60_000;
let keys = 0;
const makeKey = () => {
  keys += 1;
  return `archive-${keys}`;
};
const standing = (r: Rig) => r.sequencer.state?.alarms.get('archive-failed')?.data.fault;

test('an ended day that can not be archived is an alarm until it can; tried again by the hour', async () => {
  const disk = new FakeDisk();
  const r = rig({ disk });
  const watch = watchArchive({ ...r, makeKey });
  await pass(r, minute, 1000);
  assert.is(standing(r), undefined, 'in ordinary life');
  disk.archiveFault = new JournalError('JRN_FULL', 'the disk is full');
  r.clock.step(24 * 60 * minute);
  await pass(r, minute, 1000);
  assert.is(standing(r), 'JRN_FULL');
  const state = r.sequencer.state;
  assert.match(state === null ? '' : (alarmsOf(state)[0]?.reason.zh ?? ''), '不能归档（JRN_FULL）');
  assert.is(r.log.lines.filter((l) => l.level === 'error').length, 1, 'not tried at every press');

  const next = r.restart();
  watch.stop();
  const again = watchArchive({ ...next, makeKey });
  await pass(next, minute, 1000);
  assert.is(standing(next), 'JRN_FULL', 'it stands over a restart');
  disk.archiveFault = null;
  const anyCommit = async () => {
    const body = { id: makeKey(), state: { code: 'wait-ceiling', data: {} } };
    const request = { op: 'alarm', dev: hallDev, key: makeKey(), body } as const;
    const answer = next.submit({ ...request, epoch: 0, receivedMono: 0 });
    await pass(next, minute, 1000);
    assert.ok((await answer).ok);
  };
  await pass(next, 30 * minute, 10_000);
  await anyCommit();
  assert.is(standing(next), 'JRN_FULL', 'not before the hour is over');
  await pass(next, 30 * minute, 10_000);
  await anyCommit();
  assert.is(standing(next), undefined);
  again.stop();
});

test.run();
