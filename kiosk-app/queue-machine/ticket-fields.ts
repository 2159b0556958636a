/** What stands on the paper, as text. Layout and wording around it are the template's. */
import { sentence } from '../texts/sentence.ts';
import type { Issued, QueueState } from './state.ts';
import { className, serviceName, windowLabels } from './view.ts';

/** Texts in Chinese; the English twin has the suffix `En`. Empty: nothing to say. */
export interface TicketFields {
  hall: string;
  hallEn: string;
  service: string;
  serviceEn: string;
  class: string;
  classEn: string;
  number: string;
  /** People before, e.g. `3`. */
  ahead: string;
  /** Estimated minutes; empty: unknown. */
  wait: string;
  /** Labels of the windows, e.g. `1、2`. */
  windows: string;
  /** When it was issued, the hall's time, `2026-11-22 09:30`. */
  time: string;
  note: string;
  noteEn: string;
  /** Address that evaluates this service (好差评), for a QR code; empty: the hall has none. */
  rate: string;
}

/** A second paper says when it was printed. */
export interface ReprintFields extends TicketFields {
  reprintTime: string;
}

/** `now`: own wall clock, ms. */
export function reprintFields(state: QueueState, issued: Issued, now: number): ReprintFields {
  const { view } = state;
  const at = now + (view?.hallClockOffsetMs ?? 0);
  return {
    ...ticketFields(state, issued),
    reprintTime: hallTime(at, view?.directory?.timeZone ?? null),
  };
}

/** Windows named on the paper; more make no sense to a reader. */
const windowsNamedMax = 8;

export function ticketFields(state: QueueState, issued: Issued): TicketFields {
  const directory = state.view?.directory ?? null;
  const service = serviceName(state, issued.ticket.service);
  const own = directory?.classes.find((c) => c.id === issued.ticket.class);
  // An ordinary citizen's paper does not call them ordinary.
  const name =
    own?.kind === 'ordinary' ? { zh: '', en: '' } : className(state, issued.ticket.class);
  const missed = directory?.rules.missed;
  return {
    hall: directory?.name.zh ?? '',
    hallEn: directory?.name.en ?? '',
    service: service.zh,
    serviceEn: service.en,
    class: name.zh,
    classEn: name.en,
    number: issued.ticket.number,
    ahead: String(issued.ahead),
    wait: issued.estimateMin === null ? '' : String(issued.estimateMin),
    windows: windowsLine(windowLabels(state, issued.windows)),
    time: hallTime(issued.ticket.issuedAt, directory?.timeZone ?? null),
    note: missed?.zh ?? '',
    noteEn: missed?.en ?? '',
    rate: issued.evaluateUrl ?? '',
  };
}

function windowsLine(labels: readonly string[]): string {
  if (labels.length <= windowsNamedMax) return labels.join('、');
  return sentence('ticket.manyWindows', { labels: labels.slice(0, windowsNamedMax).join('、') }).zh;
}

const two = (n: number) => String(n).padStart(2, '0');

/** The last one: the people of one minute have the same. */
let said = { minute: Number.NaN, zone: '', text: '' };

/**
 * `2026-11-22 09:30` on the hall's wall clock. The process takes the hall's zone as its own (Node
 * follows TZ at once): a formatter of Intl loads 8 MB of locales for these five numbers.
 */
export function hallTime(at: number, timeZone: string | null): string {
  const zone = timeZone ?? 'Asia/Shanghai';
  const minute = Math.floor(at / 60_000);
  if (minute === said.minute && zone === said.zone) return said.text;
  if (process.env.TZ !== zone) process.env.TZ = zone;
  const t = new Date(at);
  const day = `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`;
  said = { minute, zone, text: `${day} ${two(t.getHours())}:${two(t.getMinutes())}` };
  return said.text;
}
