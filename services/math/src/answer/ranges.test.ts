import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { infinity, negate, number, symbol } from '../read/build.ts';
import { accepts, rejects } from '../verify.fixture.ts';
import { complement, intersectionOf, type Piece, type Range, range, unionOf } from './ranges.ts';

fc.configureGlobal({ seed: 1 });

const bound = fc.integer({ min: -6, max: 6 });
const ranges = fc
  .array(fc.tuple(bound, bound, fc.boolean(), fc.boolean()), { maxLength: 4 })
  .map((all) =>
    range(
      all.map(
        ([lo, hi, loClosed, hiClosed]): Piece => ({ lo: number(lo), hi: number(hi), loClosed, hiClosed }),
      ),
    ),
  );

/** Whether a number of halves lies in it, by its pieces. */
function has({ pieces }: Range, halves: number): boolean {
  const halvesOf = ({ op, ...rest }: Piece['lo']): number => {
    if (op === 'negate') return Number.NEGATIVE_INFINITY;
    const { value } = rest as { value?: { num: bigint } };
    return value === undefined ? Number.POSITIVE_INFINITY : 2 * Number(value.num);
  };
  return pieces.some(({ lo, hi, loClosed, hiClosed }) => {
    const [from, to] = [halvesOf(lo), halvesOf(hi)];
    return (loClosed ? halves >= from : halves > from) && (hiClosed ? halves <= to : halves < to);
  });
}

const probes = Array.from({ length: 29 }, (_, at) => at - 14);

describe('sets of reals', () => {
  test('union, intersection and complement are those of their points', () => {
    fc.assert(
      fc.property(ranges, ranges, (a, b) => {
        const [both, either, outside] = [intersectionOf([a, b]), unionOf([a, b]), complement(a)];
        for (const at of probes) {
          assert.equal(both && has(both, at), has(a, at) && has(b, at));
          assert.equal(has(either, at), has(a, at) || has(b, at));
          assert.equal(outside && has(outside, at), !has(a, at));
        }
      }),
      { numRuns: 300 },
    );
  });

  test('pieces are sorted and disjoint; empty ones vanish', () => {
    const piece = (lo: number, hi: number): Piece => ({
      lo: number(lo),
      hi: number(hi),
      loClosed: true,
      hiClosed: true,
    });
    assert.equal(range([piece(3, 4), piece(1, 2), piece(2, 3)]).pieces.length, 1);
    assert.equal(range([piece(2, 1)]).pieces.length, 0);
    assert.equal(range([{ ...piece(1, 1), hiClosed: false }]).pieces.length, 0);
  });

  test('bounds without an order stay as they are written', () => {
    const unordered = range([{ lo: symbol('a'), hi: symbol('b'), loClosed: true, hiClosed: true }]);
    assert.equal(unordered.unordered, true);
    assert.equal(complement(unordered), undefined);
    assert.equal(
      range([{ lo: negate(infinity), hi: infinity, loClosed: false, hiClosed: false }]).unordered,
      undefined,
    );
  });

  test('many pieces are no more work than sorting them', () => {
    const text = Array.from({ length: 800 }, (_, at) => `(${2 * at},${2 * at + 1})`).join(' \\cup ');
    const start = performance.now();
    accepts([[`\\boxed{${text}}`, `\\boxed{${text}}`]]);
    assert.ok(performance.now() - start < 1_500);
  });
});

describe('intervals, inequalities, set-builders', () => {
  test('say the same', () => {
    accepts([
      ['[1,2]', '1 \\le x \\le 2'],
      ['x \\in [1,2]', '1 \\le x \\le 2'],
      ['(1,2)', '1 < x < 2'],
      ['3 > x > 1', '(1,3)'],
      ['[1,\\infty)', 'x \\ge 1'],
      ['x > 1', '\\{x \\mid x > 1\\}'],
      ['\\{x \\in \\mathbb{R} : x > 1\\}', '(1, \\infty)'],
      ['x \\ne 1', '(-\\infty,1) \\cup (1,\\infty)'],
      ['\\mathbb{R} \\setminus \\{0, 1\\}', '(-\\infty,0) \\cup (0,1) \\cup (1,\\infty)'],
      ['\\mathbb{R} - \\{0\\}', 'x \\notin \\{0\\}'],
      ['x < -2 \\text{ or } x > 2', '(-\\infty,-2) \\cup (2,\\infty)'],
      ['x > 1, x < 3', '1 < x < 3'],
      ['[1,2] \\cup [2,3]', '[1,3]'],
      ['(0,2) \\cap (1,3)', '(1,2)'],
      ['\\{1,2,3\\} \\setminus \\{2\\}', '\\{1,3\\}'],
      ['\\mathbb{R}', '(-\\infty,\\infty)'],
      ['\\text{all real numbers}', '\\mathbb{R}'],
      ['\\emptyset', '\\{\\}'],
      ['\\emptyset', '\\text{no solution}'],
    ]);
  });

  test('linear ones are solved, also within bars', () => {
    accepts([
      ['-2x < 4', 'x > -2'],
      ['-3 \\le 1-2x < 5', '-2 < x \\le 2'],
      ['|x| < 2', '-2 < x < 2'],
      ['|x| > 2', 'x < -2 \\text{ or } x > 2'],
      ['|x| > 0', 'x \\ne 0'],
      ['|x| \\ge 0', '\\mathbb{R}'],
      ['|x| < -1', '\\emptyset'],
      ['|x-1| < 2', '(-1,3)'],
      ['|1-2x| \\ge 3', '(-\\infty,-1] \\cup [2,\\infty)'],
      ['0 < |x| < 2', '(-2,0) \\cup (0,2)'],
    ]);
    rejects([
      ['-2x < 4', 'x < -2'],
      ['|x| > 2', '-2 < x < 2'],
      ['|x| > 0', '\\mathbb{R}'],
      ['x^2 < 4', 'x < 2'],
    ]);
  });

  test('say something else', () => {
    rejects([
      ['(1,2)', '[1,2]'],
      ['(1,2)', '1 \\le x < 2'],
      ['(3,1)', '(1,3)'],
      ['[2,2]', '(2,2)'],
      ['(1,2) \\cup (2,3)', '(1,3)'],
      ['(\\infty,-\\infty)', '(-\\infty,\\infty)'],
      ['\\{x \\mid -2 \\le x < 1\\}', '\\{x \\mid -6 \\le x < 1\\}'],
      ['x < 3', 'y < 3'],
      ['x \\ge 3', '3'],
      ['[0,1]', '\\{0,1\\}'],
      ['x \\in \\{1,2\\}', 'x \\in (1,2)'],
      ['\\emptyset', '0'],
      ['\\emptyset', '\\{0\\}'],
      ['\\mathbb{Z}', '\\mathbb{R}'],
    ]);
  });

  test('with symbols for bounds', () => {
    accepts([
      ['(-\\infty, a)', 'x < a'],
      ['[a, b]', 'a \\le x \\le b'],
    ]);
    rejects([
      ['(-\\infty, a)', 'x > a'],
      ['[a, b]', 'a < x \\le b'],
      ['[a, b]', 'b \\le x \\le a'],
    ]);
  });

  test('of several unknowns: up to a factor, its sign turning the relation', () => {
    accepts([
      ['x + y < 1', '2x + 2y < 2'],
      ['x + y < 1', '-x - y > -1'],
      ['0 < a < b', 'b > a > 0'],
    ]);
    rejects([
      ['x + y < 1', 'x + y \\le 1'],
      ['x + y < 1', '-x - y < -1'],
    ]);
  });
});
