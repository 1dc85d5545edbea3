/** The examples of the Lean verifier: the files are what their sources say, and every sample gets its verdict. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, readRows, reportOf } from '../support/assay.ts';
import { testLean } from '../support/lean.ts';
import { startNode } from '../support/process.ts';
import { storedVerdicts } from '../support/stored.ts';
import { repository, tempDir } from '../support/temp.ts';

const folder = join(repository, 'examples/lean');

test('examples/lean: problems.jsonl and expected.jsonl are made from sources/', async (t) => {
  const { code, stderr } = await startNode(t, join(folder, 'build.ts'), ['--check']).ended;
  assert.equal(code, 0, stderr);
});

const lean = testLean();

/** For a slow Lean. */
const some = ['half-of-ten', 'two-is-one'];

test('examples/lean: the expected verdicts', {
  skip: typeof lean === 'string' && lean,
  timeout: 1_800_000,
}, async (t) => {
  if (typeof lean === 'string') return;
  const { isSlow } = lean;
  const wanted = ({ id }: { id: string }) => !isSlow || some.includes(id);
  const problems = readRows<{ id: string }>(join(folder, 'problems.jsonl')).filter(wanted);
  const dir = tempDir(t);
  const path = join(dir, 'problems.jsonl');
  const rows = problems.map((row) => (isSlow ? { ...row, time_limit: 600 } : row));
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

  const store = join(dir, 'store.db');
  const command = ['run', path, '--verifier', 'lean', '--store', store, '--json'];
  const env = { ...lean.env, ...(isSlow && { ASSAY_LEAN_SELF_TEST: '0' }) };
  const ended = await assay(t, command, { env, timeoutMs: 1_790_000 });
  assert.equal(ended.code, 0, ended.stderr);

  const found = await storedVerdicts(store, reportOf(ended).run.id);
  const expected = readRows<{ id: string; verdicts: Record<string, string> }>(join(folder, 'expected.jsonl'));
  for (const { id, verdicts } of expected.filter(wanted)) {
    const names = Object.keys(verdicts);
    const judged = Object.fromEntries(names.map((name, at) => [name, found.get(`${id}/${at}`)]));
    assert.deepEqual(judged, verdicts, id);
  }
  t.diagnostic(`${problems.length} theorems${isSlow ? ' only: this Lean is slow' : ''}`);
});
