/** The example of SWE-bench's form, through the whole system: each patch gets the verdict that its name says. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, readRows, reportOf } from '../support/assay.ts';
import { withoutSandbox } from '../support/docker.ts';
import { storedVerdicts } from '../support/stored.ts';
import { repository, tempDir } from '../support/temp.ts';

const folder = join(repository, 'examples/swebench');
const expected: Record<string, string> = {
  gold: 'CORRECT',
  empty: 'INCORRECT no_answer',
  wrong: 'INCORRECT tests_failed',
  breaks: 'INCORRECT tests_failed',
  conftest: 'INCORRECT touches_test_infra',
  'gold-and-conftest': 'CORRECT',
  hang: 'INCORRECT time_limit',
};

test('examples/swebench: the verdict of each patch', {
  skip: await withoutSandbox('assay/swebench-example'),
}, async (t) => {
  const predictions = join(folder, 'predictions.jsonl');
  const names = readRows<{ model_name_or_path: string }>(predictions).map((row) => row.model_name_or_path);
  const store = join(tempDir(t), 'store.db');
  const problems = ['--problems', join(folder, 'instances.jsonl')];
  const ended = await assay(
    t,
    ['run', predictions, ...problems, '--verifier', 'code', '--store', store, '--json'],
    {
      timeoutMs: 110_000,
    },
  );
  assert.equal(ended.code, 0, ended.stderr);
  const found = await storedVerdicts(store, reportOf(ended).run.id);
  const judged = Object.fromEntries(names.map((name, at) => [name, found.get(`assay__spans-1/${at}`)]));
  assert.deepEqual(judged, expected);
});
