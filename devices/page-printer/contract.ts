/**
 * A printer of pages (A4). It is handed a whole PDF; what stands on the pages is the business of who
 * prints.
 */
import type { DeviceCode } from '../codes.ts';
import type { Device } from '../contract.ts';

/**
 * The honest outcomes of a page job.
 * confirmed: the printer says that the job is completed.
 * failed: surely no page came out, safe to retry.
 * uncertain: sent, and nobody knows what came out; never reprint by itself.
 */
export type PageOutcome =
  | { outcome: 'confirmed'; pages: number | null }
  | { outcome: 'failed'; code: DeviceCode }
  | { outcome: 'uncertain'; code: DeviceCode };

export interface PageJob {
  /** 1..`jobIdCharsMax` characters of A-Z a-z 0-9 - _ . /; shown as the job's name. */
  jobId: string;
  /** A whole PDF, at most `pdfBytesMax`. */
  pdf: Uint8Array;
  /** 1..`copiesMax`. */
  copies: number;
  sides: 'one' | 'two-long-edge';
  /** From the first byte until the printer is done; paper that is missing counts. ms. */
  deadlineMs: number;
  /** Awaited before the first byte leaves (the host writes its job state to disk). */
  onSending: () => void | Promise<void>;
}
export const jobIdCharsMax = 80;
export const pdfBytesMax = 32 * 1024 * 1024;
export const copiesMax = 20;

export interface PagePrinter extends Device {
  readonly kind: 'page-printer';
  /** Jobs queue, at most `jobsMax`; one more fails with PGP_BUSY. Never rejects. */
  print(job: PageJob): Promise<PageOutcome>;
}
export const jobsMax = 8;
