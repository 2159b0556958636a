/** Print queues of this machine's CUPS. No CUPS is no fault: then there are none. */
import { decodeIpp, encodeIpp, type IppGroup } from '../../devices/page-printer/ipp-codec.ts';
import { postHttp } from '../../devices/transports/http.ts';
import type { Queue } from './list.ts';

/** CUPS-Get-Printers, https://www.cups.org/doc/spec-ipp.html */
const getPrinters = 0x4002;
const waitMs = 2_000;
const answerBytesMax = 1024 * 1024;

export async function printQueues(server = 'http://localhost:631/'): Promise<Queue[]> {
  const names = ['printer-name', 'printer-info', 'printer-uri-supported'];
  const body = encodeIpp({
    operation: getPrinters,
    id: 1,
    attributes: [{ name: 'requested-attributes', tag: 'keyword', values: names }],
    jobAttributes: [],
  });
  try {
    const answer = await postHttp({
      ...{ url: server, contentType: 'application/ipp', body: [body], answerBytesMax },
      ...{ deadlineMs: waitMs, signal: new AbortController().signal },
    });
    return (decodeIpp(answer.body)?.groups ?? []).flatMap(queueOf);
  } catch {
    return [];
  }
}

function queueOf(group: IppGroup): Queue[] {
  const [name, info, url] = ['printer-name', 'printer-info', 'printer-uri-supported'].map((n) => {
    return String(group.get(n)?.[0] ?? '');
  });
  if (!name || !url) return [];
  return [{ name, url, info: info ?? '' }];
}
