/** Printer profiles from folders, inheritance resolved. For hosts: drivers read no disk. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { checked } from '../check.ts';
import { DeviceError } from '../codes.ts';
import { PrinterProfile, PrinterProfileFile, profileSections } from './printer-profile.ts';
import { profileFaults } from './profile-faults.ts';
import { findFile } from './profile-file.ts';

/** A profile of a profile of a profile is more than anybody can follow. */
const ancestorsMax = 4;

/**
 * @param folders the first that has a file counts: a site's own may inherit from the program's
 * @throws DeviceError PRN_PROFILE: no such file, no YAML, wrong shape, endless or incomplete line
 */
export function loadPrinterProfile(folders: readonly string[], id: string): PrinterProfile {
  const line: PrinterProfileFile[] = [];
  for (let next: string | undefined = id; next !== undefined; ) {
    if (line.length > ancestorsMax) {
      throw new DeviceError('PRN_PROFILE', `${id}: inherits over more than ${ancestorsMax} files`);
    }
    const file = readProfileFile(folders, next);
    line.push(file);
    next = file.inherits;
  }
  return resolveProfile(line);
}

/** As `DeviceContext.printerProfile`; each file is read once. */
export function printerProfileLoader(
  folders: readonly string[],
): (id: string) => Promise<PrinterProfile> {
  const known = new Map<string, PrinterProfile>();
  return async (id) => {
    const profile = known.get(id) ?? loadPrinterProfile(folders, id);
    known.set(id, profile);
    return profile;
  };
}

/**
 * `line`: the profile itself first, then what it inherits from, nearest first.
 * @throws DeviceError PRN_PROFILE when a value is given nowhere, or two do not go together
 */
export function resolveProfile(line: readonly PrinterProfileFile[]): PrinterProfile {
  const own = line[0];
  if (own === undefined) throw new DeviceError('PRN_PROFILE', 'an empty line of profiles');
  const sections = Object.fromEntries(
    profileSections.map((section) => [
      section,
      Object.assign({}, ...line.map((file) => file[section] ?? {}).reverse()),
    ]),
  );
  const profile = checked(
    PrinterProfile,
    { id: own.id, names: own.names, provenance: own.provenance, ...sections },
    'PRN_PROFILE',
    `profile ${own.id}`,
  );
  const faults = profileFaults(profile);
  if (faults.length === 0) return profile;
  throw new DeviceError('PRN_PROFILE', `profile ${own.id}: ${faults.join('; ')}`);
}

function readProfileFile(folders: readonly string[], id: string): PrinterProfileFile {
  const path = findFile(folders, `${id}.yaml`, 'PRN_PROFILE');
  const file = checked(PrinterProfileFile, readYaml(path), 'PRN_PROFILE', path);
  if (file.id !== id) throw new DeviceError('PRN_PROFILE', `${path}: id is ${file.id}, not ${id}`);
  return file;
}

function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError('PRN_PROFILE', `${path}: ${why}`, { cause });
  }
}
