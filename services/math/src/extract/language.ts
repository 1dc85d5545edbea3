/** Whether a text is natural language. */
import { sentenceWords } from './words.ts';

/** A sentence of natural language, and no formula: several words. */
export function isProse(line: string): boolean {
  const said = line.replace(/\\text\w*\s?\{[^{}]*\}/g, ' ');
  return (said.match(/(?<![\\\p{L}])\p{L}{2,}/gu)?.length ?? 0) >= 2 || unspacedTwo.test(said);
}

/** Scripts without spaces between words (in Thai and Korean: around numbers), for a character class. */
export const unspaced = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}`;
/** A letter of a script without spaces between words. */
export const unspacedLetter = new RegExp(`[${unspaced}]`, 'u');
const unspacedTwo = new RegExp(`[${unspaced}]{2}`, 'u');

const opening =
  /^(?:so|thus|hence|therefore|then|donc|daher|entonces|luego|quindi|portanto|значит|итого|итак|поэтому|jadi|maka|vậy|yani)[\s,]/iu;

/** A sentence that says something of an answer, as opposed to a bare answer that has words. */
export function isSentence(text: string): boolean {
  const said = text.replace(/\\(?:text|textrm|textbf|mathrm|mbox|textnormal)\s?\{[^{}]*\}/g, ' ').trim();
  if (opening.test(said) || unspacedTwo.test(said)) return true;
  const words = said.match(/(?<![\\\p{L}{])[\p{L}\p{M}]{2,}/gu) ?? [];
  if (words.length < 2) return false;
  const least = /[.!।]$/.test(said) ? 2 : 3;
  if (words.filter((word) => !/\p{Script=Latin}/u.test(word)).length >= least) return true;
  return (
    (words.length >= least || /^is\b/i.test(said)) &&
    words.some((word) => sentenceWords.has(word.toLowerCase()))
  );
}
