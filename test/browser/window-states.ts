/** Every state of the clerk's page, as a flow would send it. */
import {
  type WindowScreen,
  type WindowTicketView,
  windowVerbs,
} from '../../kiosk-app/screens/contract.ts';

const now = Date.now();
const minute = 60_000;
const names = {
  general: { zh: '综合受理', en: 'General matters' },
  social: { zh: '社会保险登记与待遇申领', en: 'Social insurance: register and claim' },
  estate: { zh: '不动产登记', en: 'Real estate registration' },
};
const ordinary = { zh: '普通', en: 'Ordinary' };
const elder = { zh: '老年人', en: 'Senior' };

const ticket = (
  number: string,
  state: WindowTicketView['state'],
  more: Partial<WindowTicketView> = {},
): WindowTicketView => ({
  id: `2026-11-22/${number}`,
  number,
  service: 'general',
  class: 'ordinary',
  state,
  issuedAt: now - 22 * minute,
  waitingSince: now - 22 * minute,
  paperConfirmed: true,
  calls: 1,
  recalls: 0,
  misses: 0,
  window: 'w3',
  calledAt: now - 2 * minute,
  startedAt: null,
  hold: null,
  why: {
    code: 'turn',
    data: {},
    zh: '轮到普通类：优先与普通按 2:1 叫号',
    en: 'Turn of the ordinary class: priority and ordinary are called 2:1',
  },
  serviceName: names.general,
  className: ordinary,
  ...more,
});

const held = (number: string, kind: 'fetch-papers' | 'return-here' | 'other-step') =>
  ticket(number, 'held', { hold: { kind, since: now - 9 * minute, until: null } });

const open: WindowScreen = {
  role: 'window',
  machine: 'win-3',
  hallName: { zh: '清河区政务服务中心', en: 'Qinghe District Government Service Hall' },
  link: { online: true, since: now - 60 * minute },
  time: { timeZone: 'Asia/Shanghai', offsetMs: 0 },
  owner: { name: '李强', phone: '0371-6666 1202' },
  window: {
    id: 'w3',
    label: '3',
    name: { zh: '综合受理窗口', en: 'General matters' },
    state: 'open',
    pauseReason: null,
    since: now - 60 * minute,
  },
  current: null,
  last: ticket('A011', 'done'),
  held: [held('A004', 'fetch-papers'), held('S003', 'other-step')],
  missed: [ticket('A007', 'missed'), ticket('A009', 'missed'), ticket('S001', 'missed')],
  servedToday: 27,
  services: [
    {
      id: 'general',
      name: names.general,
      level: 1,
      waiting: 12,
      byClass: { ordinary: 10, elder: 2 },
      estimateMin: 18,
      longestSince: now - 34 * minute,
      overCeiling: 2,
    },
    {
      id: 'social',
      name: names.social,
      level: 2,
      waiting: 4,
      byClass: { ordinary: 4 },
      estimateMin: 9,
      longestSince: now - 8 * minute,
      overCeiling: 0,
    },
    {
      id: 'estate',
      name: names.estate,
      level: 3,
      waiting: 0,
      byClass: {},
      estimateMin: 0,
      longestSince: null,
      overCeiling: 0,
    },
  ],
  classes: [
    { id: 'elder', name: elder, kind: 'priority' },
    { id: 'ordinary', name: ordinary, kind: 'ordinary' },
  ],
  targets: {
    services: [
      { id: 'general', name: names.general },
      { id: 'social', name: names.social },
      { id: 'estate', name: names.estate },
      { id: 'tax', name: { zh: '办税服务', en: 'Taxes' } },
    ],
    windows: [
      { id: 'w2', label: '2', name: names.general, state: 'open' },
      { id: 'w5', label: '5', name: { zh: '统一发证', en: 'Certificates' }, state: 'paused' },
      { id: 'w1', label: '1', name: names.general, state: 'closed' },
    ],
  },
  can: [
    'call-next',
    'call-ticket',
    'return-missed',
    'resume',
    'void',
    'pause',
    'close',
    'serve',
    'invite',
  ],
  recall: null,
  busy: null,
  lastAction: null,
  alarms: [],
};
const withTicket = [
  'call-next',
  'recall',
  'start',
  'finish',
  'miss',
  'hold',
  'transfer',
  'call-ticket',
  'return-missed',
  'void',
  'pause',
] as const satisfies WindowScreen['can'];

