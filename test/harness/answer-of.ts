import type { Answer } from '../../broker-config/messages.ts';
import type { SequencerPort, SubmittedRequest } from '../../kiosk-app/hall/contract.ts';

/** Asks the sequencer itself, without a bus. */
export const answerOf = (
  sequencer: Pick<SequencerPort, 'submit'>,
  request: SubmittedRequest,
): Promise<Answer> => new Promise((resolve) => sequencer.submit(request, resolve));
