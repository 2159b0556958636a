/** Who may connect, read from a hall profile. The profile as a whole is checked by the hall itself. */
import { readFileSync } from 'node:fs';
import { Type } from '@sinclair/typebox';
import { parse } from 'yaml';
import type { Inventory } from './access.ts';
import { BusError } from './errors.ts';
import { Id, oneOf, roles } from './messages.ts';
import { check, faultLine } from './validate.ts';

const Parts = Type.Object({
  hall: Id,
  machines: Type.Array(Type.Object({ id: Id, role: oneOf(roles) }), { maxItems: 500 }),
  windows: Type.Array(Type.Object({ id: Id, machine: Type.Optional(Id), pad: Type.Optional(Id) }), {
    maxItems: 200,
  }),
});

/** @throws BusError BUS_INVENTORY: not readable, or not a hall profile */
export function readInventory(file: string): Inventory {
  let data: unknown;
  try {
    data = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new BusError('BUS_INVENTORY', `${file} can not be read as YAML`, { cause });
  }
  const parts = check(Parts, data);
  if (!parts.ok) throw new BusError('BUS_INVENTORY', `${file}: ${faultLine(parts.faults)}`);
  return parts.value;
}
