/** What is said behind an answer: `for all integers n`, `where x > 0`. */
import { normalise, textKey } from '../read/latex.ts';

/** `for all positive integers n`, `where k is an integer`, `k \in \mathbb{Z}`: binds; anything else is a condition. */
export function readNote(note: string): { bound: string[]; condition: string } {
  if (note === '') return { bound: [], condition: '' };
  const text = textKey(normalise(note)).toLowerCase();
  const bound = [...text.matchAll(/(?<![\\\p{L}])\p{L}(?!\p{L})/gu)]
    .map(([letter]) => letter)
    .filter((letter) => letter !== 'a');
  const plain = text
    .replace(/\\(?:in|mathbb|mathrm|text|quad|geq?|leq?|forall)(?![a-z])|[\\{}$,.()=<>≤≥]|\d+/g, ' ')
    .split(/[\s-]+/)
    .every((word) => word.length <= 1 || idleNote.has(word));
  return { bound: [...new Set(bound)], condition: plain ? direction(text) || overSet(text) : text };
}

/** ℤ or ℕ where that is all that a note says. */
function overSet(text: string): string {
  const [, set, mark] =
    /(?:\\in|∈) ?(?:\\math(?:bb|bf|rm) ?)?\{? ?([zn])(?![a-z]) ?\}? ?([_^]?)/.exec(text) ?? [];
  return set === undefined ? '' : set === 'n' || mark !== '' ? 'ℕ' : 'ℤ';
}

/** `>` or `<` where that is all that a note says of a bound: where x > 0. */
function direction(text: string): string {
  const [up, down] = [/>|≥|\\geq?(?![a-z])/.test(text), /<|≤|\\leq?(?![a-z])/.test(text)];
  return up === down || !/\p{L} ?(?:[<>≤≥]|\\[gl])/u.test(text) ? '' : up ? '>' : '<';
}

const idleNote = new Set(
  `for where when with any all some every each is are be an the and of any arbitrary integer integers natural number numbers real
  constant constants positive negative nonnegative non-negative non whole in such that nonzero parameter such let rational value values`.split(
    /\s+/,
  ),
);
