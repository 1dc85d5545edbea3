import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { exactMajority } from './majority-exact.ts';
import { byCompositions, bySubsets } from './testing/brute-force.ts';
import { type ClassTable, votesOf } from './votes.ts';

const exact = (table: ClassTable, k: number, budget = Number.POSITIVE_INFINITY) =>
  exactMajority(votesOf(table, 0), k, budget);

function assertClose(actual: number | undefined, expected: number, about: string, within = 1e-12): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= within,
    `${about}: ${actual}, not ${expected}`,
  );
}

describe('exactMajority', () => {
  test('by hand: 2 of {A, A, B} with A right', () => {
    // AA, AB, AB: 1, 1/2, 1/2.
    assertClose(exact({ counts: [2, 1], correct: [2, 0] }, 2), 2 / 3, 'k = 2');
    // With one more that does not vote: AA 1, AB ½ ×2, A_ 1 ×2, B_ 0.
    assertClose(exact({ counts: [2, 1], correct: [2, 0], abstaining: 1 }, 2), 4 / 6, 'abstaining');
  });

  test('is the mean over all subsets, n up to 12', () => {
    const classes = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(5)), { maxLength: 6 });
    fc.assert(
      fc.property(classes, fc.nat(4), (pairs, none) => {
        const counts: number[] = [];
        let n = 0;
        for (const [size] of pairs) {
          counts.push(Math.min(size, 12 - n));
          n += counts.at(-1) as number;
        }
        const correct = counts.map((size, i) => Math.min(size, pairs[i]?.[1] as number));
        const table = { counts, correct, abstaining: Math.min(none, 12 - n) };
        n += table.abstaining;
        for (let k = 1; k <= n; k++) {
          assertClose(exact(table, k), bySubsets(table, k), `${JSON.stringify(table)} k = ${k}`);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('is exact for large classes: against all compositions, weighed in integers', () => {
    const tables: [ClassTable, number[]][] = [
      [{ counts: [5200, 4800], correct: [0, 4800] }, [1, 2, 51, 100, 400]],
      [{ counts: [9000, 400], correct: [8000, 0], abstaining: 600 }, [3, 30, 60]],
      [{ counts: [60, 50, 35], correct: [0, 50, 7], abstaining: 5 }, [4, 25, 40, 130, 148]],
      [{ counts: [3, 30, 30, 2], correct: [3, 0, 15, 1], abstaining: 200 }, [2, 6, 12, 240]],
    ];
    for (const [table, ks] of tables) {
      for (const k of ks) {
        assertClose(exact(table, k), byCompositions(table, k), `${JSON.stringify(table)} k = ${k}`);
      }
    }
  });

  test('k = 1 is the share of correct candidates, k = n the plurality, with many classes too', () => {
    const counts = Array.from({ length: 200 }, (_, i) => 1 + Math.floor(2000 / (i + 1)));
    const correct = counts.map((size, i) => (i % 3 === 1 ? size : 0));
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const table = { counts, correct, abstaining: 500 };
    assertClose(exact(table, 1), sum(correct) / (sum(counts) + 500), 'k = 1');
    assert.equal(exact(table, sum(counts) + 500, 0), 0);
  });

  test('does not depend on the order of classes, nor on splitting off empty ones', () => {
    const forwards = exact({ counts: [9, 4, 4, 7, 0], correct: [0, 4, 1, 5, 0], abstaining: 3 }, 6);
    const backwards = exact({ counts: [7, 4, 4, 9], correct: [5, 1, 4, 0], abstaining: 3 }, 6);
    assertClose(forwards, backwards as number, 'reordered', 1e-14);
  });

  test('nobody votes: failure', () => {
    assert.equal(exact({ counts: [], correct: [], abstaining: 5 }, 3), 0);
    assertClose(exact({ counts: [1], correct: [1], abstaining: 4 }, 2), 2 / 5, 'one vote in five');
  });

  test('gives up beyond its budget', () => {
    const many = { counts: new Array(300).fill(30), correct: new Array(300).fill(1) };
    assert.equal(exact(many, 100, 1e6), undefined);
    assert.notEqual(exact(many, 3, 1e6), undefined);
  });

  test('a clear majority is affordable at any k', () => {
    const clear = {
      counts: [6000, 2000, ...new Array(200).fill(10)],
      correct: [6000, 0, ...new Array(200).fill(0)],
    };
    assertClose(exact(clear, 5000, 1e6), 1, 'k = 5000');
  });
});
