import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  access,
  type Identity,
  identitiesOf,
  mayPublish,
  mayRequest,
  maySubscribe,
  publicationsOf,
  subscriptionsOf,
} from '../../broker-config/access.ts';
import { requestOps, roles } from '../../broker-config/messages.ts';
import { mosquittoAcl } from '../../broker-config/mosquitto.ts';
import { type TopicKind, topics } from '../../broker-config/topics.ts';
import fc from '../harness/fc.ts';
import { anyId, anyNearTopic, anyOp, anyTopic } from './arbitraries.ts';

const machineRoles = roles.filter((role) => role !== 'hall');
const identities = identitiesOf({
  hall: 'h',
  machines: roles.map((role) => ({ id: role, role })),
  windows: [{ id: 'w1', machine: 'window', pad: 'evaluation-pad' }, { id: 'w2' }],
});
const who = (id: string) => identities.get(id) as Identity;
const everybody = [...identities.values()];

/** MQTT's own rule (4.7): does the topic match the filter? */
function matches(filter: string, topic: string): boolean {
  const f = filter.split('/');
  const t = topic.split('/');
  const hash = f.indexOf('#');
  if (hash >= 0) return f.slice(0, hash).every((level, i) => level === '+' || level === t[i]);
  return f.length === t.length && f.every((level, i) => level === '+' || level === t[i]);
}

test('a machine speaks under its own name only', () => {
  for (const role of machineRoles) {
    for (const op of requestOps) {
      assert.ok(mayPublish(who(role), topics.request('h', op, role)));
      assert.not(mayPublish(who(role), topics.request('h', op, 'other')));
      assert.not(mayPublish(who(role), topics.request('other', op, role)));
    }
    assert.ok(mayPublish(who(role), topics.machineState('h', role)));
    assert.not(mayPublish(who(role), topics.machineState('h', 'other')));
  }
});

test('what machines publish is read by the hall alone', () => {
  const written = new Set<TopicKind>(machineRoles.flatMap((role) => access[role].publishes));
  for (const role of machineRoles) {
    assert.equal(
      access[role].subscribes.filter((kind) => written.has(kind)),
      [],
      role,
    );
  }
  for (const kind of written) assert.ok(access.hall.subscribes.includes(kind), kind);
});

test('nobody but the hall says what the hall says', () => {
  for (const kind of access.hall.publishes) {
    // Which the hall only takes back.
    if (kind === 'deviceStatus') continue;
    for (const role of machineRoles) assert.not(access[role].publishes.includes(kind), kind);
  }
});

test('a machine hears its own answers and orders, and a window its own snapshot', () => {
  assert.ok(maySubscribe(who('display'), topics.reply('h', 'display')));
  assert.not(maySubscribe(who('display'), topics.reply('h', 'window')));
  assert.not(maySubscribe(who('display'), 'hall/h/v1/dev/+/re'));
  assert.ok(maySubscribe(who('window'), topics.windowSnapshot('h', 'w1')));
  assert.not(maySubscribe(who('window'), topics.windowSnapshot('h', 'w2')));
  assert.not(maySubscribe(who('window'), 'hall/h/v1/seq/snap/window/+'));
  assert.not(maySubscribe(who('display'), topics.windowSnapshot('h', 'w1')));
  assert.ok(maySubscribe(who('evaluation-pad'), topics.padSnapshot('h', 'w1')));
  assert.not(maySubscribe(who('evaluation-pad'), topics.padSnapshot('h', 'w2')));
  assert.not(maySubscribe(who('evaluation-pad'), topics.windowSnapshot('h', 'w1')));
  assert.not(maySubscribe(who('window'), topics.padSnapshot('h', 'w1')));
  assert.ok(maySubscribe(who('evaluation-pad'), 'hall/h/v1/dev/evaluation-pad/cmd/+'));
  assert.ok(maySubscribe(who('evaluation-pad'), 'hall/h/v1/dev/evaluation-pad/cmd/invite'));
});

