/** Role `window`: the clerk's page and keypad. Which window it is stands in the hall's profile. */
import type { RoleStart } from '../runtime/compose.ts';
import { WindowAction, type WindowScreen } from '../screens/contract.ts';
import { runWindow } from './flow.ts';

export const start: RoleStart = async (parts) => {
  const { profile, clock, log, makeKey, link, devices, lifecycle } = parts;
  const screen = await parts.screen<WindowScreen, WindowAction>(WindowAction);
  const { sign = null, caller = null } = profile.window ?? {};
  if (sign !== null || caller !== null) {
    // Before the page, which takes longer to draw: what the hall says is shown to the citizen first.
    const { runCounter } = await import('./counter.ts');
    const counter = { machine: profile.machine, sign, caller };
    lifecycle.onStop('counter', runCounter({ clock, log, link, devices }, counter));
  }
  const stop = runWindow(
    { clock, log, makeKey, link, devices, screen },
    {
      machine: profile.machine,
      owner: profile.owner,
      keys: profile.window?.keys ?? {},
      callerAddress: profile.window?.caller?.address ?? null,
    },
  );
  lifecycle.onStop('window', stop);
};
