import { createHash } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DeviceError } from '../../devices/codes.ts';
import { type CardContent, parseCard } from '../../devices/id-card-reader/card-layout.ts';
import { dateOf, isForeignerNumber, isIdNumber } from '../../devices/id-card-reader/card-number.ts';
import { type CardField, cardFields } from '../../devices/id-card-reader/contract.ts';
import { nations } from '../../devices/id-card-reader/nations.ts';
import {
  handOut,
  maskName,
  maskNumber,
  tokeniser,
  tokenKeyBytesMin,
} from '../../devices/id-card-reader/person.ts';
import { secretLoader } from '../../devices/load-secret.ts';
import { cardText } from '../../devices/twins/id-card-reader/card-text.ts';
import { vectorBytes, vectors } from '../harness/device-host.ts';
import fc from '../harness/fc.ts';
import { tempDir } from '../harness/temp-dir.ts';

const test = suite('ID-card reader: what a card says');
const rows = vectors('sam-id-reader');
const textOf = (name: string) => vectorBytes(rows, name).subarray(14, 270);
const citizenText = textOf('read-citizen');

function content(text: Uint8Array): CardContent {
  const card = parseCard(text);
  if (typeof card === 'string') throw new Error(card);
  return card;
}
/** The card's text with a field written over. */
function changed(text: Uint8Array, offset: number, value: string): Uint8Array {
  const copy = Buffer.from(text);
  copy.write(value, offset, 'utf16le');
  return copy;
}

test('a citizen’s card', () => {
  assert.equal(content(citizenText), {
    cardType: 'citizen',
    name: '测试甲',
    number: '000000199001010018',
    sex: 'male',
    birthDate: '1990-01-01',
    nation: '汉',
    country: undefined,
    address: '测试省测试市测试区不存在路0号',
    validFrom: '2020-01-01',
    validUntil: 'long',
  });
});

test('a residence permit for Hong Kong, Macau and Taiwan', () => {
  const { address, ...card } = content(textOf('read-J'));
  assert.is(address, '测试省测试市测试区不存在路0号');
  assert.equal(card, {
    cardType: 'hk-mo-tw',
    name: '测试乙',
    number: '00000019850615002X',
    sex: 'female',
    birthDate: '1985-06-15',
    nation: undefined,
    country: undefined,
    validFrom: '2020-01-01',
    validUntil: '2025-01-01',
  });
});

test('a foreigner’s card of 2017', () => {
  assert.equal(content(textOf('read-I')), {
    cardType: 'foreigner-2017',
    name: '测试丙',
    number: 'ZZZ000000000000',
    sex: 'male',
    birthDate: '1970-01-01',
    nation: undefined,
    country: 'ZZZ',
    address: undefined,
    validFrom: '2019-01-01',
    validUntil: '2029-01-01',
  });
  const nameless = changed(textOf('read-I'), 158, ' '.repeat(15));
  assert.is(content(nameless).name, 'TEST, PERSON BING');
});

test('a foreigner’s card of 2023, its English name in two places', () => {
  const text = textOf('read-Y');
  assert.equal(content(text), {
    cardType: 'foreigner-2023',
    name: '测试丁',
    number: '900000199202020020',
    sex: 'female',
    birthDate: '1992-02-02',
    nation: undefined,
    country: 'ZZZ',
    address: undefined,
    validFrom: '2024-01-01',
    validUntil: '2034-01-01',
  });
  const nameless = changed(text, 0, ' '.repeat(15));
  assert.is(content(nameless).name, 'TESTPERSON DING WITH AN INVENTED LONG NAME');
});

