/** A log that a test can read. */
import type { Log } from '../../kiosk-app/runtime/log.ts';

export interface Line {
  level: string;
  fields: Record<string, unknown>;
  message: string;
}

export interface MemoryLog extends Log {
  readonly lines: Line[];
  /** Lines that carry this code. */
  withCode(code: string): Line[];
  flush(): void;
}

export function memoryLog(lines: Line[] = [], base: Record<string, unknown> = {}): MemoryLog {
  const write = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push({ level, fields: { ...base, ...fields }, message });
  };
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
    child: (fields) => memoryLog(lines, { ...base, ...fields }),
    withCode: (code) => lines.filter((l) => l.fields.code === code),
    flush() {},
  };
}
