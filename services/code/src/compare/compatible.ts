/** Comparers that judge as other judges do: `deepmind` (CodeContests) and `llmonk` (Large Language Monkeys). */
import { isUtf8 } from 'node:buffer';
import { contestSpace, isDigit, sameFolded } from './bytes.ts';
import { type Comparer, different, equal } from './comparison.ts';
import { doubleOf, type Kind, kindOf, kinds, sameInteger } from './numbers.ts';
import { type TokenMatch, walk } from './walk.ts';

const tolerance = 1e-5;
const formFeed = 0x0c;

/**
 * The judge of google-deepmind/code_contests (execution/tester_sandboxer.cc at fa7a4f8): the same tokens in lower case
 * are right; otherwise there must be as many, and each pair must be less than 1e-5 apart as doubles, or the same text.
 * Integers are doubles too, so that from 2^53 on neighbours are equal. A number that is not finite is near nothing,
 * not even itself, unless all tokens are the same.
 */
export const compareDeepMind: Comparer = (output, expected) => {
  if (output.equals(expected)) return equal;
  let allSame = true;
  let notFinite = false;
  return walk(output, expected, 0, contestSpace, (a, aStart, aEnd, b, bStart, bEnd) => {
    if (sameFolded(a, aStart, aEnd, b, bStart, bEnd)) {
      notFinite ||= !Number.isFinite(double(a, aStart, aEnd) ?? 0);
      return allSame || !notFinite;
    }
    allSame = false;
    if (notFinite) return false;
    const value = double(a, aStart, aEnd);
    const wanted = double(b, bStart, bEnd);
    return value !== undefined && wanted !== undefined && Math.abs(value - wanted) < tolerance;
  });
};

/** A token as absl's SimpleAtod reads it. The form feed is white space to it, though it parts no tokens. */
function double(bytes: Buffer, start: number, end: number): number | undefined {
  let [from, to] = [start, end];
  while (from < to && bytes[from] === formFeed) from++;
  while (to > from && bytes[to - 1] === formFeed) to--;
  const kind = kindOf(bytes, from, to);
  return kind === kinds.none ? undefined : doubleOf(bytes, from, to, kind);
}

/**
 * The judge of Large Language Monkeys, written after the one above in Python: as many tokens, and each pair the same
 * number (`int` against `int` exactly, otherwise less than 1e-5 apart) or the same text in lower case. So `1_000` is
 * 1000, NaN and infinities equal nothing, and output that is no UTF-8 is wrong. Unlike there, digits are ASCII alone and
 * integers may have more than 4,300 of them.
 */
export const compareMonkeys: Comparer = (output, expected) => {
  if (!isUtf8(output)) return different('the output is not UTF-8');
  return walk(output, expected, 0, contestSpace, monkeysMatch);
};

const monkeysMatch: TokenMatch = (a, aStart, aEnd, b, bStart, bEnd) => {
  const value = pythonNumber(a, aStart, aEnd);
  if (sameFolded(a, aStart, aEnd, b, bStart, bEnd)) {
    return value === undefined || value.kind === kinds.integer || Number.isFinite(value.double());
  }
  const wanted = pythonNumber(b, bStart, bEnd);
  if (value === undefined || wanted === undefined) {
    return a.toString('utf8', aStart, aEnd).toLowerCase() === b.toString('utf8', bStart, bEnd).toLowerCase();
  }
  if (value.kind === kinds.integer && wanted.kind === kinds.integer) {
    return sameInteger(value.bytes, 0, value.bytes.length, wanted.bytes, 0, wanted.bytes.length);
  }
  return Math.abs(value.double() - wanted.double()) < tolerance;
};

interface PythonNumber {
  readonly kind: Kind;
  readonly bytes: Buffer;
  double(): number;
}

const underscore = 0x5f;

/** A token as Python's `int` or `float` reads it: `_` may stand between two digits, control characters around it. */
function pythonNumber(token: Buffer, start: number, end: number): PythonNumber | undefined {
  let [from, to] = [start, end];
  while (from < to && isPythonSpace(token[from] as number)) from++;
  while (to > from && isPythonSpace(token[to - 1] as number)) to--;
  let bytes = token.subarray(from, to);
  if (bytes.includes(underscore)) {
    const kept = Buffer.alloc(bytes.length);
    let length = 0;
    for (const [at, byte] of bytes.entries()) {
      if (byte !== underscore) kept[length++] = byte;
      else if (!isDigit(bytes[at - 1]) || !isDigit(bytes[at + 1])) return undefined;
    }
    bytes = kept.subarray(0, length);
  }
  const kind = kindOf(bytes, 0, bytes.length);
  return kind === kinds.none
    ? undefined
    : { kind, bytes, double: () => doubleOf(bytes, 0, bytes.length, kind) };
}

function isPythonSpace(byte: number): boolean {
  return byte === formFeed || (byte >= 0x1c && byte <= 0x1f);
}
