/** What the printer says, as bytes. Fixed bits as in the TM-T88III manual, appendix G. */
export interface Condition {
  online: boolean;
  coverOpen: boolean;
  cutterError: boolean;
  /** The print head rests until it has cooled. */
  headHot: boolean;
  paper: 'ok' | 'low' | 'out';
  /** A ticket hangs in the mouth. */
  ticketWaiting: boolean;
}

const bits = (flags: readonly [boolean, number][]) =>
  flags.reduce((byte, [on, mask]) => (on ? byte | mask : byte), 0);

const errorBits = (c: Condition) =>
  bits([
    [c.cutterError, 0x08],
    [c.headHot, 0x40],
  ]);

/** DLE EOT n. */
export function eotByte(n: number, c: Condition): number {
  switch (n) {
    case 1:
      return 0x12 | bits([[!c.online, 0x08]]);
    case 2:
      return (
        0x12 |
        bits([
          [c.coverOpen, 0x04],
          [c.paper === 'out', 0x20],
          [c.cutterError || c.headHot, 0x40],
        ])
      );
    case 3:
      return 0x12 | errorBits(c);
    default:
      return (
        0x12 |
        bits([
          [c.paper !== 'ok', 0x0c],
          [c.paper === 'out', 0x60],
        ])
      );
  }
}

/** Automatic status, four bytes. */
export function asbBytes(c: Condition): Uint8Array {
  return Uint8Array.of(
    0x10 |
      bits([
        [!c.online, 0x08],
        [c.coverOpen, 0x20],
      ]),
    errorBits(c),
    bits([
      [c.paper !== 'ok', 0x03],
      [c.paper === 'out', 0x0c],
    ]),
    0x00,
  );
}

/** GS r 1: paper sensors; others (drawer): nothing to say. */
export function inTurnByte(what: number, c: Condition): number {
  if (what % 48 !== 1) return 0;
  return bits([
    [c.paper !== 'ok', 0x03],
    [c.paper === 'out', 0x0c],
  ]);
}

/** GS ( H fn 48. */
export function processIdBlock(id: Uint8Array): Uint8Array {
  return Uint8Array.of(0x37, 0x22, ...id, 0x00);
}

/** GS I: 66 maker, 67 model as blocks; the others as one byte. */
export function identity(what: number): Uint8Array {
  const names = new Map([
    [65, 'XUHAO TWIN 1'],
    [66, 'XUHAO'],
    [67, 'VIRTUAL'],
  ]);
  const name = names.get(what);
  if (name === undefined) return Uint8Array.of(0x02);
  return Uint8Array.of(0x5f, ...Buffer.from(name, 'latin1'), 0x00);
}

/** DLE DC4 8: the buffers are empty now. */
export function clearedBlock(): Uint8Array {
  return Uint8Array.of(0x37, 0x25, 0x30, 0x00);
}

/** DLE EOT 20 of the kiosk printers: paper, user, recoverable, unrecoverable. */
export function fullBytes(c: Condition): Uint8Array {
  return Uint8Array.of(
    0x10,
    0x0f,
    bits([
      [c.paper === 'out', 0x01],
      [c.paper !== 'ok', 0x04],
      [c.ticketWaiting, 0x20],
    ]),
    bits([[c.coverOpen, 0x03]]),
    bits([[c.headHot, 0x01]]),
    bits([[c.cutterError, 0x01]]),
  );
}

/** Star's automatic status, nine bytes; `count`: ETB commands carried out, 0..31. */
export function starBytes(c: Condition, count: number): Uint8Array {
  return Uint8Array.of(
    0x23,
    0x06,
    bits([
      [c.coverOpen, 0x20],
      [!c.online, 0x08],
    ]),
    errorBits(c),
    0x00,
    bits([
      [c.paper === 'out', 0x08],
      [c.paper !== 'ok', 0x04],
    ]),
    0x00,
    ((count & 0x07) << 1) | ((count & 0x18) << 2),
    0x00,
  );
}
