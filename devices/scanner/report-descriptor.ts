/**
 * Where a HID POS scanner puts things in its input report, read from the report descriptor it
 * declares (HID 1.11, 6.2.2; HUT 1.5, 25: Barcode Scanner Page 8C). Total: what is no descriptor of
 * such a scanner is null.
 */
const scannerPage = 0x8c;
const scannerUsage = 0x02;
const desktopPage = 0x01;
/** HUT names: symbology identifier 1-3, decoded data, decode data continued, byte count. */
const usages = { symbology: [0xfb, 0xfc, 0xfd], data: 0xfe, continued: 0xff, count: 0x3b } as const;
/** A scanner's descriptor has some 60 to 300 bytes. */
export const descriptorBytesMax = 4096;
const fieldsMax = 1024;

/** Offsets in bytes after the report id. */
export interface PosLayout {
  reportId: number;
  /** Length of the report without its id. */
  reportBytes: number;
  count: number | null;
  symbology: number | null;
  data: number;
  dataBytes: number;
  continued: number;
  continuedMask: number;
}

interface Globals {
  page: number;
  bits: number;
  count: number;
  reportId: number;
}
interface Field {
  /** Page in the upper, usage in the lower 16 bits. */
  usage: number;
  reportId: number;
  bit: number;
  bits: number;
  count: number;
}

export function readPosLayout(descriptor: Uint8Array): PosLayout | null {
  if (descriptor.length > descriptorBytesMax) return null;
  const read = readFields(descriptor);
  return read === null ? null : layoutOf(read.fields, read.bitsOf);
}

/** Every variable input within a top collection of a POS scanner, and how long each report is. */
function readFields(bytes: Uint8Array): { fields: Field[]; bitsOf: Map<number, number> } | null {
  let now: Globals = { page: 0, bits: 0, count: 0, reportId: 0 };
  const stack: Globals[] = [];
  let local: number[] = [];
  let depth = 0;
  let ours = false;
  const fields: Field[] = [];
  const bitsOf = new Map<number, number>();

  for (const item of itemsOf(bytes)) {
    switch (item.tag) {
      case 0x04:
        now = { ...now, page: item.value };
        break;
      case 0x74:
        now = { ...now, bits: item.value };
        break;
      case 0x84:
        now = { ...now, reportId: item.value };
        break;
      case 0x94:
        now = { ...now, count: item.value };
        break;
      case 0xa4:
        if (stack.length >= 16) return null;
        stack.push(now);
        break;
      case 0xb4:
        now = stack.pop() ?? now;
        break;
      case 0x08:
        // A usage of four bytes brings its own page.
        local.push(item.bytes === 4 ? item.value : now.page * 0x10000 + item.value);
        break;
      case 0xa0:
        if (depth === 0) ours = local[0] === scannerPage * 0x10000 + scannerUsage;
        depth += 1;
        local = [];
        break;
      case 0xc0:
        depth -= 1;
        local = [];
        break;
      case 0x80: {
        const start = bitsOf.get(now.reportId) ?? 0;
        const constant = (item.value & 1) !== 0;
        if (ours && !constant) fields.push(...spread(now, local, start));
        if (fields.length > fieldsMax) return null;
        bitsOf.set(now.reportId, start + now.bits * now.count);
        local = [];
        break;
      }
      default:
        // Outputs and features use up their usages too.
        if ((item.tag & 0x0c) === 0 && item.tag !== 0) local = [];
    }
  }
  return { fields, bitsOf };
}

/** One usage for all elements, or one for each; the last one goes on for the rest. */
function spread(now: Globals, local: readonly number[], start: number): Field[] {
  const { reportId, bits, count } = now;
  return local.slice(0, count).map((usage, i) => {
    const last = i === local.length - 1;
    return { usage, reportId, bit: start + i * bits, bits, count: last ? count - i : 1 };
  });
}

interface Item {
  /** The prefix without its size bits. */
  tag: number;
  value: number;
  bytes: number;
}

function* itemsOf(bytes: Uint8Array): Generator<Item> {
  for (let at = 0; at < bytes.length; ) {
    const prefix = bytes[at] ?? 0;
    if (prefix === 0xfe) {
      // A long item: nobody uses them, but they say how long they are.
      at += 3 + (bytes[at + 1] ?? 0);
      continue;
    }
    const size = [0, 1, 2, 4][prefix & 3] ?? 0;
    let value = 0;
    for (let i = size; i >= 1; i -= 1) value = value * 256 + (bytes[at + i] ?? 0);
    yield { tag: prefix & 0xfc, value, bytes: size };
    at += 1 + size;
  }
}

function layoutOf(fields: readonly Field[], bitsOf: Map<number, number>): PosLayout | null {
  const on = (page: number, usage: number) => {
    const field = fields.find((f) => f.usage === page * 0x10000 + usage);
    return field !== undefined && field.reportId === data?.reportId ? field : undefined;
  };
  const data = fields.find((f) => f.usage === scannerPage * 0x10000 + usages.data);
  const continued = on(scannerPage, usages.continued);
  if (data === undefined || continued === undefined) return null;
  const [first, second, third] = usages.symbology.map((usage) => on(scannerPage, usage));
  const wholeBytes = data.bits === 8 && data.bit % 8 === 0;
  if (!wholeBytes || data.count < 1) return null;
  const inARow =
    first?.bit !== undefined && second?.bit === first.bit + 8 && third?.bit === first.bit + 16;
  const count = on(desktopPage, usages.count);
  return {
    reportId: data.reportId,
    reportBytes: Math.ceil((bitsOf.get(data.reportId) ?? 0) / 8),
    count: count?.bits === 8 && count.bit % 8 === 0 ? count.bit / 8 : null,
    symbology: inARow && first.bit % 8 === 0 ? first.bit / 8 : null,
    data: data.bit / 8,
    dataBytes: data.count,
    continued: continued.bit >> 3,
    continuedMask: 1 << (continued.bit & 7),
  };
}
