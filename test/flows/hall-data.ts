/** A small hall: two groups, three services, two windows. */
import type {
  Board,
  BoardService,
  BoardWindow,
  Call,
  Directory,
  Reason,
  RequestResult,
  TicketView,
  WindowSnapshot,
} from '../../broker-config/messages.ts';
import type { HallView } from '../../kiosk-app/runtime/ports.ts';

export const t0 = Date.UTC(2026, 10, 22, 1, 0, 0);

export const reason = (code: string, zh: string, en: string): Reason => ({
  code,
  data: {},
  zh,
  en,
});
const name = (zh: string, en: string) => ({ zh, en });

export const directory: Directory = {
  v: 1,
  epoch: 1,
  hall: 'demo',
  name: name('示范政务服务大厅', 'Demonstration hall'),
  timeZone: 'Asia/Shanghai',
  groups: [
    { id: 'social', name: name('社会保障', 'Social security') },
    { id: 'property', name: name('不动产', 'Property') },
  ],
  services: [
    {
      id: 'pension',
      name: name('养老保险', 'Pension'),
      group: 'social',
      prefix: 'A',
      personRequired: false,
    },
    {
      id: 'medical',
      name: name('医疗保险', 'Medical insurance'),
      group: 'social',
      prefix: 'B',
      personRequired: false,
    },
    {
      id: 'deed',
      name: name('不动产登记', 'Property deeds'),
      group: 'property',
      prefix: 'C',
      personRequired: true,
    },
  ],
  classes: [
    {
      id: 'senior',
      name: name('老年人', 'Senior citizens'),
      kind: 'priority',
      atMachine: true,
      proof: name('请出示证件', 'Please show your card'),
    },
    {
      id: 'booked',
      name: name('预约', 'Appointment'),
      kind: 'appointment',
      atMachine: false,
      proof: null,
    },
    {
      id: 'ordinary',
      name: name('普通', 'Ordinary'),
      kind: 'ordinary',
      atMachine: true,
      proof: null,
    },
  ],
  windows: [
    {
      id: 'w1',
      label: '1',
      name: name('社保一号窗口', 'Social 1'),
      kind: 'comprehensive',
      machine: 'window-1',
      pad: 'pad-1',
      mayCallTicket: true,
    },
    {
      id: 'w2',
      label: '2',
      name: name('社保二号窗口', 'Social 2'),
      kind: 'tidal',
      machine: 'window-2',
      pad: null,
      mayCallTicket: false,
    },
  ],
  rules: {
    waitCeilingMin: 30,
    recallLimit: 2,
    recallSpacingS: 10,
    callExpiresS: 30,
    missed: reason('missed-tail', '过号自动排到队尾。', 'A missed number goes to the end.'),
  },
};

export function boardService(id: string, more: Partial<BoardService> = {}): BoardService {
  return {
    id,
    waiting: 3,
    byClass: { ordinary: 3 },
    open: true,
    closedBecause: null,
    estimateMin: 12,
    longestSince: t0,
    overCeiling: 0,
    windowsOpen: 1,
    issuedToday: 5,
    quotaLeft: null,
    ...more,
  };
}

export function boardWindow(id: string, more: Partial<BoardWindow> = {}): BoardWindow {
  return {
    id,
    state: 'open',
    pauseReason: null,
    since: t0,
    number: null,
    serving: false,
    services: [
      { service: 'medical', level: 2 },
      { service: 'pension', level: 1 },
    ],
    ...more,
  };
}

export function board(more: Partial<Board> = {}): Board {
  return {
    v: 1,
    epoch: 1,
    seq: 10,
    day: '2026-11-22',
    at: t0,
    issuing: true,
    windows: [boardWindow('w1'), boardWindow('w2', { state: 'closed' })],
    services: [boardService('pension'), boardService('medical'), boardService('deed')],
    calls: [],
    alarms: [],
    ...more,
  };
}

export function call(seq: number, number: string, more: Partial<Call> = {}): Call {
  return {
    seq,
    number,
    window: 'w1',
    service: 'pension',
    kind: 'call',
    at: t0,
    expiresAt: t0 + 30_000,
    ...more,
  };
}

export function ticket(number: string, more: Partial<TicketView> = {}): TicketView {
  return {
    id: `2026-11-22/${number}`,
    number,
    service: 'pension',
    class: 'ordinary',
    state: 'printing',
    issuedAt: t0,
    waitingSince: t0,
    paperConfirmed: false,
    calls: 0,
    recalls: 0,
    misses: 0,
    window: null,
    calledAt: null,
    startedAt: null,
    hold: null,
    why: null,
    ...more,
  };
}

export const takeResult = (
  number: string,
  more: Partial<TicketView> = {},
): RequestResult<'take'> => ({
  ticket: ticket(number, more),
  ahead: 3,
  estimateMin: 12,
  windows: ['w1', 'w2'],
});

export function snapshot(more: Partial<WindowSnapshot> = {}): WindowSnapshot {
  return {
    v: 1,
    epoch: 1,
    seq: 10,
    window: 'w1',
    current: null,
    last: null,
    held: [],
    missed: [],
    servedToday: 4,
    ...more,
  };
}

export function view(more: Partial<HallView> = {}): HallView {
  return {
    online: true,
    onlineSince: t0,
    directory,
    board: board(),
    window: null,
    pad: null,
    hallClockOffsetMs: 0,
    ...more,
  };
}
