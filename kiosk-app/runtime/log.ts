/** The log as everybody in the application sees it. */

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

type Write = (fields: Record<string, unknown>, message: string) => void;

/** One line of JSON per call: `fields` for machines, `message` (English) for technicians. */
export interface Log {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  fatal: Write;
  /** Same log with these fields in every line. */
  child(fields: Record<string, unknown>): Log;
}
