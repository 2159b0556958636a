/** Path (from the repository's root) -> content of every generated file. */
import type { TSchema } from '@sinclair/typebox';
import { generateBusFiles } from '../../broker-config/generated.ts';
import { drivers } from '../../devices/registry.ts';
import { PrinterProfileFile } from '../../devices/ticket-printer/printer-profile.ts';
import { TicketTemplate } from '../../devices/ticket-printer/template.ts';
import { HallProfile } from '../../kiosk-app/hall/queue/index.ts';
import { Calendar } from '../../kiosk-app/hall/ratings/working-days.ts';
import { ProvinceProfile } from '../../kiosk-app/hall/upload/province-profile.ts';
import { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';

export function generatedFiles(): Record<string, string> {
  return {
    'profiles/schemas/hall.schema.json': editorSchema(HallProfile),
    'profiles/schemas/machine.schema.json': editorSchema(withDriverOptions(MachineProfile)),
    'profiles/schemas/printer.schema.json': editorSchema(PrinterProfileFile),
    'profiles/schemas/province.schema.json': editorSchema(ProvinceProfile),
    'profiles/schemas/calendar.schema.json': editorSchema(Calendar),
    'profiles/schemas/ticket.schema.json': editorSchema(TicketTemplate),
    ...generateBusFiles(),
  };
}

/** The schema as editors read it for completion in YAML profiles. */
function editorSchema(schema: TSchema): string {
  const draft = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
  return `${JSON.stringify(draft, null, 2)}\n`;
}

/** In an editor, the options of a device depend on its driver; the runtime checks them by itself. */
function withDriverOptions(profile: typeof MachineProfile): TSchema {
  const device = profile.properties.devices.items;
  const ofDriver = ([name, { options }]: [string, { options: TSchema }]) => ({
    ...device,
    properties: { ...device.properties, driver: { const: name }, options },
  });
  const items = { anyOf: Object.entries(drivers).map(ofDriver) };
  const devices = { ...profile.properties.devices, items };
  return { ...profile, properties: { ...profile.properties, devices } };
}
