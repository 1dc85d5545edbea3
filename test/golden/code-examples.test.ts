/** The examples of the code verifier: the files are what their sources say, and every sample gets its verdict. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, readRows, reportOf } from '../support/assay.ts';
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

test('examples/code: the expected verdicts', { skip: await withoutSandbox() }, async (t) => {
  const entry = join(repository, 'services/code/src/main.ts');
  const replica = await Replica.start(t, { entry });
  const store = join(tempDir(t), 'store.db');
  const place = ['--verifier-address', replica.address, '--store', store];
  const command = ['run', join(folder, 'problems.jsonl'), '--verifier', 'code', ...place, '--json'];
  const ended = await assay(t, command, { timeoutMs: 110_000 });
  assert.equal(ended.code, 0, ended.stderr);

  const found = await storedVerdicts(store, reportOf(ended).run.id);
  const expected = readRows<{ id: string; verdicts: Record<string, string> }>(join(folder, 'expected.jsonl'));
  const wanted = expected.flatMap(({ id, verdicts }) =>
    Object.entries(verdicts).map(([name, words], at) => [`${id}/${name}`, words, found.get(`${id}/${at}`)]),
  );
  assert.equal(wanted.length, found.size);
  assert.deepEqual(
    wanted.filter(([, words, judged]) => words !== judged),
    [],
    'sample, expected, judged',
  );
});
