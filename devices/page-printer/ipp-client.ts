/** The five questions that one printer is asked. Each is one request of its own; nothing is kept. */
import { DeviceError } from '../codes.ts';
import { postHttp } from '../transports/http.ts';
import type { IppLink } from '../transports/options.ts';
import type { PageJob } from './contract.ts';
import {
  decodeIpp,
  encodeIpp,
  type IppAnswer,
  type IppAttribute,
  type IppGroup,
} from './ipp-codec.ts';
import { mediaDefault } from './options.ts';

/** RFC 8011 5.4.15. */
const operations = {
  printJob: 0x0002,
  cancelJob: 0x0008,
  getJobAttributes: 0x0009,
  getJobs: 0x000a,
  getPrinterAttributes: 0x000b,
} as const;

export const ippWaits = {
  /** A question about state. */
  askMs: 3_000,
  answerBytesMax: 256 * 1024,
  /** The document itself: 32 MB over a slow wireless printer. */
  sendMs: 60_000,
} as const;
const userName = 'xuhao';
/** Jobs looked through for one whose answer got lost. */
const jobsLookedThrough = 50;

export interface IppClient {
  printer(signal: AbortSignal): Promise<IppGroup>;
  /** @returns job-id */
  send(job: PageJob, media: string, signal: AbortSignal): Promise<number>;
  job(id: number, signal: AbortSignal): Promise<IppGroup>;
  cancel(id: number, signal: AbortSignal): Promise<void>;
  /** job-id of the newest job of that name; undefined: the printer knows none. */
  find(jobId: string, signal: AbortSignal): Promise<number | undefined>;
}

/** All of it @throws DeviceError of the wire, PGP_REFUSED with the printer's reason, PGP_NO_IPP */
export function ippClient(link: IppLink): IppClient {
  const at = httpUrl(link.url);
  let id = 0;

  async function ask(
    operation: number,
    attributes: readonly IppAttribute[],
    o: {
      signal: AbortSignal;
      deadlineMs?: number;
      job?: readonly IppAttribute[];
      pdf?: Uint8Array;
    },
  ): Promise<IppAnswer> {
    id += 1;
    const target: IppAttribute = { name: 'printer-uri', tag: 'uri', values: [link.url] };
    const user: IppAttribute = { name: 'requesting-user-name', tag: 'name', values: [userName] };
    const head = encodeIpp({
      ...{ operation, id, jobAttributes: o.job ?? [] },
      attributes: [target, ...attributes.filter((a) => a.name === 'job-id'), user].concat(
        attributes.filter((a) => a.name !== 'job-id'),
      ),
    });
    const answer = await postHttp({
      url: at,
      contentType: 'application/ipp',
      body: o.pdf === undefined ? [head] : [head, o.pdf],
      deadlineMs: o.deadlineMs ?? ippWaits.askMs,
      answerBytesMax: ippWaits.answerBytesMax,
      signal: o.signal,
    });
    const ipp = answer.status === 200 ? decodeIpp(answer.body) : undefined;
    if (ipp === undefined || ipp.id !== id) {
      throw new DeviceError('PGP_NO_IPP', `${link.url}: HTTP ${answer.status}`);
    }
    if (ipp.status >= 0x0100) {
      const said = ipp.operation.get('status-message')?.[0] ?? '';
      throw new DeviceError('PGP_REFUSED', `0x${ipp.status.toString(16).padStart(4, '0')} ${said}`);
    }
    return ipp;
  }

  const jobNumber = (n: number): IppAttribute => ({ name: 'job-id', tag: 'integer', values: [n] });
  const wanted = (...values: string[]): IppAttribute => ({
    ...{ name: 'requested-attributes', tag: 'keyword', values },
  });
  const first = (answer: IppAnswer): IppGroup => answer.groups[0] ?? new Map();

  return {
    async printer(signal) {
      const attributes = wanted(
        'printer-state',
        'printer-state-reasons',
        'printer-is-accepting-jobs',
        'printer-make-and-model',
        'document-format-supported',
      );
      return first(await ask(operations.getPrinterAttributes, [attributes], { signal }));
    },
    async send(job, media, signal) {
      const sides = job.sides === 'one' ? 'one-sided' : 'two-sided-long-edge';
      const answer = await ask(
        operations.printJob,
        [
          { name: 'job-name', tag: 'name', values: [job.jobId] },
          { name: 'document-format', tag: 'mime', values: ['application/pdf'] },
          // Without a duplex unit one-sided pages are better than none.
          { name: 'ipp-attribute-fidelity', tag: 'boolean', values: [false] },
        ],
        {
          signal,
          deadlineMs: ippWaits.sendMs,
          pdf: job.pdf,
          job: [
            { name: 'copies', tag: 'integer', values: [job.copies] },
            { name: 'sides', tag: 'keyword', values: [sides] },
            { name: 'media', tag: 'keyword', values: [media || mediaDefault] },
          ],
        },
      );
      const number = first(answer).get('job-id')?.[0];
      if (typeof number !== 'number') throw new DeviceError('PGP_NO_IPP', 'no job-id');
      return number;
    },
    async job(number, signal) {
      const attributes = wanted(
        'job-state',
        'job-state-reasons',
        'job-impressions-completed',
        'job-media-sheets-completed',
      );
      const parts = [jobNumber(number), attributes];
      return first(await ask(operations.getJobAttributes, parts, { signal }));
    },
    async cancel(number, signal) {
      await ask(operations.cancelJob, [jobNumber(number)], { signal });
    },
    async find(jobId, signal) {
      for (const which of ['not-completed', 'completed']) {
        const answer = await ask(
          operations.getJobs,
          [
            { name: 'limit', tag: 'integer', values: [jobsLookedThrough] },
            { name: 'which-jobs', tag: 'keyword', values: [which] },
            wanted('job-id', 'job-name'),
          ],
          { signal },
        );
        const ids = answer.groups
          .filter((g) => g.get('job-name')?.[0] === jobId)
          .map((g) => g.get('job-id')?.[0])
          .filter((n) => typeof n === 'number');
        if (ids.length > 0) return Math.max(...ids);
      }
      return undefined;
    },
  };
}

/** 631 is IPP's own port (RFC 8010 4.1); http alone would mean 80. */
export function httpUrl(url: string): string {
  const { protocol, hostname, pathname, search } = new URL(url.replace(/^ipp/, 'http'));
  const port = /^ipps?:\/\/[^/]*:(\d+)(\/|$)/.exec(url)?.[1] ?? '631';
  return `${protocol}//${hostname}:${port}${pathname}${search}`;
}
