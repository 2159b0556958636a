/** A hall with two windows and two pads, and a record of it, for tests of what becomes of evaluations. */
import { resolve } from 'node:path';
import { chained } from '../../kiosk-app/hall/queue/chain.ts';
import type { Evaluated, Level } from '../../kiosk-app/hall/queue/events.ts';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { checkProvince, ProvinceProfile } from '../../kiosk-app/hall/upload/province-profile.ts';
import { loadYaml } from '../../kiosk-app/runtime/yaml-file.ts';
import { profile } from '../queue/test-hall.ts';

const both = (text: string) => ({ zh: text, en: text });

export function ratingsHall(change: (p: HallProfile) => void = () => {}): HallProfile {
  return profile((p) => {
    p.clerk_groups = [{ id: 'g1', name: both('综合组') }];
    p.clerks = [
      { id: 'li', name: both('李某'), post: both('科员'), badge: '0012', group: 'g1' },
      { id: 'wang', name: both('王某'), post: both('科员') },
    ];
    p.machines.push({
      ...{ id: 'pad2', role: 'evaluation-pad', name: both('pad2'), place: 'here' },
      owner: { name: '王工', phone: '110' },
    });
    p.evaluation = { ...p.evaluation, within_min: 10_080, follow_up_days: 7 };
    const [one, two] = p.windows;
    if (one !== undefined) one.clerk = 'li';
    if (two !== undefined) Object.assign(two, { clerk: 'wang', pad: 'pad2' });
    change(p);
  });
}

export const provinces = ['offline-report', 'gbt-39046'] as const;

export function provinceOf(name: (typeof provinces)[number], change: object = {}): ProvinceProfile {
  const file = resolve(import.meta.dirname, `../../profiles/provinces/${name}.yaml`);
  return { ...loadYaml(ProvinceProfile, file, checkProvince), ...change };
}

/** Monday 2026-11-23, 10:00 in Shanghai. */
export const at = Date.parse('2026-11-23T10:00:00+08:00');

export function evaluated(level: Level, change: Partial<Evaluated> = {}): Evaluated {
  const { chain, ...record } = {
    ...{ type: 'evaluated' as const, at, ticket: '2026-11-23/A001', window: '1', service: 'a' },
    ...{ dev: 'pad1', level, labels: [], text: '', channel: 'pad' as const, pressedAt: at },
    ...{ round: 1 as const, number: 'A001', issuedAt: at - 600_000, startedAt: at - 300_000 },
    ...{ finishedAt: at - 5_000, clerk: 'li' },
    ...change,
  };
  return chained(
    record,
    chain ? { n: chain.n - 1, hash: chain.prev } : { n: 0, hash: '0'.repeat(64) },
  );
}