test('nothing wider than a granted filter is granted', () => {
  for (const identity of everybody) {
    for (const filter of [
      '#',
      '+',
      'hall/#',
      'hall/h/v1/#',
      'hall/h/v1/seq/snap/#',
      '$SYS/#',
      '',
    ]) {
      assert.not(maySubscribe(identity, filter), `${identity.id} ${filter}`);
    }
  }
  fc.assert(
    fc.property(fc.constantFrom(...everybody), anyNearTopic, (identity, filter) => {
      if (!maySubscribe(identity, filter)) return;
      const granted = subscriptionsOf(identity);
      assert.ok(
        granted.some((g) => g === filter || matches(g, filter)),
        filter,
      );
    }),
  );
});

test('nobody has two filters that match one topic: it would be delivered twice', () => {
  fc.assert(
    fc.property(fc.constantFrom(...everybody), anyTopic, (identity, { topic }) => {
      const mine = topic.replace(/^hall\/[^/]+/, 'hall/h');
      assert.ok(subscriptionsOf(identity).filter((f) => matches(f, mine)).length <= 1);
    }),
  );
});

test('each verb belongs to somebody, and the hall judges it by role', () => {
  for (const op of requestOps)
    assert.ok(
      machineRoles.some((role) => mayRequest(role, op)),
      op,
    );
  assert.ok(mayRequest('queue-machine', 'take'));
  assert.not(mayRequest('queue-machine', 'call-next'));
  assert.not(mayRequest('display', 'take'));
  assert.not(mayRequest('window', 'evaluate'));
  assert.not(mayRequest('hall', 'take'));
});

// ---------------------------------------------------------------- Mosquitto

/** An ACL file as Mosquitto reads it: user -> what he may write and read. */
function readAcl(text: string): Map<string, { write: string[]; read: string[] }> {
  const users = new Map<string, { write: string[]; read: string[] }>();
  let user = { write: [] as string[], read: [] as string[] };
  for (const line of text.split('\n')) {
    const [word, a = '', b = ''] = line.split(' ');
    if (word === 'user') {
      user = { write: [], read: [] };
      users.set(a, user);
    } else if (word === 'topic' && (a === 'read' || a === 'write')) user[a].push(b);
    else assert.match(line, /^(#.*)?$/);
  }
  return users;
}

const acl = readAcl(mosquittoAcl(everybody));

test('the ACL of Mosquitto allows a publish exactly when the embedded broker does', () => {
  const anyOwn = fc
    .tuple(fc.constantFrom(...everybody), anyTopic)
    .map(([identity, { topic }]) =>
      topic
        .replace(/^hall\/[^/]+/, 'hall/h')
        .replace(/(dev|req\/[a-z-]+)\/[^/]+/, `$1/${identity.id}`),
    );
  const anyOne = fc.oneof(
    anyOwn,
    anyTopic.map((t) => t.topic),
  );
  fc.assert(
    fc.property(fc.constantFrom(...everybody), anyOne, (identity, topic) => {
      const granted = acl.get(identity.id)?.write.some((f) => matches(f, topic)) ?? false;
      assert.is(granted, mayPublish(identity, topic), `${identity.id} ${topic}`);
    }),
    { numRuns: 2000 },
  );
});

test('the ACL of Mosquitto delivers exactly what the embedded broker lets subscribe', () => {
  for (const identity of everybody) {
    assert.equal(acl.get(identity.id)?.read, subscriptionsOf(identity));
    assert.equal(acl.get(identity.id)?.write, publicationsOf(identity));
  }
  assert.is(acl.size, everybody.length);
});

test('no machine id can break out of its section of the ACL', () => {
  fc.assert(
    fc.property(anyId, anyOp, (id, op) => {
      const made = identitiesOf({ hall: 'h', machines: [{ id, role: 'display' }], windows: [] });
      const read = readAcl(mosquittoAcl(made.values()));
      assert.equal([...read.keys()], [id]);
      const topic = topics.request('h', op, id);
      assert.ok(read.get(id)?.write.some((f) => matches(f, topic)));
    }),
  );
});

test.run();
