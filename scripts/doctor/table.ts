/** The report as a technician reads it. */
import { en as deviceEn } from '../../devices/texts/en.ts';
import { selfTestText } from '../../devices/texts/self-test.ts';
import { zhCN as deviceZh } from '../../devices/texts/zh-CN.ts';
import { table } from './columns.ts';
import type { HallFinding } from './hall.ts';
import type { Language } from './options.ts';
import { type DeviceFinding, type MachineReport, worst } from './report.ts';
import { en } from './texts/en.ts';
import type { Words } from './texts/words.ts';
import { zhCN } from './texts/zh-CN.ts';
import { noWire } from './wire-name.ts';

export const wordsOf = (lang: Language): Words => (lang === 'en' ? en : zhCN);
const deviceTexts = { 'zh-CN': deviceZh, en: deviceEn } as const;

/** `YYYY-MM-DD HH:MM:SS` by the machine's own clock and zone. */
export function timeText(at: number): string {
  return new Date(at).toLocaleString('sv-SE');
}

export function reportText(report: MachineReport, lang: Language, width: number): string {
  const words = wordsOf(lang);
  const lines = [words.examined(report.machine, report.owner, report.depth === 'deep')];
  if (report.running) {
    const source = report.devices[0]?.source;
    const at = source?.by === 'running' ? source.at : null;
    lines.push(words.running(at === null ? null : timeText(at)));
  }
  if (report.devices.length === 0) return [...lines, words.noDevices].join('\n');
  const { device, port, state, since, todo } = words.heading;
  const rows = report.devices.map((d) => rowOf(d, lang));
  const states = report.devices.map((d) => d.state);
  return [
    ...lines,
    '',
    table([device, port, state, since, todo], rows, width),
    '',
    words.worst(worst(states), states.length),
  ].join('\n');
}

/** Whoever is not well, by the hall's word, then the alarms: they name window, since when and owner. */
export function hallText(hall: HallFinding, lang: Language, width: number): string {
  const { hall: words } = wordsOf(lang);
  if (!hall.asked) return words.unknown(hall.why);
  const spoken = (text: { zh: string; en: string }) => (lang === 'en' ? text.en : text.zh);
  const ill = hall.machines.filter((m) => m.urgency !== 'good');
  const rows = ill.map((m) => [
    `${m.id} ${spoken(m.name)}`,
    m.place,
    words.links[m.link],
    timeText(m.since),
    `${m.owner.name} ${m.owner.phone}`.trim(),
  ]);
  const { machine, place, state, since, owner } = words.heading;
  return [
    words.title(hall.machines.length, hall.machines.length - ill.length),
    ...(rows.length > 0 ? ['', table([machine, place, state, since, owner], rows, width)] : []),
    ...hall.alarms.map((a) => `! ${spoken(a.reason)}`),
  ].join('\n');
}

function rowOf(d: DeviceFinding, lang: Language): string[] {
  const words = wordsOf(lang);
  const todo = [todoOf(d, lang), ...stepsOf(d, lang)];
  const more = whyOf(d);
  if (d.state !== 'ready') todo.push(more === '' ? `[${d.code}]` : `[${d.code}] ${more}`);
  return [
    `${d.device} ${words.kinds[d.kind]}`,
    d.port,
    words.states[d.state],
    timeText(d.since),
    todo.join('\n'),
  ];
}

/** What an error says beyond its code and the port, which stand beside it already. */
function whyOf({ why, code, port }: DeviceFinding): string {
  const more = (why ?? '')
    .replace(`${code}: `, '')
    .replace(port === noWire ? '' : port, '')
    .replace(/^[\s:,(]+|[\s)]+$/g, '');
  return /^[A-Z]*$/.test(more) ? '' : more;
}

function todoOf(d: DeviceFinding, lang: Language): string {
  if (d.source.by === 'holder') return wordsOf(lang).heldBy(d.source.command, d.source.pid);
  return deviceTexts[lang][d.code].technician;
}

function stepsOf(d: DeviceFinding, lang: Language): string[] {
  const words = wordsOf(lang);
  // A step that failed for what the row says already would only say it twice.
  const more = d.steps.filter((s) => s.ok || s.code !== d.code);
  return more.map((s) => {
    const text = selfTestText(s.step, lang);
    return s.ok ? words.stepOk(text) : words.stepFailed(text, deviceTexts[lang][s.code].technician);
  });
}
