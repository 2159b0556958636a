/** What the province gets, over real HTTP, judged by a stand-in that has its own tables. */
import { createHash, randomUUID } from 'node:crypto';
import smCrypto from 'sm-crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { levels } from '../../broker-config/messages.ts';
import type { Evaluated } from '../../kiosk-app/hall/queue/events.ts';
import { compileRules } from '../../kiosk-app/hall/queue/index.ts';
import { judged, poster } from '../../kiosk-app/hall/upload/post.ts';
import {
  checkProvince,
  type ProvinceProfile,
} from '../../kiosk-app/hall/upload/province-profile.ts';
import { recordOf } from '../../kiosk-app/hall/upload/record.ts';
import { signerOf } from '../../kiosk-app/hall/upload/sign.ts';
import { type StandInOptions, standInFor, startStandIn } from '../../scripts/province-stand-in.ts';
import { evaluated, provinceOf, provinces, ratingsHall } from './fixture.ts';

const test = suite('upload');
const rules = compileRules(ratingsHall());
const never = new AbortController().signal;

interface Line {
  province: ProvinceProfile;
  secret: string;
  verifyWith: string;
}

function lineOf(name: (typeof provinces)[number]): Line {
  const province = provinceOf(name);
  if (province.sign.kind !== 'sm2-sm3')
    return { province, secret: 'topsecret', verifyWith: 'topsecret' };
  const { privateKey, publicKey } = smCrypto.sm2.generateKeyPairHex();
  return { province, secret: privateKey, verifyWith: publicKey };
}

async function standIn({ province, verifyWith }: Line, change: Partial<StandInOptions> = {}) {
  const options = { ...standInFor(province, verifyWith), port: 0, now: Date.now, ...change };
  const running = await startStandIn(options);
  return { ...running, province: { ...province, url: running.url } };
}

async function post(line: Line, province: ProvinceProfile, record: Record<string, string>) {
  const signer = signerOf(province.sign, () => line.secret);
  const send = poster({ province, signer, now: Date.now, nonce: randomUUID });
  try {
    return await send(record, never);
  } finally {
    await signer.close();
  }
}

for (const name of provinces) {
  test(`${name}: one star arrives as the worst level, five as the best, all in between`, async () => {
    const line = lineOf(name);
    const there = await standIn(line);
    try {
      for (const [i, level] of levels.entries()) {
        const chain = { n: i + 1, prev: '0'.repeat(64), hash: '' };
        const e = evaluated(level, { ticket: `2026-11-23/A00${i + 1}`, chain });
        const result = await post(line, there.province, recordOf(line.province, rules, e));
        assert.is(result.kind, 'taken', JSON.stringify(result));
      }
      assert.equal(there.complaints, []);
      assert.equal(
        there.received.map((r) => r.stars),
        ['★★★★★', '★★★★', '★★★', '★★', '★'],
      );
    } finally {
      await there.close();
    }
  });
}

test('with the numbering swapped the worst would arrive as the best: the stand-in sees the difference', async () => {
  const line = lineOf('offline-report');
  const there = await standIn(line);
  try {
    const swapped = { ...line.province, levels: { numbering: 'very-satisfied-is-1' as const } };
    await post(line, there.province, recordOf(swapped, rules, evaluated('very-dissatisfied')));
    assert.is(there.received[0]?.stars, '★★★★★');
  } finally {
    await there.close();
  }
});

test('a record sent again is a duplicate, and counts as taken', async () => {
  const line = lineOf('offline-report');
  const there = await standIn(line);
  try {
    const record = recordOf(line.province, rules, evaluated('satisfied'));
    assert.is((await post(line, there.province, record)).kind, 'taken');
    assert.is((await post(line, there.province, record)).kind, 'taken');
    assert.is(there.received.length, 1);
    assert.is(there.counters.duplicates, 1);
  } finally {
    await there.close();
  }
});

test('a wrong key makes no dead letter, and a province that is away is not reached', async () => {
  const line = lineOf('gbt-39046');
  const there = await standIn(line, {
    signature: {
      ...(standInFor(line.province, '04'.padEnd(130, 'a')).signature as object),
    } as never,
  });
  const record = recordOf(line.province, rules, evaluated('satisfied'));
  // Closed before anything is judged: an open server would keep a failed test waiting for its limit.
  const result = await post(line, there.province, record).finally(() => there.close());
  assert.is(result.kind, 'unreachable');
  assert.match('why' in result ? result.why : '', 'HTTP 401');
  assert.equal(there.received, []);
  assert.is((await post(line, there.province, record)).kind, 'unreachable');
});

