/** An evaluation in the province's words. Pure. */
import { levels } from '../../../broker-config/messages.ts';
import type { Evaluated, Level } from '../queue/events.ts';
import type { HallProfile } from '../queue/hall-profile.ts';
import type { Rules } from '../queue/rules.ts';
import { dayText, type TimeZone } from '../queue/time-zone.ts';
import type { Field, ProvinceProfile, Source } from './province-profile.ts';

/** Names of GB/T 39046-2020 A.8, in the order of `levels`. */
const levelNames: Record<Level, string> = {
  'very-satisfied': '非常满意',
  satisfied: '满意',
  'basically-satisfied': '基本满意',
  dissatisfied: '不满意',
  'very-dissatisfied': '非常不满意',
};

export function levelCode(province: Pick<ProvinceProfile, 'levels'>, level: Level): string {
  const { levels: coding } = province;
  if ('codes' in coding) return coding.codes[level];
  // levels[0] is the best.
  const place = levels.indexOf(level);
  return String(coding.numbering === 'very-satisfied-is-1' ? place + 1 : levels.length - place);
}

/** Body of the upload: flat, every value a string, fields in the order of the profile. */
export function recordOf(
  province: ProvinceProfile,
  { profile: hall, zone }: Pick<Rules, 'profile' | 'zone'>,
  e: Evaluated,
): Record<string, string> {
  const record: Record<string, string> = {};
  for (const field of province.fields) {
    const value = filled(field, { province, hall, zone, e });
    if (value !== '' || province.empty === 'send') record[field.name] = value;
  }
  return record;
}

function filled(field: Field, given: Given): string {
  if ('value' in field) return field.value;
  if ('of_service' in field) {
    const { services } = given.province;
    return (services?.[given.e.service] ?? services?.default)?.[field.of_service] ?? '';
  }
  return readers[field.from](given);
}

interface Given {
  province: ProvinceProfile;
  hall: HallProfile;
  zone: TimeZone;
  e: Evaluated;
}

const readers: Record<Source, (given: Given) => string> = {
  level: ({ province, e }) => levelCode(province, e.level),
  'level-name': ({ e }) => levelNames[e.level],
  labels: ({ province, e }) => e.labels.join(province.labels_joined_by),
  text: ({ e }) => e.text,
  channel: ({ province, e }) => province.channels[e.channel],
  round: ({ province, e }) => province.rounds[e.round === 2 ? 'follow_up' : 'first'],
  'evaluated-at': (g) => timeText(g, whenPressed(g.e)),
  'finished-at': (g) => timeText(g, g.e.finishedAt),
  'started-at': (g) => timeText(g, g.e.startedAt),
  'issued-at': (g) => timeText(g, g.e.issuedAt),
  'case-number': ({ hall, e }) => caseNumber(hall.hall, e.ticket),
  'ticket-number': ({ e }) => e.number ?? '',
  'record-number': ({ e }) => String(e.chain?.n ?? ''),
  'record-hash': ({ e }) => e.chain?.hash ?? '',
  window: ({ hall, e }) => windowOf(hall, e)?.label ?? e.window,
  'window-name': ({ hall, e }) => windowOf(hall, e)?.name.zh ?? '',
  'clerk-name': ({ hall, e }) => clerkOf(hall, e)?.name.zh ?? '',
  'clerk-badge': ({ hall, e }) => clerkOf(hall, e)?.badge ?? '',
  service: ({ e }) => e.service,
  'service-name': ({ hall, e }) => hall.services.find((s) => s.id === e.service)?.name.zh ?? '',
  hall: ({ hall }) => hall.hall,
  'hall-name': ({ hall }) => hall.name.zh,
};

const windowOf = (hall: HallProfile, e: Evaluated) => hall.windows.find((w) => w.id === e.window);
const clerkOf = (hall: HallProfile, e: Evaluated) => hall.clerks?.find((c) => c.id === e.clerk);

/** an..50 in GB/T 39046-2020 Table 9; letters, digits and `-` only. */
export function caseNumber(hall: string, ticket: string): string {
  return `${hall}-${ticket.replaceAll('-', '').replace('/', '-').replace('~', '-')}`;
}

/**
 * When the citizen pressed, not when the hall heard of it: a pad that was cut off brings it days later.
 * That is another machine's clock, so it counts only between the end of the service and the hall's own
 * record, and the nearer of the two stands for anything outside.
 */
function whenPressed({ pressedAt, finishedAt, at }: Evaluated): number {
  return Math.min(at, Math.max(pressedAt, finishedAt ?? at));
}

/** The offset of a zone is whole minutes, so seconds are the same everywhere. */
function timeText({ province, zone }: Given, at: number | null | undefined): string {
  if (at === null || at === undefined) return '';
  if (province.times === 'iso') return new Date(at).toISOString();
  const { dayNumber, minute } = zone.local(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const time = [two(Math.floor(minute / 60)), two(minute % 60), two(Math.floor(at / 1000) % 60)];
  const date = dayText(dayNumber);
  return province.times === 'yyyyMMddTHHmmss'
    ? `${date.replaceAll('-', '')}T${time.join('')}`
    : `${date} ${time.join(':')}`;
}
