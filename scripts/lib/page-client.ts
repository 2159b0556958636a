/**
 * A machine's page as a browser has it open: server-sent states and POSTed actions. For the
 * benchmark and the tests of whole systems.
 */
import { uuidv7 } from 'uuidv7';

const stateWaitMs = 15_000;

/** A page that is open: the newest state, and what may be done. */
export interface Page<State> {
  readonly state: State | undefined;
  /** Its id, which every action has to name. */
  readonly drawn: string;
  until(good: (state: State) => boolean, what: string): Promise<State>;
  /** @returns HTTP status */
  act(action: Record<string, unknown>): Promise<number>;
  close(): void;
}

/** `drawn`: id of the state that is on the glass. */
export async function post(url: string, body: unknown, drawn = ''): Promise<number> {
  const headers = actHeaders(new URL(url).origin, drawn);
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  await answer.arrayBuffer();
  return answer.status;
}

export const actHeaders = (origin: string, drawn: string) => ({
  ...{ 'content-type': 'application/json', origin, 'if-match': `"${drawn}"` },
});

export async function openPage<State>(stateUrl: string, actUrl: string): Promise<Page<State>> {
  const abort = new AbortController();
  const answer = await fetch(stateUrl, { signal: abort.signal });
  let state: State | undefined;
  let drawn = '';
  const looking = new Set<() => void>();
  const reading = readEvents(answer, (data, id) => {
    drawn = id;
    state = JSON.parse(data) as State;
    for (const look of [...looking]) look();
  });
  reading.catch(() => undefined);
  return {
    get state() {
      return state;
    },
    get drawn() {
      return drawn;
    },
    until: (good, what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (state === undefined || !good(state)) return;
          clearTimeout(late);
          looking.delete(look);
          resolve(state);
        };
        const late = setTimeout(() => {
          looking.delete(look);
          reject(
            new Error(`${what}: not within ${stateWaitMs} ms; last state ${JSON.stringify(state)}`),
          );
        }, stateWaitMs);
        looking.add(look);
        look();
      }),
    act: (action) =>
      post(actUrl, 'press' in action ? { ...action, press: uuidv7() } : action, drawn),
    close: () => abort.abort(),
  };
}

/** Hands over the data of every `state` event (HTML Living Standard, 9.2.6). */
async function readEvents(
  answer: Response,
  use: (data: string, id: string) => void,
): Promise<void> {
  if (answer.body === null) return;
  let text = '';
  for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const data = /^data: ?(.*)$/m.exec(event)?.[1];
      const id = /^id: ?(.*)$/m.exec(event)?.[1] ?? '';
      if (data !== undefined && /^event: ?state$/m.test(event)) use(data, id);
    }
  }
}
