/** Numbers in decimal notation, read from bytes: of any length, without ever building a big integer. */
import { isDigit, lower, sameBytes } from './bytes.ts';

export const kinds = { none: 0, integer: 1, decimal: 2, nan: 3, infinite: 4 } as const;

/** What a token is: no number, digits alone, digits with a point or an exponent, or one of the words. */
export type Kind = (typeof kinds)[keyof typeof kinds];

const plus = 0x2b;
const minus = 0x2d;
const point = 0x2e;
const letterE = 0x65;

function afterSign(bytes: Buffer, start: number, end: number): number {
  return start < end && (bytes[start] === plus || bytes[start] === minus) ? start + 1 : start;
}

/** Kind of a token: `[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?`, or `nan`, `inf`, `infinity` in any case. */
export function kindOf(bytes: Buffer, start: number, end: number): Kind {
  let at = afterSign(bytes, start, end);
  if (at < end && lower(bytes[at] as number) > 0x60) return wordKind(bytes, at, end);
  const whole = at;
  while (at < end && isDigit(bytes[at])) at++;
  let digits = at - whole;
  if (at === end) return digits > 0 ? kinds.integer : kinds.none;
  if (bytes[at] === point) {
    const fraction = ++at;
    while (at < end && isDigit(bytes[at])) at++;
    digits += at - fraction;
  }
  if (digits === 0) return kinds.none;
  if (at < end && lower(bytes[at] as number) === letterE) {
    const exponent = afterSign(bytes, at + 1, end);
    at = exponent;
    while (at < end && isDigit(bytes[at])) at++;
    if (at === exponent) return kinds.none;
  }
  return at === end ? kinds.decimal : kinds.none;
}

function wordKind(bytes: Buffer, start: number, end: number): Kind {
  const length = end - start;
  if (length !== 3 && length !== 8) return kinds.none;
  const word = bytes.toString('latin1', start, end).toLowerCase();
  if (word === 'nan') return kinds.nan;
  return word === 'inf' || word === 'infinity' ? kinds.infinite : kinds.none;
}

/** Whether two tokens of kind `integer` are the same number: signs and leading zeros apart, `-0` is `0`. */
export function sameInteger(
  a: Buffer,
  aStart: number,
  aEnd: number,
  b: Buffer,
  bStart: number,
  bEnd: number,
): boolean {
  let i = afterSign(a, aStart, aEnd);
  let j = afterSign(b, bStart, bEnd);
  while (i < aEnd && a[i] === 0x30) i++;
  while (j < bEnd && b[j] === 0x30) j++;
  if (!sameBytes(a, i, aEnd, b, j, bEnd)) return false;
  return i === aEnd || (a[aStart] === minus) === (b[bStart] === minus);
}

const powersOfTen = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** The double nearest to a token of any kind but `none`. */
export function doubleOf(bytes: Buffer, start: number, end: number, kind: Kind): number {
  const negative = bytes[start] === minus;
  if (kind === kinds.nan) return Number.NaN;
  if (kind === kinds.infinite) return negative ? -Infinity : Infinity;
  // Up to 15 digits and a power of ten up to 22 are both exact, so that one operation rounds once.
  let mantissa = 0;
  let digits = 0;
  let scale = 0;
  let at = afterSign(bytes, start, end);
  for (let fraction = false; at < end; at++) {
    const byte = bytes[at] as number;
    if (isDigit(byte)) {
      mantissa = mantissa * 10 + (byte - 0x30);
      if (mantissa > 0 && ++digits > 15) break;
      if (fraction) scale++;
    } else if (byte === point) fraction = true;
    else break;
  }
  if (at < end || scale > 22) return Number(bytes.toString('latin1', start, end));
  const value = mantissa / (powersOfTen[scale] as number);
  return negative ? -value : value;
}

/**
 * Whether a result is within an absolute or a relative tolerance of what is expected, as testlib's `doubleCompare`
 * says it, its slack of 1e-15 included: NaN equals NaN, infinities equal themselves.
 */
export function close(result: number, expected: number, absolute: number, relative: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(result);
  if (!Number.isFinite(expected) || !Number.isFinite(result)) return result === expected;
  const difference = Math.abs(result - expected);
  const slack = 1e-15;
  if (absolute >= 0 && difference <= absolute + slack) return true;
  return relative >= 0 && difference <= (relative + slack) * Math.abs(expected);
}
