import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Run } from '@assay/contract';
import { createRandom } from '@assay/statistics';
import { openSqliteStore, type Store } from '@assay/store';
import { readAgreements } from './agreements.ts';
import { readRechecks } from './rechecks.ts';
import { type Said, stored } from './testing/stored.ts';

const C: Said = { status: 'CORRECT', answer: '4' };
const I: Said = { status: 'INCORRECT', answer: '5' };
const E: Said = { status: 'ERROR' };
const S: Said = { status: 'SCORED' };
const K: Said = { status: 'SKIPPED' };

const runOf = async (store: Store) => (await store.getRun('run')) as Run;
const agreements = async (store: Store) => readAgreements(store, await runOf(store));
const rechecks = async (store: Store) => readRechecks(store, await runOf(store));

/** What the second judging said, as a run of its own. */
async function judgedAgain(before: Said[][][], now: Said[][][]): Promise<Store> {
  const store = await stored(before);
  return stored(now, { store, id: 'run.recheck', labels: { again: 'run' } });
}

describe('readAgreements', () => {
  test('counts candidates of which both have decided, for every two verifiers that decide', async () => {
    const store = await stored([
      [
        [C, C, I, I, E, C],
        [C, I, C, I, C, E],
        [S, S, S, S, S, S],
        [I, I, I, I, I, I],
      ],
      [
        [C, I],
        [K, C],
        [S, S],
        [I, K],
      ],
    ]);
    const [one, two, three, ...more] = await agreements(store);
    assert.equal(more.length, 0);
    assert.ok(one && two && three);
    assert.deepEqual([one.first, one.second], ['verifier-0', 'verifier-1']);
    assert.deepEqual(
      [one.both, one.correctCorrect, one.correctIncorrect, one.incorrectCorrect, one.incorrectIncorrect],
      [5, 1, 1, 2, 1],
    );
    assert.deepEqual([one.falseAccept?.share, one.falseReject?.share], [2 / 3, 1 / 2]);
    assert.deepEqual([two.first, two.second], ['verifier-0', 'verifier-3']);
    assert.equal(two.kappa, null);
    assert.deepEqual([three.first, three.second], ['verifier-1', 'verifier-3']);
  });

  test('disagreements to read: what both said, spread over problems, each way first', async () => {
    // Of each problem 30 candidates that differ in one way; the first problem's last one in another.
    const one = (other: Said): Said[][] => [
      [...new Array<Said>(30).fill(C), I],
      [...new Array<Said>(30).fill(I), other],
    ];
    const wrong: Said = {
      status: 'CORRECT',
      answer: `x\n${'y'.repeat(400)}`,
      message: '\u001b[31mred',
      reason: '',
    };
    const store = await stored([one(wrong), ...Array.from({ length: 6 }, () => one(I))]);
    const [{ disagreements } = { disagreements: [] }] = await agreements(store);
    assert.equal(disagreements.length, 20);
    const byProblem = Map.groupBy(disagreements, ({ problem }) => problem);
    assert.deepEqual([...byProblem.values()].map((list) => list.length).sort(), [2, 3, 3, 3, 3, 3, 3]);
    const first = byProblem.get('p0')?.map(({ candidate }) => candidate);
    assert.deepEqual(first?.slice(0, 2), [0, 30]);
    const odd = disagreements.find(({ candidate }) => candidate === 30);
    assert.deepEqual(odd?.first, { status: 'INCORRECT', reason: 'wrong_answer', answer: '5', message: '' });
    assert.equal(odd?.second.message, '[31mred');
    assert.match(odd?.second.answer ?? '', /^x y+…$/);
    assert.equal(odd?.second.answer.length, 160);
    assert.deepEqual(await agreements(store), await agreements(store));
  });

  test('many problems: one of evenly many', async () => {
    const store = await stored(Array.from({ length: 60 }, () => [[C], [I]]));
    const [{ disagreements } = { disagreements: [] }] = await agreements(store);
    assert.deepEqual(
      disagreements.map(({ problem }) => problem),
      Array.from({ length: 20 }, (_, i) => `p${3 * i}`),
    );
  });

  test('one verifier, and no candidates', async () => {
    assert.deepEqual(await agreements(await stored([[[C, I]]])), []);
    assert.deepEqual(await agreements(await stored([[[], []]])), []);
    // Both decide, and never of the same candidate.
    const [apart] = await agreements(
      await stored([
        [
          [C, E],
          [E, C],
        ],
      ]),
    );
    assert.deepEqual([apart?.both, apart?.share, apart?.disagreements], [0, null, []]);
  });

  test('equal to counting over all verdicts, one by one', async () => {
    const random = createRandom(1);
    const said = () => [C, I, E, K, S][random.below(5)] as Said;
    const problems = Array.from({ length: 15 }, () =>
      [0, 1, 2].map(() => Array.from({ length: 1 + random.below(12) }, said)),
    );
    const found = await agreements(await stored(problems));
    assert.equal(found.length, 3);
    for (const { first, second, correctIncorrect, incorrectIncorrect, disagreements } of found) {
      const [a, b] = [first, second].map((name) => Number(name.at(-1))) as [number, number];
      const both = problems.flatMap((own, p) =>
        (own[a] ?? []).flatMap((one, i) => {
          const other = own[b]?.[i];
          const decided = [C, I].includes(one) && other !== undefined && [C, I].includes(other);
          return decided ? [{ key: `p${p}/${i}`, pair: `${one.status} ${other.status}` }] : [];
        }),
      );
      const count = (pair: string) => both.filter((each) => each.pair === pair).length;
      assert.equal(correctIncorrect, count('CORRECT INCORRECT'));
      assert.equal(incorrectIncorrect, count('INCORRECT INCORRECT'));
      const differing = both.filter(({ pair }) => !['CORRECT CORRECT', 'INCORRECT INCORRECT'].includes(pair));
      assert.equal(disagreements.length, Math.min(20, differing.length));
      for (const { problem, candidate, first: one, second: other } of disagreements) {
        const own = differing.find(({ key }) => key === `${problem}/${candidate}`);
        assert.equal(own?.pair, `${one.status} ${other.status}`);
      }
    }
  });
});

