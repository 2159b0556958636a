/**
 * Most lines of a ticket stand on the ticket before as well: the hall's name, the notes, the rule.
 * What was found out about them is kept; a press waits for what is left.
 */

/** Kept at most; then all is forgotten. A hall's tickets have some dozen lines. */
const entriesMax = 256;

/** @returns what `find` found for this key, now or before; nobody may change it */
export function remembered<T>(): (key: string, find: () => T) => T {
  const known = new Map<string, T>();
  return (key, find) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find();
    if (known.size >= entriesMax) known.clear();
    known.set(key, found);
    return found;
  };
}
