/**
 * From what a printer says of a job (RFC 8011 5.3.7, 5.3.8) to its honest outcome. Pure, total: what
 * the printer does not say clearly counts as not known.
 */
import type { DeviceCode } from '../codes.ts';
import type { PageOutcome } from './contract.ts';
import type { IppGroup } from './ipp-codec.ts';
import { strings } from './printer-state.ts';

const canceled = 7;
const aborted = 8;
const completed = 9;

/** undefined: it is still under way. `trusted`: "completed" means that pages came out. */
export function outcomeOf(job: IppGroup, trusted: boolean): PageOutcome | undefined {
  const state = job.get('job-state')?.[0];
  const reasons = strings(job, 'job-state-reasons');
  if (state === completed) return completedOutcome(job, reasons, trusted);
  if (state === canceled) return ended(job, 'PGP_CANCELED');
  if (state === aborted) return ended(job, abortedBecause(reasons));
  return undefined;
}

function completedOutcome(
  job: IppGroup,
  reasons: readonly string[],
  trusted: boolean,
): PageOutcome {
  // Handed over to the machine behind the printer's back, which has not said anything yet.
  if (!trusted || reasons.includes('queued-in-device')) {
    return { outcome: 'uncertain', code: 'PGP_NOT_CONFIRMED' };
  }
  if (reasons.includes('job-completed-with-errors')) {
    return { outcome: 'uncertain', code: 'PGP_ERRORS' };
  }
  return { outcome: 'confirmed', pages: pagesOut(job) };
}

/** Only a printer that counts pages, and counted none, can say that none came out. */
function ended(job: IppGroup, code: DeviceCode): PageOutcome {
  return { outcome: pagesOut(job) === 0 ? 'failed' : 'uncertain', code };
}

function abortedBecause(reasons: readonly string[]): DeviceCode {
  const format = reasons.some((r) =>
    /^(document-format-error|unsupported-document-format)/.test(r),
  );
  return format ? 'PGP_DOCUMENT' : 'PGP_ABORTED';
}

function pagesOut(job: IppGroup): number | null {
  for (const name of ['job-impressions-completed', 'job-media-sheets-completed']) {
    const count = job.get(name)?.[0];
    if (typeof count === 'number' && count >= 0) return count;
  }
  return null;
}
