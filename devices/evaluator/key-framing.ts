/**
 * From bytes to presses for evaluators without a common protocol: the form of a press stands in the
 * profile. Total: what does not fit is dropped byte by byte, and no more than one frame is held.
 */
import { createLineFraming } from '../keypad/line-framing.ts';
import type { FrameKeys, KeyForm } from './options.ts';

export interface Press {
  key: string;
  /** The press as it came, for an acknowledgement by echo. */
  bytes: Uint8Array;
}
export interface KeyFraming {
  push(chunk: Uint8Array): Press[];
}

export function createKeyFraming(form: KeyForm): KeyFraming {
  switch (form.as) {
    case 'line':
      return lines();
    case 'byte':
      return { push: (chunk) => [...chunk].map((b) => ({ key: hex(b), bytes: Uint8Array.of(b) })) };
    case 'frame':
      return frames(form);
  }
}

const hex = (b: number) => b.toString(16).padStart(2, '0');
const bytesOf = (text: string) => [...Buffer.from(text, 'hex')];

function lines(): KeyFraming {
  const framing = createLineFraming();
  return {
    push: (chunk) =>
      framing.push(chunk).map((key) => ({ key, bytes: Buffer.from(`${key}\n`, 'latin1') })),
  };
}

/** What a profile says about its frames can not be. In words, or undefined. */
export function frameFault(form: KeyForm): string | undefined {
  if (form.as !== 'frame') return undefined;
  const checkBytes = form.check === 'none' ? 0 : 1;
  const end = form.bytes - checkBytes - bytesOf(form.tail ?? '').length;
  if (form.key_at < bytesOf(form.head).length || form.key_at >= end) {
    return `key_at ${form.key_at} is within head, check or tail of ${form.bytes} bytes`;
  }
  return undefined;
}

function frames(form: FrameKeys): KeyFraming {
  const head = bytesOf(form.head);
  const tail = bytesOf(form.tail ?? '');
  const checkAt = form.bytes - tail.length - 1;
  let held: number[] = [];

  function good(): boolean {
    if (tail.some((b, i) => held[form.bytes - tail.length + i] !== b)) return false;
    if (form.check === 'none') return true;
    const before = held.slice(0, checkAt);
    const check =
      form.check === 'sum'
        ? before.reduce((sum, b) => (sum + b) & 0xff, 0)
        : before.reduce((x, b) => x ^ b, 0);
    return held[checkAt] === check;
  }

  function take(byte: number): Press | undefined {
    held.push(byte);
    while (held.length > 0) {
      const begins = held.slice(0, head.length).every((b, i) => b === head[i]);
      if (begins && held.length < form.bytes) return undefined;
      if (begins && good()) {
        const press = { key: hex(held[form.key_at] ?? 0), bytes: Uint8Array.from(held) };
        held = [];
        return press;
      }
      held.shift();
    }
    return undefined;
  }

  return { push: (chunk) => [...chunk].flatMap((byte) => take(byte) ?? []) };
}
