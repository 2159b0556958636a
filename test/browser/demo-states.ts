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
  },
  troubles: {
    printers: [
      printer('queue-1-printer', 'queue-1', { tickets, paper: 'out', cover: true }),
      printer('queue-2-printer', 'queue-2', { paper: 'low', jam: true, plugged: false }),
    ],
    keypads: [],
  },
  none: { printers: [], keypads: [] },
} satisfies Record<string, PaperState>;
