/**
 * Runs a flow that is written as pure steps: `step(state, input, moment) -> {state, effects}`.
 *
 *   dispatch(input) -> step -> perform each effect, in order -> (no input left) -> settled(state)
 *
 * Effects come before `settled`, where the page is drawn: a press must reach the wire before it
 * reaches the glass. An effect that dispatches is queued behind the input at hand, never nested.
 */
import type { Clock, Moment } from './ports.ts';

export interface Stepped<State, Effect> {
  state: State;
  effects: readonly Effect[];
}

export interface StepperOptions<State, Input, Effect> {
  clock: Clock;
  state: State;
  step(state: State, input: Input, at: Moment): Stepped<State, Effect>;
  /** Handles its own failures: what goes wrong outside comes back as an input. */
  perform(effect: Effect): void;
  settled(state: State): void;
}

export interface Stepper<State, Input> {
  readonly state: State;
  dispatch(input: Input): void;
}

export function stepper<State, Input, Effect>(
  o: StepperOptions<State, Input, Effect>,
): Stepper<State, Input> {
  let state = o.state;
  let running = false;
  const inputs: Input[] = [];
  const drain = () => {
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      const stepped = o.step(state, input, { now: o.clock.now(), mono: o.clock.mono() });
      state = stepped.state;
      for (const effect of stepped.effects) o.perform(effect);
    }
  };
  return {
    get state() {
      return state;
    },
    dispatch(input) {
      inputs.push(input);
      if (running) return;
      running = true;
      try {
        drain();
      } finally {
        running = false;
      }
      o.settled(state);
    },
  };
}

/** Timers by name: starting one again replaces it. */
export interface NamedTimers<Name extends string> {
  start(name: Name, ms: number): void;
  cancel(name: Name): void;
  /** Cancels all; none starts any more. */
  close(): void;
}

export function namedTimers<Name extends string>(
  clock: Clock,
  fired: (name: Name) => void,
): NamedTimers<Name> {
  const running = new Map<Name, () => void>();
  let closed = false;
  const cancel = (name: Name) => {
    running.get(name)?.();
    running.delete(name);
  };
  return {
    start(name, ms) {
      cancel(name);
      if (closed) return;
      const stop = clock.after(ms, () => {
        running.delete(name);
        fired(name);
      });
      running.set(name, stop);
    },
    cancel,
    close() {
      closed = true;
      for (const stop of running.values()) stop();
      running.clear();
    },
  };
}
