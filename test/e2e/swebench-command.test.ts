/** `assay swebench` around a run of the example of SWE-bench's form, with the engine that is here. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, readRows } from '../support/assay.ts';
import { engine, sandboxImage, withoutSandbox } from '../support/docker.ts';
import { repository, tempDir } from '../support/temp.ts';

const skip = (await withoutSandbox()) || (await withoutSandbox('assay/swebench-example'));
const folder = join(repository, 'examples/swebench');
const instances = join(folder, 'instances.jsonl');

// The image as it is: whether it is up to date is not what is tested here.
const env = { ASSAY_CODE_IMAGE: sandboxImage };

test('judge patches, and write the files of the harness', { skip }, async (t) => {
  const dir = tempDir(t);
  const predictions = readRows<{ model_name_or_path: string }>(join(folder, 'predictions.jsonl'));
  const chosen = ['wrong', 'gold', 'empty'].map((name) =>
    JSON.stringify(predictions.find((row) => row.model_name_or_path === name)),
  );
  writeFileSync(join(dir, 'predictions.jsonl'), `${chosen.join('\n')}\n`);
  const judging = ['--problems', instances, '--verifier', 'code', '--run', 'r'];
  const ran = await assay(t, ['run', 'predictions.jsonl', ...judging], { cwd: dir, env, timeoutMs: 110_000 });
  assert.equal(ran.code, 0, ran.stderr);

  const ended = await assay(t, ['swebench', 'report', 'r', '--model', 'm', '--out', 'out'], { cwd: dir });
  assert.deepEqual([ended.code, ended.stderr], [0, '']);
  assert.match(ended.stdout, /\n +0 +0 +1 +0 +0 +0 +0\n +1 +1 +0 +0 +0 +0 +0\n +2 +0 +0 +1 +0 +0 +0\n/);
  assert.deepEqual(readdirSync(join(dir, 'out')).sort(), ['logs', 'm.r.0.json', 'm.r.1.json', 'm.r.2.json']);

  const id = 'assay__spans-1';
  const read = (path: string) => JSON.parse(readFileSync(join(dir, 'out', path), 'utf8'));
  assert.deepEqual(read('m.r.1.json').resolved_ids, [id]);
  assert.deepEqual(read('m.r.2.json').empty_patch_ids, [id]);
  const [instance] = readRows<{ FAIL_TO_PASS: string[]; PASS_TO_PASS: string[] }>(instances);
  const gold = read(`logs/run_evaluation/r.1/m/${id}/report.json`)[id];
  assert.deepEqual(
    [gold.resolved, gold.tests_status.FAIL_TO_PASS, gold.tests_status.PASS_TO_PASS],
    [
      true,
      { success: instance?.FAIL_TO_PASS, failure: [] },
      { success: instance?.PASS_TO_PASS, failure: [] },
    ],
  );
  const { resolved, tests_status } = read(`logs/run_evaluation/r.0/m/${id}/report.json`)[id];
  assert.ok(!resolved && tests_status.FAIL_TO_PASS.success.length > 0);
  assert.ok(tests_status.FAIL_TO_PASS.failure.length > 0);
});

test('pull finds the image here, and a dry prune leaves everything', { skip }, async (t) => {
  const cwd = tempDir(t);
  const options = { cwd, env: { XDG_CACHE_HOME: join(cwd, 'cache') } };
  const pulled = await assay(t, ['swebench', 'pull', instances], options);
  assert.deepEqual([pulled.code, pulled.stdout], [0, '1 image: 0 pulled, 1 here already, 0 failed\n']);
  const pruned = await assay(t, ['swebench', 'prune', '--keep', '0', '--dry-run'], options);
  assert.match(pruned.stdout, /^\d+ images? of instances, .*; 0 MiB may stay\n/);
  await engine('GET', '/images/assay/swebench-example/json');
});
