import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { channels } from '../../broker-config/channels.ts';
import { BusError } from '../../broker-config/errors.ts';
import {
  type ParsedTopic,
  parseTopic,
  requestSender,
  topicBytesMax,
  topicLevelsMax,
  topics,
} from '../../broker-config/topics.ts';
import fc from '../harness/fc.ts';
import { anyNearTopic, anyTopic } from './arbitraries.ts';

/** The topic that these parts stand for, built from the documented address. */
function addressed(parsed: ParsedTopic): string {
  const parts: Record<string, string> = { ...parsed };
  return channels[parsed.kind].address.replaceAll(/\{([a-z]+)\}/g, (_, name) => parts[name] ?? '');
}

test('every topic parses back into the parts it was built from', () => {
  fc.assert(
    fc.property(anyTopic, ({ parsed, topic }) => {
      assert.equal(parseTopic(topic), parsed);
      assert.is(addressed(parsed), topic);
      assert.ok(topic.length <= topicBytesMax);
      assert.ok(topic.split('/').length <= topicLevelsMax);
      assert.is(requestSender(topic), parsed.kind === 'request' ? parsed.dev : undefined);
    }),
  );
});

test('what no builder made does not parse', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), anyNearTopic), (topic) => {
      const parsed = parseTopic(topic);
      // A change may by chance give another legal topic: then it must be exactly that one.
      if (parsed !== undefined) assert.is(addressed(parsed), topic);
    }),
    { numRuns: 2000 },
  );
});

test('wildcards, upper case, empty levels and other versions are no topics', () => {
  for (const topic of [
    'hall/+/v1/seq/log',
    'hall/h/v1/#',
    'hall/h/v2/seq/log',
    'hall//v1/seq/log',
    '/hall/h/v1/seq/log',
    'hall/h/v1/seq/log/',
    'hall/H/v1/seq/log',
    'hall/h/v1/seq/req/take/qm1/x',
    'hall/h/v1/seq/req/steal/qm1',
    'hall/h/v1/dev/qm1/cmd/explode',
    'hall/h/v1/dev/qm1\n/re',
    '$SYS/broker/uptime',
  ]) {
    assert.is(parseTopic(topic), undefined, topic);
  }
});

test('the sender of a request is known also when the verb does not exist', () => {
  assert.is(requestSender('hall/h/v1/seq/req/steal/qm1'), 'qm1');
  assert.is(requestSender('hall/h/v1/seq/req/steal/QM1'), undefined);
  assert.is(requestSender('hall/h/v1/seq/req/qm1'), undefined);
});

test('a builder refuses what is not an id', () => {
  const refused = (f: () => unknown) =>
    assert.throws(f, (e: unknown) => e instanceof BusError && e.code === 'BUS_TOPIC_ID');
  refused(() => topics.reply('h', 'a/b'));
  refused(() => topics.reply('h', '+'));
  refused(() => topics.board(''));
  refused(() => topics.deviceStatus('h', 'qm1', 'Printer'));
  refused(() => topics.windowSnapshot('h', 'w'.repeat(33)));
});

test.run();
