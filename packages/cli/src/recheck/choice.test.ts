import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Run, VerdictStatus } from '@assay/contract';
import type { CandidateScores, Store } from '@assay/store';
import { choose, wordsOf } from './choice.ts';

const numbers = Object.keys(VerdictStatus);

/** Statuses by problem, verifier and candidate; '' for none. */
function storeOf(problems: string[][][]): Store {
  const columns = problems.map((byVerifier, p): CandidateScores => {
    const size = byVerifier[0]?.length ?? 0;
    return {
      problem: p + 10,
      candidates: Float64Array.from({ length: size }, (_, i) => 2 * i),
      verifiers: byVerifier.map((own) => ({
        statuses: Uint8Array.from(own, (status) => (status === '' ? 0 : numbers.indexOf(status))),
        scores: new Float64Array(size),
        classes: new Int32Array(size),
      })),
    };
  });
  const stored = problems.map((_, p) => ({ handle: p + 10, id: `p${p}` }));
  return { candidateScores: () => columns, problems: async () => stored } as unknown as Store;
}

const run = { id: 'r' } as Run;
const [C, I, S, E] = ['CORRECT', 'INCORRECT', 'SCORED', 'ERROR'];
const keys = (chosen: Awaited<ReturnType<typeof choose>>) =>
  [...chosen].flatMap(([id, { indices }]) => [...indices].map((index) => `${id}/${index}`));

describe('choose', () => {
  test('only candidates with a verdict of every verifier asked', async () => {
    const store = storeOf([
      [[C, I, E, '', C] as string[], [S, E, S, S, S] as string[]],
      [[''], ['']],
    ]);
    const all = { share: 1, seed: 0 };
    assert.deepEqual(keys(await choose(store, run, [0, 1], all)), ['p0/0', 'p0/8']);
    assert.deepEqual(keys(await choose(store, run, [0], all)), ['p0/0', 'p0/2', 'p0/8']);
    assert.equal((await choose(store, run, [0, 1], all)).get('p0')?.handle, 10);
    assert.equal((await choose(storeOf([[[E as string]]]), run, [0], all)).size, 0);
  });

  test('so many, each as likely as the others, the same for the same seed', async () => {
    const store = storeOf(Array.from({ length: 4 }, () => [new Array<string>(10).fill(C as string)]));
    const times = new Map<string, number>();
    const draws = 2_000;
    for (let seed = 0; seed < draws; seed++) {
      const own = keys(await choose(store, run, [0], { share: 1, count: 8, seed }));
      assert.equal(own.length, 8);
      for (const key of own) times.set(key, (times.get(key) ?? 0) + 1);
    }
    assert.equal(times.size, 40);
    // 400 of 2,000 each; five standard deviations of Binomial(2000, 0.2) are 89.
    for (const [key, count] of times) assert.ok(Math.abs(count - 400) < 90, `${key}: ${count}`);
    const one = { share: 0.1, seed: 7 };
    assert.deepEqual(keys(await choose(store, run, [0], one)), keys(await choose(store, run, [0], one)));
    assert.equal(keys(await choose(store, run, [0], { share: 0.03, seed: 0 })).length, 2);
    assert.equal(keys(await choose(store, run, [0], { share: 1e-9, seed: 0 })).length, 1);
    assert.equal(keys(await choose(store, run, [0], { share: 1, count: 99, seed: 0 })).length, 40);
  });

  test('in words', () => {
    assert.equal(wordsOf({ share: 0.02, seed: 3 }), 'share 0.02, seed 3');
    assert.equal(wordsOf({ share: 0.02, count: 5, seed: 0 }), 'count 5, seed 0');
  });
});
