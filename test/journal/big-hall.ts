/** A hall for load: two services with numbers enough for a test, and as many windows as wanted. */
import type { RequestOp } from '../../broker-config/messages.ts';
import type { SubmittedRequest } from '../../kiosk-app/hall/contract.ts';
import { compileRules, type HallProfile, type Rules } from '../../kiosk-app/hall/queue/index.ts';

const name = (text: string) => ({ zh: text, en: text });
const owner = { name: '张工', phone: '' };

export function bigHall(windows: number): HallProfile {
  const ids = Array.from({ length: windows }, (_, i) => String(i + 1));
  return {
    hall: 'load',
    name: name('负载大厅'),
    time_zone: 'Asia/Shanghai',
    day: { starts: '04:00', clear: [] },
    numbering: { digits: 6, first: 1, last: 999_999, wrap: 'refuse' },
    groups: [{ id: 'all', name: name('全部') }],
    services: [
      { id: 'filing', name: name('申报'), prefix: 'A', group: 'all', typical_min: 5 },
      { id: 'tax', name: name('税务'), prefix: 'B', group: 'all', typical_min: 5 },
    ],
    classes: [
      { id: 'priority', name: name('优先'), kind: 'priority', at_machine: true },
      { id: 'ordinary', name: name('普通'), kind: 'ordinary', at_machine: true },
    ],
    rules: {
      between: { kind: 'strict' },
      ageing: { bound_min: 30 },
      wait_ceiling_min: 30,
      missed: { kind: 'tail' },
      misses_allowed: 3,
      recall: { limit: 5, spacing_s: 0 },
      on_next: { called: 'finish', serving: 'finish' },
      hold_limit_min: 0,
      call_expires_s: 60,
      print_confirm_s: 30,
    },
    appointments: { class: 'priority', early_min: 30, late_min: 15, late: 'refuse' },
    evaluation: { invite_on_finish: false, within_min: 60 },
    windows: ids.map((id) => ({
      id,
      label: id,
      name: name(`${id}号窗口`),
      kind: 'comprehensive',
      machine: `window-${id}`,
      services: [
        { service: 'filing', level: 1 },
        { service: 'tax', level: 1 },
      ],
      may_call_ticket: true,
    })),
    machines: [
      { id: 'queue-1', role: 'queue-machine', name: name('取号机'), place: '', owner },
      ...ids.map((id) => ({
        id: `window-${id}`,
        role: 'window' as const,
        name: name(`${id}号窗口电脑`),
        place: '',
        owner,
      })),
    ],
    journal: { keep_days: 30 },
  };
}

export const bigRules = (windows: number): Rules => compileRules(bigHall(windows));

let keys = 0;
/** A UUIDv7 in shape; rises. */
export function newKey(): string {
  keys += 1;
  return `0193${(keys >>> 16).toString(16).padStart(4, '0')}-${(keys & 0xffff).toString(16).padStart(4, '0')}-7000-8000-000000000000`;
}

export function request(
  op: RequestOp,
  dev: string,
  body: unknown,
  key = newKey(),
): SubmittedRequest {
  return { op, dev, key, body, epoch: 0, receivedMono: 0 };
}
export const take = (key = newKey()): SubmittedRequest =>
  request('take', 'queue-1', { service: 'filing', paper: false, source: 'touch' }, key);
