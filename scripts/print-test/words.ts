/** What the print test says, zh-CN and en, on the screen and on the page. */
import type { DeviceCode } from '../../devices/codes.ts';
import type { DeviceStatus } from '../../devices/contract.ts';
import { en } from '../../devices/texts/en.ts';
import { zhCN } from '../../devices/texts/zh-CN.ts';
import type { DeviceEntry } from '../../kiosk-app/runtime/machine-profile.ts';
import { padded } from '../doctor/columns.ts';

export type Language = 'zh-CN' | 'en';

export const words = {
  'zh-CN': {
    help: `打印一张测试页，并说明打印机的状态。

  npm run print-test -- --profile profiles/machines/queue-1.yaml [--device printer] [--lang en]

  --device ID   一台机器有几台打印机时，指明哪一台
  --data DIR    机器的数据目录（默认 .data/机器名）；机器的程序正在运行时不打印

退出码：0 打印机确认已打印；1 有问题，按提示处理；2 命令或配置有误；3 已发送，结果不明。
`,
    printing: '正在打印测试页……',
    confirmed: '打印机确认测试页已打印。请看纸面：上下对齐、汉字、二维码能扫、切口不压字。',
    wrong: '没有打印。',
    unknown: '已发送，但打印机没有确认，请看是否出纸。',
    noPrinter: (machine: string, device = '') =>
      `${machine} 的配置里没有票据打印机 ${device}`.trimEnd(),
    running: (machine: string) => `${machine} 的程序正在运行，占用着打印机：请先停止它。`,
    state: '状态',
    states: { ready: '正常', attention: '需留意', out: '不能打印', unknown: '不明' },
    names: {
      online: '联机',
      paper: '纸张',
      coverOpen: '上盖',
      error: '故障',
      ticketWaiting: '出纸口',
      ticketsLeft: '约剩张数',
    },
    facts: {
      'online true': '是',
      'online false': '否',
      'paper ok': '充足',
      'paper low': '将尽',
      'paper out': '无纸',
      'coverOpen true': '打开',
      'coverOpen false': '合上',
      'error none': '无',
      'error cutter': '切刀卡住',
      'error recoverable': '可排除',
      'error auto-recoverable': '打印头过热或电压',
      'error unrecoverable': '需断电或维修',
      'ticketWaiting true': '有票未取',
      'ticketWaiting false': '无票',
    },
    notKnown: '不明',
  },
  en: {
    help: `Prints a test page and says how the printer is.

  npm run print-test -- --profile profiles/machines/queue-1.yaml [--device printer] [--lang en]

  --device ID   which printer, where a machine has several
  --data DIR    the machine's data (default .data/MACHINE); nothing is printed while its program runs

Exit code: 0 the printer confirmed it; 1 something is wrong, do as it says; 2 command line or
profile; 3 sent, and nobody knows.
`,
    printing: 'Printing the test page ...',
    confirmed:
      'The printer confirmed the test page. Look at it: edges, Chinese, the QR code scans, nothing is cut through.',
    wrong: 'Not printed.',
    unknown: 'Sent, but the printer did not confirm it: look whether paper came out.',
    noPrinter: (machine: string, device = '') =>
      `The profile of ${machine} has no ticket printer ${device}`.trimEnd(),
    running: (machine: string) =>
      `The program of ${machine} is running and has the printer: stop it.`,
    state: 'State',
    states: { ready: 'ready', attention: 'needs a look', out: 'cannot print', unknown: 'unknown' },
    names: {
      online: 'Online',
      paper: 'Paper',
      coverOpen: 'Cover',
      error: 'Fault',
      ticketWaiting: 'Mouth',
      ticketsLeft: 'Tickets left',
    },
    facts: {
      'online true': 'yes',
      'online false': 'no',
      'paper ok': 'enough',
      'paper low': 'nearly at its end',
      'paper out': 'none',
      'coverOpen true': 'open',
      'coverOpen false': 'closed',
      'error none': 'none',
      'error cutter': 'cutter stuck',
      'error recoverable': 'can be cleared',
      'error auto-recoverable': 'print head hot, or voltage',
      'error unrecoverable': 'power off or repair',
      'ticketWaiting true': 'ticket not taken',
      'ticketWaiting false': 'empty',
    },
    notKnown: 'unknown',
  },
} as const;

const nameWidth = 14;

export function sentenceFor(code: DeviceCode, lang: Language): string {
  return (lang === 'en' ? en : zhCN)[code].technician;
}

/** One line a fact; the last is the sentence for the state. */
export function statusTable(status: DeviceStatus, lang: Language): string {
  const t = words[lang];
  const facts: Readonly<Record<string, string>> = t.facts;
  const rows: [string, string][] = [[t.state, `${t.states[status.state]} (${status.code})`]];
  for (const [key, name] of Object.entries(t.names)) {
    const value = status.detail[key];
    if (value === undefined) continue;
    const text = typeof value === 'number' ? String(value) : facts[`${key} ${value}`];
    rows.push([name, text ?? t.notKnown]);
  }
  const lines = rows.map(([name, text]) => `  ${padded(name, nameWidth)}${text}`);
  return [...lines, `  ${sentenceFor(status.code, lang)}`].join('\n');
}

/** The page says what was known before it was printed. `now`: wall clock, ms. */
export function pageFields(
  machine: string,
  entry: DeviceEntry,
  status: DeviceStatus | undefined,
  now: number,
) {
  const code = status?.code ?? 'PRN_NO_STATUS';
  const options = entry.options as { profile?: unknown; link?: Record<string, unknown> };
  const { via = '', host, port, path, baud } = options.link ?? {};
  const where = host === undefined ? [path, baud] : [`${String(host)}:${String(port)}`];
  return {
    machine,
    printer: String(options.profile ?? entry.driver),
    time: new Date(now).toLocaleString('sv-SE').slice(0, 16),
    status: `${words['zh-CN'].states[status?.state ?? 'unknown']} ${code}`,
    statusEn: words.en.states[status?.state ?? 'unknown'],
    number: '0000',
    link: [via, ...where].filter((part) => part !== undefined).join(' '),
    details: sentenceFor(code, 'zh-CN'),
    detailsEn: sentenceFor(code, 'en'),
    qr: `https://example.test/printer-test/${machine}`,
  };
}
