/** Path (from the repository's root) -> content of every generated file. */
import type { TSchema } from '@sinclair/typebox';
import { HallProfile } from '../../kiosk-app/hall/queue/hall-profile.ts';
import { MachineProfile } from '../../kiosk-app/runtime/machine-profile.ts';

export function generatedFiles(): Record<string, string> {
  return {
    'profiles/schemas/hall.schema.json': editorSchema(HallProfile),
    'profiles/schemas/machine.schema.json': editorSchema(MachineProfile),
  };
}

/** The schema as editors read it for completion in YAML profiles. */
function editorSchema(schema: TSchema): string {
  const draft = { $schema: 'http://json-schema.org/draft-07/schema#', ...schema };
  return `${JSON.stringify(draft, null, 2)}\n`;
}
