/** The comparer `kattis`: the default output validator of the Kattis problem format. */
import { sameBytes, sameFolded, whiteSpace } from './bytes.ts';
import { type Comparer, equal, presentation } from './comparison.ts';
import { layoutDifference } from './exact.ts';
import { doubleOf, kindOf, kinds } from './numbers.ts';
import { type TokenMatch, walk } from './walk.ts';

export interface KattisFlags {
  readonly caseSensitive: boolean;
  readonly spaceSensitive: boolean;
  /** Below 0: none. */
  readonly absolute: number;
  readonly relative: number;
}

/**
 * Judges as the validator does (support/default_validator of Kattis/problemtools): where a tolerance is set and the
 * expected token is a finite number, the other must be one near it; otherwise tokens are the same text. Unlike there,
 * hexadecimal notation is text, and space that differs where it must not is `presentation`.
 */
export function kattisComparer(flags: KattisFlags): Comparer {
  const { absolute, relative } = flags;
  const tolerant = absolute >= 0 || relative >= 0;
  const same = flags.caseSensitive ? sameBytes : sameFolded;
  const match: TokenMatch = (a, aStart, aEnd, b, bStart, bEnd) => {
    const expected = tolerant ? finite(b, bStart, bEnd) : undefined;
    if (expected === undefined) return same(a, aStart, aEnd, b, bStart, bEnd);
    const value = finite(a, aStart, aEnd);
    if (value === undefined) return false;
    const difference = Math.abs(expected - value);
    return difference <= absolute || difference <= relative * Math.abs(expected);
  };
  return (output, expected) => {
    if (output.equals(expected)) return equal;
    const tokens = walk(output, expected, 0, whiteSpace, match);
    if (tokens.outcome !== 'equal' || !flags.spaceSensitive || sameSpace(output, expected)) return tokens;
    return presentation(layoutDifference(output, expected));
  };
}

function finite(bytes: Buffer, start: number, end: number): number | undefined {
  const kind = kindOf(bytes, start, end);
  if (kind !== kinds.integer && kind !== kinds.decimal) return undefined;
  const value = doubleOf(bytes, start, end, kind);
  return Number.isFinite(value) ? value : undefined;
}

/** Whether two outputs of as many tokens have the same bytes between them. */
function sameSpace(a: Buffer, b: Buffer): boolean {
  let [i, j] = [0, 0];
  for (;;) {
    while (i < a.length && whiteSpace[a[i] as number] === 1) if (a[i++] !== b[j++]) return false;
    if (j < b.length && whiteSpace[b[j] as number] === 1) return false;
    if (i === a.length) return true;
    while (i < a.length && whiteSpace[a[i] as number] === 0) i++;
    while (j < b.length && whiteSpace[b[j] as number] === 0) j++;
  }
}
