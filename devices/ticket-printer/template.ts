/**
 * Ticket templates: what a hall's ticket says, as data (`profiles/tickets/<id>.yaml`, schema:
 * `profiles/schemas/ticket.schema.json`). `{field}` in a text is replaced; every field must be
 * declared, and a required one that the caller does not give is refused: half a ticket is worse than
 * an error in the technician's hands.
 */
import { type Static, Type } from '@sinclair/typebox';
import { checked, oneOf } from '../check.ts';
import { DeviceError } from '../codes.ts';
import type { TicketBlock, TicketDocument } from '../contract.ts';
import { checkedDocument, wordedBlock } from './document.ts';

const closed = { additionalProperties: false } as const;
const FieldName = Type.String({ pattern: '^[a-z][a-zA-Z]{0,23}$' });
const fieldValueCharsMax = 600;

/** Only printed when the optional field named is there and not empty. */
const when = Type.Optional(
  Type.String({ pattern: '^[a-z][a-zA-Z]{0,23}$', description: 'Printed only with this field' }),
);
const Words = Type.String({ maxLength: 600, description: '{field} is replaced' });

const TemplateBlock = Type.Union([
  Type.Object(
    {
      type: Type.Literal('line'),
      text: Words,
      align: Type.Optional(oneOf(['left', 'center', 'right'] as const)),
      size: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)])),
      bold: Type.Optional(Type.Boolean()),
      when,
    },
    closed,
  ),
  Type.Object(
    { type: Type.Literal('number'), text: Words, when },
    { ...closed, description: 'As large as the paper allows' },
  ),
  Type.Object({ type: Type.Literal('columns'), left: Words, right: Words, when }, closed),
  Type.Object({ type: Type.Literal('rule'), when }, closed),
  Type.Object({ type: Type.Literal('qr'), data: Words, when }, closed),
  Type.Object(
    {
      type: Type.Literal('logo'),
      file: Type.String({
        pattern: '^[a-z0-9][a-z0-9-]{0,47}\\.(png|svg)$',
        description: 'PNG or SVG in profiles/logos',
      }),
      when,
    },
    { ...closed, description: 'Printed centred, one dot a pixel, not wider than the paper' },
  ),
  Type.Object(
    { type: Type.Literal('feed'), lines: Type.Integer({ minimum: 1, maximum: 20 }), when },
    closed,
  ),
]);

export const TicketTemplate = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,47}$', description: 'Same as the file name' }),
    fields: Type.Record(FieldName, oneOf(['required', 'optional'] as const), {
      description: 'What the machine gives',
    }),
    example: Type.Optional(
      Type.Record(FieldName, Type.String({ maxLength: 600 }), {
        description: 'A value for every field, for test prints and pictures',
      }),
    ),
    title: Words,
    blocks: Type.Array(TemplateBlock, { minItems: 1, maxItems: 80 }),
  },
  { ...closed, $id: 'ticket.schema.json', title: 'Xuhao ticket template' },
);
export type TicketTemplate = Static<typeof TicketTemplate>;

const placeholder = /\{([a-z][a-zA-Z]{0,23})\}/g;

/**
 * The template when it makes sense: every field it uses is declared, optional ones only where
 * `when` guards them.
 * @throws DeviceError PRN_TEMPLATE
 */
export function checkedTemplate(data: unknown, name: string): TicketTemplate {
  const template = checked(TicketTemplate, data, 'PRN_TEMPLATE', name);
  const faults: string[] = [];
  const use = (where: string, text: string, guard: string | undefined) => {
    for (const [, field = ''] of text.matchAll(placeholder)) {
      const kind = template.fields[field];
      if (kind === undefined) faults.push(`${where}: {${field}} is not declared`);
      if (kind === 'optional' && guard !== field) {
        faults.push(`${where}: {${field}} is optional, the block needs "when: ${field}"`);
      }
    }
    if (guard !== undefined && template.fields[guard] !== 'optional') {
      faults.push(`${where}: "when: ${guard}" must name an optional field`);
    }
  };
  for (const field of Object.keys(template.example ?? {})) {
    if (template.fields[field] === undefined) faults.push(`example: ${field} is not declared`);
  }
  use('title', template.title, undefined);
  template.blocks.forEach((block, i) => {
    for (const text of textsOf(block)) use(`blocks/${i}`, text, block.when);
  });
  if (faults.length > 0) throw new DeviceError('PRN_TEMPLATE', `${name}: ${faults.join('; ')}`);
  return template;
}

