import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadTicketTemplate } from '../../devices/ticket-printer/load-template.ts';
import { fillTemplate } from '../../devices/ticket-printer/template.ts';
import { initialState } from '../../kiosk-app/queue-machine/state.ts';
import { step } from '../../kiosk-app/queue-machine/step.ts';
import { hallTime, ticketFields } from '../../kiosk-app/queue-machine/ticket-fields.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';
import { directory, takeResult, view } from './hall-data.ts';

const at = { now: 0, mono: 0 };
const owner = { name: 'x', phone: '1' };
const config = { machine: 'queue-1', owner, groups: null, idleS: 30, resultS: 8, printer: true };
function fieldsIn(seen: HallView, result = takeResult('A001')) {
  const state = step(
    initialState({ ...config, reprint: true, keys: {}, reads: { card: false, code: false } }, at),
    { type: 'view', view: seen },
    at,
  );
  return ticketFields(state.state, result);
}

const tickets = new URL('../../profiles/tickets/', import.meta.url).pathname;

test('what stands on the paper', () => {
  assert.equal(fieldsIn(view(), takeResult('A001', { class: 'senior' })), {
    hall: '示范政务服务大厅',
    hallEn: 'Demonstration hall',
    service: '养老保险',
    serviceEn: 'Pension',
    class: '老年人',
    classEn: 'Senior citizens',
    number: 'A001',
    ahead: '3',
    wait: '12',
    windows: '1、2',
    time: '2026-11-22 09:00',
    note: '过号自动排到队尾。',
    noteEn: 'A missed number goes to the end.',
    rate: '',
  });
});

test('where the hall has a public address, the paper carries the one that rates its service', () => {
  const evaluateUrl = 'https://example.test/e/20261122A001.1k3p9z.Zm9vYmFyYmF6cXV4MTIzNA';
  const template = loadTicketTemplate([tickets], 'queue-ticket');
  const plain = JSON.stringify(fillTemplate(template, fieldsIn(view())));
  assert.not.match(plain, '扫码评价');
  const fields = fieldsIn(view(), { ...takeResult('A001'), evaluateUrl });
  assert.match(JSON.stringify(fillTemplate(template, fields)), evaluateUrl);
});

test('an ordinary citizen is not called ordinary, an unknown wait is not a number', () => {
  const fields = fieldsIn(view(), { ...takeResult('A001'), estimateMin: null });
  assert.is(fields.class, '');
  assert.is(fields.wait, '');
});

test('a list of many windows is cut, and says so', () => {
  const windows = Array.from({ length: 12 }, (_, i) => ({
    ...(directory.windows[0] as (typeof directory.windows)[number]),
    id: `w${i + 1}`,
    label: String(i + 1),
  }));
  const result = { ...takeResult('A001'), windows: windows.map((w) => w.id) };
  const fields = fieldsIn(view({ directory: { ...directory, windows } }), result);
  assert.is(fields.windows, '1、2、3、4、5、6、7、8 等窗口');
});

for (const file of readdirSync(tickets).filter((f) => f.startsWith('queue-ticket'))) {
  test(`${file} is filled by what the flow gives`, () => {
    const template = loadTicketTemplate([tickets], file.replace('.yaml', ''));
    const document = JSON.stringify(fillTemplate(template, fieldsIn(view())));
    for (const words of ['A001', '养老保险', '2026-11-22 09:00', '过号自动排到队尾']) {
      assert.match(document, words);
    }
  });
}

test("the time on the paper is the hall's, whatever the machine's zone", () => {
  const instant = Date.UTC(2026, 10, 21, 16, 5);
  assert.is(hallTime(instant, 'Asia/Shanghai'), '2026-11-22 00:05');
  assert.is(hallTime(instant, 'Asia/Urumqi'), '2026-11-21 22:05');
});

test.run();
