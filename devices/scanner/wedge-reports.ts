/**
 * Boot keyboard reports of a scanner that types (HID 1.11, appendix B.1): characters of a US layout,
 * with shift. No Chinese comes this way; a key that is no character spoils the code it stands in.
 */
const bootReportBytes = 8;
/** Left and right shift. */
const shiftMask = 0x22;
/** Ctrl, Alt, GUI: never part of a code. */
const commandMask = 0xdd;
const rollOverMax = 3;
const enter = 0x28;
const keypadEnter = 0x58;
const tab = 0x2b;

const plain = new Map<number, string>();
const shifted = new Map<number, string>();
/** Characters of usages that follow each other. */
function row(first: number, plainKeys: string, shiftedKeys: string): void {
  for (let i = 0; i < plainKeys.length; i += 1) {
    plain.set(first + i, plainKeys.charAt(i));
    shifted.set(first + i, shiftedKeys.charAt(i));
  }
}
row(0x04, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
row(0x1e, '1234567890', '!@#$%^&*()');
row(0x2c, " -=[]\\\\;'`,./", ' _+{}||:"~<>?');
row(0x54, '/*-+', '/*-+');
row(0x59, '1234567890.', '1234567890.');

export type WedgeKey = { type: 'char'; char: string } | { type: 'enter' | 'tab' | 'bad' };

export interface WedgeReports {
  /** Keys that went down with this report. */
  push(report: Uint8Array): WedgeKey[];
}

export function createWedgeReports(): WedgeReports {
  let down = new Set<number>();
  return {
    push(report) {
      // Some put a report id before the eight bytes.
      const at = report.length - bootReportBytes;
      if (at < 0 || at > 1) return [];
      const modifiers = report[at] ?? 0;
      const usages = [...report.subarray(at + 2)].filter((usage) => usage !== 0);
      if (usages.some((usage) => usage <= rollOverMax)) return [{ type: 'bad' }];
      const pressed = usages.filter((usage) => !down.has(usage));
      down = new Set(usages);
      return pressed.map((usage) => keyOf(usage, modifiers));
    },
  };
}

function keyOf(usage: number, modifiers: number): WedgeKey {
  if (usage === enter || usage === keypadEnter) return { type: 'enter' };
  if (usage === tab) return { type: 'tab' };
  const char = ((modifiers & shiftMask) === 0 ? plain : shifted).get(usage);
  if (char === undefined || (modifiers & commandMask) !== 0) return { type: 'bad' };
  return { type: 'char', char };
}
