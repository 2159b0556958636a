/** What a citizen adds to a level: labels of that level, and words. */
import type { Level } from './evaluation.ts';
import type { EvaluationRules } from './rules.ts';

export interface Details {
  /** Codes of the chosen level only, in the dictionary's order. */
  labels: readonly string[];
  text: string;
}

/** As much of what came from the page as the hall would take. */
export function detailsOf(
  { labels, text }: Details,
  level: Level,
  rules: EvaluationRules,
): Details {
  const chosen = new Set(labels);
  const known = rules.labels.filter((l) => l.level === level && chosen.has(l.code));
  return {
    labels: known.slice(0, rules.labelsMax).map((l) => l.code),
    text: wordsOf(text, rules.textMax),
  };
}

/** Line breaks become spaces, other control characters go; the limit counts characters. */
function wordsOf(text: string, charsMax: number): string {
  const plain = text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '');
  return [...plain.trim()].slice(0, charsMax).join('');
}
