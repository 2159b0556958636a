/**
 * Boot keyboard reports (USB HID 1.11, appendix B.1): [modifiers, reserved, up to six usages that
 * are down now]. A press is a usage that was up in the report before; holding a key repeats nothing.
 */

/** Usage page 7 (HUT 1.4, section 10) -> name of the key. Digits are the same on both blocks. */
const names = new Map<number, string>([
  [0x28, 'enter'],
  [0x29, 'esc'],
  [0x2a, 'backspace'],
  [0x2b, 'tab'],
  [0x2c, 'space'],
  [0x53, 'numlock'],
  [0x54, 'slash'],
  [0x55, 'star'],
  [0x56, 'minus'],
  [0x57, 'plus'],
  [0x58, 'enter'],
  [0x63, 'dot'],
  [0x67, 'equal'],
  [0xb0, '00'],
  [0xb1, '000'],
]);
const digits = '1234567890';
for (let i = 0; i < digits.length; i++) {
  names.set(0x1e + i, digits.charAt(i));
  names.set(0x59 + i, digits.charAt(i));
}
/** F1..F12, on programmable keypads. */
for (let i = 0; i < 12; i++) names.set(0x3a + i, `f${i + 1}`);
/** a..z. */
for (let i = 0; i < 26; i++) names.set(0x04 + i, String.fromCharCode(0x61 + i));

const bootReportBytes = 8;
/** Usages 1..3 in a report mean "too many keys down": it says nothing about any key. */
const rollOver = 3;

export interface HidKeys {
  /** Names of the keys that went down with this report. */
  push(report: Uint8Array): string[];
}

export function createHidKeys(): HidKeys {
  let down = new Set<number>();
  return {
    push(report) {
      // Some keypads put a report id before the eight bytes.
      const at = report.length - bootReportBytes;
      if (at < 0 || at > 1) return [];
      const usages = [...report.subarray(at + 2)].filter((usage) => usage !== 0);
      if (usages.some((usage) => usage <= rollOver)) return [];
      const pressed = usages.filter((usage) => !down.has(usage));
      down = new Set(usages);
      return pressed.flatMap((usage) => names.get(usage) ?? []);
    },
  };
}
