/** Command line of the doctor. */
import { parseArgs } from 'node:util';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];

export interface DoctorOptions {
  /** null: `--list` alone. */
  profileFile: string | null;
  dataDir: string | null;
  deep: boolean;
  json: boolean;
  list: boolean;
  lang: Language;
}

/** @throws TypeError (node:util) for an unknown option, RangeError for one that makes no sense */
export function parseDoctorOptions(args: readonly string[]): DoctorOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: 'string' },
      data: { type: 'string' },
      deep: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      lang: { type: 'string', default: 'zh-CN' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.profile === undefined && !values.list)
    throw new RangeError('--profile FILE or --list');
  return {
    profileFile: values.profile ?? null,
    dataDir: values.data ?? null,
    deep: values.deep,
    json: values.json,
    list: values.list,
    lang: languageOf(values.lang),
  };
}

export function languageOf(text: string): Language {
  const lang = languages.find((l) => l === text);
  if (lang === undefined) throw new RangeError(`--lang ${text}: one of ${languages.join(', ')}`);
  return lang;
}
