import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { drivers } from '../../devices/registry.ts';
import { type RunProgram, runProgram } from '../../devices/transports/program.ts';
import { createVirtualVoice } from '../../devices/twins/virtual-voice.ts';
import type { Sentence, Voice } from '../../devices/voice/contract.ts';
import { openVoiceLocal } from '../../devices/voice/voice-local.ts';
import { codeFrom, type DeviceHost, deviceHost } from '../harness/device-bench.ts';
import { ptyPair } from '../harness/pty.ts';
import { realClock } from '../harness/real-clock.ts';
import { tempDir } from '../harness/temp-dir.ts';
import { until, within } from '../harness/until.ts';
import { VirtualClock } from '../harness/virtual-clock.ts';

const test = suite('voices over real wires');
const never = new AbortController().signal;
const waitMs = 10_000;
const characterMs = 65;

const sentence = (text: string, more: Partial<Sentence> = {}): Sentence => ({
  ...{ text, lang: 'zh-CN', priority: 'call', expiresAt: Number.POSITIVE_INFINITY },
  ...more,
});
const opened = async (name: 'voice-syn6288' | 'voice-syn6658', link: object, host: DeviceHost) =>
  (await drivers[name].open({ link, volume: 8 }, host.context, never)) as Voice;

for (const via of ['tcp', 'serial'] as const) {
  for (const model of ['syn6288', 'syn6658'] as const) {
    test(`${model} over ${via}: sentences are heard whole, in order, with the options' tags`, async () => {
      const twin = createVirtualVoice({ model, clock: realClock, characterMs });
      const pair = via === 'serial' ? await ptyPair() : undefined;
      const at =
        pair === undefined ? await twin.listenTcp({ host: '127.0.0.1', port: 0 }) : undefined;
      if (pair !== undefined) await twin.holdSerial({ path: pair.far, baud: 9600 });
      const host = deviceHost('voice', realClock);
      const link = at
        ? { via: 'tcp', ...at }
        : { via: 'serial', path: pair?.near, baud: 9600, flow: 'none' };
      const voice = await opened(`voice-${model}`, link, host);
      assert.is(host.statuses.at(-1)?.code, 'DEV_READY');
      const said = ['请A001号', '通知[v16]二', '𬌗某'].map((text) => voice.say(sentence(text)));
      for (const one of said) {
        assert.equal(await within(one, waitMs, 'the sentence'), { outcome: 'spoken' });
      }
      assert.equal(
        twin.sentences.map((s) => [s.text, s.end]),
        [
          ['请A001号', 'whole'],
          ['通知 v16 二', 'whole'],
          ['某某', 'whole'],
        ],
      );
      assert.equal(twin.sentences[0]?.tags, ['v8', 'n1', 'y1']);
      assert.equal(twin.complaints, []);
      await within(voice.close(), 2000, 'close');
      await twin.close();
      await pair?.unplug();
    });
  }
}

test('the plug is pulled while it speaks: refused and lost; put back, a new voice speaks', async () => {
  const twin = createVirtualVoice({ model: 'syn6288', clock: realClock, characterMs });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const host = deviceHost('voice', realClock);
  const voice = await opened('voice-syn6288', { via: 'tcp', ...at }, host);
  const said = voice.say(sentence('一二三四五六七八九十'.repeat(5)));
  const waiting = voice.say(sentence('二'));
  await until(() => twin.state.speaking, waitMs, 'speech');
  await twin.pullPlug();
  assert.equal(await within(said, waitMs, 'the end'), { outcome: 'refused', code: 'DEV_CLOSED' });
  assert.equal(await waiting, { outcome: 'refused', code: 'DEV_CLOSED' });
  await until(() => host.lost.length === 1, waitMs, 'the loss');
  await voice.close();
  assert.is(
    await codeFrom(opened('voice-syn6288', { via: 'tcp', ...at }, host)),
    'DEV_UNREACHABLE',
  );
  await twin.putPlug();
  const again = await opened('voice-syn6288', { via: 'tcp', ...at }, host);
  assert.equal(await within(again.say(sentence('三')), waitMs, 'three'), { outcome: 'spoken' });
  assert.equal(
    twin.sentences.map((s) => s.end),
    ['cut', 'whole'],
  );
  await again.close();
  await twin.close();
});

