import type { Word } from '../reading/read-command.ts';
import type { Given } from './given.ts';

const MOST_WORDS = 500;

/** The words of a variable that holds command line options: split at blanks, quotes taken off. */
export function splitOptions(variable: Given): readonly Word[] {
  const words: Word[] = [];
  let word = '';
  let quote = '';
  const end = (): void => {
    if (word !== '') words.push({ text: word, place: variable.place });
    word = '';
  };
  for (const character of variable.text) {
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") quote = character;
    else if (/\s/.test(character)) end();
    else word += character;
    if (words.length === MOST_WORDS) return words;
  }
  end();
  return words;
}
