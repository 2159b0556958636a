/** Role `evaluation-pad` (评价器): the citizen's word on one service. */
import { resolve } from 'node:path';
import type { RoleStart } from '../runtime/compose.ts';
import { RuntimeError } from '../runtime/errors.ts';
import { readPictures } from '../runtime/screen-pages.ts';
import { EvaluationAction, type PadScreen } from '../screens/contract.ts';
import { runPad } from './flow.ts';
import { keyReader } from './keys.ts';
import { prompter } from './prompt.ts';

export const start: RoleStart = async (parts) => {
  const { profile, clock, log, makeKey, link, spool, devices, lifecycle } = parts;
  const own = profile.evaluation_pad;
  if (own === undefined) {
    throw new RuntimeError('CFG_PROFILE', 'evaluation_pad is required for this role');
  }
  const address = own.address ?? null;
  const photos =
    own.photos === undefined ? new Map() : await readPictures(resolve(parts.dataDir, own.photos));
  const screen = await parts.screen<PadScreen, EvaluationAction>(EvaluationAction, photos);
  const stop = runPad(
    {
      ...{ clock, log, makeKey, link, devices, screen },
      held: spool.held,
      outbox: spool.outbox,
      keyOf: keyReader(devices, { keys: own.keys ?? {}, address }),
      prompt: prompter({ clock, log, devices, all: profile.devices, address }),
    },
    {
      machine: profile.machine,
      owner: profile.owner,
      detailsS: own.details_s,
      elder: own.elder ?? false,
      photos: new Set([...photos.keys()].map((path) => path.slice('/photos/'.length))),
    },
  );
  lifecycle.onStop('evaluation-pad', stop);
};
