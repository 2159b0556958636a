/**
 * What proves that the job under way is on paper: the printer's own answers to questions that stand
 * in the job's bytes, one at its head and one at its end. Both, and none too many, or no proof.
 */
import type { DeviceClock, PaperState } from '../contract.ts';
import { beginId } from './commands.ts';
import type { JobToken } from './encoder.ts';
import type { Reply } from './replies.ts';
import { starCount, starCounts } from './status.ts';
import { type MarkerBy, markerId } from './sync.ts';

/**
 * After the answer that ends a job, so long no other: the last bytes of an automatic status whose
 * first was lost look like answers, and come back to back.
 */
const tokenQuietMs = 25;

export interface JobProofPorts {
  clock: DeviceClock;
  /** Of the job under way. */
  token(): JobToken | undefined;
  /** The end's answer came, with the beginning's before it; `bad-token`: it proves nothing. */
  proved(by: 'token' | 'bad-token'): void;
  /** An answer to the driver's own marker, or one that nobody asked for. */
  marker(by: MarkerBy): void;
  /** GS ( H: an id that is not the marker's. */
  id(id: readonly number[]): void;
}

export interface JobProof {
  /** A job's bytes go out now. */
  sent(token: JobToken): void;
  /** The driver's marker goes out now, and is answered by GS r. */
  markerSent(): void;
  /** Printer and driver are in step: nothing of before is owed any more. */
  inStep(): void;
  /** `paper`: as GS r tells it, null damage; `news`: called first when it was asked for. */
  inTurn(paper: PaperState | null, news: (paper: PaperState) => void): void;
  block(reply: Extract<Reply, { type: 'block' }>): void;
  star(reply: Extract<Reply, { type: 'star' }>): void;
  close(): void;
}

export function createJobProof(ports: JobProofPorts): JobProof {
  /** What each answer to GS r still to come is for. */
  let owed: ('begin' | 'token' | 'marker')[] = [];
  /** The present job's head has arrived (GS ( H). */
  let begun = false;
  let cancelToken = () => {};
  /** Star's counter as it was heard last, and as the present job makes it. */
  let counted: number | null = null;
  let countWanted: number | null = null;

  function tokenAfterQuiet(paperOut: boolean): void {
    cancelToken();
    if (paperOut) ports.proved('bad-token');
    else cancelToken = ports.clock.after(tokenQuietMs, () => ports.proved('token'));
  }

  return {
    sent(token) {
      begun = false;
      if (token.by === 'gs-r') owed.push('begin', 'token');
      // Once for the beginning, once for the end.
      countWanted = token.by === 'etb' && counted !== null ? (counted + 2) % starCounts : null;
    },
    markerSent: () => void owed.push('marker'),
    inStep() {
      owed = [];
    },
    inTurn(paper, news) {
      const purpose = paper === null ? undefined : owed.shift();
      if (paper !== null && purpose !== undefined) news(paper);
      if (purpose === 'token') tokenAfterQuiet(paper === 'out');
      // One too many: none of them proves anything, and the job ends in doubt.
      if (purpose === undefined) cancelToken();
      // Also an answer nobody asked for: it shows that more of them may come.
      else if (purpose !== 'begin') ports.marker('in-turn');
    },
    block({ header, bytes: [kind, ...id] }) {
      if (header !== 0x37 || kind !== 0x22) return;
      if (same(id, markerId)) ports.marker('process-id');
      else ports.id(id);
      const token = ports.token();
      if (token?.by !== 'process-id') return;
      if (same(id, beginId(token.id))) begun = true;
      if (same(id, token.id) && begun) ports.proved('token');
    },
    star({ bytes }) {
      const count = starCount(bytes);
      if (count === null || count === counted) return;
      const first = counted === null;
      counted = count;
      if (!first) ports.marker('etb');
      if (countWanted !== count) return;
      countWanted = null;
      ports.proved('token');
    },
    close: () => cancelToken(),
  };
}

const same = (a: readonly number[], b: Uint8Array) =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
