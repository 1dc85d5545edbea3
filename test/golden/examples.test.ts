/** The examples that the README begins with. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, readRows, reportOf } from '../support/assay.ts';
import { storedRows } from '../support/stored.ts';
import { repository, tempDir } from '../support/temp.ts';

const folder = join(repository, 'examples/math');

test('examples/math: the expected verdicts, and no work the second time', async (t) => {
  const dir = tempDir(t);
  const store = join(dir, 'store.db');
  const command = ['run', join(folder, 'problems.jsonl'), '--verifier', 'math', '--store', store];
  const expected = readRows<{ id: string; verdicts: string }>(join(folder, 'expected.jsonl'));

  const first = await assay(t, [...command, '--json']);
  assert.equal(first.code, 0, first.stderr);
  const report = reportOf(first);
  const letters = new Map(expected.map(({ id }) => [id, '']));
  const rows = await storedRows(store, report.run.id);
  for (const [key, { judgement }] of rows) {
    const id = key.slice(0, key.lastIndexOf('/'));
    letters.set(id, letters.get(id) + (judgement?.verdict.status[0] ?? '-'));
  }
  assert.deepEqual(
    Object.fromEntries(letters),
    Object.fromEntries(expected.map((row) => [row.id, row.verdicts])),
  );

  const [oracle] = report.results.verifiers;
  const right = expected.reduce((n, { verdicts }) => n + verdicts.replaceAll('I', '').length, 0);
  assert.deepEqual([oracle?.candidates, oracle?.correct], [8 * expected.length, right]);

  const path = join(dir, 'reports', `${report.run.id}.json`);
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), report, '--json prints what the file holds');

  const second = await assay(t, [...command, '--json']);
  assert.equal(second.code, 0, second.stderr);
  const again = reportOf(second);
  assert.equal(again.run.id, report.run.id);
  assert.deepEqual(again.results, report.results);
  assert.deepEqual(
    again.operations.verifiers.map(({ judged, shared }) => ({ judged, shared })),
    report.operations.verifiers.map(({ judged, shared }) => ({ judged, shared })),
  );
  const after = await storedRows(store, report.run.id);
  assert.deepEqual(after, rows, 'the same judgements, not others of the same content');
});
