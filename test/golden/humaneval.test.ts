/** Real samples of CodeGen-16B: every observed verdict must come out of the whole system, and the paper's pass@k. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { passAtKTable } from '@assay/statistics';
import { assay, readRows, reportOf, sharedData } from '../support/assay.ts';
import { withoutSandbox } from '../support/docker.ts';
import { storedRows } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

const data = sharedData('humaneval_codegen16b/problems_with_samples.jsonl');

test('HumanEval: the observed verdicts of 8,200 samples', {
  skip: data.skip || (await withoutSandbox()),
  timeout: 600_000,
}, async (t) => {
  const rows = readRows<{ task_id: string; observed: string[] }>(data.path);
  assert.equal(rows.flatMap(({ observed }) => observed).length, 8_200);
  const store = join(tempDir(t), 'store.db');
  const ended = await assay(t, ['run', data.path, '--verifier', 'code', '--store', store, '--json'], {
    timeoutMs: 590_000,
  });
  assert.equal(ended.code, 0, ended.stderr);
  const report = reportOf(ended);
  const verdicts = await storedRows(store, report.run.id);

  const differing = rows.flatMap(({ task_id, observed }) =>
    observed.flatMap((own, index) => {
      const verdict = verdicts.get(`${task_id}/${index}`)?.judgement?.verdict;
      if (verdict?.status === (own === 'pass' ? 'CORRECT' : 'INCORRECT')) return [];
      return `${task_id}/${index}: ${verdict?.status} ${verdict?.reason} ${verdict?.message}, observed ${own}`;
    }),
  );
  assert.deepEqual(differing, []);

  const ks = [1, 10, 100];
  const c = Float64Array.from(rows, ({ observed }) => observed.filter((own) => own === 'pass').length);
  const expected = passAtKTable({ n: new Float64Array(rows.length).fill(100), c }, ks);
  const points = report.results.verifiers[0]?.coverage?.table.points;
  for (const [i, k] of ks.entries()) {
    const own =
      rows.reduce((sum, _, row) => sum + (expected[row * ks.length + i] as number), 0) / rows.length;
    const found = points?.find((point) => point.k === k)?.judged?.estimate ?? Number.NaN;
    assert.ok(Math.abs(found - own) < 1e-12, `pass@${k} is ${found}, not ${own}`);
  }
});
