/** What is said behind an answer: `for all integers n`, `where x > 0`. */
import { normalise, textKey } from '../read/latex.ts';

/**
 * `for all positive integers n`, `where k is an integer`, `k \in \mathbb{Z}`: binds; anything else is a condition.
 * `counts`: the note is on integers. `cases`: it has another answer in it (`if n is even, and 6 otherwise`).
 */
export function readNote(note: string): {
  bound: string[];
  condition: string;
  counts: boolean;
  cases: boolean;
} {
  if (note === '') return { bound: [], condition: '', counts: false, cases: false };
  const written = textKey(normalise(note));
  const text = written.toLowerCase();
  // The letter of a set binds nothing.
  const bound = [
    ...written
      .replace(/(?:\\in(?![a-z])|∈|\\mathbb)[ {]{0,3}(?:\\math(?:bb|bf|rm)[ {]{0,3})?[A-Z]/g, ' ')
      .matchAll(/(?<![\\\p{L}])\p{L}(?!\p{L})/gu),
  ]
    .map(([letter]) => letter)
    .filter((letter) => letter !== 'a');
  const plain = text
    .replace(/\\(?:in|mathbb|mathrm|text|quad|geq?|leq?|forall)(?![a-z])|[\\{}$,.()=<>≤≥]|\d+/g, ' ')
    .split(/[\s-]+/)
    .every((word) => word.length <= 1 || idleNote.has(word));
  const set = overSet(text);
  return {
    bound: [...new Set(bound)],
    condition: plain ? direction(text) || set : text,
    counts: set !== '' || /(?<!\p{L})(?:integers?|natural|whole)(?!\p{L})/u.test(text),
    cases: hasCases(text),
  };
}

/** `otherwise`, or something before a further `if`: `if n is even and 6 if n is odd`. */
function hasCases(text: string): boolean {
  if (/(?<!\p{L})(?:otherwise|else)(?!\p{L})/u.test(text)) return true;
  const [, ...further] = text.split(/[,;]|(?<!\p{L})(?:and|or|but)(?!\p{L})/u);
  return further.some((piece) => {
    const at = piece.search(/(?<!\p{L})(?:if|for|when)(?!\p{L})/u);
    return at > 0 && /[\p{L}\d]/u.test(piece.slice(0, at));
  });
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
  `for where when with any all some every each is are be an the and of arbitrary integer integers natural number numbers real
  constant constants positive negative nonnegative non-negative non whole in such that nonzero parameter such let rational value values`.split(
    /\s+/,
  ),
);
