import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type EnsembleProblem, rankAverage } from './ensemble.ts';
import { labelledEnsemble } from './ensemble-labelled.ts';
import { unlabelledEnsemble } from './ensemble-unlabelled.ts';
import { selectorQuality } from './quality.ts';
import { createRandom } from './random.ts';

const random = createRandom(5);
const uniform = () => random.next() / 2 ** 32;
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

type Labelled = EnsembleProblem & { readonly correct: number[] };
type Scorer = (label: number, problem: number) => number;

/** Verifiers that err independently, given whether a candidate is correct. */
function world(problems: number, size: number, share: number, scorers: readonly Scorer[]): Labelled[] {
  return Array.from({ length: problems }, (_, problem) => {
    const correct = Array.from({ length: size }, () => (uniform() < share ? 1 : 0));
    return { correct, scores: scorers.map((scorer) => correct.map((label) => scorer(label, problem))) };
  });
}

/** Scores `gain` standard deviations higher where correct, on a scale and with a shift of the verifier's own. */
const graded =
  (gain: number, scale = 1): Scorer =>
  (label, problem) =>
    scale * (gain * label + normal() + Math.sin(problem));
/** Decides, with this sensitivity and specificity. */
const deciding =
  (sensitivity: number, specificity: number): Scorer =>
  (label) =>
    uniform() < (label === 1 ? sensitivity : 1 - specificity) ? 1 : 0;

const within = (problems: readonly Labelled[], scores: readonly ArrayLike<number>[]) =>
  selectorQuality(
    problems.map(({ correct }, p) => ({ correct, scores: scores[p] as ArrayLike<number> })),
    { resamples: 1, folds: 2 },
  ).auc.withinProblem?.estimate as number;
const alone = (problems: readonly Labelled[]) =>
  (problems[0] as Labelled).scores.map((_, v) =>
    within(
      problems,
      problems.map(({ scores }) => scores[v] as ArrayLike<number>),
    ),
  );

const ensembles = { rankAverage, labelledEnsemble, unlabelledEnsemble };
const near = (a: number, b: number, tolerance = 1e-7) =>
  assert.ok(Math.abs(a - b) <= tolerance || (Number.isNaN(a) && Number.isNaN(b)), `${a} is not ${b}`);

describe('every ensemble', () => {
  const problems = world(60, 30, 0.3, [graded(0.8), graded(1, 50), graded(0.9, 0.01), deciding(0.7, 0.8)]);

  for (const [name, ensemble] of Object.entries(ensembles)) {
    test(`${name} beats each of four verifiers alone`, () => {
      const best = Math.max(...alone(problems));
      const got = within(problems, ensemble(problems).scores);
      assert.ok(got > best + 0.02, `${got}, best alone ${best}`);
    });

    test(`${name} moves with candidates and with verifiers`, () => {
      const { scores, weights } = ensemble(problems);
      const turned = ensemble(
        problems.map((problem) => ({
          scores: problem.scores.map((own) => Array.from(own).reverse()),
          correct: [...problem.correct].reverse(),
        })),
      );
      turned.scores.forEach((own, p) => {
        own.toReversed().forEach((score, i) => void near(score, scores[p]?.[i] as number));
      });
      const order = [2, 0, 3, 1];
      const permuted = ensemble(
        problems.map(({ scores, correct }) => ({
          scores: order.map((v) => scores[v] as ArrayLike<number>),
          correct,
        })),
      );
      order.forEach((v, i) => void near(permuted.weights[i] as number, weights[v] as number));
      permuted.scores.forEach((own, p) => {
        own.forEach((score, i) => void near(score, scores[p]?.[i] as number));
      });
    });

    test(`${name} drops verifiers without scores and constant ones, and says so`, () => {
      const more = problems.map(({ scores, correct }, p) => ({
        correct,
        scores: [new Float64Array(30).fill(Number.NaN), ...scores, new Float64Array(30).fill(p)],
      }));
      const [plain, padded] = [ensemble(problems), ensemble(more)];
      assert.deepEqual(padded.scores, plain.scores);
      assert.deepEqual(padded.weights, [0, ...plain.weights, 0]);
      assert.deepEqual(padded.dropped, [
        { verifier: 0, reason: 'no-scores' },
        { verifier: 5, reason: 'constant' },
      ]);
      assert.equal(padded.missing, 60 * 30);
    });

    test(`${name} uses what there is where scores are missing`, () => {
      const holes = problems.map(({ scores, correct }) => ({
        correct,
        scores: scores.map((own) => Array.from(own, (score) => (uniform() < 0.2 ? Number.NaN : score))),
      }));
      const { scores, missing } = ensemble(holes);
      let none = 0;
      let count = 0;
      holes.forEach((problem, p) => {
        for (let i = 0; i < 30; i++) {
          const given = problem.scores.filter((own) => !Number.isNaN(own[i])).length;
          count += 4 - given;
          if (given === 0) none++;
          assert.equal(Number.isNaN(scores[p]?.[i]), given === 0);
        }
      });
      assert.equal(missing, count);
      assert.ok(none > 0);
      const filled = scores.map((own) => own.map((score) => (Number.isNaN(score) ? -1e9 : score)));
      assert.ok(within(holes, filled) > 0.75);
    });

    test(`${name} refuses what does not fit`, () => {
      assert.throws(() => ensemble([]), /problems is 0/);
      assert.throws(() => ensemble([{ scores: [], correct: [] }]), /verifiers is 0/);
      assert.throws(
        () =>
          ensemble([
            { scores: [[1], [1]], correct: [1] },
            { scores: [[1]], correct: [1] },
          ]),
        /problem 1 has scores of 1 verifiers, problem 0 of 2/,
      );
      assert.throws(
        () => ensemble([{ scores: [[1, 2], [1]], correct: [1, 0] }]),
        /verifier 0: 2, verifier 1: 1/,
      );
      assert.throws(
        () => ensemble([{ scores: [[1, Number.POSITIVE_INFINITY]], correct: [1, 0] }]),
        /score 1 of problem 0 by verifier 0 is Infinity/,
      );
    });

    test(`${name} scores nothing where no verifier tells candidates of a problem apart`, () => {
      const flat = ensemble([
        { scores: [[1, 1]], correct: [0, 1] },
        { scores: [[Number.NaN, 2]], correct: [0, 1] },
      ]);
      assert.deepEqual(flat.dropped, [{ verifier: 0, reason: 'constant' }]);
      assert.deepEqual(flat.weights, [0]);
      assert.deepEqual(
        flat.scores.map((own) => Array.from(own)),
        new Array(2).fill([Number.NaN, Number.NaN]),
      );
    });
  }
});