describe('readRechecks', () => {
  test('a status that changed is a change, an ERROR is missing, a candidate not judged again is neither', async () => {
    const before = [[[C, C, I, I, E, C, C]], [[C, I]]];
    const store = await judgedAgain(before, [[[C, I, C, E, C, K]], [[I]]]);
    const [{ share, changes, ...rest } = { share: null, changes: [] }, ...more] = await rechecks(store);
    assert.deepEqual(more, []);
    assert.deepEqual(rest, {
      name: 'verifier-0',
      rechecked: 4,
      changed: 3,
      missing: 2,
      greatestDifference: null,
    });
    assert.equal(share?.estimate, 3 / 4);
    assert.equal(share?.interval.method, 'wilson');
    assert.deepEqual(
      changes.map(({ problem, candidate, first, second }) => [
        problem,
        candidate,
        first.status,
        second.status,
      ]),
      [
        ['p0', 1, 'CORRECT', 'INCORRECT'],
        ['p0', 2, 'INCORRECT', 'CORRECT'],
        ['p1', 0, 'CORRECT', 'INCORRECT'],
      ],
    );
  });

  test('what the run has judged anew since is not compared', async () => {
    const store = await judgedAgain([[[C, C, I]]], [[[I, C, I]]]);
    const verdicts = await Array.fromAsync(store.verdicts('run'));
    // By a later version of the verifier.
    const anew = verdicts.slice(0, 2).map(({ problemId: _, judgement, ...row }) => {
      assert.ok(judgement);
      const { id: __, key, ...said } = judgement;
      return { ...row, judgement: { ...said, key: `${key} 2` } };
    });
    await store.commit(anew);
    const [recheck] = await rechecks(store);
    assert.deepEqual([recheck?.rechecked, recheck?.changed, recheck?.changes], [1, 0, []]);
  });

  test('scores: the greatest difference, of verdicts that have both', async () => {
    const score = (value: number): Said => ({ status: 'SCORED', score: value });
    const before = [
      [
        [C, C, C],
        [score(0.5), score(-1), score(3)],
      ],
    ];
    const now = [
      [
        [C, C, C],
        [score(0.5), score(-1.25), E],
      ],
    ];
    const [first, second] = await rechecks(await judgedAgain(before, now));
    assert.deepEqual([first?.greatestDifference, first?.changed], [null, 0]);
    assert.deepEqual([second?.greatestDifference, second?.rechecked, second?.missing], [0.25, 2, 1]);
  });

  test('problems and verifiers are found by name, whatever their order', async () => {
    const store = await stored([
      [
        [C, I],
        [I, I],
      ],
      [[I], [C]],
    ]);
    const settings = { earlyStop: false, maxAttempts: 0, labels: { again: 'run' } };
    await store.openRun({ id: 'other', verifiers: ['verifier-1'], ...settings });
    const problem = await store.putProblem('other', { id: 'p1', dataset: '', promptTokens: 0 }, 'd1');
    const verdict = { index: 0, reason: '', message: '', answer: '', answerClass: '', parts: [] };
    const judgement = {
      key: 'again',
      verdict: { ...verdict, status: 'INCORRECT', times: null, retryable: false } as const,
      replica: '',
      attempts: 1,
    };
    const row = { problem, verifier: 0, candidate: 0, tokens: 0, source: 'JUDGED' } as const;
    await store.commit([{ ...row, judgement }]);
    const [only, ...more] = await rechecks(store);
    assert.deepEqual(more, []);
    assert.deepEqual([only?.name, only?.rechecked, only?.changed], ['verifier-1', 1, 1]);
    assert.equal(only?.changes[0]?.problem, 'p1');
  });

  test('none', async () => {
    const store = await stored([[[C]]], { store: openSqliteStore(':memory:') });
    assert.deepEqual(await rechecks(store), []);
    const untouched = await judgedAgain([[[C]]], []);
    assert.equal((await rechecks(untouched))[0]?.share, null);
  });
});
