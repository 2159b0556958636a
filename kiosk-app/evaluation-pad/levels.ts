import { levels } from '../../broker-config/messages.ts';
import type { Level } from './evaluation.ts';

export function isLevel(word: string): word is Level {
  return (levels as readonly string[]).includes(word);
}
