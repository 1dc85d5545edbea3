/** Several verifiers' scores of the same candidates, made into one. */
import { requireInteger } from './check.ts';
import { concatenated } from './cross-fit.ts';
import { indexFrom } from './score-table.ts';
import { sorted } from './sort.ts';
import { standardScores } from './summary.ts';

/** One problem's candidates as several verifiers scored them. */
export interface EnsembleProblem {
  /** By verifier (as many, in the same order, in every problem), then by candidate. Higher is better. NaN: missing. */
  readonly scores: readonly ArrayLike<number>[];
  /** 1 where the oracle says CORRECT, else 0. */
  readonly correct?: ArrayLike<number>;
}

export interface Dropped {
  /** Index of the verifier. */
  readonly verifier: number;
  /**
   * 'no-scores': all are missing; 'constant': equal scores within each problem. Without labels also 'copy': orders
   * all candidates as one before it does; 'near-chance' and 'below-chance': by what agreement tells of its accuracy.
   */
  readonly reason: 'no-scores' | 'constant' | 'copy' | 'near-chance' | 'below-chance';
}

export interface Ensemble {
  /** Per problem one score per candidate, higher is better; NaN where no verifier that was kept gave one. */
  readonly scores: Float64Array[];
  /** Per verifier; 0 for one that was dropped. */
  readonly weights: number[];
  readonly dropped: Dropped[];
  /** Scores that were missing, of all verifiers. */
  readonly missing: number;
}

/**
 * Mean over verifiers of the candidate's mid-rank within its problem, scaled to [0, 1] (0: worst; all tied, or a lone
 * candidate: 0.5). A verifier ranks the candidates that it scored; the mean is over the verifiers that scored the
 * candidate. RangeError where problems do not fit together or a score is infinite.
 */
export function rankAverage(problems: readonly EnsembleProblem[]): Ensemble {
  const { verifiers, kept, dropped, missing } = judged(problems);
  const scores = problems.map((problem) => {
    const ranks = kept.map((verifier) => scaledRanks(problem.scores[verifier] as ArrayLike<number>));
    return Float64Array.from({ length: problem.scores[0]?.length ?? 0 }, (_, candidate) => {
      let sum = 0;
      let given = 0;
      for (const own of ranks) {
        const rank = own[candidate] as number;
        if (Number.isNaN(rank)) continue;
        sum += rank;
        given++;
      }
      return sum / given;
    });
  });
  return { scores, weights: weightsOf(verifiers, kept, equal(kept)), dropped, missing };
}

/** What can be used of the scores. */
export interface Judged {
  /** How many. */
  readonly verifiers: number;
  /** Indices of the verifiers that tell candidates of some problem apart. */
  readonly kept: number[];
  readonly dropped: Dropped[];
  readonly missing: number;
}

/** RangeError where problems do not fit together, or a score is infinite. */
export function judged(problems: readonly EnsembleProblem[]): Judged {
  requireInteger('problems', problems.length, 1);
  const verifiers = problems[0]?.scores.length ?? 0;
  requireInteger('verifiers', verifiers, 1);
  let missing = 0;
  const scored = new Uint8Array(verifiers);
  const varied = new Uint8Array(verifiers);
  problems.forEach(({ scores }, problem) => {
    if (scores.length !== verifiers) {
      throw new RangeError(
        `problem ${problem} has scores of ${scores.length} verifiers, problem 0 of ${verifiers}; give all of every verifier, NaN where missing`,
      );
    }
    scores.forEach((own, verifier) => {
      if (own.length !== scores[0]?.length) {
        throw new RangeError(
          `scores of problem ${problem} (verifier 0: ${scores[0]?.length}, verifier ${verifier}: ${own.length}); give one per candidate, NaN where missing`,
        );
      }
      let first = Number.NaN;
      for (let i = 0; i < own.length; i++) {
        const score = own[i] as number;
        if (Number.isNaN(score)) missing++;
        else if (!Number.isFinite(score)) {
          throw new RangeError(
            `score ${i} of problem ${problem} by verifier ${verifier} is ${score}; give finite scores, NaN where missing`,
          );
        } else if (Number.isNaN(first)) {
          first = score;
          scored[verifier] = 1;
        } else if (score !== first) varied[verifier] = 1;
      }
    });
  });
  const dropped: Dropped[] = [];
  const kept: number[] = [];
  for (let verifier = 0; verifier < verifiers; verifier++) {
    if (varied[verifier] === 1) kept.push(verifier);
    else dropped.push({ verifier, reason: scored[verifier] === 1 ? 'constant' : 'no-scores' });
  }
  return { verifiers, kept, dropped, missing };
}

/** Mid-ranks of one verifier's scores of one problem, from 0 (lowest) to 1; NaN stays NaN. */
export function scaledRanks(scores: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(scores);
  const ascending = sorted(all.filter((score) => !Number.isNaN(score)));
  // By the place of the first equal score.
  const ranks = new Float64Array(ascending.length);
  for (let first = 0, end = 0; first < ascending.length; first = end) {
    while (end < ascending.length && ascending[end] === ascending[first]) end++;
    ranks[first] = ascending.length === 1 ? 0.5 : (first + end - 1) / 2 / (ascending.length - 1);
  }
  return all.map((score) =>
    Number.isNaN(score) ? score : (ranks[indexFrom(0, ascending, score)] as number),
  );
}

/**
 * One row per candidate, problem after problem: each kept verifier's scores less their mean in the problem, over
 * their standard deviation there. Where a score is missing, or all are equal, 0: it says nothing.
 */
export function standardised(problems: readonly EnsembleProblem[], kept: readonly number[]): Float64Array[] {
  return kept.map((verifier) =>
    concatenated(problems.map(({ scores }) => standardScores(scores[verifier] as ArrayLike<number>))),
  );
}

/** One array per problem of a value per row; NaN for candidates that no kept verifier scored. */
export function byProblem(
  problems: readonly EnsembleProblem[],
  kept: readonly number[],
  valueAt: (row: number) => number,
): Float64Array[] {
  let row = 0;
  return problems.map(({ scores }) =>
    Float64Array.from({ length: scores[0]?.length ?? 0 }, (_, candidate) => {
      const value = valueAt(row++);
      const given = kept.some((verifier) => !Number.isNaN(scores[verifier]?.[candidate]));
      return given ? value : Number.NaN;
    }),
  );
}

/** Weights of the kept verifiers, in a list of all. */
export function weightsOf(verifiers: number, kept: readonly number[], weights: ArrayLike<number>): number[] {
  const all = new Array<number>(verifiers).fill(0);
  kept.forEach((verifier, i) => {
    all[verifier] = weights[i] as number;
  });
  return all;
}

export function equal(kept: readonly number[]): number[] {
  return kept.map(() => 1 / kept.length);
}

/** Scores by equal weights: the mean of standardised scores. */
export function equallyWeighted(
  problems: readonly EnsembleProblem[],
  kept: readonly number[],
): Float64Array[] {
  const features = standardised(problems, kept);
  return byProblem(
    problems,
    kept,
    (row) => features.reduce((sum, own) => sum + (own[row] as number), 0) / kept.length,
  );
}
