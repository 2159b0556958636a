/**
 * The bus as the hall link sees it: a link that is up or down, and messages. What it does not do:
 * keep anything for later. A message that can not leave now is the sender's to repeat.
 */
export interface Bus {
  /** Connected, and every subscription is in force. */
  readonly up: boolean;
  /** Not retained, QoS 1. @returns false when there is no link: nothing was sent or kept. */
  send(topic: string, payload: Buffer): boolean;
  /** Last value of a retained topic: sent now if up, and again after every connect. */
  retain(topic: string, payload: Buffer): void;
  /** In force from now on, after every connect too. Repeated: no effect. */
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
  /** `retained`: the broker's stored value, not news. */
  onMessage(f: (topic: string, payload: Uint8Array, retained: boolean) => void): void;
  /** Every change of `up`. */
  onLink(f: (up: boolean) => void): void;
  /** Says goodbye (`disconnected`) if there is a link, and closes. */
  close(): Promise<void>;
}

export const busLimits = {
  /** Retained topics of one machine: state, description, a status per device. */
  retainedMax: 80,
  subscriptionsMax: 16,
} as const;
