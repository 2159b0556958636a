/**
 * Snapshots of the queue, so that a start does not replay all history. Packed: 100,000 tickets are
 * some 35 MB of JSON, and writing those would take longer than packing them to a tenth.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { snapshotChecksum } from './checksum.ts';
import type { Connection } from './connection.ts';
import { journalLimits } from './limits.ts';

interface SnapshotRow {
  seq: number;
  bytes: number;
  crc: number;
  data: Buffer;
}

/** One large piece goes back to the system when it is let go of; thousands of small ones stay. */
const wholePiece = (bytes: number) => Math.max(1024, bytes);

/** Keeps the newest few. @returns bytes written */
export function saveSnapshot({ db }: Connection, seq: number, at: number, json: string): number {
  const plain = Buffer.from(json, 'utf8');
  const data = deflateRawSync(plain, {
    level: constants.Z_BEST_SPEED,
    chunkSize: wholePiece(plain.length),
  });
  db.transaction(() => {
    db.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?)').run(
      seq,
      at,
      plain.length,
      snapshotChecksum(seq, data),
      data,
    );
    db.prepare(
      'DELETE FROM snapshots WHERE seq <= (SELECT seq FROM snapshots ORDER BY seq DESC LIMIT 1 OFFSET ?)',
    ).run(journalLimits.snapshotsKept);
  }).immediate();
  return data.length;
}

/**
 * Newest good snapshot with seq < belowSeq; damaged ones are passed over.
 * @param onDamaged is told of each
 */
export function newestSnapshot(
  { db }: Connection,
  belowSeq: number,
  onDamaged: (seq: number) => void,
): { seq: number; json: string } | undefined {
  const rows = db.prepare<[number], SnapshotRow>(
    'SELECT seq, bytes, crc, data FROM snapshots WHERE seq < ? ORDER BY seq DESC LIMIT 1',
  );
  for (let row = rows.get(belowSeq); row !== undefined; row = rows.get(row.seq)) {
    const json = unpacked(row);
    if (json !== undefined) return { seq: row.seq, json };
    onDamaged(row.seq);
  }
  return undefined;
}

/** seq of the newest and the oldest kept; 0 = none. Not checked. */
export function snapshotRange({ db }: Connection): { newest: number; oldest: number } {
  const row = db
    .prepare<[], { newest: number; oldest: number }>(
      'SELECT coalesce(max(seq), 0) AS newest, coalesce(min(seq), 0) AS oldest FROM snapshots',
    )
    .get();
  return row ?? { newest: 0, oldest: 0 };
}

function unpacked(row: SnapshotRow): string | undefined {
  if (row.crc !== snapshotChecksum(row.seq, row.data)) return undefined;
  try {
    const plain = inflateRawSync(row.data, {
      maxOutputLength: row.bytes,
      chunkSize: wholePiece(row.bytes),
    });
    return plain.length === row.bytes ? plain.toString('utf8') : undefined;
  } catch {
    return undefined;
  }
}
