/** Every state of the hall's screen, as a flow would send it. */
import type { DisplayScreen } from '../../kiosk-app/screens/contract.ts';

const now = Date.now();
const minute = 60_000;
const names = {
  general: { zh: '综合受理', en: 'General matters' },
  social: { zh: '社会保险登记', en: 'Social insurance' },
  estate: { zh: '不动产登记', en: 'Real estate registration' },
  tax: { zh: '办税服务', en: 'Taxes' },
  collect: { zh: '统一发证', en: 'Certificates' },
};

const call = (
  seq: number,
  number: string,
  window: string,
  ageMin: number,
  fresh: boolean,
): DisplayScreen['calls'][number] => ({
  seq,
  number,
  window,
  serviceName: names.general,
  recall: false,
  at: now - ageMin * minute,
  fresh,
});
const window = (
  label: string,
  name: { zh: string; en: string },
  state: 'open' | 'paused' | 'closed',
  number: string | null,
  serving: boolean,
): DisplayScreen['windows'][number] => ({ id: `w${label}`, label, name, state, number, serving });

const base: DisplayScreen = {
  role: 'display',
  machine: 'display-1',
  hallName: { zh: '清河区政务服务中心', en: 'Qinghe District Government Service Hall' },
  link: { online: true, since: now - 60 * minute },
  time: { timeZone: 'Asia/Shanghai', offsetMs: 0 },
  stale: false,
  bilingual: false,
  calls: [
    call(105, 'A012', '3', 0, true),
    call(104, 'B007', '5', 1, true),
    call(101, 'A011', '1', 3, false),
    call(98, 'S002', '12', 6, false),
    call(97, 'A010', '2', 7, false),
  ],
  windows: [
    window('1', names.general, 'open', 'A011', true),
    window('2', names.general, 'open', 'A010', true),
    window('3', names.general, 'open', 'A012', false),
    window('4', names.social, 'paused', null, false),
    window('5', names.estate, 'open', 'B007', false),
    window('6', names.tax, 'closed', null, false),
    window('12', names.collect, 'open', null, false),
  ],
  services: [
    { id: 'general', name: names.general, waiting: 12, estimateMin: 18, open: true },
    { id: 'social', name: names.social, waiting: 7, estimateMin: 21, open: true },
    { id: 'estate', name: names.estate, waiting: 31, estimateMin: 62, open: false },
    { id: 'collect', name: names.collect, waiting: 0, estimateMin: 0, open: true },
  ],
  issuing: true,
};

export const displayStates = {
  calls: base,
  bilingual: { ...base, bilingual: true },
  recall: {
    ...base,
    calls: base.calls.map((c, i) => (i === 0 ? { ...c, recall: true, seq: 106 } : c)),
  },
  past: { ...base, calls: base.calls.map((c) => ({ ...c, fresh: false })) },
  none: {
    ...base,
    calls: [],
    windows: base.windows.map((w) => ({ ...w, number: null, serving: false })),
    services: base.services.map((s) => ({ ...s, waiting: 0, estimateMin: null })),
  },
  noneBilingual: { ...base, bilingual: true, calls: [] },
  longNumbers: {
    ...base,
    bilingual: true,
    calls: base.calls.map((c, i) => ({ ...c, number: `ABC12345${i}`, window: `A12${i}` })),
    windows: base.windows.map((w) =>
      w.number === null ? w : { ...w, number: 'ABC123456', label: 'A123' },
    ),
  },
  many: {
    ...base,
    windows: Array.from({ length: 42 }, (_, i) =>
      window(
        String(i + 1),
        names.general,
        i % 7 === 3 ? 'paused' : i % 11 === 5 ? 'closed' : 'open',
        i % 3 === 0 ? `A${String(i + 100)}` : null,
        i % 2 === 0,
      ),
    ),
    services: Array.from({ length: 13 }, (_, i) => ({
      id: `s${i}`,
      name: { zh: `业务事项${i + 1}`, en: `Service ${i + 1}` },
      waiting: i * 2,
      estimateMin: i,
      open: true,
    })),
  },
  closed: {
    ...base,
    calls: [],
    windows: base.windows.map((w) => ({ ...w, state: 'closed', number: null })),
    services: base.services.map((s) => ({ ...s, open: false, waiting: 0 })),
  },
  notIssuing: { ...base, issuing: false },
  stale: {
    ...base,
    link: { online: false, since: now - 5 * minute },
    stale: true,
    calls: base.calls.map((c) => ({ ...c, fresh: false })),
  },
  forgotten: {
    ...base,
    link: { online: false, since: now - 60 * minute },
    stale: true,
    calls: [],
    windows: [],
    services: [],
    issuing: false,
  },
  unknown: {
    ...base,
    hallName: null,
    link: { online: false, since: now },
    calls: [],
    windows: [],
    services: [],
  },
} satisfies Record<string, DisplayScreen>;