test('the cable is torn out in the middle of a frame; the next voice finds its way', async () => {
  const pair = await ptyPair();
  const link = { via: 'serial', path: pair.near, baud: 9600, flow: 'none' };
  const host = deviceHost('voice', realClock);
  const twin = createVirtualVoice({ model: 'syn6288', clock: realClock, characterMs });
  await twin.holdSerial({ path: pair.far, baud: 9600 });
  const voice = await opened('voice-syn6288', link, host);
  const said = voice.say(sentence('一二三四五六七八九十'.repeat(5)));
  // 120 bytes take an eighth of a second at 9600 baud: the write has begun and can not have ended.
  await pair.unplug();
  assert.is((await within(said, waitMs, 'the end')).outcome, 'refused');
  await until(() => host.lost.length === 1, waitMs, 'the loss');
  await voice.close();
  await twin.close();
  await pair.replug();
  const next = createVirtualVoice({ model: 'syn6288', clock: realClock, characterMs });
  await next.holdSerial({ path: pair.far, baud: 9600 });
  const again = await opened('voice-syn6288', link, deviceHost('voice', realClock));
  assert.equal(await within(again.say(sentence('二')), waitMs, 'two'), { outcome: 'spoken' });
  await again.close();
  await next.close();
  await pair.unplug();
});

test('half a frame from before does not keep a chip from answering', async () => {
  const twin = createVirtualVoice({ model: 'syn6288', clock: realClock, characterMs });
  const at = await twin.listenTcp({ host: '127.0.0.1', port: 0 });
  const { openTcp } = await import('../../devices/transports/tcp.ts');
  const before = await openTcp({ via: 'tcp', ...at }, never);
  await before.write(Uint8Array.of(0xfd, 0x00, 0x06, 0x01), waitMs);
  const voice = await opened(
    'voice-syn6288',
    { via: 'tcp', ...at },
    deviceHost('voice', realClock),
  );
  assert.equal(await within(voice.say(sentence('一')), waitMs, 'one'), { outcome: 'spoken' });
  await Promise.all([voice.close(), before.close()]);
  await twin.close();
});

// ---------------------------------------------------------------- the machine's own loudspeaker

