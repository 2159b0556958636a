import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bookingCode } from '../../kiosk-app/queue-machine/visitor.ts';
import fc from '../harness/fc.ts';
import { keyOf } from './fakes.ts';
import { reason, takeResult } from './hall-data.ts';
import { machine } from './queue-rig.ts';

const test = suite('a number by ID card or code');
const token = 'ab'.repeat(32);
const reads = { card: true, code: true };
const rig = () => machine({ config: { reads } });
type Rig = ReturnType<typeof rig>;
const card = (m: Rig, personToken: string | null = token) =>
  m.devices.tell('reader', {
    type: 'card',
    card: {
      cardType: 'citizen',
      maskedName: '王**',
      ...(personToken === null ? {} : { personToken }),
    },
  });
const serviceOf = (m: Rig, id: string) =>
  m.screen.now.groups.flatMap((g) => g.services).find((s) => s.id === id);
const unknown = reason('booking-unknown', '没有预约', 'no appointment');

test('a card is an appointment first: its ticket is printed without a touch', async () => {
  const m = rig();
  card(m);
  assert.is(m.link.last().op, 'check-in');
  assert.equal(m.link.last().body, { appointment: { person: token }, paper: true });
  await m.wait();
  assert.is(m.step('working').service.zh, '预约取号');
  m.link.last().grant(takeResult('A001'));
  await m.settle();
  m.printer.last().send();
  m.printer.last().end({ outcome: 'confirmed' });
  await m.settle();
  assert.is(m.step('done').number, 'A001');
  assert.is(m.screen.now.visitor, null, 'whose it was is forgotten');
});

test('without an appointment the card opens the services, and the number is that person’s', async () => {
  const m = rig();
  assert.equal(
    [serviceOf(m, 'deed')?.open, serviceOf(m, 'deed')?.because?.zh],
    [false, '请先刷身份证，再选这项业务。'],
  );
  card(m);
  m.link.last().refuse(unknown);
  await m.settle();
  assert.is(m.step('choose').at, 'choose');
  assert.equal(m.screen.now.visitor, { masked: '王**' });
  assert.ok(serviceOf(m, 'deed')?.open);
  m.take('deed', 5);
  assert.equal(m.link.last().body, { service: 'deed', person: token, paper: true, source: 'card' });
  assert.is(m.link.last().key, keyOf(5));
  assert.not.match(
    JSON.stringify(m.screen.now),
    new RegExp(token),
    'the page never gets the token',
  );
});

test('whose card it was is forgotten after the time of an untouched page', async () => {
  const m = rig();
  card(m);
  m.link.last().refuse(unknown);
  await m.clock.advance(29_000);
  assert.ok(m.screen.now.visitor !== null);
  await m.clock.advance(2_000);
  assert.is(m.screen.now.visitor, null);
  m.take('pension');
  assert.equal(m.link.last().body, { service: 'pension', paper: true, source: 'touch' });
});

test('an appointment that may not be used now says why', async () => {
  const m = rig();
  card(m);
  m.link.last().refuse(reason('booking-early', '还没有到时间', 'too early'));
  await m.settle();
  assert.is(m.step('failed').because.zh, '还没有到时间');
});

test('a scanned code is an appointment’s; what is none is told at once', async () => {
  const m = rig();
  m.devices.tell('scanner', {
    type: 'scan',
    text: 'https://yy.example.gov.cn/q?code=YY20261122-7',
  });
  assert.equal(m.link.last().body, { appointment: { code: 'YY20261122-7' }, paper: true });
  m.link.last().refuse(unknown);
  await m.settle();
  assert.is(m.step('failed').because.zh, '没有预约');
  m.screen.act({ do: 'home' });
  m.devices.tell('scanner', { type: 'scan', text: '你好，世界' });
  assert.match(m.step('failed').because.zh, /不是预约/);
});

test('no answer to a card: the hall is asked on with the same key, so no ticket is left behind', async () => {
  const m = rig();
  card(m);
  const { key } = m.link.last();
  await m.clock.advance(6_000);
  assert.is(m.step('failed').at, 'failed');
  const [delivered] = m.link.delivered;
  assert.equal([delivered?.op, delivered?.key], ['check-in', key]);
});

test('a card while a number is being made changes nothing; a card that could not be read is said', async () => {
  const m = rig();
  m.take('pension');
  const asked = m.link.last().key;
  card(m);
  assert.is(m.link.last().key, asked);
  m.link.last().refuse(reason('nobody', '不', 'no'));
  await m.settle();
  m.screen.act({ do: 'home' });
  m.devices.tell('reader', { type: 'fault', code: 'IDC_READ_FAILED' });
  assert.is(m.step('failed').because.zh, 'IDC_READ_FAILED');
  m.screen.act({ do: 'home' });
  card(m, null);
  assert.is(m.step('choose').at, 'choose', 'a reader that gives no token gives no number');
});

test('codes alone or in a link; anything else is none, and nothing throws', () => {
  assert.is(bookingCode(' AB12 '), 'AB12');
  assert.is(bookingCode('https://x.cn/booking/AB-12345'), 'AB-12345');
  assert.is(bookingCode('https://x.cn/b?yyh=777777'), '777777');
  assert.is(bookingCode('https://x.cn/?code=x'), null);
  assert.is(bookingCode('ftp://x/AB1234'), null);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const code = bookingCode(text);
      assert.ok(code === null || /^[A-Za-z0-9-]{4,64}$/.test(code));
    }),
  );
});

test.run();
