/** Comparers by tokens: `tokens`, the default, and `floats`. */
import { sameFolded, whiteSpace } from './bytes.ts';
import type { Comparer } from './comparison.ts';
import { close, doubleOf, kindOf, kinds, sameInteger } from './numbers.ts';
import { compareTokens, type TokenMatch } from './walk.ts';

export interface TokenRules {
  /** ASCII letters may differ in case. */
  readonly fold: boolean;
  /** Tolerances of numbers; below 0: none, undefined: decimals are only text. */
  readonly absolute: number | undefined;
  readonly relative: number | undefined;
  /** Two integers are exact, of whatever size; otherwise the tolerances hold for them too. */
  readonly exactIntegers: boolean;
}

/**
 * Tokens agree that are the same bytes, or the same integer (`0110` is `110`, `+5` is `5`), or, where at least one of
 * them has a point or an exponent, numbers within the tolerances. A finite notation beyond the doubles (`1e999`) is
 * near nothing.
 */
export function matchOf({ fold, absolute, relative, exactIntegers }: TokenRules): TokenMatch {
  return (a, aStart, aEnd, b, bStart, bEnd) => {
    if (fold && sameFolded(a, aStart, aEnd, b, bStart, bEnd)) return true;
    const expectedKind = kindOf(b, bStart, bEnd);
    if (expectedKind === kinds.none) return false;
    const kind = kindOf(a, aStart, aEnd);
    if (kind === kinds.none) return false;
    if (kind === kinds.integer && expectedKind === kinds.integer) {
      if (sameInteger(a, aStart, aEnd, b, bStart, bEnd)) return true;
      if (exactIntegers) return false;
    }
    if (absolute === undefined || relative === undefined) return false;
    const value = doubleOf(a, aStart, aEnd, kind);
    const expected = doubleOf(b, bStart, bEnd, expectedKind);
    if (Math.abs(value) === Infinity && kind !== kinds.infinite) return false;
    if (Math.abs(expected) === Infinity && expectedKind !== kinds.infinite) return false;
    return close(value, expected, absolute, relative);
  };
}

export function tokenComparer(rules: TokenRules): Comparer {
  const match = matchOf(rules);
  return (output, expected) => compareTokens(output, expected, whiteSpace, match);
}
