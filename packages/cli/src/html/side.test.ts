import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { buildReport } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { verdict } from '../testing/patches.ts';
import { sideFolder, writeSide } from './side.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-side-'));
const store = openSqliteStore(':memory:');
after(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
const run = await store.openRun({ id: 'r', verifiers: ['v'], labels: {}, earlyStop: false, maxAttempts: 0 });
const problem = await store.putProblem('r', { id: 'p', dataset: '', promptTokens: 0 }, 'd');
const judgement = { key: 'k', verdict: verdict({ status: 'INCORRECT' }), replica: 'r:1', attempts: 1 };
const row = { problem, verifier: 0, tokens: 0, source: 'JUDGED', judgement } as const;
await store.commit([0, 1].map((candidate) => ({ ...row, candidate })));
const report = await buildReport(store, 'r');

function write(side: string): Promise<string[]> {
  return writeSide(store, run, report, { paths: [], named: false }, side);
}

describe('writeSide', () => {
  test('replaces what an earlier page had, and leaves no draft', async () => {
    const side = sideFolder(join(folder, 'page.html'));
    mkdirSync(side);
    writeFileSync(join(side, '7.js'), 'of an earlier page');
    assert.match((await write(side)).join(), /in no file/);
    assert.deepEqual(readdirSync(side), ['0.js']);
    assert.match(readFileSync(join(side, '0.js'), 'utf8'), /^assayCandidates\(0,\[\{"index":0.*"INCORRECT"/);
    assert.deepEqual(readdirSync(folder), ['page.candidates']);
  });

  test('replaces nothing that is not of a page', async () => {
    const side = join(folder, 'mine.candidates');
    mkdirSync(side);
    writeFileSync(join(side, 'thesis.txt'), 'years');
    await assert.rejects(write(side), /has thesis\.txt, which is not of a page/);
    assert.deepEqual(readdirSync(side), ['thesis.txt']);
    const file = join(folder, 'file.candidates');
    writeFileSync(file, 'years');
    await assert.rejects(write(file), { code: 'report_write' });
    assert.equal(readFileSync(file, 'utf8'), 'years');
  });
});
