/** Real scores of reward models: what each selection gets, as plainly enumerated here. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  bestOfNAtK,
  majorityAtK,
  type ScoredProblem,
  selectionCurves,
  type WeightTransform,
  weightedMajorityAtK,
} from '@assay/statistics';
import { readRows, sharedData } from '../support/assay.ts';

type Plain = { scores: number[]; correct: number[]; classes: number[] };

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

function near(actual: number | undefined, expected: number, about: string): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-12, `${about} is ${actual}, not ${expected}`);
}

/** Every subset of `k` of the candidates. */
function subsets(n: number, k: number): number[][] {
  const all = Array.from({ length: 2 ** n }, (_, mask) =>
    Array.from({ length: n }, (_, i) => i).filter((i) => (mask >> i) & 1),
  );
  return all.filter(({ length }) => length === k);
}

/** Of the answers with most weight, the mean share of right ones. */
function voted({ correct, classes }: Plain, drawn: number[], weights: number[]): number {
  const weightOf = (answer: number) =>
    sum(drawn.map((i, at) => (classes[i] === answer ? (weights[at] as number) : 0)));
  const answers = [...new Set(drawn.map((i) => classes[i] as number))].filter((answer) => answer >= 0);
  if (answers.length === 0) return 0;
  const most = Math.max(...answers.map(weightOf));
  const winners = answers.filter((answer) => weightOf(answer) >= most - 1e-10 * Math.abs(most));
  return mean(winners.map((answer) => mean(correct.filter((_, i) => classes[i] === answer))));
}

const weights: Record<Exclude<WeightTransform, 'raw'>, (own: number[]) => number[]> = {
  softmax: (own) => own.map((score) => Math.exp(score) / sum(own.map(Math.exp))),
  sigmoid: (own) => own.map((score) => 1 / (1 + Math.exp(-score))),
  rank: (own) =>
    own.map(
      (score) =>
        own.filter((other) => other < score).length + (own.filter((other) => other === score).length + 1) / 2,
    ),
  'min-shift': (own) => own.map((score) => score - Math.min(...own)),
};

const votes = sharedData('math_rm_maj/first60.jsonl');

describe('MATH: 60 problems × 8 answers, with the scores of a reward model', { skip: votes.skip }, () => {
  const rows = votes.skip
    ? []
    : readRows<{ pred: string[]; score: boolean[]; pred_score: number[][] }>(votes.path);
  // Answers as the file has them: equal texts are one class, an empty one does not vote.
  const problems: Plain[] = rows.map(({ pred, score, pred_score }) => ({
    scores: pred_score.map(([own]) => own as number),
    correct: score.map(Number),
    classes: pred.map((own) => (own.trim() === '' ? -1 : pred.indexOf(own))),
  }));
  const ks = [1, 2, 3, 5, 8];
  const exact = (choice: (problem: Plain, drawn: number[]) => number) =>
    ks.map((k) =>
      mean(problems.map((problem) => mean(subsets(8, k).map((drawn) => choice(problem, drawn))))),
    );
  const agree = (points: readonly { estimate: number; method: string }[], truth: number[], about: string) => {
    points.forEach(({ estimate, method }, i) => {
      assert.equal(method, 'exact');
      near(estimate, truth[i] as number, `${about} at ${ks[i]}`);
    });
  };

  test('best-of-N', () => {
    const truth = exact(({ scores, correct }, drawn) => {
      const best = Math.max(...drawn.map((i) => scores[i] as number));
      return mean(drawn.filter((i) => scores[i] === best).map((i) => correct[i] as number));
    });
    agree(bestOfNAtK(problems, ks).points, truth, 'best-of-N');
  });

  test('majority and weighted votes', () => {
    const tables = problems.map(({ correct, classes }) => ({
      counts: classes.map((_, own) => classes.filter((other) => other === own).length),
      correct: classes.map((_, own) => sum(correct.filter((_, i) => classes[i] === own))),
      abstaining: classes.filter((own) => own < 0).length,
    }));
    const equal = exact((problem, drawn) => voted(problem, drawn, new Array(drawn.length).fill(1)));
    agree(majorityAtK(tables, ks).points, equal, 'majority');
    for (const [transform, weigh] of Object.entries(weights)) {
      const truth = exact((problem, drawn) =>
        voted(problem, drawn, weigh(drawn.map((i) => problem.scores[i] as number))),
      );
      const { points } = weightedMajorityAtK(problems, ks, { transform: transform as WeightTransform });
      agree(points, truth, transform);
    }
  });

  test('the first answer, by scores that fall with the index', () => {
    const inOrder = problems.map(({ scores, correct }) => ({ scores: scores.map((_, i) => -i), correct }));
    const first = mean(problems.map(({ correct }) => correct[0] as number));
    near(bestOfNAtK(inOrder, [8]).points[0]?.estimate, first, 'first');
  });

  test('all of them between a random choice and the oracle', () => {
    const { random, coverage, curves } = selectionCurves(problems, { ks });
    near(random.estimate, mean(problems.map(({ correct }) => mean(correct))), 'random');
    near(coverage.at(-1)?.estimate, mean(problems.map(({ correct }) => Math.max(...correct))), 'oracle');
    for (const { method, points } of curves) {
      const { share } = points.at(-1)?.gapClosed ?? {};
      assert.ok(share !== undefined && share > 0 && share < 1, `${method}: ${share}`);
    }
  });
});

/** In how many of RewardMATH's 483 problems each model scores the one right solution highest, per cent. */
const published: Record<string, number | undefined> = { ArmoRM: 21.5, internlm2: 37.3 };

for (const model of ['ArmoRM', 'internlm2', 'Eurus-RM', 'skywork_llama3']) {
  const data = sharedData(`rewardmath/${model}.json`);
  test(`RewardMATH: ${model} picks the right one of 10`, { skip: data.skip }, () => {
    const rows = JSON.parse(readFileSync(data.path, 'utf8')) as { score: number[] }[];
    const problems: ScoredProblem[] = rows.map(({ score }) => ({
      scores: score.flat(),
      correct: score.map((_, i) => (i === 0 ? 1 : 0)),
    }));
    // How many share the highest score, where the right one has it.
    const tied = problems.map(({ scores }) => {
      const all = Array.from(scores);
      const highest = all.filter((own) => own === Math.max(...all)).length;
      return scores[0] === Math.max(...all) ? highest : Number.POSITIVE_INFINITY;
    });
    const strict = mean(tied.map((ties) => (ties === 1 ? 1 : 0)));
    const expected = mean(tied.map((ties) => 1 / ties));
    const loose = mean(tied.map((ties) => (ties < Number.POSITIVE_INFINITY ? 1 : 0)));
    const { points } = bestOfNAtK(problems, [1, 2, 10]);
    near(points[0]?.estimate, 1 / 10, 'at random');
    near(points[2]?.estimate, expected, 'best of 10');
    // Of 9 pairs with the right one among 45, those in which it wins, or half where it ties.
    const pairs = problems.map(({ scores }) => {
      const [own = 0, ...others] = Array.from(scores);
      return sum(others.map((other) => (own > other ? 1 : own === other ? 1 / 2 : 0))) / 45;
    });
    near(points[1]?.estimate, mean(pairs), 'best of 2');
    // The published figures are of all 483 problems, and do not say how they count ties.
    const figure = published[model];
    if (rows.length === 483 && figure !== undefined) {
      assert.ok(100 * strict - 0.05 <= figure && figure <= 100 * loose + 0.05, `${strict} to ${loose}`);
    }
    assert.ok(strict <= expected && expected <= loose);
  });
}
