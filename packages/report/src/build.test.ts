import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { buildReport } from './build.ts';
import { renderReport } from './terminal.ts';
import { type Said, stored } from './testing/stored.ts';

const C: Said = { status: 'CORRECT', answer: '4' };
const I: Said = { status: 'INCORRECT', answer: '5' };
const N: Said = { status: 'INCORRECT' };
const E: Said = { status: 'ERROR' };
const S: Said = { status: 'SCORED' };
const K: Said = { status: 'SKIPPED' };

async function report(
  problems: Said[][][],
  more: { earlyStop?: boolean; labels?: Record<string, string> } = {},
) {
  const built = await buildReport(await stored(problems, more), 'run');
  const [oracle] = built.results.verifiers;
  assert.ok(oracle);
  return { built, oracle, text: renderReport(built) };
}

describe('buildReport', () => {
  test('counts, coverage and vote', async () => {
    const { oracle, text } = await report([[[C, C, I, N]], [[I, I, I, C]]]);
    assert.deepEqual([oracle.candidates, oracle.correct, oracle.incorrect, oracle.error], [8, 3, 5, 0]);
    assert.deepEqual(
      oracle.coverage?.table.points.map(({ k, judged }) => [k, judged?.estimate.toFixed(12)]),
      [
        [1, '0.375000000000'],
        // (1 − C(2,2)/C(4,2) + 1 − C(3,2)/C(4,2)) / 2
        [2, '0.666666666667'],
        [4, '1.000000000000'],
      ],
    );
    // At k = 4 the first problem's class 4 wins with 2 votes of 3, the second's class 5 with 3 of 4.
    assert.equal(oracle.majority?.points.at(-1)?.estimate, 0.5);
    assert.deepEqual(oracle.perProblem[0]?.top, { answerClass: '4', answer: '4', count: 2, correct: 2 });
    assert.match(text, /8 candidates: 3 \(37\.50 %\) correct/);
    assert.match(text, /solved: 2 of 2 problems/);
  });

  test('a missing verdict is no failure: the range that it leaves open is told', async () => {
    const { oracle, text } = await report([[[C, I, E, I]], [[E, E, I, I]]]);
    const [first] = oracle.coverage?.table.points ?? [];
    assert.deepEqual([first?.low, first?.high], [1 / 8, 4 / 8]);
    assert.equal(first?.judged?.estimate, (1 / 3 + 0) / 2);
    assert.deepEqual([oracle.solved?.problems, oracle.solved?.open], [1, 1]);
    assert.match(text, /1 more are open/);
    assert.match(text, /range with ERRORs/);
    assert.ok(oracle.notes.some((note) => /as few as 2/.test(note)));
  });

  test('nothing but missing verdicts gives no rate', async () => {
    const { oracle } = await report([[[E, E]]]);
    assert.equal(oracle.coverage, null);
    assert.equal(oracle.majority, null);
    assert.ok(oracle.notes.length > 0);
  });

  test('unequal numbers of candidates: rates end at the smallest', async () => {
    const { oracle } = await report([[[C, I, I]], [[C, I, I, I, I]]]);
    assert.equal(oracle.coverage?.table.points.at(-1)?.k, 3);
    assert.ok(oracle.notes.some((note) => /3 to 5 candidates/.test(note)));
  });

  test('a verifier that scores has no coverage and solves nothing', async () => {
    const { built } = await report([
      [
        [C, I],
        [S, S],
      ],
    ]);
    const second = built.results.verifiers[1];
    assert.equal(second?.scored, 2);
    assert.equal(second?.solved, null);
    assert.equal(second?.coverage, null);
  });

  test('a run that stops early has no pass@k', async () => {
    const { oracle } = await report([[[I, C, K, K]], [[I, I, I, I]]], { earlyStop: true });
    assert.equal(oracle.coverage, null);
    assert.equal(oracle.skipped, 2);
    assert.equal(oracle.solved?.problems, 1);
  });

  test('problems without candidates count in no rate', async () => {
    const { built, oracle, text } = await report([[[C, I]], [[]]]);
    assert.equal(built.results.empty, 1);
    assert.equal(oracle.solved?.of, 1);
    assert.match(text, /1 of them without candidates/);
  });

  test('an empty run', async () => {
    const { oracle, text } = await report([]);
    assert.deepEqual(oracle.notes, ['There is no candidate.']);
    assert.match(text, /0 problems/);
  });

  test('equal verdicts give equal results', async () => {
    const problems = [[[C, C, I, N, E]], [[I, I, C, C, C]]];
    const [one, two] = [await report(problems), await report(problems)];
    assert.deepEqual(one.built.results, two.built.results);
  });

  test('prices by its label, if they are any', async () => {
    const costWith = async (price: string) =>
      (await report([[[C, I]]], { labels: { price } })).built.results.cost;
    assert.deepEqual((await costWith('0.5,2'))?.prices, { prompt: 0.5, completion: 2 });
    for (const none of ['', '1', '-1,2', 'Infinity,1', 'free,1']) assert.equal(await costWith(none), null);
  });

  test('refuses what it cannot report on', async () => {
    const store = await stored([[[C]]]);
    const code = (expected: string) => (error: unknown) =>
      error instanceof AssayError && error.code === expected;
    await assert.rejects(buildReport(store, 'other'), code('run_unknown'));
    await assert.rejects(buildReport(store, 'run', { level: 95 }), code('bad_level'));
  });

  test('text of candidates and replicas cannot control the terminal', async () => {
    const store = await stored([[[C]]]);
    await store.commit(
      [],
      [{ run: 'run', verifier: 0, replica: 'r:1', kind: 'crash', count: 1, detail: 'a\u001b[2Jb\nc\u202e' }],
    );
    const text = renderReport(await buildReport(store, 'run'));
    assert.match(text, /a \[2Jb c/);
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  });
});
