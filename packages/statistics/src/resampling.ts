/** Random subsets of a problem's candidates, and what a statistic is over many of them. */
import type { Random } from './random.ts';

/** Candidates of several kinds, drawn one by one without replacement. */
export class Deck {
  readonly #labels: Uint32Array;
  readonly #random: Random;

  /** `sizes[i]` candidates are of kind i, all others of the `n` of kind `sizes.length`. */
  constructor(n: number, sizes: ArrayLike<number>, random: Random) {
    this.#labels = new Uint32Array(n).fill(sizes.length);
    this.#random = random;
    for (let label = 0, at = 0; label < sizes.length; label++) {
      for (const end = at + (sizes[label] as number); at < end; at++) this.#labels[at] = label;
    }
  }

  /** Kind of the next candidate after `drawn` others: one step of Fisher and Yates' shuffle. 0 puts all back first. */
  draw(drawn: number): number {
    const labels = this.#labels;
    const pick = drawn + this.#random.below(labels.length - drawn);
    const label = labels[pick] as number;
    labels[pick] = labels[drawn] as number;
    labels[drawn] = label;
    return label;
  }
}

/** Of one problem's values over subsets, one entry per k. */
export interface Sample {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * Mean and variance over `subsets` trials of a value at each of the ascending `ks`. `start` begins a trial, `valueAt`
 * goes on with it up to k: nested subsets, so that the curve over k is smooth.
 */
export function sampleOf(
  ks: readonly number[],
  subsets: number,
  start: () => void,
  valueAt: (k: number) => number,
): Sample {
  const sum = new Float64Array(ks.length);
  const squares = new Float64Array(ks.length);
  for (let subset = 0; subset < subsets; subset++) {
    start();
    for (let i = 0; i < ks.length; i++) {
      const value = valueAt(ks[i] as number);
      sum[i] = (sum[i] as number) + value;
      squares[i] = (squares[i] as number) + value * value;
    }
  }
  const mean = sum.map((total) => total / subsets);
  const variance = squares.map((total, i) => {
    const centre = mean[i] as number;
    return Math.max(0, total - subsets * centre * centre) / (subsets - 1);
  });
  return { mean, variance };
}
