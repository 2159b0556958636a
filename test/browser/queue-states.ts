/** Every state of the queue machine's page, as a flow would send it. */
import type { QueueScreen, QueueServiceView, QueueStep } from '../../kiosk-app/screens/contract.ts';

const now = Date.now();
const service = (
  id: string,
  zh: string,
  en: string,
  waiting: number,
  estimateMin: number | null,
): QueueServiceView => ({
  id,
  name: { zh, en },
  waiting,
  estimateMin,
  open: true,
  because: null,
});
const shut = (of: QueueServiceView, zh: string, en: string): QueueServiceView => ({
  ...of,
  open: false,
  because: { zh, en },
});

const general = [
  service('general', '综合受理', 'General matters', 12, 18),
  service('one-thing', '高效办成一件事', 'One-thing service', 3, 6),
  service('collect', '统一发证取件', 'Collect certificates', 0, 0),
];
const more = [
  service('social', '社会保险登记与待遇申领', 'Social insurance: register and claim', 7, 21),
  shut(
    service('estate', '不动产登记', 'Real estate registration', 31, 62),
    '今天的号已经发完',
    "Today's numbers are all taken",
  ),
  service('tax', '办税服务', 'Taxes', 4, null),
];

const ordinary = { zh: '普通', en: 'Ordinary' };
const base: QueueScreen = {
  role: 'queue-machine',
  machine: 'qm-1',
  hallName: { zh: '清河区政务服务中心', en: 'Qinghe District Government Service Hall' },
  link: { online: true, since: now - 3_600_000 },
  time: { timeZone: 'Asia/Shanghai', offsetMs: 0 },
  obstacle: null,
  notice: null,
  groups: [
    { id: 'general', name: { zh: '综合业务', en: 'General' }, services: general },
    { id: 'special', name: { zh: '专项业务', en: 'Special' }, services: more },
  ],
  classes: [
    {
      id: 'elder',
      name: { zh: '六十五岁以上老人', en: 'Aged 65 and over' },
      proof: { zh: '身份证', en: 'ID card' },
    },
    {
      id: 'disabled',
      name: { zh: '残疾人', en: 'Disabled citizen' },
      proof: { zh: '残疾人证', en: 'disability certificate' },
    },
    {
      id: 'soldier',
      name: { zh: '现役军人、退役军人', en: 'Soldier or veteran' },
      proof: { zh: '军人证件或优待证', en: 'military or veteran card' },
    },
  ],
  step: { at: 'choose' },
  idleS: 60,
  owner: { name: '张敏', phone: '0371-6666 1201' },
};

const many: QueueScreen = {
  ...base,
  groups: [
    ['estate', '不动产登记', 'Real estate'],
    ['social', '社会保障', 'Social security'],
    ['tax', '税务', 'Taxes'],
    ['company', '企业开办与注销', 'Opening and closing a company'],
    ['police', '公安出入境', 'Exit and entry'],
    ['health', '医疗保障', 'Health insurance'],
    ['housing', '住房公积金', 'Housing fund'],
    ['traffic', '车辆驾驶人', 'Vehicles and drivers'],
    ['help', '帮办代办', 'Assisted services'],
  ].map(([id = '', zh = '', en = ''], g) => ({
    id,
    name: { zh, en },
    services: Array.from({ length: g === 0 ? 11 : 2 }, (_, i) =>
      service(`${id}-${i}`, `${zh}业务${i + 1}`, `${en} service ${i + 1}`, (g * 7 + i) % 9, i * 4),
    ),
  })),
};