test('rankAverage: mid-ranks by hand, missing scores left out', () => {
  const { scores, weights } = rankAverage([
    {
      scores: [
        [5, 9, 5, Number.NaN],
        [3, 2, 1, 0],
      ],
    },
    { scores: [[1], [Number.NaN]] },
  ]);
  // First verifier: 1/4, 1, 1/4 of three; second: 1, 2/3, 1/3, 0 of four.
  assert.deepEqual(Array.from(scores[0] as Float64Array), [
    (0.25 + 1) / 2,
    (1 + 2 / 3) / 2,
    (0.25 + 1 / 3) / 2,
    0,
  ]);
  assert.deepEqual(Array.from(scores[1] as Float64Array), [0.5]);
  assert.deepEqual(weights, [0.5, 0.5]);
});

describe('labelledEnsemble', () => {
  test("no problem's labels have a part in its own scores, and they do in others'", () => {
    const problems = world(20, 15, 0.4, [graded(1), graded(0.5)]);
    const before = labelledEnsemble(problems);
    for (const changed of [0, 7, 19]) {
      const after = labelledEnsemble(
        problems.map((problem, p) =>
          p === changed ? { ...problem, correct: problem.correct.map((label) => 1 - label) } : problem,
        ),
      );
      assert.deepEqual(after.scores[changed], before.scores[changed]);
      assert.notDeepEqual(after.scores, before.scores);
      assert.notDeepEqual(after.weights, before.weights);
    }
  });

  test('learns weights: good over poor, negative for one that is wrong, shared by copies', () => {
    const problems = world(100, 20, 0.4, [graded(1.5), graded(0.3), graded(-1), graded(0)]);
    const { method, weights } = labelledEnsemble(problems);
    const [good, poor, wrong, noise] = weights as [number, number, number, number];
    assert.equal(method, 'logistic');
    assert.ok(good > poor && poor > 0.1 && wrong < -0.5 && Math.abs(noise) < 0.2, weights.join());
    const copied = labelledEnsemble(
      problems.map(({ scores, correct }) => ({ scores: [scores[0] as number[], ...scores], correct })),
    );
    near(copied.weights[0] as number, copied.weights[1] as number);
    near((copied.weights[0] as number) * 2, good, 0.01);
  });

  test('uses a poor verifier better than equal weights do', () => {
    const problems = world(100, 20, 0.3, [graded(1.2), graded(0), graded(0), graded(-0.5)]);
    const learnt = within(problems, labelledEnsemble(problems).scores);
    assert.ok(learnt > Math.max(...alone(problems)));
    assert.ok(learnt > within(problems, rankAverage(problems).scores) + 0.1);
  });

  test('chances are calibrated, and equal input gives equal output', () => {
    const problems = world(200, 20, 0.4, [graded(1), graded(1)]);
    const { scores } = labelledEnsemble(problems);
    assert.deepEqual(labelledEnsemble(problems).scores, scores);
    const quality = selectorQuality(
      problems.map(({ correct }, p) => ({ correct, scores: scores[p] as Float64Array })),
      { scale: 'chance' },
    );
    assert.ok((quality.calibration.asGiven?.expectedCalibrationError as number) < 0.04);
  });

  test('equal weights, with the reason, where labels teach nothing', () => {
    const all = labelledEnsemble(world(5, 6, 1, [graded(0), graded(0)]));
    assert.equal(all.method, 'equal-weights');
    assert.match(all.why as string, /labels outside of a part are all equal/);
    assert.deepEqual(all.weights, [0.5, 0.5]);
    // Only one problem has both kinds: without it nothing is left to learn from.
    const one = [
      { scores: [[1, 2]], correct: [0, 1] },
      { scores: [[1, 2]], correct: [0, 0] },
    ];
    assert.equal(labelledEnsemble(one).method, 'equal-weights');
    assert.equal(labelledEnsemble(one.slice(0, 1)).method, 'equal-weights');
  });

  test('refuses missing labels and useless options', () => {
    const problems = [{ scores: [[1, 2]] }];
    assert.throws(() => labelledEnsemble(problems), /problem 0 \(scores: 2, correct: 0\)/);
    const fine = [{ scores: [[1, 2]], correct: [0, 1] }];
    assert.throws(() => labelledEnsemble(fine, { folds: 1 }), /folds is 1/);
    assert.throws(() => labelledEnsemble(fine, { penalty: 0 }), /penalty is 0/);
  });
});

