/** Ticket templates and their pictures from folders. For hosts: drivers read no disk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DeviceError } from '../codes.ts';
import { imageCharsMax } from './document.ts';
import { findFile } from './profile-file.ts';
import { checkedTemplate, type LoadedTemplate, logoFiles } from './template.ts';

/**
 * @param folders the first that has the template counts; logos likewise, in the folder `logos` beside
 * each: a site's own logo stands on the program's ticket, too
 * @throws DeviceError PRN_TEMPLATE: no such file, no YAML, wrong shape, undeclared fields, a logo
 * that is missing or too large
 */
export function loadTicketTemplate(folders: readonly string[], id: string): LoadedTemplate {
  const path = findFile(folders, `${id}.yaml`, 'PRN_TEMPLATE');
  const data = readOrRefuse(path, () => parse(readFileSync(path, 'utf8')) as unknown);
  const template = checkedTemplate(data, path);
  if (template.id !== id) {
    throw new DeviceError('PRN_TEMPLATE', `${path}: id is ${template.id}, not ${id}`);
  }
  const beside = folders.map((folder) => join(folder, '..', 'logos'));
  const logos = logoFiles(template).map(
    (file) => [file, readLogo(findFile(beside, file, 'PRN_TEMPLATE'))] as const,
  );
  return { ...template, logos: new Map(logos) };
}

function readLogo(path: string): string {
  const image = readOrRefuse(path, () => readFileSync(path, 'base64'));
  if (image.length <= imageCharsMax) return image;
  throw new DeviceError('PRN_TEMPLATE', `${path}: larger than ${(imageCharsMax * 3) / 4} bytes`);
}

function readOrRefuse<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError('PRN_TEMPLATE', `${path}: ${why}`, { cause });
  }
}
