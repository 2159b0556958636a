/** The display's flow on its ports: hears the hall, draws, wakes when a call expires. */
import type { Clock, HallLink, Screen } from '../runtime/ports.ts';
import { namedTimers, stepper } from '../runtime/stepper.ts';
import type { DisplayScreen } from '../screens/contract.ts';
import {
  type DisplayConfig,
  type DisplayEffect,
  type DisplayInput,
  initialState,
} from './state.ts';
import { step } from './step.ts';
import { screenOf } from './view.ts';

export interface DisplayPorts {
  clock: Clock;
  link: Pick<HallLink, 'watch'>;
  screen: Pick<Screen<DisplayScreen, never>, 'show'>;
}

/** @returns stops the flow; nothing is drawn afterwards. */
export function runDisplay(ports: DisplayPorts, config: DisplayConfig): () => void {
  const { clock } = ports;
  const timers = namedTimers<'change'>(clock, () => flow.dispatch({ type: 'timer' }));
  const flow = stepper({
    clock,
    state: initialState(config, { now: clock.now(), mono: clock.mono() }),
    step,
    perform: (effect: DisplayEffect) => {
      if (effect.type === 'timer') timers.start('change', effect.ms);
      else timers.cancel('change');
    },
    settled: (state) =>
      ports.screen.show(screenOf(state, { now: clock.now(), mono: clock.mono() })),
  });
  const dispatch = (input: DisplayInput) => flow.dispatch(input);
  const unwatch = ports.link.watch((view) => dispatch({ type: 'view', view }));
  return () => {
    unwatch();
    timers.close();
  };
}
