/** One record to the province over HTTP, and what its answer means. */
import { messageOf } from '../../runtime/errors.ts';
import type { ProvinceProfile } from './province-profile.ts';
import type { Signer } from './sign.ts';

export type PostResult =
  /** The province has it, now or already before. */
  | { kind: 'taken'; receipt: string }
  /** It will never take this one. */
  | { kind: 'refused'; why: string }
  /** Not reached, not let in, or no answer in time: nothing was said about this record. */
  | { kind: 'unreachable'; why: string }
  /** It answered, but neither yes nor no. */
  | { kind: 'unclear'; why: string };

/** `stopped`: the hall ends, nobody waits for the answer any more. */
export type Post = (record: Record<string, string>, stopped: AbortSignal) => Promise<PostResult>;

const postLimits = {
  /** A longer answer is not read. */
  answerBytesMax: 64 * 1024,
  whyCharsMax: 200,
} as const;

export interface PostParts {
  province: ProvinceProfile;
  signer: Pick<Signer, 'headers'>;
  /** Wall clock, ms: provinces refuse what is signed too long ago. */
  now(): number;
  nonce(): string;
}

export function poster({ province, signer, now, nonce }: PostParts): Post {
  return async (record, stopped) => {
    const body = JSON.stringify(record);
    let status: number;
    let text: string;
    try {
      const response = await fetch(province.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          ...(await signer.headers(body, now(), nonce())),
        },
        body,
        // A redirect would send a citizen's words to an address nobody configured.
        redirect: 'error',
        signal: AbortSignal.any([stopped, AbortSignal.timeout(province.timeout_s * 1000)]),
      });
      status = response.status;
      text = await bounded(response);
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      return { kind: 'unreachable', why: messageOf(cause).slice(0, postLimits.whyCharsMax) };
    }
    return judged(province.answer, status, text);
  };
}

async function bounded(response: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > postLimits.answerBytesMax) break;
  }
  return text;
}

/** Of our key, clock or rights: every record would get this answer, so none is a dead letter for it. */
const notLetIn: readonly number[] = [401, 403];

/** Pure. The code in the answer counts, whatever the status is: gateways disagree about those. */
export function judged(
  answer: ProvinceProfile['answer'],
  status: number,
  text: string,
): PostResult {
  const code = codeIn(text, answer.code_field);
  const said = `HTTP ${status} ${text.slice(0, postLimits.whyCharsMax)}`;
  if (code !== undefined && answer.duplicate.includes(code))
    return { kind: 'taken', receipt: said };
  if (notLetIn.includes(status)) return { kind: 'unreachable', why: said };
  if (code === undefined) return { kind: 'unclear', why: said };
  const ok = status >= 200 && status < 300;
  if (ok && answer.taken.includes(code)) return { kind: 'taken', receipt: said };
  if (answer.refused.includes(code)) return { kind: 'refused', why: said };
  return { kind: 'unclear', why: said };
}

function codeIn(text: string, field: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || !Object.hasOwn(parsed, field)) return;
    const code = (parsed as Record<string, unknown>)[field];
    return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined;
  } catch {
    return undefined;
  }
}
