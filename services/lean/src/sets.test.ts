import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { StatementSets } from './sets.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-sets-'));
after(() => rmSync(folder, { recursive: true }));
const row = { name: 'one', header: 'open Nat\n', formal_statement: 'theorem one : 1 = 1 := by\n' };
writeFileSync(join(folder, 'mine.jsonl'), `${JSON.stringify(row)}\n\n`);

test('a set is found by its file name, a theorem by its name', async () => {
  const sets = await StatementSets.load(folder);
  assert.equal(sets.find('mine', 'one')?.statement, row.formal_statement);
  assert.equal(sets.find('mine', 'two'), undefined);
  assert.equal(sets.find('other', 'one'), undefined);
  assert.match(sets.describe(), /mine has 1 theorems/);
});

test('no folder: no sets, and the description says how to give some', async () => {
  assert.match((await StatementSets.load(undefined)).describe(), /ASSAY_LEAN_SETS/);
});

for (const [what, text] of [
  ['no JSON', 'x'],
  ['a list', '[1]'],
  ['no statement', '{"name": "a"}'],
  ['a name twice', `${JSON.stringify(row)}\n${JSON.stringify(row)}`],
] as const) {
  test(`${what}: the error names file, line and form`, async () => {
    const bad = mkdtempSync(join(tmpdir(), 'assay-sets-'));
    try {
      writeFileSync(join(bad, 'bad.jsonl'), text);
      const lines = text.split('\n').length;
      await assert.rejects(StatementSets.load(bad), (error: Error) => {
        assert.match(error.message, new RegExp(`bad\\.jsonl, line ${lines}: .*\\n.*formal_statement`, 's'));
        return true;
      });
    } finally {
      rmSync(bad, { recursive: true });
    }
  });
}
