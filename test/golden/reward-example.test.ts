/** The reward model of examples/reward selects among the samples of examples/math: as counted here. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assay, readRows, reportOf } from '../support/assay.ts';
import { storedRows } from '../support/stored.ts';
import { repository, tempDir } from '../support/temp.ts';

const problems = join(repository, 'examples/math/problems.jsonl');
const samples = 8;

interface Candidate {
  correct: number;
  /** Answers are one class where they are equal; what has none does not vote. */
  answer: string | undefined;
  score: number;
}

/** By its problem, in the order of the candidates. */
async function candidatesOf(store: string, run: string): Promise<Map<string, Candidate[]>> {
  const [decided, scored] = [await storedRows(store, run, 0), await storedRows(store, run, 1)];
  const ids = readRows<{ id: string }>(problems).map(({ id }) => id);
  const one = (key: string): Candidate => {
    const verdict = decided.get(key)?.judgement?.verdict;
    const score = scored.get(key)?.judgement?.verdict.score;
    assert.ok(verdict && score !== undefined, key);
    return {
      correct: verdict.status === 'CORRECT' ? 1 : 0,
      answer: verdict.answerClass || undefined,
      score,
    };
  };
  return new Map(ids.map((id) => [id, Array.from({ length: samples }, (_, i) => one(`${id}/${i}`))]));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Every `k` of the candidates. */
function draws<T>(all: readonly T[], k: number): T[][] {
  if (k === 0) return [[]];
  return all.flatMap((one, i) => draws(all.slice(i + 1), k - 1).map((rest) => [one, ...rest]));
}

function best(drawn: readonly Candidate[]): number {
  const most = Math.max(...drawn.map(({ score }) => score));
  return mean(drawn.filter(({ score }) => score === most).map(({ correct }) => correct));
}

function vote(drawn: readonly Candidate[], weigh: (one: Candidate) => number): number {
  const weights = new Map<string, number>();
  for (const one of drawn) {
    if (one.answer !== undefined) weights.set(one.answer, (weights.get(one.answer) ?? 0) + weigh(one));
  }
  const most = Math.max(...weights.values());
  const winners = [...weights].filter(([, weight]) => weight > most - 1e-12).map(([answer]) => answer);
  const right = (answer: string) =>
    mean(drawn.filter((one) => one.answer === answer).map((one) => one.correct));
  return winners.length === 0 ? 0 : mean(winners.map(right));
}

test('examples/reward selects as its README says, and as its scores say', async (t) => {
  const store = join(tempDir(t), 'store.db');
  const ended = await assay(
    t,
    ['run', problems, '--verifier', 'math', '--selector', 'reward', '--store', store, '--json', '--quiet'],
    { env: { ASSAY_REWARD_MODEL: join(repository, 'examples/reward') }, timeoutMs: 110_000 },
  );
  assert.equal(ended.code, 0, ended.stderr);
  const { run, results } = reportOf(ended);
  const [selector] = results.selectors;
  assert.ok(selector?.curves);
  assert.deepEqual([selector.name, selector.candidates, selector.missing], ['reward', 288, 0]);

  const all = [...(await candidatesOf(store, run.id)).values()];
  assert.equal(all.length, 36);
  const { curves, coverage, random } = selector.curves;
  const near = (actual: number | undefined, expected: number, what: string) =>
    assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${what}: ${actual}, counted ${expected}`);
  const each = (k: number, choose: (drawn: Candidate[]) => number) =>
    mean(all.map((own) => mean(draws(own, k).map(choose))));
  const check = (method: string, choose: (drawn: Candidate[]) => number) => {
    const { points = [] } = curves.find((curve) => curve.method === method) ?? {};
    assert.ok(points.length > 3, `${method}: ${points.length} points`);
    for (const { k, estimate } of points) near(estimate, each(k, choose), `${method} at ${k}`);
  };
  check('best-of-n', best);
  check('majority', (drawn) => vote(drawn, () => 1));
  check('weighted-sigmoid', (drawn) => vote(drawn, ({ score }) => 1 / (1 + Math.exp(-score))));
  for (const { k, estimate } of coverage) {
    near(
      estimate,
      each(k, (drawn) => Math.max(...drawn.map(({ correct }) => correct))),
      `coverage at ${k}`,
    );
  }
  near(random.estimate, each(1, best), 'random');

  // 35 of 36, where chance gets 18.375; and how well it tells any right sample from any wrong one.
  const last = curves.find(({ method }) => method === 'best-of-n')?.points.at(-1);
  near(last?.estimate, 35 / 36, 'best of 8');
  near(random.estimate, 18.375 / 36, 'random');
  const flat = all.flat();
  const [right, wrong] = [1, 0].map((is) => flat.filter(({ correct }) => correct === is)) as [
    Candidate[],
    Candidate[],
  ];
  const pairs = right.flatMap((one) => wrong.map((other) => (Math.sign(one.score - other.score) + 1) / 2));
  near(selector.quality?.auc.pooled?.estimate, mean(pairs), 'AUC');
});
