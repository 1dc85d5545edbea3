import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assay, scratch } from '../testing/cli.ts';

/** Twelve problems of eight candidates, of which as many are correct as the problem's number says. */
const rows = Array.from({ length: 12 }, (_, p) => {
  const correct = Array.from({ length: 8 }, (_, i) => i <= p % 8);
  const a = correct.map((right, i) => (right ? 1 : 0) + i / 10);
  return {
    problem: `p${p}`,
    correct,
    classes: correct.map((right, i) => (right ? 'x' : `y${i % 2}`)),
    scores: { a, b: a.map((own) => -own) },
  };
});

function optimal(t: TestContext, ...args: string[]) {
  const folder = scratch(t);
  writeFileSync(join(folder, 't.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return assay(['optimal', 't.jsonl', ...args], folder);
}

describe('assay optimal', { concurrency: 4 }, () => {
  test('as JSON', async (t) => {
    const { code, stdout, stderr } = await optimal(t, '--json', '--budgets', '4,1', '--bins', '3');
    assert.deepEqual([code, stderr], [0, '']);
    const { schema, by, problems, bins, points } = JSON.parse(stdout);
    assert.deepEqual([schema, by, problems], ['assay.optimal/v1', 'pass@1', 12]);
    assert.ok(bins.length >= 1 && bins.length <= 3);
    assert.deepEqual(
      points.map(({ budget }: { budget: number }) => budget),
      [1, 4],
    );
  });

  test('for people, by a selector', async (t) => {
    const { code, stdout } = await optimal(t, '--by', 'a');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^Best strategy by difficulty\n {2}12 problems in \d bins of difficulty by mean score of a\n/,
    );
    assert.match(stdout, /\n {2}budget +by difficulty +one for all +gain +95 % interval +one for all\n/);
  });

  test('a missing score is left out, and told by the exit code', async (t) => {
    const folder = scratch(t);
    const holed = rows.map((row) => ({
      ...row,
      scores: { ...row.scores, b: [null, ...row.scores.b.slice(1)] },
    }));
    writeFileSync(join(folder, 'h.jsonl'), holed.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { code, stdout } = await assay(['optimal', 'h.jsonl'], folder);
    assert.equal(code, 3);
    assert.match(
      stdout,
      /note: Candidates without a verdict or a score of all, or alone of a problem, left out: 12\.\n/,
    );
  });

  const bad: [string, string[], RegExp][] = [
    [
      'a selector that is none',
      ['--by', 'c'],
      /--by c is no selector of these tables\.\n {2}Give pass@1, or one of a, b/,
    ],
    ['a budget beyond the candidates', ['--budgets', '1,7'], /A budget is 7, and some problem has 6/],
    ['no budget', ['--budgets', '1,x'], /Give whole numbers of 1 or more/],
    ['no bins', ['--bins', '0'], /Give a whole number from 1 to 1000/],
  ];
  for (const [name, args, message] of bad) {
    test(`refuses ${name}`, async (t) => {
      const { code, stdout, stderr } = await optimal(t, ...args);
      assert.match(stderr, message);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }
});
