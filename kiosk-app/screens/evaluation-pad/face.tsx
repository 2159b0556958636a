/**
 * Five faces that differ by their mouths alone: no colour, no size, no place tells one from another,
 * and none looks more like the one to press. The word stands beside it.
 */
import type { EvaluationStep } from '../contract.ts';

export type Level = Extract<EvaluationStep, { at: 'thanked' }>['level'];

/** Best first: the order on every glass. */
export const levelOrder: readonly Level[] = [
  'very-satisfied',
  'satisfied',
  'basically-satisfied',
  'dissatisfied',
  'very-dissatisfied',
];

const eyes = ['M16.5 17v3.5', 'M31.5 17v3.5'];
const lines: Record<Level, readonly string[]> = {
  'very-satisfied': [...eyes, 'M13 27c1 8.5 6 11 11 11s10-2.5 11-11z'],
  satisfied: [...eyes, 'M14 29.5c2.5 4.5 6 6.5 10 6.5s7.5-2 10-6.5'],
  'basically-satisfied': [...eyes, 'M15 32.5c6 1.6 12 1.6 18 0'],
  dissatisfied: [...eyes, 'M14 36c2.5-4.5 6-6.5 10-6.5s7.5 2 10 6.5'],
  'very-dissatisfied': [...eyes, 'M13 38c1-8.5 6-11 11-11s10 2.5 11 11z'],
};

export function Face({ level }: { level: Level }) {
  return (
    <svg class="face" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <circle cx="24" cy="24" r="21.5" />
      {lines[level].map((d) => (
        <path key={d} d={d} />
      ))}
    </svg>
  );
}
