/** What the demonstration's pages are given. */
import type { DemoIndex, PaperPrinter, PaperState } from '../../kiosk-app/screens/demo-contract.ts';

const now = Date.now();

export const demoIndex: DemoIndex = {
  hallName: { zh: '示范政务服务大厅', en: 'Demonstration Hall' },
  screens: [
    {
      role: 'queue-machine',
      machine: 'queue-1',
      title: { zh: '东门取号机', en: 'Queue machine, east door' },
      url: 'http://127.0.0.1:7501/',
    },
    {
      role: 'queue-machine',
      machine: 'queue-2',
      title: { zh: '西门取号机', en: 'Queue machine, west door' },
      url: 'http://127.0.0.1:7502/',
    },
    {
      role: 'window',
      machine: 'window-1',
      title: { zh: '1 号窗口', en: 'Window 1' },
      url: 'http://127.0.0.1:7503/',
    },
    {
      role: 'display',
      machine: 'display-1',
      title: { zh: '大厅屏', en: 'Hall display' },
      url: 'http://127.0.0.1:7507/',
    },
    {
      role: 'hall',
      machine: 'hall',
      title: { zh: '大厅设备状态', en: 'Devices of the hall' },
      url: 'http://127.0.0.1:7514/',
    },
  ],
  paperUrl: '/paper',
  broker: { url: 'mqtt://127.0.0.1:1883' },
  dataDir: '/home/hall/xuhao/.data/demo',
};

/** A drawing as the virtual printer would make it. */
export const ticketSvg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="576" height="420" viewBox="0 0 576 420">' +
  '<rect width="576" height="420" fill="#fff"/>' +
  '<text x="288" y="190" font-size="120" text-anchor="middle">A012</text></svg>';
export const ticketPath = '/paper/queue-1-printer/2.svg';

const printer = (id: string, machine: string, more: Partial<PaperPrinter>): PaperPrinter => ({
  id,
  machine,
  wire: 'tcp 127.0.0.1:9100',
  paper: 'ok',
  cover: false,
  jam: false,
  plugged: true,
  tickets: [],
  ...more,
});
const tickets = [3, 2, 1].map((n) => ({
  id: String(n),
  at: now - n * 60_000,
  svgUrl: ticketPath,
  text: `清河区政务服务中心\nA01${n}\n综合受理`,
}));

export const paperStates = {
  printed: {
    printers: [
      printer('queue-1-printer', 'queue-1', { tickets }),
      printer('queue-2-printer', 'queue-2', { wire: '/dev/pts/4 115200' }),
    ],
    keypads: [
      {
        id: 'queue-2-keys',
        machine: 'queue-2',
        keys: ['1', '2', '3'].map((key) => ({
          key,
          label: { zh: `业务 ${key}`, en: `Service ${key}` },
        })),
      },
    ],
    panels: [
      {
        ...{ kind: 'reader', id: 'queue-1-reader', machine: 'queue-1', plugged: true },
        ...{ wire: 'serial queue-1-reader 115200', card: null },
        cards: [{ id: 'card-1', label: { zh: '测试甲的身份证', en: "Test person A's card" } }],
      },
      {
        ...{ kind: 'scanner', id: 'queue-1-scanner', machine: 'queue-1', plugged: true },
        wire: 'serial queue-1-scanner 9600',
        codes: [{ text: 'YY-0001', label: { zh: '预约码', en: 'Code of an appointment' } }],
      },
      {
        ...{ kind: 'caller', id: 'window-2-caller', machine: 'window-2', plugged: true },
        ...{ wire: 'serial window-2-caller 9600', ticket: '015', waiting: '  3' },
        keys: [{ key: 'next', label: { zh: '下一位', en: 'Next' } }],
      },
      {
        ...{ kind: 'sign', id: 'window-2-sign', machine: 'window-2', plugged: false },
        ...{ wire: 'tcp 127.0.0.1:9105', lines: ['C015 请到2号窗口'], blinking: true },
      },
      {
        ...{ kind: 'voice', id: 'display-1-voice', machine: 'display-1', plugged: true },
        ...{ wire: 'serial display-1-voice 9600', speaking: true },
        sentences: [
          {
            seq: 2,
            at: 1_795_000_000_000,
            text: '请 C零一五 号到 二 号窗口办理。',
            end: 'speaking',
          },
          { seq: 1, at: 1_794_999_990_000, text: '请 C零一四 号到 二 号窗口办理。', end: 'whole' },
        ],
      },
    ],
  },
  troubles: {
    printers: [
      printer('queue-1-printer', 'queue-1', { tickets, paper: 'out', cover: true }),
      printer('queue-2-printer', 'queue-2', { paper: 'low', jam: true, plugged: false }),
    ],
    keypads: [],
    panels: [],
  },
  none: { printers: [], keypads: [], panels: [] },
} satisfies Record<string, PaperState>;