const step = (s: QueueStep): QueueScreen => ({ ...base, step: s });
const done = {
  at: 'done',
  number: 'A012',
  service: { zh: '综合受理', en: 'General matters' },
  className: ordinary,
  ahead: 11,
  estimateMin: 18,
  windows: ['1', '2', '3', '5'],
  paper: 'confirmed',
  until: now + 20_000,
} satisfies QueueStep;
const obstacle = (
  kind: NonNullable<QueueScreen['obstacle']>['kind'],
  because: string,
  todo: string,
  becauseEn: string,
  todoEn: string,
): QueueScreen => ({
  ...base,
  obstacle: {
    kind,
    because: { zh: because, en: becauseEn },
    todo: { zh: todo, en: todoEn },
    since: now - 900_000,
  },
});

export const queueStates = {
  choose: base,
  noClasses: { ...base, classes: [] },
  reads: { ...base, reads: { card: true, code: true } },
  visitor: { ...base, reads: { card: true, code: true }, visitor: { masked: '欧阳**' } },
  paperLow: {
    ...base,
    notice: { zh: '小票纸快用完，请更换', en: 'Ticket paper is low, please replace' },
  },
  many,
  allClosed: {
    ...base,
    groups: base.groups.map((g) => ({
      ...g,
      services: g.services.map((s) =>
        shut(s, '现在不是取号时间，13:30 开始', 'Numbers are given again from 13:30'),
      ),
    })),
  },
  nothing: { ...base, groups: [] },
  issuing: step({
    at: 'working',
    what: 'issuing',
    service: done.service,
    number: null,
    since: now + 3_600_000,
  }),
  printing: step({
    at: 'working',
    what: 'printing',
    service: done.service,
    number: 'A012',
    since: now + 3_600_000,
  }),
  slow: step({
    at: 'working',
    what: 'printing',
    service: done.service,
    number: 'A012',
    since: now - 20_000,
  }),
  done: step(done),
  doneUncertain: step({
    ...done,
    paper: 'uncertain',
    note: {
      zh: '票可能没有打印出来，号码 A001 有效。没有拿到纸票，可以在这里补打一张。',
      en: 'Your ticket may not have been printed. Number A001 is valid. If no paper came out, print it again here.',
    },
    reprint: 'offered',
    ahead: 0,
    estimateMin: null,
    className: { zh: '六十五岁以上老人', en: 'Aged 65 and over' },
  }),
  doneNoPaper: step({
    ...done,
    paper: 'none',
    number: 'ABC123456',
    service: { zh: '社会保险登记与待遇申领', en: 'Social insurance: register and claim' },
    windows: Array.from({ length: 12 }, (_, i) => String(i + 1)),
  }),
  failed: step({
    at: 'failed',
    because: {
      zh: '打印机没有打出小票，这个号码已作废。',
      en: 'The printer gave no paper; this number is void.',
    },
    todo: {
      zh: '请到旁边的取号机重新取号。',
      en: 'Please take a new number at the next machine.',
    },
    until: now + 20_000,
  }),
  connecting: obstacle(
    'connecting',
    '本机刚刚启动。',
    '请稍候，马上就好。',
    'This machine has just started.',
    'One moment, please.',
  ),
  unreachable: obstacle(
    'hall-unreachable',
    '本机与大厅系统的连接中断，正在自动恢复。',
    '请使用旁边的取号机，或到咨询台取号。',
    'This machine has lost its link to the hall and is reconnecting.',
    'Please use another machine or ask at the information desk.',
  ),
  stopped: obstacle(
    'hall-stopped',
    '大厅系统暂时无法保存新的号码。',
    '已取的号码有效。请稍候或到咨询台询问。',
    'The hall cannot store new numbers at the moment.',
    'Numbers already taken stay valid. Please wait or ask at the information desk.',
  ),
  printer: obstacle(
    'printer',
    '小票纸用完了。',
    '请使用旁边的取号机。',
    'The ticket paper has run out.',
    'Please use another machine.',
  ),
  closed: obstacle(
    'closed',
    '今天的取号时间已经结束。',
    '取号时间：工作日 8:30 至 17:00。',
    "Today's time for numbers is over.",
    'Numbers are given on working days from 8:30 to 17:00.',
  ),
} satisfies Record<string, QueueScreen>;
