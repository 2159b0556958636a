import { useState } from 'preact/hooks';
import type { PaperAction } from '../demo-contract.ts';
import { post } from '../shared/post.ts';

/** Sends one deed to the bench. @returns the sender, and whether the last deed was refused */
export function useAct(): [send: (action: PaperAction) => void, refused: boolean] {
  const [refused, setRefused] = useState(false);
  const send = (action: PaperAction) => {
    void post('/paper/act', action).then((taken) => setRefused(!taken));
  };
  return [send, refused];
}
