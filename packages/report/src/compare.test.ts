import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandom, majorityAtK } from '@assay/statistics';
import { type Compared, type Comparison, compareTables } from './compare.ts';
import { renderComparison } from './compare-lines.ts';
import type { CountTable } from './count-table.ts';

type Counts = Record<string, [n: number, c: number, missing?: number]>;

function counts(name: string, problems: Counts): CountTable {
  const rows = Object.values(problems);
  return {
    name,
    problems: Object.keys(problems),
    n: rows.map(([n]) => n),
    c: rows.map(([, c]) => c),
    missing: rows.map(([, , missing = 0]) => missing),
    promptTokens: null,
    candidateTokens: null,
    model: null,
  };
}

function compare(first: Counts, second: Counts, ks?: number[]): Comparison {
  const sides = [{ counts: counts('a', first) }, { counts: counts('b', second) }];
  const [pair, ...more] = compareTables(sides, { level: 0.95, ...(ks && { ks }) }).pairs;
  assert.ok(pair && more.length === 0);
  return pair;
}

describe('compareTables: counts', () => {
  test('problems are paired by their ids, whatever their order', () => {
    const pair = compare(
      { p1: [4, 1], p2: [4, 0], p3: [4, 4], alone: [4, 4] },
      { other: [4, 4], p3: [4, 2], p2: [4, 3], p1: [4, 1] },
    );
    assert.deepEqual([pair.problems, pair.onlyIn], [3, { first: 1, second: 1 }]);
    assert.deepEqual(
      pair.coverage?.points.map(({ k }) => k),
      [1, 2, 4],
    );
    const [one] = pair.coverage?.points ?? [];
    assert.deepEqual(
      [one?.first, one?.second, one?.difference].map((value) => value?.toFixed(6)),
      ['0.416667', '0.500000', '0.083333'],
    );
    const { p, ...ids } = pair.solved;
    assert.deepEqual(ids, { both: ['p1', 'p3'], onlyFirst: [], onlySecond: ['p2'], neither: [] });
    assert.equal(p, 1);
    // p1 has not changed.
    assert.deepEqual(
      pair.changes.map(({ problem, difference }) => [problem, difference]),
      [
        ['p2', 0.75],
        ['p3', -0.5],
      ],
    );
    assert.deepEqual(pair.notes, []);
  });

  test('unequal numbers of candidates: rates end at the smallest, solved problems are not tested', () => {
    const pair = compare({ p1: [10, 2], p2: [10, 0] }, { p1: [100, 5], p2: [5, 0] }, [1, 5, 10, 100]);
    assert.deepEqual(
      pair.coverage?.points.map(({ k }) => k),
      [1, 5],
    );
    assert.equal(pair.solved.p, null);
    assert.match(pair.notes.join('\n'), /more chances to solve them/);
    assert.match(pair.notes.join('\n'), /k = 10, 100/);
    const none = compare({ p1: [10, 2] }, { p1: [5, 5] }, [6, 7]);
    assert.equal(none.coverage, null);
    assert.match(none.notes.join('\n'), /only 5 judged candidates/);
  });

  test('an interval that is no bootstrap is not called one', () => {
    const text = (first: Counts, second: Counts) =>
      renderComparison(
        compareTables([{ counts: counts('a', first) }, { counts: counts('b', second) }], { level: 0.95 }),
      );
    assert.match(
      text({ p: [4, 1] }, { p: [4, 2] }),
      /both its values;\n {4}where all problems differ alike, Wilson's over problems\n/,
    );
    assert.match(text({ p: [2, 0], q: [2, 0] }, { p: [2, 1], q: [2, 0] }), /both its values\n/);
  });

  test('problems without judged candidates take no part, missing verdicts are told', () => {
    const pair = compare({ p1: [3, 0, 2], p2: [0, 0, 5] }, { p1: [3, 1], p2: [5, 5] });
    assert.deepEqual([pair.problems, pair.onlyIn], [1, { first: 0, second: 1 }]);
    assert.match(
      pair.notes.join('\n'),
      /Missing verdicts \(ERROR\): 2\. .* unsolved problems that are open: 1\./,
    );
  });

  test('nothing in common', () => {
    const pair = compare({ p1: [3, 0] }, { q1: [3, 1] });
    assert.deepEqual([pair.problems, pair.coverage, pair.majority, pair.bestOfN], [0, null, null, []]);
    assert.match(pair.notes.join('\n'), /the first has p1, the second q1/);
  });

  test('several tables: each against the first; hostile names do no harm', () => {
    const all = ['a', '\u001b[2Jb', 'c'].map((name) => ({ counts: counts(name, { '\u001b[31mp': [2, 1] }) }));
    const results = compareTables(all, { level: 0.9 });
    assert.deepEqual(
      results.pairs.map(({ first, second }) => [first, second]),
      [
        ['a', '\u001b[2Jb'],
        ['a', 'c'],
      ],
    );
    const text = renderComparison(results);
    assert.ok(!text.includes('\u001b'));
    assert.match(text, /90 % interval/);
  });
});