describe('unlabelledEnsemble', () => {
  const truth = [
    [0.9, 0.7],
    [0.6, 0.9],
    [0.8, 0.8],
    [0.55, 0.6],
  ] as const;

  for (const share of [0.2, 0.5, 0.75]) {
    test(`recovers sensitivities, specificities and a share of ${share} of independent verifiers`, () => {
      const problems = world(
        400,
        40,
        share,
        truth.map(([a, b]) => deciding(a, b)),
      );
      const { prior, accuracies, method, dropped } = unlabelledEnsemble(problems);
      assert.equal(method, 'latent-class');
      assert.deepEqual(dropped, []);
      near(prior as number, share, 0.05);
      truth.forEach(([sensitivity, specificity], v) => {
        near(accuracies[v]?.sensitivity as number, sensitivity, 0.05);
        near(accuracies[v]?.specificity as number, specificity, 0.05);
      });
    });
  }

  test('does not look at labels', () => {
    const problems = world(20, 15, 0.4, [graded(1), graded(0.5), graded(0.8)]);
    const blind = unlabelledEnsemble(problems.map(({ scores }) => ({ scores })));
    assert.deepEqual(blind, unlabelledEnsemble(problems));
  });

  test('weighs by accuracy, and beats equal weights where verifiers differ', () => {
    const problems = world(150, 30, 0.4, [graded(2), graded(1.2), graded(0.3), graded(0.3), graded(0.3)]);
    const { scores, weights } = unlabelledEnsemble(problems);
    assert.ok(
      (weights[0] as number) > (weights[1] as number) && (weights[1] as number) > (weights[2] as number),
    );
    assert.ok(within(problems, scores) > within(problems, rankAverage(problems).scores) + 0.01);
  });

  test('drops copies, noise and what works against the others', () => {
    const problems = world(200, 30, 0.4, [
      graded(1.5),
      graded(1.2),
      graded(1.3),
      graded(0),
      graded(-1.2),
    ]).map(({ scores, correct }) => ({
      correct,
      scores: [...scores, Array.from(scores[0] as number[], (score) => 3 * score + 1)],
    }));
    const { dropped, weights, accuracies } = unlabelledEnsemble(problems);
    assert.deepEqual(dropped, [
      { verifier: 3, reason: 'near-chance' },
      { verifier: 4, reason: 'below-chance' },
      { verifier: 5, reason: 'copy' },
    ]);
    assert.deepEqual(weights.slice(3), [0, 0, 0]);
    assert.deepEqual(accuracies.slice(3), [null, null, null]);
  });

  test('takes a known share as it is', () => {
    const problems = world(50, 20, 0.2, [graded(1), graded(1), graded(1)]);
    assert.equal(unlabelledEnsemble(problems, { prior: 0.2 }).prior, 0.2);
    assert.throws(() => unlabelledEnsemble(problems, { prior: 1 }), /prior is 1/);
  });

  test('fewer than three usable verifiers get equal weights, with the reason', () => {
    const two = world(20, 10, 0.4, [graded(1), graded(1)]);
    const pair = unlabelledEnsemble(two);
    assert.equal(pair.method, 'equal-weights');
    assert.match(pair.why as string, /three verifiers or more; usable: 2 of 2/);
    assert.deepEqual([pair.weights, pair.prior, pair.accuracies], [[0.5, 0.5], null, [null, null]]);
    // Three by name, two in truth.
    const copied = two.map(({ scores, correct }) => ({
      scores: [...scores, scores[0] as number[]],
      correct,
    }));
    const three = unlabelledEnsemble(copied);
    assert.deepEqual(three.dropped, [{ verifier: 2, reason: 'copy' }]);
    assert.deepEqual(three.scores, pair.scores);
  });
});
