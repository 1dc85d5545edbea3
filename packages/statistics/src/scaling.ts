/** Laws of how coverage grows with the number of candidates, fitted, checked on what they have not seen, and read backwards. */

/**
 * `exponentiated-power`: coverage = exp(a k^b), a, b < 0, natural log (Brown et al. 2024, arXiv:2407.21787, version 3;
 * version 1 printed a in log10). `beta-binomial`: each problem's chance is drawn from Beta(α, β), so that coverage = 1 -
 * B(α, β + k) / B(α, β) (Kazdan et al. 2025, arXiv:2510.05197). `power`: -log(coverage) = A k^-b, fitted as a line on log-log axes
 * (Schaeffer et al. 2025, arXiv:2502.17578).
 */
export type LawName = 'exponentiated-power' | 'beta-binomial' | 'power';

/** A number with its percentile-bootstrap interval over problems; null: resamples do not tell. */
export interface Bounded {
  readonly estimate: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface FittedLaw {
  readonly name: LawName;
  /** By the names of its formula: a and b; alpha and beta; A and b. */
  readonly parameters: Readonly<Record<string, Bounded>>;
  /** Of |law - measured coverage| over at most 100 log-spaced k up to n; `deviation`: standard, over these k. */
  readonly error: {
    readonly mean: number;
    readonly deviation: number;
    readonly max: number;
    readonly points: number;
  };
  /** At log-spaced k, beyond the candidates at hand (`ScalingLaw.n`) as far as 100 n: there it is a prediction. */
  readonly curve: readonly (Bounded & { readonly k: number })[];
  /** One for each number of candidates that it was fitted to (of a subset of candidates), fewest first. */
  readonly backtests: readonly Backtest[];
}

/**
 * Fitted to `from` candidates of each problem, asked for coverage at more: as if sampling had stopped there. Over seeded
 * random subsets (`ScalingLaw.subsets`), the same for every law.
 */
export interface Backtest {
  readonly from: number;
  /** Coverage at `to` = n, as predicted in the mean and as measured. */
  readonly to: number;
  readonly predicted: number;
  readonly measured: number;
  /** Root mean square over the subsets of predicted - measured. */
  readonly rmse: number;
}

export interface ScalingLaw {
  readonly level: number;
  readonly resamples: number;
  /** Random subsets of candidates for each backtest. */
  readonly subsets: number;
  readonly seed: number;
  readonly problems: number;
  /** Candidates of the problem that has fewest: the largest k that is measured. */
  readonly n: number;
  /** Problems without a success. */
  readonly unsolved: number;
  /** In the order of `LawName`; a law that cannot be fitted is absent and `notes` says why. */
  readonly laws: readonly FittedLaw[];
  /** The law of the least mean RMSE over its backtests; null where there are none (then the first of `laws` predicts). */
  readonly best: { readonly name: LawName; readonly why: string } | null;
  /** Whether a power law describes these counts, and by what this is told. */
  readonly powerLaw: { readonly holds: boolean; readonly why: string };
  /**
   * Candidates per problem that a coverage takes: as measured where n are enough, else by the best law. Null: more than
   * 10^12, which is never; as `high` alone: too many resamples never get there.
   */
  readonly needed: readonly {
    readonly target: number;
    readonly samples: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly measured: boolean;
  }[];
  /**
   * Diminishing returns: coverage at k = 1, 2, 4, … up to n and, by the best law, five doublings beyond. `gain`: over half
   * of that k (of k = 1, over none). Where k is beyond n both are by the law, but coverage is no less than at n, and `gain`
   * no more than what is added to the coverage before.
   */
  readonly doublings: readonly {
    readonly k: number;
    readonly coverage: number;
    readonly gain: number;
    readonly measured: boolean;
  }[];
  /**
   * Where the next candidates should go: positions of problems, those with fewest successes first (Kazdan et al.), and
   * how many of the next `budget` candidates each should get; those that get none are left out.
   */
  readonly next: readonly {
    readonly problem: number;
    readonly n: number;
    readonly c: number;
    readonly samples: number;
  }[];
  readonly notes: readonly string[];
}

export interface ScalingOptions {
  /** Confidence level of intervals; 0.95 if not given. */
  readonly level?: number;
  /** Bootstrap resamples over problems; 200 if not given. */
  readonly resamples?: number;
  /** Random subsets of candidates for each backtest; 100 if not given. */
  readonly subsets?: number;
  readonly seed?: number;
  /** Coverages to read backwards; 0.5, 0.8, 0.9, 0.95, 0.99 if not given. */
  readonly targets?: readonly number[];
  /** Candidates per problem that backtests fit to, from 3 to n - 1; of n/100, n/10 and n/4 those from 4 on if not given. */
  readonly backtests?: readonly number[];
  /** Candidates that `next` hands out; as many as there are problems if not given. */
  readonly budget?: number;
}
