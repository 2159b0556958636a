import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RuntimeError } from '../../kiosk-app/runtime/errors.ts';
import { createLog, redact } from '../../kiosk-app/runtime/log.ts';
import fc from '../harness/fc.ts';

function make(level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  const log = createLog(level, { write: (line: string) => void lines.push(line) });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') };
}
const id = '41010119900307123X';

test('a line has level, time, message, own fields and those of its parents', () => {
  const { log, last } = make();
  log.child({ hall: 'demo' }).child({ device: 'printer' }).warn({ n: 1 }, 'paper low');
  const line = last();
  assert.is(line.level, 40);
  assert.is(line.msg, 'paper low');
  assert.equal([line.hall, line.device, line.n], ['demo', 'printer', 1]);
  assert.match(line.time, /^\d{4}-\d\d-\d\dT/);
});

test('the level holds', () => {
  const { log, lines } = make();
  log.debug({}, 'not this');
  log.info({}, 'this');
  assert.is(lines.length, 1);
});

test('ID numbers and names never reach the log, wherever they stand', () => {
  const { log, lines, last } = make();
  log.info({ a: { name: '张三', idNumber: id, deep: [{ name: 'Zh"ang\\' }] } }, `card ${id} read`);
  log.child({ name: '李四' }).info({ idNumber: Number('410101199003071234') }, id);
  log.error({ err: new Error(`bad card ${id}`, { cause: new Error(id) }) }, 'x');
  log.info({ card: Number('410101199003071234'), list: [Number('410101199003071234')] }, 'x');
  const all = lines.join('');
  for (const secret of ['张三', '李四', 'Zh', id, '4101011990']) {
    assert.not.ok(all.includes(secret), secret);
  }
  for (const line of lines) JSON.parse(line);
  assert.equal(last().list, ['[redacted]']);
  assert.match(JSON.parse(lines[2] ?? '').err.message, /bad card \[redacted\]/);
});

test('redaction keeps lines JSON and leaves everything else alone', () => {
  const value = fc.oneof(fc.string(), fc.constant(id), fc.double(), fc.constant(null));
  const fields = fc.dictionary(fc.constantFrom('name', 'key', 'idNumber', 'x"y'), value);
  fc.assert(
    fc.property(fields, fields, (a, b) => {
      const line = JSON.stringify({ a, msg: 'm', b });
      const parsed = JSON.parse(redact(line));
      assert.is(parsed.msg, 'm');
      for (const part of ['a', 'b']) {
        for (const [key, found] of Object.entries(parsed[part])) {
          const was = (part === 'a' ? a : b)[key];
          if (key === 'name' || key === 'idNumber') {
            assert.ok(found === '[redacted]' || found === null);
          } else if (typeof was === 'number') {
            // Eighteen digits are a number of a card, whatever they were meant for.
            const text = JSON.stringify(was);
            assert.is(found, /^[0-9]{18}$/.test(text) ? '[redacted]' : JSON.parse(text));
          } else if (typeof was === 'string' && !was.includes(id)) assert.is(found, was);
        }
      }
    }),
  );
  const key = '01932c07-0000-7000-8000-000000000001';
  for (const kept of [key, '1234567890123456789', '12345678901234567', `a${id}`]) {
    assert.is(redact(`"${kept}"`), `"${kept}"`);
  }
});

test('an error is told with code, message and cause, without what a library hung on it', () => {
  const { log, last } = make();
  const cause = Object.assign(new Error('ECONN'), { secretOption: 'p4ss' });
  log.error({ err: new RuntimeError('SPL_IO', 'disk', { cause }) }, 'x');
  const { err } = last();
  assert.is(err.code, 'SPL_IO');
  assert.is(err.cause.message, 'ECONN');
  assert.is(err.cause.secretOption, undefined);
});

test.run();
