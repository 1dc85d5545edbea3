import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { VerdictStatus } from '@assay/contract';
import type { CompareResults } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { assay, scratch } from './testing/cli.ts';

type Said = { status: VerdictStatus; answerClass?: string; score?: number };

/** A run of an oracle and a selector: by problem and verifier. */
async function put(path: string, id: string, problems: Record<string, [Said[], Said[]]>): Promise<void> {
  const store = openSqliteStore(path);
  const selector = `${id}-selector`;
  await store.openRun({ id, verifiers: ['oracle', selector], earlyStop: false, maxAttempts: 0, labels: {} });
  for (const [name, byVerifier] of Object.entries(problems)) {
    const problem = await store.putProblem(id, { id: name, dataset: '', promptTokens: 0 }, name);
    const rows = byVerifier.flatMap((said, verifier) =>
      said.map(({ status, answerClass = '', score }, candidate) => ({
        ...{ problem, verifier, candidate, tokens: 1, source: 'JUDGED' as const },
        judgement: {
          key: `${id}/${name}/${verifier}/${candidate}`,
          verdict: {
            ...{ index: 0, status, reason: '', message: '', answer: answerClass, answerClass },
            ...{ parts: [], times: null, retryable: false },
            ...(score !== undefined && { score, _score: 'score' as const }),
          },
          replica: '',
          attempts: 1,
        },
      })),
    );
    await store.commit(rows);
  }
  await store.close();
}

const C: Said = { status: 'CORRECT', answerClass: '4' };
const I: Said = { status: 'INCORRECT', answerClass: '5' };
const scored = (...scores: number[]): Said[] => scores.map((score) => ({ status: 'SCORED', score }));

describe('assay compare', { concurrency: 4 }, () => {
  test('two runs: coverage, majority vote, best-of-N, who solves what', async (t) => {
    const dir = scratch(t);
    const store = join(dir, 'store.db');
    await put(store, 'one', { p: [[C, I, I], scored(1, 2, 3)], q: [[I, I, I], scored(1, 1, 1)] });
    await put(store, 'two', { q: [[C, C, I], scored(3, 2, 1)], p: [[C, I, I], scored(1, 2, 3)] });
    const json = await assay(['compare', 'one', 'two', '--k', '3,1', '--store', store, '--json'], dir);
    assert.equal(json.code, 0, json.stderr);
    const { schema, pairs } = JSON.parse(json.stdout) as CompareResults;
    assert.equal(schema, 'assay.compare/v1');
    const [pair] = pairs;
    const rates = (points: { k: number; first: number; second: number }[] | undefined) =>
      points?.map(({ k, first, second }) => [k, first, second]);
    assert.deepEqual(rates(pair?.coverage?.points), [
      [1, 1 / 6, 1 / 2],
      [3, 1 / 2, 1],
    ]);
    // p: two votes for the wrong class; q: none right, then two of three.
    assert.deepEqual(rates(pair?.majority?.points)?.at(-1), [3, 0, 1 / 2]);
    // p: the last is best and wrong; q: the first is, and right in the second run alone.
    assert.deepEqual(rates(pair?.bestOfN[0]?.points)?.at(-1), [3, 0, 1 / 2]);
    assert.deepEqual(
      [pair?.bestOfN[0]?.firstBy, pair?.bestOfN[0]?.secondBy],
      ['one-selector', 'two-selector'],
    );
    assert.deepEqual([pair?.solved.both, pair?.solved.onlySecond, pair?.solved.p], [['p'], ['q'], 1]);
    const text = await assay(['compare', 'one', 'two', '--store', store], dir);
    assert.match(text.stdout, /two less one\n {2}2 common problems\n/);
    assert.match(text.stdout, /best-of-N by one-selector and two-selector/);
  });

  test('a run with a file of counts, also where verdicts are missing', async (t) => {
    const dir = scratch(t);
    const store = join(dir, 'store.db');
    await put(store, 'one', { p: [[C, I, { status: 'ERROR' }], scored(1, 2, 3)] });
    writeFileSync(join(dir, 'counts.csv'), 'problem,n,c\np,10,4\nq,10,1\n');
    const ended = await assay(['compare', 'one', 'counts.csv', '--store', store], dir);
    assert.equal(ended.code, 3, ended.stderr);
    assert.match(ended.stdout, /1 common problem; left out: 0 in the first, 1 in the second alone/);
    assert.match(ended.stdout, /note: Missing verdicts \(ERROR\): 1\./);
    assert.doesNotMatch(ended.stdout, /majority/);
    // A table of the run's name is not the run.
    writeFileSync(join(dir, 'one.csv'), 'problem,n,c\np,10,4\n');
    const named = await assay(['compare', 'one.csv', 'one', '--store', store], dir);
    assert.match(named.stdout, /one \(one\) less one\n/);
    assert.doesNotMatch(named.stdout, /majority/);
  });

  test('a file with several models is enough; nothing in common, and nothing to compare with, are told', async (t) => {
    const dir = scratch(t);
    const file = (name: string, text: string) => writeFileSync(join(dir, name), text);
    file('models.csv', 'model,problem,n,c\nsmall,p,4,1\nlarge,p,4,3\n');
    file('a.csv', 'problem,n,c\np,4,1\n');
    file('b.csv', 'problem,n,c\nq,4,1\n');
    const models = await assay(['compare', 'models.csv'], dir);
    assert.match(models.stdout, /large less small/);
    const apart = await assay(['compare', 'a.csv', 'b.csv'], dir);
    assert.match(apart.stderr, /No problem is common to a and b: .* the first has p, the second q/);
    const alone = await assay(['compare', 'a.csv'], dir);
    assert.match(alone.stderr, /nothing to compare it with/);
    const k = await assay(['compare', 'models.csv', '--k', '1,x'], dir);
    assert.match(k.stderr, /whole numbers above 0/);
    const unknown = await assay(['compare', 'a.csv', 'nix'], dir);
    assert.deepEqual([apart.code, alone.code, k.code, unknown.code], [2, 2, 2, 2]);
  });
});
