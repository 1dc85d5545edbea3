/** Which way to spend a budget of candidates suits problems of each difficulty (Snell et al. 2024, arXiv:2408.03314). */

/** A way to answer a problem with k candidates. */
export interface Strategy {
  /** Selection method and, where there are several, selector: `majority`, `best-of-n by rm`. */
  readonly name: string;
  /** Candidates that it draws. */
  readonly k: number;
}

export interface DifficultyBin {
  /** 1: the easiest. */
  readonly bin: number;
  readonly problems: number;
  /** Least and greatest value of what difficulty is told by. */
  readonly from: number;
  readonly to: number;
  /** By budget: the best strategy of at most that many candidates, by all problems of the bin. */
  readonly best: readonly {
    readonly budget: number;
    readonly strategy: Strategy;
    readonly success: number;
  }[];
}

export interface OptimalPoint {
  readonly budget: number;
  /** Success of the mix, each half of the problems by the strategies that are best on the other half (two-fold cross-validation). */
  readonly mix: number;
  /** Of the best single strategy, chosen on the other half likewise. */
  readonly single: number;
  /** Its name, by all problems. */
  readonly singleStrategy: Strategy;
  /** Of mix - single: paired percentile bootstrap over problems, widened by √(1 + 2/π) as the two halves hang together. */
  readonly difference: { readonly low: number; readonly high: number };
}

export interface OptimalChoice {
  /** What difficulty is told by: an oracle's pass@1, or the mean score of a selector, which needs no oracle. */
  readonly by: 'pass@1' | `mean score of ${string}`;
  readonly problems: number;
  readonly bins: readonly DifficultyBin[];
  readonly points: readonly OptimalPoint[];
  readonly notes: readonly string[];
}
