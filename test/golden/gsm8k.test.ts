/** Real solutions of four models: every published flag must come out of the whole system. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, readRows, reportOf, sharedData } from '../support/assay.ts';
import { storedRows } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

interface ModelSolution {
  is_correct: boolean;
  solution: string;
}

const data = sharedData('gsm8k/model_solutions.jsonl');

test('GSM8K: the flags of 2,640 solutions', { skip: data.skip }, async (t) => {
  const store = join(tempDir(t), 'store.db');
  // In the order of the row, as the format documents.
  const flags = readRows<Record<string, string | ModelSolution>>(data.path).map((row) =>
    Object.values(row).flatMap((value) => (typeof value === 'string' ? [] : value.is_correct)),
  );
  assert.equal(flags.flat().length, 2_640);

  const ended = await assay(t, ['run', data.path, '--verifier', 'math', '--store', store, '--json']);
  assert.equal(ended.code, 0, ended.stderr);
  const report = reportOf(ended);

  const verdicts = await storedRows(store, report.run.id);
  assert.equal(verdicts.size, 2_640);
  const differing = flags.flatMap((own, row) =>
    own.flatMap((flag, index) => {
      const verdict = verdicts.get(`model_solutions:${row}/${index}`)?.judgement?.verdict;
      if (verdict?.status === (flag ? 'CORRECT' : 'INCORRECT')) return [];
      return `${row}/${index}: ${verdict?.status}, flag ${flag}`;
    }),
  );
  assert.deepEqual(differing, []);

  const [oracle] = report.results.verifiers;
  const correct = flags.map((own) => own.filter(Boolean).length);
  const solved = correct.filter((count) => count > 0).length;
  const sum = correct.reduce((a, b) => a + b);
  assert.deepEqual(
    [oracle?.candidates, oracle?.correct, oracle?.incorrect, oracle?.error, oracle?.skipped],
    [2_640, sum, 2_640 - sum, 0, 0],
  );
  assert.deepEqual([oracle?.solved?.problems, oracle?.solved?.of], [solved, 660]);
  assert.deepEqual(
    oracle?.perProblem.map((problem) => problem.correct),
    correct,
  );
  // With 4 candidates a problem, pass@1 is the share of right ones and pass@4 that of solved problems.
  const coverage = new Map(oracle?.coverage?.table.points.map(({ k, judged }) => [k, judged?.estimate]));
  near(coverage.get(1), sum / 2_640);
  near(coverage.get(4), solved / 660);
  near(coverage.get(2), mean(correct.map((c) => 1 - choose(4 - c, 2) / choose(4, 2))));
});

function near(actual: number | undefined, expected: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-12, `${actual} is not ${expected}`);
}

function mean(values: number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

function choose(n: number, k: number): number {
  return k === 0 ? 1 : (n * choose(n - 1, k - 1)) / k;
}
