/** Placeholder until the queue core lands: see decide.ts / evolve.ts. */
export interface QueueEvent {
  type: string;
  at: number;
}
