/**
 * What the clerk's hands do: a key or a click becomes one action, or opens the dialog that asks for
 * the rest. While something is under way a press does nothing.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { WindowAction, WindowScreen, WindowVerb } from '../contract.ts';
import { makeKey, post } from '../shared/post.ts';
import { type DialogVerb, needsDialog, verbOfKey } from './verbs.ts';

/** An action as a dialog knows it: the key of the press is added here. */
export type Deed = WindowAction extends infer A
  ? A extends WindowAction
    ? Omit<A, 'press'>
    : never
  : never;

export interface OpenDialog {
  verb: DialogVerb;
  /** First character already typed, or the number of the row that was pressed. */
  typed: string;
}

/** Said by the page itself, until the flow says something newer or it is true no longer. */
export type Hint = { kind: 'cannot-now' | 'not-taken'; verb: WindowVerb } | null;

export interface Clerk {
  dialog: OpenDialog | null;
  hint: Hint;
  /** A press of ours is on its way to the process. */
  sending: boolean;
  press(verb: WindowVerb, typed?: string): void;
  send(deed: Deed): void;
  closeDialog(): void;
}

/** Taken by the process: its `busy` arrives on the other connection within this time. */
const busyArrivesMs = 250;

export function useClerk(screen: WindowScreen, alive: boolean): Clerk {
  const [dialog, setDialog] = useState<OpenDialog | null>(null);
  const [said, setSaid] = useState<{ hint: Hint; beside: number }>({ hint: null, beside: 0 });
  const [sending, setSending] = useState(false);
  const locked = useRef(false);
  // A newer result of the flow takes the hint's place.
  const result = useRef(0);
  result.current = screen.lastAction?.at ?? 0;
  const setHint = (hint: Hint) => setSaid({ hint, beside: result.current });
  const stale = said.beside !== result.current || isOver(said.hint, screen);
  const hint = stale ? null : said.hint;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);

  const unlock = () => {
    locked.current = false;
    setSending(false);
  };
  const send = (deed: Deed) => {
    if (locked.current || screen.busy !== null || !alive) return;
    locked.current = true;
    setSending(true);
    setDialog(null);
    setHint(null);
    void post('/act', { ...deed, press: makeKey() }).then((taken) => {
      clearTimeout(timer.current);
      if (taken) {
        timer.current = setTimeout(unlock, busyArrivesMs);
      } else {
        unlock();
        setHint({ kind: 'not-taken', verb: deed.do });
      }
    });
  };
  const press = (verb: WindowVerb, typed = '') => {
    if (locked.current || screen.busy !== null || !alive) return;
    if (!screen.can.includes(verb)) setHint({ kind: 'cannot-now', verb });
    else if (needsDialog(verb)) setDialog({ verb, typed });
    else send({ do: verb } as Deed);
  };

  // A dialog whose verb makes no sense any more goes away by itself.
  const lost = dialog !== null && !screen.can.includes(dialog.verb);
  useEffect(() => {
    if (lost && dialog !== null) {
      setHint({ kind: 'cannot-now', verb: dialog.verb });
      setDialog(null);
    }
  }, [lost, dialog]);

  useKeys(press, dialog === null);
  return { dialog, hint, sending, press, send, closeDialog: () => setDialog(null) };
}

/** "Not now" beside a key that works again would keep the clerk from pressing it. */
const isOver = (hint: Hint, screen: WindowScreen) =>
  hint?.kind === 'cannot-now' && screen.can.includes(hint.verb);

function useKeys(press: Clerk['press'], listening: boolean): void {
  const latest = useRef(press);
  latest.current = press;
  useLayoutEffect(() => {
    if (!listening) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || event.isComposing) return;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (target?.closest('input, select, textarea') !== null && target !== null) return;
      const activates = event.key === 'Enter' || event.key === ' ';
      // Reached by Tab: there Space and Enter press that button, as everywhere.
      if (activates && target?.matches('button:focus-visible, a:focus-visible')) return;
      if (/^[0-9]$/.test(event.key)) {
        event.preventDefault();
        latest.current('call-ticket', event.key);
        return;
      }
      const verb = verbOfKey(event.key);
      if (verb === undefined) return;
      event.preventDefault();
      latest.current(verb);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [listening]);
}