test('the twin writes the same four cards byte for byte', () => {
  const address = '测试省测试市测试区不存在路0号';
  const dates = (validFrom: string, validTo: string) => ({ validFrom, validTo });
  const cards = {
    'read-citizen': cardText({
      ...{ type: 'citizen', name: '测试甲', sex: '1', nation: '01', birth: '19900101', address },
      ...{ number: '000000199001010018', authority: '测试市公安局测试分局' },
      ...dates('20200101', '长期'),
    }),
    'read-J': cardText({
      ...{ type: 'hk-mo-tw', name: '测试乙', sex: '2', birth: '19850615', address },
      ...{ number: '00000019850615002X', authority: '测试市公安局' },
      ...{ passNumber: 'H00000000', issueCount: '01', ...dates('20200101', '20250101') },
    }),
    'read-I': cardText({
      ...{ type: 'foreigner-2017', name: '测试丙', englishName: 'TEST, PERSON BING', sex: '1' },
      ...{ birth: '19700101', number: 'ZZZ000000000000', country: 'ZZZ' },
      ...dates('20190101', '20290101'),
    }),
    'read-Y': cardText({
      ...{ type: 'foreigner-2023', name: '测试丁', sex: '2', birth: '19920202', country: 'ZZZ' },
      englishName: 'TESTPERSON DING WITH AN INVENTED LONG NAME',
      ...{ number: '900000199202020020', ...dates('20240101', '20340101') },
    }),
  };
  for (const [name, text] of Object.entries(cards)) {
    assert.is(Buffer.from(text).toString('hex'), Buffer.from(textOf(name)).toString('hex'), name);
  }
});

test('a letter nobody knows is a card nobody knows', () => {
  assert.is(parseCard(changed(citizenText, 248, 'Q')), 'IDC_CARD_UNKNOWN');
});

test('a wrong check digit, no number, no name: nothing is taken from the card', () => {
  assert.is(parseCard(changed(citizenText, 122, '000000199001010019')), 'IDC_CARD_DATA');
  assert.is(parseCard(changed(citizenText, 122, ' '.repeat(18))), 'IDC_CARD_DATA');
  assert.is(parseCard(changed(citizenText, 0, ' '.repeat(15))), 'IDC_CARD_DATA');
  assert.is(parseCard(changed(textOf('read-I'), 122, 'ZZ1000000000000')), 'IDC_CARD_DATA');
  assert.is(parseCard(citizenText.subarray(1)), 'IDC_CARD_DATA');
});

test('a date or nation that makes no sense is left out, its holder is served', () => {
  const odd = changed(changed(citizenText, 36, '19900230'), 32, '77');
  const card = content(odd);
  assert.is(card.birthDate, undefined);
  assert.is(card.nation, undefined);
  assert.is(card.name, '测试甲');
});

test('sexes: known, not known, not said', () => {
  const sexes = ['0', '1', '2', '9'].map((s) => content(changed(citizenText, 30, s)).sex);
  assert.equal(sexes, ['unknown', 'male', 'female', 'unknown']);
});

test('days of the calendar', () => {
  assert.is(dateOf('20240229'), '2024-02-29');
  for (const no of ['20230229', '20241301', '20240100', '2024010', '2024010a', '', '长期'])
    assert.is(dateOf(no), undefined, no);
});

test('check digits by ISO 7064: exactly one of eleven fits, and any one digit wrong is noticed', () => {
  for (const v of rows.filter((row) => 'idNumber' in row.fields))
    assert.ok(isIdNumber(String(v.fields.idNumber)), v.name);
  const seventeen = fc.stringMatching(/^[0-9]{17}$/);
  fc.assert(
    fc.property(seventeen, fc.nat(16), fc.integer({ min: 1, max: 9 }), (head, at, add) => {
      const fits = [...'0123456789X'].filter((c) => isIdNumber(head + c));
      assert.is(fits.length, 1);
      const digit = (Number(head[at]) + add) % 10;
      const wrong = head.slice(0, at) + digit + head.slice(at + 1);
      assert.not(isIdNumber(wrong + fits[0]));
    }),
  );
  assert.ok(isForeignerNumber('ZZZ000000000000'));
  assert.not(isForeignerNumber('000000199001010018'));
});

test('56 nations and two other entries, each with its own number and name', () => {
  assert.is(nations.size, 58);
  assert.is(new Set(nations.values()).size, 58);
  assert.equal(
    ['01', '05', '29', '56', '97', '98'].map((n) => nations.get(n)),
    ['汉', '维吾尔', '柯尔克孜', '基诺', '其他', '外国血统中国籍'],
  );
});

