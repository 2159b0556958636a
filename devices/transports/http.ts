/** One question, one answer over HTTP: for printers that speak IPP. Loads nothing until asked. */
import type { IncomingMessage } from 'node:http';
import { DeviceError } from '../codes.ts';
import { withinDeadline } from './wire.ts';

export interface HttpQuestion {
  /** http:// or https:// */
  url: string;
  contentType: string;
  /** Parts are sent one after the other, without being put together first. */
  body: readonly Uint8Array[];
  deadlineMs: number;
  answerBytesMax: number;
  signal: AbortSignal;
}
export interface HttpAnswer {
  status: number;
  body: Uint8Array;
}

/**
 * @throws DeviceError DEV_UNREACHABLE when surely nothing reached the far end, DEV_CLOSED when the
 *   connection broke afterwards, DEV_NO_ANSWER after the deadline, DEV_ABORTED
 */
export async function postHttp(q: HttpQuestion): Promise<HttpAnswer> {
  const secure = q.url.startsWith('https:');
  const { request } = secure ? await import('node:https') : await import('node:http');
  try {
    return await withinDeadline<HttpAnswer>(q.url, q.deadlineMs, q.signal, (done, fail) => {
      let connected = false;
      const length = q.body.reduce((sum, part) => sum + part.byteLength, 0);
      const headers = { 'content-type': q.contentType, 'content-length': length };
      // agent false: a connection kept from before may be dead, and nobody would know why.
      const sent = request(q.url, { method: 'POST', headers, agent: false }, (answer) => {
        collect(answer, q.answerBytesMax).then(done, fail);
      });
      sent.on('socket', (socket) => {
        socket.once(secure ? 'secureConnect' : 'connect', () => {
          connected = true;
        });
      });
      sent.on('error', (cause) => {
        const code = connected ? 'DEV_CLOSED' : 'DEV_UNREACHABLE';
        fail(new DeviceError(code, `${q.url}: ${cause.message}`, { cause }));
      });
      for (const part of q.body) sent.write(part);
      sent.end();
      return { cancel: () => sent.destroy() };
    });
  } catch (error) {
    if (error instanceof DeviceError && error.code === 'DEV_CONNECT_DEADLINE') {
      throw new DeviceError('DEV_NO_ANSWER', error.message, { cause: error });
    }
    throw error;
  }
}

async function collect(answer: IncomingMessage, bytesMax: number): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > bytesMax) {
      answer.destroy();
      throw new DeviceError('DEV_CLOSED', `an answer of more than ${bytesMax} bytes`);
    }
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks) };
}
