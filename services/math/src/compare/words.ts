/** Words, and lettered choices. */
import type { Answer, Sequence, Value } from '../answer/answer.ts';
import type { Expression } from '../expression/index.ts';
import { compare } from './compare.ts';
import { type Comparison, type Context, equal, unequal } from './comparison.ts';
import { isSequence } from './sequences.ts';

/** `(B) 24` against another choice, or against what it stands for. */
export function withChoice(a: Answer, b: Answer, context: Context): Comparison | undefined {
  const [choiceA, choiceB] = [a, b].map((answer) => (answer.kind === 'text' ? answer.choice : undefined));
  if (choiceA !== undefined && choiceB !== undefined)
    return choiceA.letter === choiceB.letter ? equal('the same choice') : unequal('another choice');
  const choice = choiceA ?? choiceB;
  const other = choiceA === undefined ? a : b;
  if (choice === undefined) return undefined;
  // Another letter is another choice, whatever is said beside it.
  if (other.kind === 'value' && other.value.op === 'symbol' && /^[A-J]$/.test(other.value.name))
    return other.value.name === choice.letter ? equal('the same choice') : unequal('another choice');
  return compare(choice.said, other, context);
}

export function withText(a: Answer, b: Answer): Comparison {
  if (a.kind !== 'text' || b.kind !== 'text') {
    const [text, other] = a.kind === 'text' ? [a, b] : [b, a];
    if (text.kind === 'text' && other.kind === 'set' && other.items.length === 0 && nothing.test(text.key))
      return equal('no solution');
    if (text.kind === 'text' && isChoice(text.key, other)) return equal('the same choice');
    if (text.kind === 'text' && other.kind === 'value' && lettersOf(other.value)?.toLowerCase() === text.key)
      return equal('equal words');
    return unequal(text.kind === 'text' ? 'words where a formula is expected' : 'another kind of answer');
  }
  if (nothing.test(a.key) && nothing.test(b.key)) return equal('no solution');
  const [x, y] = [predicate(words(a.key)), predicate(words(b.key))];
  // Of damaged formulas the signs matter.
  if (x === y && /\p{L}{2}/u.test(x)) return equal('equal words');
  return isSubject(a.exactKey, b.exactKey) || isSubject(b.exactKey, a.exactKey)
    ? equal('the subject of the sentence')
    : unequal('other words');
}

const subjects =
  /^(?:(?:infinite )?series|sequence|(?:improper )?integral|statement|function|graph|system|it|[fgh] x) (?:is )?(?=\S)/;

/** What a sentence says of its subject, where that goes without saying: `the series converges`. */
function predicate(text: string): string {
  const rest = text.replace(subjects, '').replace(/^infinitely many solutions$/, 'infinitely many');
  return rest === 'convergent' ? 'converges' : rest === 'divergent' ? 'diverges' : rest;
}

/** A name alone for a sentence that says of it what was asked (`Anna`, `Anna will win the match`). */
function isSubject(name: string, sentence: string): boolean {
  return (
    /^\p{Lu}\p{Ll}{2,}$/u.test(name) &&
    new RegExp(`^${name} \\p{Ll}`, 'u').test(sentence) &&
    sentence.split(' ').length >= 4 &&
    !/\b(?:not?|never|cannot|nor|and|or|neither|n't)\b/.test(sentence)
  );
}

/** Ways to say that there is nothing. */
const nothing =
  /^(?:there (?:is|are) )?(?:no (?:real |such |integer )?(?:solutions?|roots?|values?|answer)|none|no such .{1,40}|does not exist|dne|undefined|impossible|empty ?set|nosolutions?)$/;

/** `C Cecile` chooses C. */
function isChoice(text: string, other: Answer): boolean {
  if (other.kind !== 'value' || other.value.op !== 'symbol' || !/^[A-J]$/.test(other.value.name))
    return false;
  if (/\b(?:not|wrong|incorrect|false|nor|or|and)\b|n't/.test(text)) return false;
  return new RegExp(`^(?:option |choice |answer )?\\(?${other.value.name.toLowerCase()}[).:]?(?: |$)`).test(
    text,
  );
}

/** The letters of `ACD`, where the other side lists letters of choices. */
export function spelledOut(a: Answer, b: Answer): Sequence | undefined {
  if (a.kind !== 'value' || !isSequence(b) || b.kind === 'tuple') return undefined;
  const isLetter = (value: Answer) =>
    value.kind === 'value' && value.value.op === 'symbol' && /^[A-H]$/.test(value.value.name);
  const letters = lettersOf(a.value);
  if (letters === undefined || a.value.op !== 'multiply' || !b.items.every(isLetter)) return undefined;
  return { kind: 'list', items: a.value.args.map((value): Value => ({ kind: 'value', value, units: [] })) };
}

/** A word that was read as a product of its letters. */
function lettersOf(value: Expression): string | undefined {
  if (value.op !== 'multiply') return undefined;
  const names = value.args.map((arg) => (arg.op === 'symbol' || arg.op === 'constant' ? arg.name : ' '));
  return names.every((name) => /^[A-Za-z]$/.test(name)) ? names.join('') : undefined;
}

/** What matters of a text: words, numbers and the signs of formulas, without the punctuation of sentences. */
function words(key: string): string {
  return key
    .replace(/(?<=\p{L}{2})-(?=\p{L}{2})/gu, ' ')
    .replace(/(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/gu, ' ')
    .replace(/(?<=\p{N})\.(?=\p{N})/gu, ' point ')
    .replace(/(?<=[\p{N})])!|'(?!\p{L})|[-/*%[\]]|(?![$`~])\p{S}/gu, ' $& ')
    .replace(/[^\p{L}\p{N}\p{S}!'\-/*%[\]]+|[$`~]|(?<=\p{L})[!']/gu, ' ')
    .split(' ')
    .filter(
      (word) =>
        word !== '' && word !== 'the' && word !== 'a' && word !== 'an' && word !== 'and' && word !== 'text',
    )
    .join(' ');
}
