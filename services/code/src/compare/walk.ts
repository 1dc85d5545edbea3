/** Goes through the tokens of two outputs side by side, without cutting either into strings. */
import { commonPrefix, sameBytes } from './bytes.ts';
import { type Comparison, different, equal, preview } from './comparison.ts';

/** Whether two tokens agree: `a[aStart, aEnd)` of the output and `b[bStart, bEnd)` of what is expected. */
export type TokenMatch = (
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
) => boolean;

/** Compares token by token. Tokens of the same bytes agree; `match` is asked about all others. */
export function compareTokens(
  output: Buffer,
  expected: Buffer,
  space: Uint8Array,
  match: TokenMatch,
): Comparison {
  if (output.equals(expected)) return equal;
  let start = commonPrefix(output, expected);
  // Back to the beginning of the token in which they part.
  while (start > 0 && space[output[start - 1] as number] === 0) start--;
  return walk(output, expected, start, space, (a, aStart, aEnd, b, bStart, bEnd) => {
    return sameBytes(a, aStart, aEnd, b, bStart, bEnd) || match(a, aStart, aEnd, b, bStart, bEnd);
  });
}

/** Compares token by token from a byte on, up to which both are the same; `match` is asked about every pair. */
export function walk(a: Buffer, b: Buffer, start: number, space: Uint8Array, match: TokenMatch): Comparison {
  let i = start;
  let j = start;
  for (;;) {
    while (i < a.length && space[a[i] as number] === 1) i++;
    while (j < b.length && space[b[j] as number] === 1) j++;
    if (i === a.length && j === b.length) return equal;
    const aStart = i;
    const bStart = j;
    while (i < a.length && space[a[i] as number] === 0) i++;
    while (j < b.length && space[b[j] as number] === 0) j++;
    if (aStart === i || bStart === j || !match(a, aStart, i, b, bStart, j)) {
      const found = preview(a, aStart, i);
      const wanted = bStart === j ? 'the end' : preview(b, bStart, j);
      return different(`token ${tokensBefore(b, bStart, space) + 1}: ${found}, expected ${wanted}`);
    }
  }
}

function tokensBefore(bytes: Buffer, end: number, space: Uint8Array): number {
  let count = 0;
  let inside = false;
  for (let at = 0; at < end; at++) {
    const token = space[bytes[at] as number] === 0;
    if (token && !inside) count++;
    inside = token;
  }
  return count;
}
