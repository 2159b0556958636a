/** Role `window`: the clerk's page and keypad. Which window it is stands in the hall's profile. */
import type { RoleStart } from '../runtime/compose.ts';
import { WindowAction, type WindowScreen } from '../screens/contract.ts';
import { runWindow } from './flow.ts';

export const start: RoleStart = async (parts) => {
  const { profile, clock, log, makeKey, link, devices, lifecycle } = parts;
  const screen = await parts.screen<WindowScreen, WindowAction>(WindowAction);
  const stop = runWindow(
    { clock, log, makeKey, link, devices, screen },
    { machine: profile.machine, owner: profile.owner, keys: profile.window?.keys ?? {} },
  );
  lifecycle.onStop('window', stop);
};