const called: WindowScreen = {
  ...open,
  current: ticket('A012', 'called', { recalls: 1, calledAt: now - 40_000 }),
  can: [...withTicket],
  recall: { left: 2, nextAt: now + 8000 },
  lastAction: {
    verb: 'recall',
    ok: true,
    text: { zh: '已再次呼叫 A012', en: 'A012 was called again' },
    at: now,
  },
};

export const windowStates = {
  open,
  everyVerb: { ...called, can: [...windowVerbs] },
  called,
  serving: {
    ...called,
    current: ticket('SBX023456', 'serving', {
      startedAt: now - 192_000,
      paperConfirmed: false,
      serviceName: names.social,
      className: elder,
    }),
    recall: null,
    lastAction: {
      verb: 'start',
      ok: true,
      text: { zh: 'SBX023456 开始办理', en: 'SBX023456 is in service' },
      at: now,
    },
  },
  refused: {
    ...called,
    recall: { left: 0, nextAt: now },
    lastAction: {
      verb: 'recall',
      ok: false,
      text: {
        zh: 'A012 已重呼 3 次，不能再重呼，请按过号',
        en: 'A012 has been recalled 3 times; use Missed',
      },
      at: now,
    },
  },
  busy: { ...called, busy: 'call-next' },
  alarms: {
    ...open,
    alarms: [
      {
        since: now - 4 * minute,
        reason: {
          code: 'over-ceiling',
          data: {},
          zh: '综合受理有 2 人等候超过 30 分钟',
          en: '2 people have waited more than 30 minutes for General matters',
        },
      },
      {
        since: now - 2 * minute,
        reason: {
          code: 'pad',
          data: {},
          zh: '本窗口评价器没有响应',
          en: 'The evaluation pad of this window does not answer',
        },
      },
    ],
  },
  quiet: {
    ...open,
    held: [],
    missed: [],
    services: open.services.map((s) => ({
      ...s,
      waiting: 0,
      byClass: {},
      longestSince: null,
      overCeiling: 0,
    })),
  },
  crowded: {
    ...called,
    held: Array.from({ length: 20 }, (_, i) => held(`A${100 + i}`, 'return-here')),
    missed: Array.from({ length: 50 }, (_, i) => ticket(`A${200 + i}`, 'missed')),
    services: Array.from({ length: 14 }, (_, i) => ({
      ...open.services[0],
      id: `s${i}`,
      name: { zh: `业务事项${i + 1}`, en: `Service ${i + 1}` },
      level: 1,
      waiting: i * 3,
      byClass: { ordinary: i * 3 },
      estimateMin: i,
      longestSince: now - i * minute,
      overCeiling: 0,
    })),
  },
  paused: {
    ...open,
    window: {
      id: 'w3',
      label: '3',
      name: { zh: '综合受理窗口', en: 'General matters' },
      state: 'paused',
      pauseReason: 'meeting',
      since: now - 6 * minute,
    },
    can: ['open', 'close', 'serve'],
  },
  closed: {
    ...open,
    window: {
      id: 'w3',
      label: '3',
      name: { zh: '综合受理窗口', en: 'General matters' },
      state: 'closed',
      pauseReason: null,
      since: now - 6 * minute,
    },
    can: ['open'],
    held: [],
    missed: [],
  },
  offline: { ...called, link: { online: false, since: now - 70_000 }, can: [] },
  noWindow: { ...open, window: null, can: [] },
  connecting: {
    ...open,
    hallName: null,
    window: null,
    link: { online: false, since: now },
    can: [],
    services: [],
  },
} satisfies Record<string, WindowScreen>;