describe('compareTables: runs', () => {
  const random = createRandom(9);

  /** Candidates with an oracle's verdict, an answer class and a score each. */
  function run(name: string, selectors: string[], problems: number, candidates: number): Compared {
    const tables = Array.from({ length: problems }, () => {
      const correct = Array.from({ length: candidates }, () => Number(random.below(3) === 0));
      return {
        correct,
        classes: correct.map((right) => (right ? 0 : random.below(3) - 1)),
        scores: selectors.map(() => correct.map((right) => right + random.below(100) / 80)),
      };
    });
    const own = tables.map(({ correct }, i): [string, [number, number]] => [
      `p${i}`,
      [candidates, correct.reduce((sum, one) => sum + one, 0)],
    ]);
    return {
      counts: counts(name, Object.fromEntries(own)),
      scores: { ids: own.map(([id]) => id), tables: { selectors, classesBy: 'oracle', problems: tables } },
    };
  }

  test('majority vote and best-of-N, by the selectors that both have', () => {
    const [a, b] = [run('a', ['x', 'y'], 12, 9), run('b', ['z', 'x'], 12, 9)];
    const [pair] = compareTables([a, b], { level: 0.95 }).pairs;
    assert.deepEqual(
      pair?.bestOfN.map(({ firstBy, secondBy }) => [firstBy, secondBy]),
      [['x', 'x']],
    );
    // All 9 of them: the best score, and the largest class, found by looking.
    const best = (compared: Compared, selector: number) => {
      const problems = compared.scores?.tables.problems ?? [];
      const picked = problems.map(({ correct, scores }) => {
        const own = Array.from(scores[selector] ?? []);
        const top = own.flatMap((score, i) => (score === Math.max(...own) ? [correct[i] as number] : []));
        return top.reduce((sum, one) => sum + one, 0) / top.length;
      });
      return picked.reduce((sum, one) => sum + one, 0) / picked.length;
    };
    const last = pair?.bestOfN[0]?.points.at(-1);
    assert.equal(last?.k, 9);
    assert.ok(Math.abs((last?.first ?? 0) - best(a, 0)) < 1e-12);
    assert.ok(Math.abs((last?.second ?? 0) - best(b, 1)) < 1e-12);
    const votes = (b.scores?.tables.problems ?? []).map(({ correct, classes = [] }) => {
      const size = (label: number) => Array.from(classes).filter((own) => own === label).length;
      const right = Array.from(correct).filter((one) => one === 1).length;
      return { counts: [size(0), size(1)], correct: [right, 0], abstaining: size(-1) };
    });
    const expected = majorityAtK(votes, [5]).points[0]?.estimate ?? 0;
    const found = pair?.majority?.points.find(({ k }) => k === 5)?.second ?? 0;
    assert.ok(Math.abs(found - expected) < 1e-12, `${found}, ${expected}`);
    assert.match(renderComparison(compareTables([a, b], { level: 0.95 })), /best-of-N by x\n/);
  });

  test('the only selector of each is compared, whatever its name; several of other names are not', () => {
    const pair = (a: string[], b: string[]) =>
      compareTables([run('a', a, 3, 4), run('b', b, 3, 4)], { level: 0.95 }).pairs[0];
    assert.deepEqual(
      pair(['x'], ['y'])?.bestOfN.map(({ firstBy, secondBy }) => [firstBy, secondBy]),
      [['x', 'y']],
    );
    assert.deepEqual(pair(['x'], ['y', 'z'])?.bestOfN, []);
    assert.deepEqual(pair([], ['y'])?.bestOfN, []);
  });

  test('a run with a table of counts: coverage alone', () => {
    const a = run('a', ['x'], 3, 4);
    const [pair] = compareTables([a, { counts: { ...a.counts, name: 'b' } }], { level: 0.95 }).pairs;
    assert.ok(pair?.coverage);
    assert.deepEqual([pair.majority, pair.bestOfN], [null, []]);
  });
});