/** Logo files that a template names, each once. */
export function logoFiles(template: TicketTemplate): string[] {
  const named = template.blocks.map((block) => (block.type === 'logo' ? block.file : ''));
  return [...new Set(named)].filter((file) => file !== '');
}

/** A template and the pictures it needs, base64 by file name. */
export interface LoadedTemplate extends TicketTemplate {
  logos: ReadonlyMap<string, string>;
}

/**
 * The ticket for these fields. Fields that the template does not declare are left alone: machines
 * give all they know, a template takes what it needs. An optional field may be missing or ''.
 * @throws DeviceError PRN_TEMPLATE (required field missing, or one too long), PRN_DOCUMENT
 */
export function fillTemplate<F extends { [K in keyof F]: string }>(
  template: LoadedTemplate,
  fields: F,
): TicketDocument {
  const values = new Map<string, string>(Object.entries(fields));
  refuseWrongFields(template, values);
  let filler = fillers.get(template);
  if (filler === undefined) {
    filler = { title: words(template.title), blocks: template.blocks.map(blockFiller(template)) };
    fillers.set(template, filler);
  }
  const blocks: TicketBlock[] = [];
  for (const fill of filler.blocks) {
    const block = fill(values);
    if (block !== undefined) blocks.push(block);
  }
  return checkedDocument({ title: filler.title(values), blocks });
}

type Values = ReadonlyMap<string, string>;
type Words = (values: Values) => string;

/** Templates taken apart: a press waits for what is left to do. */
const fillers = new WeakMap<
  LoadedTemplate,
  { title: Words; blocks: ((values: Values) => TicketBlock | undefined)[] }
>();

/** Text, field, text, field ... */
const partsOf = (text: string) => text.split(placeholder);
const fieldsIn = (text: string) => partsOf(text).filter((_, i) => i % 2 === 1);

function words(text: string): Words {
  const parts = partsOf(text);
  return (values) =>
    parts.map((part, i) => (i % 2 === 0 ? part : (values.get(part) ?? ''))).join('');
}

/**
 * A block whose fields say the same as on the ticket before is that block.
 * @returns undefined: its field is not there
 */
const blockFiller =
  (template: LoadedTemplate) =>
  (block: Block, at: number): ((values: Values) => TicketBlock | undefined) => {
    const { when } = block;
    const texts = textsOf(block);
    const fields = texts.flatMap(fieldsIn);
    const fill = texts.map(words);
    let last: { said: (string | undefined)[]; block: TicketBlock } | undefined;
    const isLast = (values: Values) =>
      last?.said.every((s, i) => s === values.get(fields[i] ?? ''));
    return (values) => {
      if (when !== undefined && (values.get(when) ?? '') === '') return undefined;
      if (last !== undefined && isLast(values)) return last.block;
      const made =
        block.type === 'logo'
          ? logo(block.file, template)
          : filled(
              block,
              fill.map((text) => text(values)),
            );
      last = {
        said: fields.map((field) => values.get(field)),
        block: wordedBlock(made, `ticket, blocks/${at}`),
      };
      return last.block;
    };
  };

type Block = Static<typeof TemplateBlock>;

function logo(file: string, { id, logos }: LoadedTemplate): TicketBlock {
  const image = logos.get(file);
  if (image === undefined) throw new DeviceError('PRN_TEMPLATE', `${id}: ${file} is not loaded`);
  return { type: 'logo', image };
}

type WordBlock = Exclude<Block, { type: 'logo' }>;

function filled(
  { when: _, ...block }: WordBlock,
  [first = '', second = '']: string[],
): TicketBlock {
  switch (block.type) {
    case 'line':
    case 'number':
      return { ...block, text: first };
    case 'columns':
      return { ...block, left: first, right: second };
    case 'qr':
      return { ...block, data: first };
    default:
      return block;
  }
}

function textsOf(block: Block): string[] {
  if (block.type === 'columns') return [block.left, block.right];
  if (block.type === 'qr') return [block.data];
  return 'text' in block ? [block.text] : [''];
}

function refuseWrongFields(template: TicketTemplate, values: Map<string, string>): void {
  const faults: string[] = [];
  for (const [field, kind] of Object.entries(template.fields)) {
    const value = values.get(field) ?? '';
    if (kind === 'required' && value === '') faults.push(`${field} is missing`);
    if (value.length > fieldValueCharsMax) faults.push(`${field} is too long`);
  }
  if (faults.length > 0) {
    throw new DeviceError('PRN_TEMPLATE', `${template.id}: ${faults.join('; ')}`);
  }
}
