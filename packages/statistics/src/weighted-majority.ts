/** Weighted majority vote: votes count by their candidates' scores. */
import { type Ballot, ballotOf, type WeightTransform, weightTransforms } from './ballots.ts';
import type { Random } from './random.ts';
import { Deck, type Sample, sampleOf } from './resampling.ts';
import { requireScored } from './score-table.ts';
import type { ScoredProblem } from './scored.ts';
import {
  ratesOf,
  type SubsetOptions,
  type SubsetRates,
  type SubsetTable,
  subsetTable,
} from './subset-rates.ts';
import { total } from './summary.ts';
import { type Voters, votersOf } from './voters.ts';

export interface Weighting {
  readonly transform: WeightTransform;
  /** Of softmax: scores are divided by it. Positive; 1 if not given. */
  readonly temperature?: number;
}

export interface WeightedMajorityOptions extends SubsetOptions, Weighting {}

export interface WeightedMajority extends SubsetRates {
  readonly transform: WeightTransform;
  /** Null where the transform is not softmax. */
  readonly temperature: number | null;
}

/**
 * Weighted majority vote at every k: k of a problem's candidates are drawn without replacement, each that votes gives
 * its class a weight made of its score (see `WeightTransform`), and the class with the greatest total is chosen. As
 * in `majorityAtK`, a class is a success with its share of correct ones, ties are uniform in expectation, and a subset
 * without a vote is a failure. With equal scores it is that vote, unless all weights are 0 (`min-shift`, and `raw`
 * scores of 0): then all classes that have votes are tied.
 *
 * Exact at k = 1, at k = all candidates, and where visiting all C(n, k) subsets is affordable; else from random subsets.
 *
 * RangeError where a score is not finite or, for `raw`, negative; where problems do not fit together (see
 * `ScoredProblem`), ks do not ascend, or a k exceeds a problem's candidates (see `OnShort`).
 */
export function weightedMajorityAtK(
  problems: readonly ScoredProblem[],
  ks: ArrayLike<number>,
  options: WeightedMajorityOptions,
): WeightedMajority {
  const { transform, temperature = 1 } = options;
  return {
    transform,
    temperature: transform === 'softmax' ? temperature : null,
    ...ratesOf(weightedTable(scoredVoters(problems), ks, options, options)),
  };
}

function scoredVoters(problems: readonly ScoredProblem[]): Voters[] {
  requireScored(problems);
  return problems.map(votersOf);
}

/** Scores are finite (see `requireScored`). */
export function weightedTable(
  problems: readonly Voters[],
  ks: ArrayLike<number>,
  { transform, temperature = 1 }: Weighting,
  options: SubsetOptions,
): SubsetTable {
  if (!weightTransforms.includes(transform)) {
    throw new RangeError(`transform is ${transform}; give one of ${weightTransforms.join(', ')}`);
  }
  if (!(Number.isFinite(temperature) && temperature > 0)) {
    throw new RangeError(`temperature is ${temperature}; give a positive number`);
  }
  if (transform === 'raw') problems.forEach(requireNoneNegative);
  // Problems come one after the other: one ballot at a time.
  let open: { voters: Voters; ballot: Ballot } | undefined;
  const ballotFor = (voters: Voters) => {
    if (open?.voters !== voters) open = { voters, ballot: ballotOf(voters, transform, temperature) };
    return open.ballot;
  };
  return subsetTable<Voters>(
    problems,
    ks,
    {
      exact: (voters, k, budget) =>
        k === 1 ? loneVote(voters) : exactVote(ballotFor(voters), voters.n, k, budget),
      resampled: (voters, used, subsets, random) =>
        resampledVote(ballotFor(voters), voters.n, used, subsets, random),
    },
    options,
  );
}

function requireNoneNegative({ scores }: Voters, problem: number): void {
  for (let i = 0; i < scores.length; i++) {
    if ((scores[i] as number) >= 0) continue;
    throw new RangeError(
      `score ${i} of problem ${problem} is ${scores[i]}: in a sum of raw scores a negative one makes an answer lose by having more votes; use softmax, sigmoid, rank or min-shift`,
    );
  }
}

/** One candidate that votes gets its class chosen, whatever its weight: a success with the class's share of correct ones. */
function loneVote({ n, correct }: Voters): number {
  return total(correct) / n;
}

/** What one more candidate in a vote costs, in multiplications. */
const costOfVote = 10;

/** Mean over all k-subsets, each visited; undefined where that would take more than `budget` multiplications. */
function exactVote(ballot: Ballot, n: number, k: number, budget: number): number | undefined {
  let subsets = 1;
  for (let i = 0; i < Math.min(k, n - k); i++) {
    subsets *= (n - i) / (i + 1);
    if (subsets * k * costOfVote > budget) return undefined;
  }
  const chosen = Uint32Array.from({ length: k }, (_, i) => i);
  let sum = 0;
  let visited = 0;
  for (;;) {
    ballot.clear();
    for (const candidate of chosen) ballot.add(candidate);
    sum += ballot.success();
    visited++;
    // The last that can move on does, and those after it follow close.
    let at = k - 1;
    while (at >= 0 && chosen[at] === n - k + at) at--;
    if (at < 0) return Math.min(1, sum / visited);
    let next = (chosen[at] as number) + 1;
    for (; at < k; at++) chosen[at] = next++;
  }
}

/** Mean and variance over random subsets, nested over the ascending `ks`. */
function resampledVote(
  ballot: Ballot,
  n: number,
  ks: readonly number[],
  subsets: number,
  random: Random,
): Sample {
  // Each candidate is a kind of its own.
  const deck = new Deck(n, new Uint8Array(n).fill(1), random);
  let drawn = 0;
  const start = () => {
    ballot.clear();
    drawn = 0;
  };
  return sampleOf(ks, subsets, start, (k) => {
    for (; drawn < k; drawn++) ballot.add(deck.draw(drawn));
    return ballot.success();
  });
}
