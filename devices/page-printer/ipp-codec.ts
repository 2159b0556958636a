/**
 * Bytes of the Internet Printing Protocol (RFC 8010), as far as one printer and its jobs need it.
 * Reading is total: bytes that are no IPP answer give undefined, never an exception, and limits hold
 * whatever the lengths inside claim.
 */

/** Delimiter tags, 3.5.1. */
const tagOperation = 0x01;
const tagJob = 0x02;
const tagEnd = 0x03;
/** Value tags, 3.5.2. */
const valueTags = {
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  charset: 0x47,
  language: 0x48,
  mime: 0x49,
} as const;
export type ValueTag = keyof typeof valueTags;

export type IppValue = string | number | boolean;
export interface IppAttribute {
  name: string;
  tag: ValueTag;
  /** More than one: `1setOf`. */
  values: readonly IppValue[];
}
export interface IppRequest {
  /** operation-id, RFC 8011 5.4.15. */
  operation: number;
  id: number;
  /** charset and language are put before them, as 4.1.4 wants. */
  attributes: readonly IppAttribute[];
  jobAttributes: readonly IppAttribute[];
}

export type IppGroup = ReadonlyMap<string, readonly IppValue[]>;
export interface IppAnswer {
  /** status-code; below 0x0100 all is well. */
  status: number;
  id: number;
  operation: IppGroup;
  /** One group per printer or job told of, in order. */
  groups: readonly IppGroup[];
}

export const ippLimits = { attributesMax: 5_000, groupsMax: 200 } as const;
const version = 0x0101;

/** The head of a request; the document's bytes follow it. */
export function encodeIpp(request: IppRequest): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(version, 0);
  head.writeUInt16BE(request.operation, 2);
  head.writeUInt32BE(request.id, 4);
  const first: IppAttribute[] = [
    { name: 'attributes-charset', tag: 'charset', values: ['utf-8'] },
    { name: 'attributes-natural-language', tag: 'language', values: ['en'] },
  ];
  const job = request.jobAttributes;
  return Buffer.concat([
    head,
    Buffer.of(tagOperation),
    ...[...first, ...request.attributes].map(encodeAttribute),
    ...(job.length === 0 ? [] : [Buffer.of(tagJob), ...job.map(encodeAttribute)]),
    Buffer.of(tagEnd),
  ]);
}

function encodeAttribute({ name, tag, values }: IppAttribute): Buffer {
  return Buffer.concat(
    values.flatMap((value, i) => [
      Buffer.of(valueTags[tag]),
      // A further value of the same attribute has no name, 3.1.5.
      counted(Buffer.from(i === 0 ? name : '', 'ascii')),
      counted(valueBytes(value)),
    ]),
  );
}

function counted(bytes: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function valueBytes(value: IppValue): Buffer {
  if (typeof value === 'boolean') return Buffer.of(value ? 1 : 0);
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

/** undefined: these bytes are no IPP answer. Values of kinds not known here are left out. */
export function decodeIpp(data: Uint8Array): IppAnswer | undefined {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (bytes.length < 9 || bytes.readUInt8(0) < 1 || bytes.readUInt8(0) > 2) return undefined;
  const groups: { tag: number; group: Map<string, IppValue[]> }[] = [];
  let at = 8;
  let name = '';
  for (let n = 0; n < ippLimits.attributesMax && at < bytes.length; n += 1) {
    const tag = bytes.readUInt8(at);
    at += 1;
    if (tag === tagEnd) return answer(bytes, groups);
    if (tag < 0x10) {
      if (groups.length >= ippLimits.groupsMax) return undefined;
      groups.push({ tag, group: new Map() });
      continue;
    }
    const key = field(bytes, at);
    const value = key === undefined ? undefined : field(bytes, key.end);
    const group = groups.at(-1)?.group;
    if (key === undefined || value === undefined || group === undefined) return undefined;
    at = value.end;
    if (key.bytes.length > 0) name = key.bytes.toString('ascii');
    const read = readValue(tag, value.bytes);
    if (read === undefined || name === '') continue;
    const values = group.get(name);
    if (values === undefined) group.set(name, [read]);
    else values.push(read);
  }
  return undefined;
}

function answer(bytes: Buffer, groups: readonly { tag: number; group: IppGroup }[]): IppAnswer {
  return {
    status: bytes.readUInt16BE(2),
    id: bytes.readUInt32BE(4),
    operation: groups.find((g) => g.tag === tagOperation)?.group ?? new Map(),
    groups: groups.filter((g) => g.tag !== tagOperation).map((g) => g.group),
  };
}

function field(bytes: Buffer, at: number): { bytes: Buffer; end: number } | undefined {
  if (at + 2 > bytes.length) return undefined;
  const end = at + 2 + bytes.readUInt16BE(at);
  return end > bytes.length ? undefined : { bytes: bytes.subarray(at + 2, end), end };
}

function readValue(tag: number, value: Buffer): IppValue | undefined {
  if (tag === valueTags.integer || tag === valueTags.enum) {
    return value.length === 4 ? value.readInt32BE(0) : undefined;
  }
  if (tag === valueTags.boolean) return value.length === 1 ? value.readUInt8(0) === 1 : undefined;
  // Character strings, 0x40..0x5f.
  return tag >= 0x40 && tag < 0x60 ? value.toString('utf8') : undefined;
}
