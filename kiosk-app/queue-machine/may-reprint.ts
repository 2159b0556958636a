/** The button of a second paper. */
import { printerObstacle } from './printer-health.ts';
import type { Phase, QueueState } from './state.ts';

/** Not while the first paper may still come, and not without a printer that can. */
export function mayReprint(state: QueueState, phase: Extract<Phase, { at: 'done' }>): boolean {
  if (!state.config.reprint || phase.paper !== 'uncertain') return false;
  if (phase.reprint !== 'not-asked' && phase.reprint !== 'failed') return false;
  if (state.jobs[phase.issued.ticket.id] !== undefined) return false;
  return printerObstacle(state.printer) === null;
}
