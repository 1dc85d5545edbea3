import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { judgementKey, problemDigest } from '@assay/contract';
import type { Chosen } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { SampleTexts } from './texts.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-texts-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'samples.jsonl');
writeFileSync(
  file,
  `${JSON.stringify({ id: 'p', prompt: 'Two plus two?', gold: '4', samples: [' 4\n', '5'] })}\n`,
);

/** The run was judged by two versions of the verifier, and no version of the other one is known. */
const store = openSqliteStore(':memory:');
after(() => store.close());
const run = await store.openRun({
  id: 'r',
  verifiers: ['told', 'untold'],
  labels: {},
  earlyStop: false,
  maxAttempts: 0,
});
const replica = { verifier: 0, replica: 'r:1', slots: 1, firstMs: 0, lastMs: 1, slotMs: 1, busyMs: 1 };
const replicas = ['1', '2'].map((version) => ({ ...replica, version }));
await store.commit([], [], [{ run: 'r', activeMs: 1, loopMs: 1, replicas }]);
const source = { paths: [file], named: false };

/** Reads the samples against what was judged; undefined: of another verifier. */
async function read(judged: (string | undefined)[], verifier = 0, version = '2') {
  const texts = await SampleTexts.open(store, run, source);
  const name = run.verifiers[verifier] ?? '';
  const found: (string | undefined)[] = [];
  const details: Chosen['details'][] = [];
  for await (const { problem, candidates } of texts.chunks) {
    for (const candidate of candidates) {
      const text = judged[candidate.index ?? 0];
      const key = text === undefined ? undefined : judgementKey(name, version, problemDigest(problem), text);
      const keys = run.verifiers.map((_, i) => (i === verifier ? key : undefined));
      const one: Chosen = { details: { index: candidate.index ?? 0, verdicts: [] }, keys };
      found.push(texts.judged(problem, candidate, one));
      details.push(one.details);
    }
  }
  return { found, details, notes: texts.notes() };
}

describe('SampleTexts', () => {
  test('the text that was judged is shown; white space that the verifier does not look at is no difference', async () => {
    const { found, details, notes } = await read(['4', '5']);
    assert.deepEqual(found, [' 4\n', '5']);
    assert.deepEqual(
      details.map(({ checked }) => checked),
      [true, true],
    );
    assert.deepEqual(notes, []);
  });

  test('another text than the one that was judged is not', async () => {
    const { found, details, notes } = await read(['4', '6']);
    assert.deepEqual(found, [' 4\n', undefined]);
    assert.equal(details[1]?.checked, false);
    assert.match(notes.join(), /^1 of the texts /);
  });

  test('each version that was there may have judged, and no other', async () => {
    assert.deepEqual((await read(['4', '5'], 0, '1')).found, [' 4\n', '5']);
    assert.deepEqual((await read(['4', '5'], 0, '3')).found, [undefined, undefined]);
  });

  test('where nobody can tell, it is said', async () => {
    const { found, details, notes } = await read(['4', '6'], 1);
    assert.deepEqual(found, [' 4\n', '5']);
    assert.deepEqual(
      details.map(({ checked }) => checked),
      [undefined, undefined],
    );
    assert.match(notes.join(), /is not known/);
  });

  test('without the files there are no texts, unless the user named them', async () => {
    const gone = { paths: [join(folder, 'gone.jsonl')], named: false };
    const texts = await SampleTexts.open(store, run, gone);
    assert.deepEqual(await Array.fromAsync(texts.chunks), []);
    assert.match(texts.notes().join(), /cannot be read again/);
    await assert.rejects(SampleTexts.open(store, run, { ...gone, named: true }), /gone\.jsonl/);
    assert.match(
      (await SampleTexts.open(store, run, { paths: ['-'], named: false })).notes().join(),
      /no file/,
    );
  });
});
