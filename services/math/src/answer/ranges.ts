/** Sets of reals as sorted, disjoint pieces. */
import { compareOrder, type Expression } from '../expression/index.ts';
import { infinity, negate } from '../read/build.ts';

/** All reals between two bounds; a point where they are the same. */
export interface Piece {
  readonly lo: Expression;
  readonly hi: Expression;
  readonly loClosed: boolean;
  readonly hiClosed: boolean;
}

export interface Range {
  readonly kind: 'range';
  readonly pieces: readonly Piece[];
  /** What lies in it: `x` of x < 3. */
  readonly subject?: string;
  /** The order of some bounds is not known: pieces are as written. */
  readonly unordered?: true;
}

/** Thrown, and caught here, where two bounds cannot be ordered. */
class Unordered extends Error {}

function order(a: Expression, b: Expression): -1 | 0 | 1 {
  const result = compareOrder(a, b);
  if (result === undefined) throw new Unordered();
  return result;
}

function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof Unordered) return undefined;
    throw error;
  }
}

/** One real. */
export function point(value: Expression): Piece {
  return { lo: value, hi: value, loClosed: true, hiClosed: true };
}

/** Any pieces, in any order. Empty ones vanish. */
export function range(pieces: readonly Piece[]): Range {
  const sorted = attempt(() => merged(pieces));
  return sorted === undefined
    ? { kind: 'range', pieces, unordered: true }
    : { kind: 'range', pieces: sorted };
}

/** All of ℝ. */
export const reals = range([{ lo: negate(infinity), hi: infinity, loClosed: false, hiClosed: false }]);

/** What lies in any of them. */
export function unionOf(ranges: readonly Range[]): Range {
  return range(ranges.flatMap(({ pieces }) => pieces));
}

/** What lies in all of them; undefined where the order is not known. */
export function intersectionOf(ranges: readonly Range[]): Range | undefined {
  const outside = ranges.map(complement);
  return outside.every((each) => each !== undefined) ? complement(unionOf(outside)) : undefined;
}

/** Everything else; undefined where the order is not known. */
export function complement({ pieces, unordered }: Range): Range | undefined {
  if (unordered) return undefined;
  const gaps: Piece[] = [];
  let lo: Expression = negate(infinity);
  let loClosed = false;
  for (const piece of pieces) {
    gaps.push({ lo, loClosed, hi: piece.lo, hiClosed: !piece.loClosed });
    [lo, loClosed] = [piece.hi, !piece.hiClosed];
  }
  gaps.push({ lo, loClosed, hi: infinity, hiClosed: false });
  const sorted = attempt(() => gaps.filter((piece) => !isEmpty(piece)));
  return sorted && { kind: 'range', pieces: sorted };
}

function isEmpty({ lo, hi, loClosed, hiClosed }: Piece): boolean {
  const result = order(lo, hi);
  return result > 0 || (result === 0 && !(loClosed && hiClosed));
}

function merged(pieces: readonly Piece[]): Piece[] {
  const sorted = pieces
    .filter((piece) => !isEmpty(piece))
    .sort((a, b) => order(a.lo, b.lo) || Number(b.loClosed) - Number(a.loClosed));
  const out: Piece[] = [];
  for (const piece of sorted) {
    const last = out.at(-1);
    const gap = last === undefined ? 1 : order(piece.lo, last.hi);
    if (last !== undefined && (gap < 0 || (gap === 0 && (piece.loClosed || last.hiClosed)))) {
      const further = order(piece.hi, last.hi);
      if (further > 0) out[out.length - 1] = { ...last, hi: piece.hi, hiClosed: piece.hiClosed };
      else if (further === 0 && piece.hiClosed) out[out.length - 1] = { ...last, hiClosed: true };
    } else out.push(piece);
  }
  return out;
}
