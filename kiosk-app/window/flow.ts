/** The window's flow on its ports: page and keypad in, one request at a time out. */
import type { Device, DeviceEvent } from '../../devices/contract.ts';
import { codeOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Clock, HallLink, MakeKey, Screen } from '../runtime/ports.ts';
import { namedTimers, stepper } from '../runtime/stepper.ts';
import type { WindowAction, WindowScreen } from '../screens/contract.ts';
import { initialState, type WindowConfig, type WindowEffect, windowLimits } from './state.ts';
import { step } from './step.ts';
import { screenOf } from './view.ts';

export interface WindowPorts {
  clock: Clock;
  log: Log;
  makeKey: MakeKey;
  link: Pick<HallLink, 'online' | 'request' | 'watch'>;
  devices: {
    get(id: string): Device | undefined;
    onEvent(f: (device: string, event: DeviceEvent) => void): () => void;
  };
  screen: Screen<WindowScreen, WindowAction>;
}

/** @returns stops the flow; keys pressed afterwards do nothing. */
export function runWindow(ports: WindowPorts, config: WindowConfig): () => void {
  const { clock, link, log } = ports;
  const timers = namedTimers<'recall'>(clock, (name) => flow.dispatch({ type: 'timer', name }));
  const flow = stepper({
    clock,
    state: initialState(config, { now: clock.now(), mono: clock.mono() }),
    step,
    perform,
    settled: (state) =>
      ports.screen.show(screenOf(state, { now: clock.now(), mono: clock.mono() })),
  });

  function perform(effect: WindowEffect): void {
    if (effect.type === 'request') ask(effect);
    else if (effect.type === 'timer') timers.start(effect.name, effect.ms);
    else if (effect.type === 'cancel') timers.cancel(effect.name);
    else log[effect.level](effect.fields, effect.message);
  }

  function ask({ press, request }: Extract<WindowEffect, { type: 'request' }>): void {
    if (!link.online) {
      flow.dispatch({ type: 'request-failed', press, code: 'BUS_OFFLINE', sent: false });
      return;
    }
    const options = { key: press, deadlineMs: windowLimits.answerWaitMs };
    link.request(request.op, request.body, options).then(
      (answer) => flow.dispatch({ type: 'answer', press, answer }),
      (error: unknown) => {
        const code = codeOf(error) ?? 'unknown';
        const sent = code !== 'BUS_QUEUE_FULL';
        flow.dispatch({ type: 'request-failed', press, code, sent });
      },
    );
  }

  ports.screen.onAction((action) => flow.dispatch({ type: 'action', action }));
  const unwatch = link.watch((view) => flow.dispatch({ type: 'view', view }));
  const deaf = ports.devices.onEvent((device, event) => {
    if (event.type !== 'key') return;
    const kind = ports.devices.get(device)?.kind;
    // One bus carries the callers of many windows.
    const own = kind === 'caller' && event.address === config.callerAddress;
    if (!own && kind !== 'keypad') return;
    flow.dispatch({ type: 'key', key: event.key, press: ports.makeKey() });
  });
  return () => {
    unwatch();
    deaf();
    timers.close();
  };
}
