/** Majority vote at k by resampling. */
import type { Random } from './random.ts';
import { Deck, type Sample, sampleOf } from './resampling.ts';
import type { Votes } from './votes.ts';

/**
 * Mean and variance over `subsets` random subsets of the success rate of the plurality class, uniformly among tied
 * classes, at each of the ascending `ks`. One shuffle of the candidates gives nested subsets for all ks: each is a
 * uniform subset of its size, drawn without replacement, and the curve over k is smooth.
 */
export function resampledMajority(
  { n, sizes, rates }: Votes,
  ks: readonly number[],
  subsets: number,
  random: Random,
): Sample {
  const abstention = sizes.length;
  const deck = new Deck(n, sizes, random);
  const counts = new Uint32Array(sizes.length);
  let drawn = 0;
  let top = 0;
  let tied = 0;
  let reward = 0;
  const start = () => {
    counts.fill(0);
    drawn = top = tied = reward = 0;
  };
  return sampleOf(ks, subsets, start, (k) => {
    for (; drawn < k; drawn++) {
      const label = deck.draw(drawn);
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
    return tied === 0 ? 0 : reward / tied;
  });
}