/** Programs that write down what they were given, in place of the real ones. */
function programs(player: string) {
  const dir = tempDir('voice');
  const put = (name: string, body: string) => {
    writeFileSync(join(dir, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(dir, name), 0o755);
  };
  put(
    'espeak-ng',
    `[ "$1" = --version ] && exit 0
echo "$@" >> ${dir}/args
cat >> ${dir}/text; echo >> ${dir}/text
printf 'RIFF____WAVEfmt ________________\\104\\254\\000\\000________________sound'`,
  );
  put('aplay', `[ "$1" = -l ] && { echo "card 0: PCH"; exit 0; }\n${player}`);
  const run: RunProgram = (o) => runProgram({ ...o, command: join(dir, o.command) });
  const read = (name: string) =>
    existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : '';
  return { dir, run, read };
}

test('voice-local: text through a pipe, spelled and cleaned; one sound card, one sentence at a time', async () => {
  const p = programs('echo "$@" >> "$(dirname "$0")/played"; cat > /dev/null');
  const host = deviceHost('voice', realClock);
  const options = { card: 'plughw:1', one: 'yao', volume: 150 } as const;
  const voice = await openVoiceLocal(options, host.context, never, p.run);
  const all = await Promise.all([
    voice.say(sentence('请A115号--help[[x]]', { times: 2 })),
    voice.say(sentence('Number A115', { lang: 'en' })),
  ]);
  assert.equal(all, [{ outcome: 'spoken' }, { outcome: 'spoken' }]);
  assert.is(p.read('text'), '请A幺幺五号--help x\nNumber A one one five\n');
  assert.match(p.read('args'), /-v cmn .*-a 150 .*--stdin --stdout\n-v en /);
  assert.is(p.read('played'), '-q -D plughw:1 -\n'.repeat(3));
  const steps = await voice.selfTest?.('deep', never);
  assert.equal(
    steps?.map((s) => s.code),
    ['DEV_READY', 'VOC_LISTEN'],
  );
  await voice.close();
});

test('voice-local: a missing program is named with its package, a missing card by its code', async () => {
  const host = deviceHost('voice', realClock);
  const none: RunProgram = (o) => runProgram({ ...o, command: '/no/such/program' });
  const failed = await openVoiceLocal({}, host.context, never, none).catch(String);
  assert.match(
    String(failed),
    /^DeviceError: DEV_PROGRAM_MISSING: espeak-ng.* apt install espeak-ng/,
  );
  const p = programs('exit 0');
  const noPlayer: RunProgram = (o) => (o.command === 'aplay' ? none(o) : p.run(o));
  const missing = await openVoiceLocal({}, host.context, never, noPlayer).catch(String);
  assert.match(String(missing), /DEV_PROGRAM_MISSING: aplay.* apt install alsa-utils/);
  const noCard: RunProgram = (o) =>
    o.args[0] === '-l'
      ? Promise.resolve({ end: 'exit', code: 0, stdout: Buffer.from('no soundcards'), stderr: '' })
      : p.run(o);
  assert.is(await codeFrom(openVoiceLocal({}, host.context, never, noCard)), 'VOC_NO_SOUND');
});

test('voice-local: a player that fails or hangs refuses its sentence; closing kills it', async () => {
  const failing = programs('echo "audio open error" >&2; exit 1');
  const host = deviceHost('voice', realClock);
  const voice = await openVoiceLocal({}, host.context, never, failing.run);
  assert.equal(await voice.say(sentence('一')), { outcome: 'refused', code: 'VOC_NO_SOUND' });
  assert.match(String(host.lost[0]), /VOC_NO_SOUND: aplay exit 1: audio open error/);
  await voice.close();

  const hanging = programs('touch "$(dirname "$0")/begun"; exec sleep 60');
  const stuck = await openVoiceLocal({}, host.context, never, hanging.run);
  const said = stuck.say(sentence('一'));
  await until(() => existsSync(join(hanging.dir, 'begun')), waitMs, 'the player');
  await within(stuck.close(), 2000, 'close');
  assert.equal(await said, { outcome: 'refused', code: 'DEV_CLOSED' });
});

test('voice-local: a sound card that is pulled out while nobody speaks is noticed', async () => {
  const clock = new VirtualClock();
  const host = deviceHost('voice', clock);
  let cards = 'card 0: USB';
  const run: RunProgram = async () => ({
    end: 'exit',
    code: 0,
    stdout: Buffer.from(cards),
    stderr: '',
  });
  const voice = await openVoiceLocal({}, host.context, never, run);
  await clock.advance(30_000);
  assert.is(host.lost.length, 0);
  cards = '';
  await clock.advance(6000);
  assert.match(String(host.lost[0]), /VOC_NO_SOUND/);
  assert.is(clock.waiting, 0);
  assert.equal(await voice.say(sentence('一')), { outcome: 'refused', code: 'VOC_NO_SOUND' });
});

test('a program is killed at its deadline and when it says too much', async () => {
  const run = (command: string, args: string[], more: object = {}) =>
    runProgram({
      ...{ command, args, input: new Uint8Array(0), signal: never },
      ...{ deadlineMs: 100, outputBytesMax: 1000 },
      ...more,
    });
  assert.equal(await run('sleep', ['60']), { end: 'late' });
  assert.equal(await run('cat', ['/dev/zero'], { deadlineMs: waitMs }), { end: 'flood' });
  assert.equal(await run('true', [], { signal: AbortSignal.abort() }), { end: 'aborted' });
  const gone = await run('true', [], { input: new Uint8Array(1_000_000), deadlineMs: waitMs });
  assert.is(gone.end === 'exit' && gone.code, 0, 'input nobody reads is no fault');
});

test.run();
