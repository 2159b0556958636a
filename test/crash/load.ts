/** What killer and killed agree on: clients, their keys, and how an answer is written in one word. */
import type { SubmittedRequest } from '../../kiosk-app/hall/contract.ts';

export const takers = 24;
export const windows = 8;
export const clients = takers + windows;

/** i-th key of a client in one run: both sides can name it without talking. */
export function keyOf(run: number, client: number, i: number): string {
  const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
  return `0193${hex(run, 4)}-${hex(client, 4)}-7000-8000-${hex(i, 12)}`;
}

export function requestOf(run: number, client: number, i: number): SubmittedRequest {
  const key = keyOf(run, client, i);
  const about = { key, epoch: 0, receivedMono: 0 };
  if (client < takers) {
    const service = client % 2 === 0 ? 'filing' : 'tax';
    const body = { service, paper: false, source: 'touch' };
    return { ...about, op: 'take', dev: 'queue-1', body };
  }
  const dev = `window-${client - takers + 1}`;
  return { ...about, op: i === 0 ? 'open' : 'call-next', dev, body: {} };
}

/** What an answer says, without its instant and spans: `2026-11-22/A000001`, `open`, `nobody-waiting`. */
export function gist(answer: unknown): string {
  const { ok, result, refusal } = answer as {
    ok: boolean;
    result?: { ticket?: { id: string }; window?: { state: string } };
    refusal?: { code: string };
  };
  if (!ok) return refusal?.code ?? '?';
  return result?.ticket?.id ?? result?.window?.state ?? '?';
}

/** One line per answer; a line without its last dot was cut off by the kill. */
export const ackLine = (kind: 'ack' | 'again', key: string, said: string) =>
  `${kind} ${key} ${said} .\n`;
