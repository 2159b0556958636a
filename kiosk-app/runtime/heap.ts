/** The V8 heap of this process. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (o: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;
let collect: Collect | undefined;

/**
 * Moves what is alive together and gives the rest back to the system: 40 MB after a start with
 * 100,000 tickets, where an ordinary collection gives back nothing, 3 MB of a machine that has loaded
 * its modules. Stops the process for some 3 ms per MB that is alive.
 */
export function compactHeap(): void {
  if (collect === undefined) {
    // The one way to ask for it without starting the process with the flag.
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as Collect;
  }
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
