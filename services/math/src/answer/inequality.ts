/** Bounds of one unknown as a set of reals. */
import {
  compareOrder,
  type Expression,
  exactValue,
  structureOf,
  substitute,
  symbolsOf,
} from '../expression/index.ts';
import { lowestTerms, type Rational } from '../expression/rational.ts';
import { divide, infinity, negate, number, subtract } from '../read/build.ts';
import type { Answer, Inequality } from './answer.ts';
import { isName } from './names.ts';
import { type Piece, range } from './ranges.ts';

/** Bounds of one unknown are a range; other chains stay as they are. */
export function inequality(sides: readonly Expression[], closed: readonly boolean[]): Answer {
  const plain: Inequality = { kind: 'inequality', sides, closed };
  if (sides.length > 3) return plain;
  const unknown = sides.flatMap((side, at) => (symbolsOf(side).size > 0 ? [at] : []));
  if (unknown.length !== 1) return plain;
  const at = unknown[0] as number;
  if (sides.length === 3 && at !== 1) return plain;
  const middle = sides[at] as Expression;
  const piece: Piece = {
    lo: sides[at - 1] ?? negate(infinity),
    hi: sides[at + 1] ?? infinity,
    loClosed: at > 0 && (closed[at - 1] as boolean),
    hiClosed: at < sides.length - 1 && (closed[at] as boolean),
  };
  if (middle.op === 'symbol') return { ...range([piece]), subject: middle.name };
  const [name, ...others] = symbolsOf(middle);
  if (middle.op === 'call' && middle.name === 'abs' && name !== undefined) {
    const inner = middle.args[0] as Expression;
    // |x| between bounds: both signs.
    const order = compareOrder(piece.lo, number(0));
    const lower = order === 1 || (order === 0 && !piece.loClosed) ? piece.lo : undefined;
    const mirrored = {
      lo: negate(piece.hi),
      hi: lower === undefined ? piece.hi : negate(lower),
      loClosed: piece.hiClosed,
      hiClosed: lower === undefined ? piece.hiClosed : piece.loClosed,
    };
    const pieces = lower === undefined ? [mirrored] : [mirrored, piece];
    if (inner.op === 'symbol') return { ...range(pieces), subject: inner.name };
    const linear = others.length === 0 ? linearIn(inner, name) : undefined;
    if (linear !== undefined) return { ...range(pieces.map((each) => solved(each, linear))), subject: name };
  }
  const linear = name !== undefined && others.length === 0 ? linearIn(middle, name) : undefined;
  if (linear !== undefined && name !== undefined) {
    return { ...range([solved(piece, linear)]), subject: name };
  }
  // x + y < 1 is also 2x + 2y < 2: only a name is bounded by itself.
  if (sides.length === 2 && middle.op !== 'call' && !isName(middle)) return plain;
  return { ...range([piece]), subject: structureOf(middle) };
}

interface Linear {
  readonly slope: Expression;
  readonly constant: Expression;
  readonly rising: boolean;
}

/** Where slope·x + constant lies in a piece. */
function solved(piece: Piece, linear: Linear): Piece {
  const solve = (bound: Expression): Expression =>
    isInfinite(bound)
      ? linear.rising
        ? bound
        : negate(bound)
      : divide(subtract(bound, linear.constant), linear.slope);
  return linear.rising
    ? { ...piece, lo: solve(piece.lo), hi: solve(piece.hi) }
    : { lo: solve(piece.hi), hi: solve(piece.lo), loClosed: piece.hiClosed, hiClosed: piece.loClosed };
}

function isInfinite(value: Expression): boolean {
  return (
    (value.op === 'constant' && value.name === 'infinity') ||
    (value.op === 'negate' && isInfinite(value.args[0] as Expression))
  );
}

/** slope·x + constant with rational coefficients, the slope not zero. */
function linearIn(value: Expression, name: string): Linear | undefined {
  const at = (x: number) => exactValue(substitute(value, new Map([[name, number(x)]])));
  const [zero, one, two, far] = [at(0), at(1), at(2), at(-5)];
  if (zero === undefined || one === undefined || two === undefined || far === undefined) return undefined;
  const slope = lowestTerms(one.num * zero.den - zero.num * one.den, one.den * zero.den);
  const expected = (x: bigint) => ({
    num: zero.num * slope.den + x * slope.num * zero.den,
    den: zero.den * slope.den,
  });
  const same = (a: Rational, b: Rational) => a.num * b.den === b.num * a.den;
  if (slope.num === 0n || !same(two, expected(2n)) || !same(far, expected(-5n))) return undefined;
  return { slope: number(slope), constant: number(zero), rising: slope.num > 0n };
}
