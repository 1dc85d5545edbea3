/** Majority vote at k by resampling. */
import type { Random } from './random.ts';
import type { Votes } from './votes.ts';

/**
 * Mean and variance over `subsets` random subsets of the success rate of the plurality class, uniformly among tied
 * classes, at each of the ascending `ks`. One shuffle of the candidates gives nested subsets for all ks: each is a
 * uniform subset of its size, drawn without replacement, and the curve over k is smooth.
 */
export function resampledMajority(
  votes: Votes,
  ks: readonly number[],
  subsets: number,
  random: Random,
): { mean: Float64Array; variance: Float64Array } {
  const { n, sizes, rates } = votes;
  const abstention = sizes.length;
  const labels = new Uint32Array(n).fill(abstention);
  for (let label = 0, at = 0; label < sizes.length; label++) {
    labels.fill(label, at, at + (sizes[label] as number));
    at += sizes[label] as number;
  }
  const counts = new Uint32Array(sizes.length);
  const sum = new Float64Array(ks.length);
  const squares = new Float64Array(ks.length);
  for (let subset = 0; subset < subsets; subset++) {
    counts.fill(0);
    let top = 0;
    let tied = 0;
    let reward = 0;
    for (let i = 0, drawn = 0; i < ks.length; i++) {
      for (const k = ks[i] as number; drawn < k; drawn++) {
        const pick = drawn + random.below(n - drawn);
        const label = labels[pick] as number;
        labels[pick] = labels[drawn] as number;
        labels[drawn] = label;
        if (label === abstention) continue;
        const count = (counts[label] as number) + 1;
        counts[label] = count;
        if (count < top) continue;
        if (count > top) {
          top = count;
          tied = 0;
          reward = 0;
        }
        tied++;
        reward += rates[label] as number;
      }
      const value = tied === 0 ? 0 : reward / tied;
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
