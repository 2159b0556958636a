/** Ticket templates from a directory. For hosts: nothing else in this folder reads the disk. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { DeviceError } from '../codes.ts';
import { checkedTemplate, type TicketTemplate } from './template.ts';

/** @throws DeviceError PRN_TEMPLATE: no such file, no YAML, wrong shape, undeclared fields */
export function loadTicketTemplate(directory: string, id: string): TicketTemplate {
  const path = join(directory, `${id}.yaml`);
  let data: unknown;
  try {
    data = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DeviceError('PRN_TEMPLATE', `${path}: ${why}`, { cause });
  }
  const template = checkedTemplate(data, path);
  if (template.id === id) return template;
  throw new DeviceError('PRN_TEMPLATE', `${path}: id is ${template.id}, not ${id}`);
}
