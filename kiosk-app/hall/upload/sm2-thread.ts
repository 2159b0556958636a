/** SM2 signatures (GB/T 32918.2, DER) in a thread of its own; this file is both its ends. */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export interface Sm2Signer {
  /** @returns hex; rejects when the thread dies */
  sign(text: string): Promise<string>;
  close(): Promise<void>;
}

/** One signature at a time: the uploader sends one record at a time. */
export function sm2Thread(privateKey: string, userId: string): Sm2Signer {
  const worker = new Worker(new URL(import.meta.url), { workerData: { privateKey, userId } });
  // An idle thread must not keep a process that wants to end.
  worker.unref();
  return {
    sign: (text) =>
      new Promise((resolve, reject) => {
        const done = (f: () => void) => {
          worker.off('message', answered);
          worker.off('error', failed);
          worker.off('exit', ended);
          f();
        };
        const answered = (hex: string) => done(() => resolve(hex));
        const failed = (error: Error) => done(() => reject(error));
        const ended = () => failed(new Error('the SM2 thread has ended'));
        worker.on('exit', ended);
        worker.on('message', answered);
        worker.on('error', failed);
        worker.postMessage(text);
      }),
    close: async () => void (await worker.terminate()),
  };
}

interface Sm2Key {
  privateKey: string;
  userId: string;
}

const isKey = (data: unknown): data is Sm2Key =>
  typeof data === 'object' && data !== null && 'privateKey' in data && 'userId' in data;

if (!isMainThread && parentPort !== null && isKey(workerData)) {
  const port = parentPort;
  const { privateKey, userId } = workerData;
  const { default: smCrypto } = await import('sm-crypto');
  port.on('message', (text: string) => {
    const options = { der: true, hash: true, userId } as const;
    port.postMessage(smCrypto.sm2.doSignature([...Buffer.from(text)], privateKey, options));
  });
}
