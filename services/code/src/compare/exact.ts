/** The comparer `exact`: the same bytes, but for one final newline. */
import { commonPrefix, newline, whiteSpace } from './bytes.ts';
import { type Comparer, different, equal, presentation, preview } from './comparison.ts';
import { compareTokens } from './walk.ts';

function withoutNewline(bytes: Buffer): Buffer {
  return bytes.at(-1) === newline ? bytes.subarray(0, -1) : bytes;
}

/** Where the tokens are the same bytes and only the space between them differs, the outcome is `presentation`. */
export const compareExact: Comparer = (output, expected) => {
  const [a, b] = [withoutNewline(output), withoutNewline(expected)];
  if (a.equals(b)) return equal;
  const tokens = compareTokens(a, b, whiteSpace, () => false);
  if (tokens.outcome === 'different') return different(tokens.message);
  return presentation(layoutDifference(a, b));
};

/** Where the layout of two outputs first differs. */
export function layoutDifference(output: Buffer, expected: Buffer): string {
  const at = commonPrefix(output, expected);
  let line = 1;
  for (let next = output.indexOf(newline); next >= 0 && next < at; next = output.indexOf(newline, next + 1))
    line++;
  const column = at - output.lastIndexOf(newline, at - 1);
  const found = at === output.length ? 'the end' : preview(output, at, at + 1);
  const wanted = at === expected.length ? 'the end' : preview(expected, at, at + 1);
  return `line ${line}, byte ${at === 0 ? 1 : column}: ${quoted(found)}, expected ${quoted(wanted)}`;
}

function quoted(shown: string): string {
  return shown === 'the end' ? shown : `"${shown}"`;
}
