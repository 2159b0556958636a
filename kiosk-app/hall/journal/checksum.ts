/**
 * CRC-32 over what a row means. The pages of the database carry no checksum of their own (only the
 * write-ahead log does), so a flipped bit would otherwise be replayed as history.
 */
import { crc32 } from 'node:zlib';

export const eventChecksum = (seq: number, at: number, json: string) =>
  crc32(`event|${seq}|${at}|${json}`);

export const headChecksum = (seq: number) => crc32(`head|${seq}`);

export const startChecksum = (epoch: number, at: number) => crc32(`start|${epoch}|${at}`);

export const keyChecksum = (key: string, digest: string, seq: number, answer: string) =>
  crc32(`key|${key}|${digest}|${seq}|${answer}`);

export const dayChecksum = (day: string, firstSeq: number, state: string) =>
  crc32(`day|${day}|${firstSeq}|${state}`);

/** `data`: the packed bytes, as stored. */
export const snapshotChecksum = (seq: number, data: Uint8Array) =>
  crc32(data, crc32(`snapshot|${seq}|`));
