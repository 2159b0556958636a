/** Order of a process's end: what was begun last is ended first. */

export interface Lifecycle {
  /** true as soon as the end has begun: begin nothing new. */
  readonly stopping: boolean;
  /**
   * Registers a named step of the end. Steps run in reverse order of registration, each within its
   * own limit, all of them even if one throws.
   */
  onStop(name: string, step: () => void | Promise<void>): void;
  /** Ends the process in order; a second call returns the first one's promise. */
  stop(reason: string): Promise<void>;
}
