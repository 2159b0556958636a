/** Files that belong to evaluations: named in the hall's profile, or made in its data directory. */
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadYaml } from '../../runtime/yaml-file.ts';
import type { HallProfile } from '../queue/hall-profile.ts';
import { checkProvince, ProvinceProfile } from '../upload/province-profile.ts';
import { RatingsError } from './errors.ts';
import { createTokens, phoneKey, type Tokens } from './phone/token.ts';
import { Calendar } from './working-days.ts';

export const ratingsFile = (dataDir: string) => join(dataDir, 'ratings.sqlite');

export interface RatingsSetup {
  /** null: the hall has no limit for bad ratings. */
  rectify: { workingDays: number; calendar: Calendar } | null;
  /** null: nothing is uploaded. */
  province: ProvinceProfile | null;
  /** null: no codes for phones. */
  phone: { tokens: Tokens; url: string } | null;
}

/**
 * @param hallFile the hall profile's own file: others are named relative to it
 * @throws RuntimeError CFG_FILE; ProfileError; RatingsError RAT_KEY
 */
export function ratingsSetup(hall: HallProfile, hallFile: string, dataDir: string): RatingsSetup {
  const { evaluation } = hall;
  const beside = (name: string) => resolve(dirname(hallFile), name);
  const { rectify, province, public_url: url } = evaluation;
  return {
    rectify:
      rectify === undefined
        ? null
        : {
            workingDays: rectify.working_days,
            calendar: loadYaml(Calendar, beside(rectify.calendar), () => [], hallFile),
          },
    province:
      province === undefined
        ? null
        : loadYaml(ProvinceProfile, beside(province), checkProvince, hallFile),
    phone:
      url === undefined
        ? null
        : {
            tokens: createTokens(phoneKey(join(dataDir, 'evaluation-phone.key')), hall.hall),
            url,
          },
  };
}

/** @throws RatingsError UPL_PROFILE */
export function readKeyIn(dataDir: string): (file: string) => string {
  return (file) => {
    try {
      return readFileSync(resolve(dataDir, file), 'utf8').trim();
    } catch (e) {
      throw new RatingsError('UPL_PROFILE', `key ${file}: ${String(e)}`, { cause: e });
    }
  };
}
