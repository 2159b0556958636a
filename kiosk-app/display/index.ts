/** Role `display`: the hall screen. */
import { Type } from '@sinclair/typebox';
import type { RoleStart } from '../runtime/compose.ts';
import { RuntimeError } from '../runtime/errors.ts';
import type { DisplayScreen } from '../screens/contract.ts';
import { runDisplay } from './flow.ts';

export const start: RoleStart = async (parts) => {
  const { profile, clock, log, link, devices, lifecycle } = parts;
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
  if (own.signs !== undefined) {
    const { keepSigns } = await import('../runtime/window-signs.ts');
    const places = Object.entries(own.signs).map(([device, id]) => ({ device, window: () => id }));
    lifecycle.onStop('signs', keepSigns({ clock, log, link, devices }, places));
  }
  if (own.voice !== undefined) {
    const { runSpeaker } = await import('./speaker.ts');
    const { device: voice, languages, times } = own.voice;
    const config = { voice, languages, times, windows: own.windows ?? null };
    lifecycle.onStop('speaker', runSpeaker({ clock, log, link, devices }, config));
  }
};
