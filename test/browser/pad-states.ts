/** Every state of an evaluation pad, as a flow would send it. */

import { drawQr } from '../../kiosk-app/evaluation-pad/qr.ts';
import type { EvaluationStep, PadScreen } from '../../kiosk-app/screens/contract.ts';

const now = Date.now();
const minute = 60_000;
const ticket = '2026-11-22/A012';
type Level = Extract<EvaluationStep, { at: 'rated' }>['level'];

/** The dictionary now in use, the longest words of it included. */
const names: Record<Level, readonly (readonly [code: string, zh: string, en: string])[]> = {
  'very-satisfied': [
    ['510', '一窗受理一次办结', 'One window, one visit'],
    ['511', '可以先受理后补材料', 'Accepted first, papers later'],
    ['512', '不用提交证明', 'No certificates needed'],
    ['513', '可以全程网上办理', 'Can be done wholly online'],
    ['514', '可以使用手机办理', 'Can be done by phone'],
    ['515', '可以就近办理', 'Can be done nearby'],
    ['516', '无需材料直接办理', 'Done without papers'],
    ['517', '服务热情效率高', 'Friendly and efficient'],
  ],
  satisfied: [
    ['406', '填写一张表单就可完成申报', 'One form is enough'],
    ['407', '在线提交材料窗口核验', 'Papers online, checked here'],
    ['408', '一张清单告知全部申报材料', 'One list names all papers'],
  ],
  'basically-satisfied': [],
  dissatisfied: [
    ['207', '没有提供材料样本', 'No sample papers'],
    ['208', '没有提供材料清单', 'No list of papers'],
    ['209', '未在承诺时间内办结', 'Not finished in the promised time'],
    ['210', '同样内容的证明材料被要求多次提交', 'The same proof was asked for several times'],
    ['211', '承诺网办但无法在线办理', 'Promised online, but not possible'],
    ['212', '在线预约办理后到实体大厅重复取号排队', 'Booked online, but had to queue again here'],
    ['213', '窗口人员业务不熟练', 'The clerk does not know the matter well'],
    ['214', '服务态度生硬', 'Unfriendly manner'],
  ],
  'very-dissatisfied': [
    ['108', '在办事指南之外增加新的审批条件', 'Conditions beyond the guide'],
    ['109', '需提供办事指南之外的申报材料', 'Papers beyond the guide'],
    ['110', '无理由超过法定办理时间', 'Longer than the law allows, without reason'],
    ['111', '办事指南提供样本有错', 'Samples in the guide are wrong'],
    ['112', '承诺在线收取申报材料实际无法收取', 'Papers promised to be taken online are not'],
    ['113', '多头跑窗口和部门', 'Sent from window to window'],
    ['114', '跑动次数与承诺的不一致', 'More visits than promised'],
    ['115', '服务态度差效率低', 'Rude and slow'],
  ],
};
export const labelsOf = (level: Level) =>
  names[level].map(([code, zh, en]) => ({ code, name: { zh, en } }));

const base: PadScreen = {
  role: 'evaluation-pad',
  machine: 'pad-3',
  hallName: { zh: '清河区政务服务中心', en: 'Qinghe District Government Service Hall' },
  link: { online: true, since: now - 60 * minute },
  time: { timeZone: 'Asia/Shanghai', offsetMs: 0 },
  owner: { name: '王工', phone: '0371-1234 5603' },
  known: true,
  window: { label: '3', name: { zh: '不动产税务专窗', en: 'Property and tax' }, state: 'open' },
  clerk: {
    name: { zh: '李晓梅', en: 'Li Xiaomei' },
    post: { zh: '首席代表', en: 'Chief representative' },
    badge: '0317',
    photo: '/photos/0317.svg',
  },
  elder: false,
  step: { at: 'idle' },
};

const ask: PadScreen = {
  ...base,
  step: {
    at: 'ask',
    ticket,
    number: 'A012',
    service: { zh: '高效办成一件事', en: 'One-stop life events' },
    qr: null,
    until: now + 60_000,
  },
};

const rated = (level: Level, more: Partial<Extract<EvaluationStep, { at: 'rated' }>> = {}) => ({
  ...base,
  step: {
    at: 'rated' as const,
    ticket,
    level,
    labels: labelsOf(level),
    chosen: [],
    text: '',
    labelsMax: 8,
    textMax: 150,
    undo: true,
    until: now + 15_000,
    ...more,
  },
});

/** As long as a hall's public address with a signed token is. */
const address = `https://hpj.qinghe.example/e/${'k3J9x2Qv7Lm4'.repeat(8)}`;

export const padStates = {
  idle: base,
  noClerk: { ...base, clerk: null },
  noPhoto: { ...base, clerk: { ...(base.clerk as NonNullable<PadScreen['clerk']>), photo: null } },
  postOnly: {
    ...base,
    clerk: { name: null, post: { zh: '导办员', en: 'Guide' }, badge: '12', photo: null },
  },
  paused: {
    ...base,
    window: { ...(base.window as NonNullable<PadScreen['window']>), state: 'paused' },
  },
  closed: {
    ...base,
    window: { ...(base.window as NonNullable<PadScreen['window']>), state: 'closed' },
  },
  longLabel: {
    ...base,
    window: {
      label: 'A123',
      name: { zh: '企业开办综合受理服务专窗', en: 'Business registration and general services' },
      state: 'open',
    },
  },
  offline: { ...base, link: { online: false, since: now - 5 * minute } },
  connecting: { ...base, known: false, window: null, clerk: null, hallName: null },
  noWindow: { ...base, window: null, clerk: null },
  ask,
  askQr: { ...ask, step: { ...ask.step, qr: drawQr(address) } as EvaluationStep },
  ratedBest: rated('very-satisfied'),
  ratedBare: rated('basically-satisfied', { textMax: 0, undo: false }),
  ratedFew: rated('satisfied', { chosen: ['407'] }),
  ratedPoor: rated('dissatisfied', {
    chosen: ['212', '214'],
    text: '预约后又重新取号，等了四十分钟。',
  }),
  ratedWorst: rated('very-dissatisfied', { labelsMax: 3, chosen: ['108', '109', '110'] }),
  thanked: {
    ...base,
    step: { at: 'thanked', ticket, level: 'very-dissatisfied', undo: true, until: now + 5000 },
  },
  thankedSent: {
    ...base,
    step: { at: 'thanked', ticket, level: 'satisfied', undo: false, until: now + 3000 },
  },
  sending: { ...base, step: { at: 'sending', ticket, level: 'satisfied' } },
  failed: {
    ...base,
    step: {
      at: 'failed',
      ticket,
      because: {
        zh: '本机没能记下您的评价。',
        en: 'This device could not record your evaluation.',
      },
      todo: {
        zh: '您可以用手机扫码评价，或告诉工作人员评价器有故障。',
        en: 'You can evaluate by phone with the QR code, or tell the staff that the device is faulty.',
      },
      until: now + 12_000,
    },
  },
} satisfies Record<string, PadScreen>;

/** A face drawn by hand, so that no picture of a person is needed. */
export const clerkPicture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 120">
<rect width="90" height="120" fill="#b9cbe2"/><circle cx="45" cy="48" r="22" fill="#8098b8"/>
<path d="M8 120c2-34 20-44 37-44s35 10 37 44z" fill="#40587a"/></svg>`;
