/** The page's mouth: one action as JSON to the machine's own process. */
import { uuidv7 } from 'uuidv7';

const answerWaitMs = 5000;

/** Key of one press (UUIDv7), made at the touch. */
export const makeKey = uuidv7;

/** The state on the glass, which says which process drew it (start.tsx). */
const drawn = () => document.documentElement.dataset.drawn ?? '';

/** @returns whether the process took the action; its outcome comes as a state */
export async function post(path: string, action: unknown): Promise<boolean> {
  try {
    const answer = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'if-match': `"${drawn()}"` },
      body: JSON.stringify(action),
      signal: AbortSignal.timeout(answerWaitMs),
    });
    return answer.ok;
  } catch {
    return false;
  }
}