test('any 256 bytes: a card or a code, never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (text) => {
      assert.type(parseCard(text), 'string');
    }),
  );
});

// ---------------------------------------------------------------- what leaves

const key = Buffer.alloc(32, 7);
const allFields = Object.keys(cardFields) as CardField[];
const mask = { first: 2, last: 2 };

/** HMAC written out: hash((key ^ 5c..) + hash((key ^ 36..) + text)), blocks of 64 bytes. */
function rfc2104(hash: string, text: string): string {
  const pad = (byte: number) => Buffer.alloc(64).map((_, i) => (key[i] ?? 0) ^ byte);
  const inner = createHash(hash).update(pad(0x36)).update(text).digest();
  return createHash(hash).update(pad(0x5c)).update(inner).digest('hex');
}

test('only the fields asked for leave, and the number never does', () => {
  const card = content(citizenText);
  const tokenise = tokeniser(key, 'hmac-sha256');
  assert.equal(handOut(card, { fields: [], mask, tokenise }), { cardType: 'citizen' });
  for (const field of allFields) {
    const out = handOut(card, { fields: [field], mask, tokenise });
    assert.ok(Object.keys(out).every((k) => k === 'cardType' || k === cardFields[field]));
  }
  const everything = handOut(card, { fields: allFields, mask, tokenise });
  assert.not.match(JSON.stringify(everything), /000000199001010018|19900101001/);
  assert.is(everything.maskedNumber, '00**************18');
  assert.is(everything.maskedName, '测**');
});

test('masks: Chinese, double surnames, letters, rare characters, single ones', () => {
  assert.equal(
    ['王五', '欧阳测试', 'TEST, PERSON BING', '𠮷野', '王', "O'Neil Ann-Mary"].map(maskName),
    ['王*', '欧***', 'T***, P***** B***', '𠮷*', '王', 'O***** A*******'],
  );
  assert.is(maskNumber('ZZZ000000000000', { first: 3, last: 4 }), 'ZZZ********0000');
  assert.is(maskNumber('000000199001010018', { first: 0, last: 0 }), '*'.repeat(18));
});

test('a person’s token: the same for the same number and key, another for any other', () => {
  const sha = tokeniser(key, 'hmac-sha256');
  const sm3 = tokeniser(key, 'hmac-sm3');
  const number = '000000199001010018';
  assert.match(sm3(number), /^[0-9a-f]{64}$/);
  const other = tokeniser(Buffer.alloc(32, 8), 'hmac-sha256');
  const tokens = [sha(number), sm3(number), other(number), sha('00000019850615002X')];
  assert.is(new Set(tokens).size, 4);
  assert.is(sm3(number), rfc2104('sm3', number));
  assert.is(sha(number), rfc2104('sha256', number));
  assert.throws(() => tokeniser(key.subarray(1), 'hmac-sha256'), /^IDC_TOKEN_KEY/);
});

test('the key comes from a file of its own that nobody else may read', async () => {
  const dir = tempDir('secrets');
  const load = secretLoader(dir);
  const file = (name: string, text: string, mode = 0o600) => {
    writeFileSync(join(dir, `${name}.key`), text);
    chmodSync(join(dir, `${name}.key`), mode);
  };
  const hex = key.toString('hex');
  file('good', `${hex}\n`);
  file('open', hex, 0o640);
  file('short', hex.slice(2));
  file('text', 'not a key at all'.repeat(8));
  assert.equal(Buffer.from(await load('good')), key);
  assert.is((await load('good')).length, tokenKeyBytesMin);
  for (const name of ['open', 'short', 'text', 'missing', '../good', '']) {
    const error: unknown = await load(name).then(
      () => 'loaded',
      (e: unknown) => e,
    );
    assert.instance(error, DeviceError, name);
    assert.match(String(error), /IDC_TOKEN_KEY/);
    assert.not.match(String(error), new RegExp(hex.slice(0, 20)), 'the secret is not in the error');
  }
});

test.run();
