/**
 * The two places outside of the demonstration hall: a province that takes its evaluations, and the
 * address under which phones reach it. Here both are on this machine, so a "phone" is another window
 * of the browser.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import type { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { checkProvince, ProvinceProfile } from '../../kiosk-app/hall/upload/province-profile.ts';
import { loadYaml } from '../../kiosk-app/runtime/yaml-file.ts';
import { type StandIn, standInFor, startStandIn } from '../province-stand-in.ts';

export interface RatingPorts {
  phone: number;
  province: number;
}

const demoSecret = 'xuhao demonstration, no secret';
const provinceFile = (profiles: string) => resolve(profiles, 'provinces', 'offline-report.yaml');

export async function startDemoProvince(profiles: string, port: number): Promise<StandIn> {
  const province = loadYaml(ProvinceProfile, provinceFile(profiles), checkProvince);
  return startStandIn({ ...standInFor(province, demoSecret), port, now: Date.now });
}

/** Writes the hall profile of this run and the province's key. @returns what the hall server needs */
export function withRatings(
  hall: HallProfile,
  places: { profiles: string; dataDir: string },
  ports: RatingPorts,
) {
  const { rectify } = hall.evaluation;
  const calendar = rectify && resolve(places.profiles, 'halls', rectify.calendar);
  const run: HallProfile = {
    ...hall,
    evaluation: {
      ...hall.evaluation,
      public_url: `http://127.0.0.1:${ports.phone}`,
      province: provinceFile(places.profiles),
      ...(rectify && calendar ? { rectify: { ...rectify, calendar } } : {}),
    },
  };
  const profile = join(places.dataDir, 'profiles', 'hall-of-this-run.yaml');
  mkdirSync(join(places.dataDir, 'profiles'), { recursive: true });
  writeFileSync(profile, stringify(run));
  mkdirSync(join(places.dataDir, 'hall'), { recursive: true });
  writeFileSync(join(places.dataDir, 'hall', 'province.key'), demoSecret, { mode: 0o600 });
  return {
    profile,
    phone_page: { host: '127.0.0.1', port: ports.phone },
    province_url: `http://127.0.0.1:${ports.province}/`,
  };
}
