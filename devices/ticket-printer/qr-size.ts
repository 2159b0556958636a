/** How large a QR code becomes, before the printer draws it (a symbol too wide is not printed). */

/** Bytes that versions 1..40 hold at error correction level M (ISO/IEC 18004, table 7). */
const bytesAtLevelM = [
  14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666,
  711, 779, 857, 911, 997, 1059, 1125, 1190, 1264, 1370, 1452, 1538, 1628, 1722, 1809, 1911, 1989,
  2099, 2213, 2331,
];

/** Version 1..40 that holds so many bytes at level M; null when none does. */
export function qrVersion(bytes: number): number | null {
  const index = bytesAtLevelM.findIndex((room) => bytes <= room);
  return index < 0 ? null : index + 1;
}

/** Modules per side; null when no QR code holds so many bytes. */
export function qrModules(bytes: number): number | null {
  const version = qrVersion(bytes);
  return version === null ? null : 17 + 4 * version;
}
