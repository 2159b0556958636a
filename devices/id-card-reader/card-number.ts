/** Numbers and dates as they stand on cards. */

/** GB 11643: 17 digits and a check digit by ISO 7064 MOD 11-2. */
export function isIdNumber(text: string): boolean {
  if (!/^[0-9]{17}[0-9X]$/.test(text)) return false;
  let sum = 0;
  for (const c of text) sum = (sum * 2 + (c === 'X' ? 10 : Number(c))) % 11;
  return sum === 1;
}

/** Three letters of the country and twelve digits (foreigners' card of 2017). */
export function isForeignerNumber(text: string): boolean {
  return /^[A-Z]{3}[0-9]{12}$/.test(text);
}

/** `YYYYMMDD` as `YYYY-MM-DD`; undefined: no day of the calendar. */
export function dateOf(text: string): string | undefined {
  const match = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text);
  if (match === null) return undefined;
  const iso = `${match[1]}-${match[2]}-${match[3]}`;
  const day = new Date(`${iso}T00:00:00Z`);
  // `Date` turns 30 February into 1 March.
  const real = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso);
  return real ? iso : undefined;
}
