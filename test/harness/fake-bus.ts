/** A bus without a broker: the test plays everybody else. */
import { type Bus, busLimits } from '../../kiosk-app/runtime/bus.ts';

export interface Sent {
  topic: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was sent
  message: any;
}

export class FakeBus implements Bus {
  up = false;
  closed = false;
  readonly sent: Sent[] = [];
  readonly retained = new Map<string, unknown>();
  readonly topics = new Set<string>();
  #messages: ((topic: string, payload: Uint8Array, retained: boolean) => void)[] = [];
  #links: ((up: boolean) => void)[] = [];
  /** What happens to each message that is sent; left out: nothing. */
  answer: (sent: Sent) => void = () => {};

  setUp(up: boolean): void {
    this.up = up;
    for (const f of this.#links) f(up);
  }

  /** Something arrives from the broker. */
  arrive(topic: string, message: unknown, retained = false): void {
    const payload = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message));
    for (const f of this.#messages) f(topic, payload, retained);
  }

  send = (topic: string, payload: Buffer): boolean => {
    if (!this.up) return false;
    const sent = { topic, message: JSON.parse(payload.toString()) };
    this.sent.push(sent);
    this.answer(sent);
    return true;
  };

  retain(topic: string, payload: Buffer): void {
    this.retained.set(topic, JSON.parse(payload.toString()));
  }

  subscribe(topic: string): void {
    if (this.topics.size >= busLimits.subscriptionsMax) throw new Error('too many');
    this.topics.add(topic);
  }

  unsubscribe(topic: string): void {
    this.topics.delete(topic);
  }

  onMessage(f: (topic: string, payload: Uint8Array, retained: boolean) => void): void {
    this.#messages.push(f);
  }

  onLink(f: (up: boolean) => void): void {
    this.#links.push(f);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.up = false;
  }
}