test('fields come from the evaluation, constants and codes of the service from the file', () => {
  const province = provinceOf('offline-report', {
    services: {
      a: { deptCode: 'D1', taskCode: 'T1' },
      default: { deptCode: 'D0', taskCode: 'T0' },
    },
  });
  const e = evaluated('dissatisfied', {
    labels: ['207', '214'],
    text: '等了很久',
    channel: 'qr',
    round: 2,
    ticket: '2026-11-23/A001~2',
  });
  const record = recordOf(province, rules, e);
  assert.is(record.deptCode, 'D1');
  assert.is(recordOf(province, rules, { ...e, service: 'b' }).deptCode, 'D0');
  assert.is(record.projectNo, 'test-20261123-A001-2');
  assert.is(record.assessTime, '2026-11-23 10:00:00');
  assert.is(record.acceptDate, '2026-11-23 09:50:00');
  assert.is(record.evalDetail, '207,214');
  assert.is(record.writingEvaluation, '等了很久');
  assert.equal([record.pf, record.assessNumber, record.satisfaction], ['3', '2', '2']);
  assert.is(record.proManager, '李某');
  assert.is(record.recordHash, e.chain?.hash);
});

test('codes of levels must differ, and rise or fall with the level', () => {
  const codes = (a: string, b: string, c: string, d: string, e: string) => ({
    'very-satisfied': a,
    satisfied: b,
    'basically-satisfied': c,
    dissatisfied: d,
    'very-dissatisfied': e,
  });
  const faults = (five: ReturnType<typeof codes>) =>
    checkProvince(provinceOf('offline-report', { levels: { codes: five } })).length;
  assert.is(faults(codes('5', '4', '3', '2', '1')), 0);
  assert.is(faults(codes('10', '20', '30', '40', '50')), 0);
  assert.is(faults(codes('A', 'B', 'C', 'D', 'E')), 0);
  assert.is(faults(codes('5', '4', '3', '1', '2')), 1);
  assert.is(faults(codes('5', '4', '3', '3', '1')), 1);
});

test('what an answer means', () => {
  const { answer } = provinceOf('offline-report');
  const kind = (status: number, text: string) => judged(answer, status, text).kind;
  assert.is(kind(200, '{"code":"0"}'), 'taken');
  assert.is(kind(200, '{"code":200}'), 'taken');
  assert.is(kind(500, '{"code":"0"}'), 'unclear');
  assert.is(kind(409, '{"code":"409"}'), 'taken');
  assert.is(kind(200, '{"code":"422"}'), 'refused');
  assert.is(kind(200, '{"code":"777"}'), 'unclear');
  assert.is(kind(502, '<html>'), 'unclear');
  assert.is(kind(200, '[]'), 'unclear');
  assert.is(kind(401, '{"code":"400"}'), 'unreachable', 'a wrong key says nothing about a record');
  assert.is(kind(403, '<html>'), 'unreachable');
  assert.is(kind(403, '{"code":"409"}'), 'taken', 'it has it all the same');
});

test('the time of an evaluation is that of the press, within what the hall’s clock allows', () => {
  const timeOf = (change: Partial<Evaluated>) =>
    recordOf(provinceOf('offline-report'), rules, evaluated('satisfied', change)).assessTime;
  const finishedAt = Date.parse('2026-11-20T16:00:00+08:00');
  const pressed = (text: string) => ({ finishedAt, pressedAt: Date.parse(text) });
  // Pressed on Friday, at the pad that was cut off until Monday.
  assert.is(timeOf(pressed('2026-11-20T16:00:20+08:00')), '2026-11-20 16:00:20');
  assert.is(timeOf(pressed('1970-01-01T08:00:00+08:00')), '2026-11-20 16:00:00');
  assert.is(timeOf(pressed('2031-01-01T08:00:00+08:00')), '2026-11-23 10:00:00');
  // The journal's first version did not know when a service ended: no bound for that clock.
  const { finishedAt: _, ...old } = evaluated('satisfied', { pressedAt: 0 });
  const record = recordOf(provinceOf('offline-report'), rules, old);
  assert.is(record.assessTime, '2026-11-23 10:00:00');
});

test('SM3 and SM2 are those of the standards: their published vectors', () => {
  const abc = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0';
  assert.is(createHash('sm3').update('abc').digest('hex'), abc, 'GB/T 32905, A.1');
  // GM/T 0003.5, A.2: message, user id, public key, r and s.
  const publicKey =
    '0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020' +
    'ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13';
  const signature =
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
    'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa';
  const options = { hash: true, userId: '1234567812345678' } as const;
  const message = [...Buffer.from('message digest')];
  assert.ok(smCrypto.sm2.doVerifySignature(message, signature, publicKey, options));
});

test.run();
