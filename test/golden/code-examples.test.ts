/** The examples of the code verifier: the files are what their sources say, and every sample gets its verdict. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assay, readRows, reportOf } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import { withoutSandbox } from '../support/docker.ts';
import { startNode } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { storedVerdicts } from '../support/stored.ts';
import { repository, tempDir } from '../support/temp.ts';

const folder = join(repository, 'examples/code');

test('examples/code: problems.jsonl and expected.jsonl are made from sources/', async (t) => {
  const { code, stderr } = await startNode(t, join(folder, 'build.ts'), ['--check']).ended;
  assert.equal(code, 0, stderr);
});

const skip = await withoutSandbox();

test('examples/code: the expected verdicts', { skip }, (t) => judgeExamples(t, 110_000));

/** Processes that do nothing but take processors, for as long as the test lasts. */
function loadMachine(t: TestContext, count: number): void {
  for (let i = 0; i < count; i++) {
    const hog = spawn(process.execPath, [
      '-e',
      'const end = Date.now() + 300_000; while (Date.now() < end);',
    ]);
    defer(t, () => hog.kill('SIGKILL'));
  }
}

test('examples/code: the same verdicts while eight others want the processors', {
  skip,
  timeout: 300_000,
}, (t) => {
  loadMachine(t, 8);
  return judgeExamples(t, 290_000);
});

/** Judges every sample, and holds the verdicts to the expected ones. */
async function judgeExamples(t: TestContext, timeoutMs: number): Promise<void> {
  const entry = join(repository, 'services/code/src/main.ts');
  const replica = await Replica.start(t, { entry });
  const store = join(tempDir(t), 'store.db');
  const place = ['--verifier-address', replica.address, '--store', store];
  const command = ['run', join(folder, 'problems.jsonl'), '--verifier', 'code', ...place, '--json'];
  const ended = await assay(t, command, { timeoutMs });
  assert.equal(ended.code, 0, ended.stderr);

  const found = await storedVerdicts(store, reportOf(ended).run.id);
  const expected = readRows<{ id: string; verdicts: Record<string, string> }>(join(folder, 'expected.jsonl'));
  for (const { id, verdicts } of expected) {
    const names = Object.keys(verdicts);
    const judged = Object.fromEntries(names.map((name, at) => [name, found.get(`${id}/${at}`)]));
    assert.deepEqual(judged, verdicts, id);
  }
}
