/** Role `display`: the hall screen. */
import { Type } from '@sinclair/typebox';
import type { RoleStart } from '../runtime/compose.ts';
import { RuntimeError } from '../runtime/errors.ts';
import type { DisplayScreen } from '../screens/contract.ts';
import { runDisplay } from './flow.ts';

export const start: RoleStart = async (parts) => {
  const { profile, clock, link, lifecycle } = parts;
  const own = profile.display;
  if (own === undefined) throw new RuntimeError('CFG_PROFILE', 'display is required for this role');
  // Nobody presses anything on a hall screen.
  const screen = await parts.screen<DisplayScreen, never>(Type.Never());
  const stop = runDisplay(
    { clock, link, screen },
    {
      machine: profile.machine,
      windows: own.windows ?? null,
      calls: own.calls,
      language: own.language,
    },
  );
  lifecycle.onStop('display', stop);
};
