/** Every state of the technicians' page, as the hall would send it. */
import type {
  HallDeviceView,
  HallMachineView,
  HallScreen,
} from '../../kiosk-app/screens/contract.ts';

const now = Date.now();
const minute = 60_000;
const owner = { name: '王工', phone: '0371-1234 5603' };

const device = (id: string, kind: string, more: Partial<HallDeviceView> = {}): HallDeviceView => ({
  ...{ id, kind, state: 'ready', code: 'DEV_READY', sentence: null },
  ...{ since: now - 90 * minute, owner: null },
  ...more,
});
const machine = (
  id: string,
  role: string,
  more: Partial<HallMachineView> = {},
): HallMachineView => ({
  ...{ id, role, name: { zh: `${id} 号机`, en: `Machine ${id}` }, place: '一楼东入口', owner },
  ...{ urgency: 'good', link: 'ready', since: now - 95 * minute, version: '0.1.0' },
  ...{ contested: false, fault: null, devices: [device('keys', 'keypad')] },
  ...more,
});

const paperOut = device('printer', 'ticket-printer', {
  ...{ state: 'out', code: 'PRN_PAPER_OUT', since: now - 12 * minute },
  sentence: {
    zh: '打印机缺纸：请打开上盖，装上 80 mm 纸卷，热敏面朝上，再合上上盖。',
    en: 'The printer has no paper: open the cover, put in a roll of 80 mm, thermal side up, close it.',
  },
  owner: '耗材组 赵敏 0371-1234 5699',
});
const lost = machine('window-3', 'window', {
  ...{ urgency: 'bad', link: 'lost', since: now - 27 * minute, place: '3号窗口' },
  name: { zh: '3号窗口电脑', en: 'Window 3 computer' },
});
const noPaper = machine('queue-1', 'queue-machine', {
  ...{ urgency: 'bad', name: { zh: '1号取号机', en: 'Queue machine 1' } },
  devices: [
    paperOut,
    device('reader', 'id-card-reader', { state: 'unknown', code: null, since: null }),
    device('keys', 'keypad'),
    device('radar', 'presence-radar'),
  ],
});
const unseen = machine('pad-4', 'evaluation-pad', { urgency: 'look', link: 'absent' });
const rude = machine('display-2', 'display', {
  ...{ urgency: 'bad', contested: true, devices: [] },
  fault: { at: now - 3 * minute, what: 'machineState: boot: must match pattern "^[0-9a-f-]{36}$"' },
});
const well = ['window-1', 'window-2', 'pad-1', 'pad-2'].map((id) => machine(id, 'window'));
const off = machine('display-1', 'display', {
  ...{ urgency: 'off', link: 'disconnected', since: now - 40 * 60 * minute },
});

const good: HallScreen = {
  role: 'hall',
  machine: 'hall',
  hallName: { zh: '清河区政务服务中心', en: 'Qinghe District Government Service Hall' },
  time: { timeZone: 'Asia/Shanghai', offsetMs: 0 },
  owner,
  place: '机房 Server room',
  version: 'xuhao 0.1.0',
  startedAt: now - 100 * minute,
  epoch: 12,
  seq: 48_211,
  issuing: true,
  broker: { kind: 'embedded', online: true },
  machines: [...well, off],
  alarms: [],
  ratings: { badOpen: 0, badOverdue: 0, due: null, waiting: 0, dead: 0 },
  counters: {
    ...{ received: 18_204, answered: 18_204, turnedAway: 3 },
    ...{ dropped: 0, denied: 1, refused: 2, cut: 0, throttled: 0 },
  },
  presses: {
    count: 1000,
    queuedMs: { p50: 0.05, p99: 0.31 },
    decidedMs: { p50: 0.04, p99: 0.12 },
    committedMs: { p50: 0.17, p99: 0.48 },
  },
};
const reason = {
  zh: '1 号窗口的评价器（pad-1）09:12 起失去联系，请联系 王工 0371-1234 5603',
  en: 'The pad of window 1 (pad-1) is lost since 09:12: call 王工 0371-1234 5603',
};

export const hallStates = {
  good,
  troubled: {
    ...good,
    machines: [lost, noPaper, rude, unseen, ...well, off],
    ratings: { badOpen: 3, badOverdue: 1, due: '2026-11-20', waiting: 12, dead: 2 },
    alarms: [
      { id: 'pad/w1', since: now - 26 * minute, reason },
      {
        ...{ id: 'wait-ceiling/estate', since: now - 61 * minute },
        reason: {
          zh: '不动产登记有人等候超过 30 分钟',
          en: 'Real estate: waiting over 30 minutes',
        },
      },
    ],
  },
  stopped: { ...good, issuing: false, broker: { kind: 'outer', online: false }, presses: null },
  fresh: {
    ...{ ...good, presses: null, alarms: [], ratings: null },
    machines: [unseen, { ...unseen, id: 'pad-5' }],
  },
  many: {
    ...good,
    machines: [
      lost,
      ...Array.from({ length: 60 }, (_, i) => machine(`window-${i + 10}`, 'window')),
    ],
  },
} satisfies Record<string, HallScreen>;
