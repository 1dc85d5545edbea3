/** n@k with clusters by resampling. */
import type { Behaviours } from './behaviours.ts';
import type { Random } from './random.ts';
import { Deck, type Sample, sampleOf } from './resampling.ts';
import { solvedChance } from './submissions.ts';

/** Mean and variance over `subsets` random subsets of the chance that n submissions solve the problem. */
export function resampledNAtK(
  { n: candidates, kept, instead }: Behaviours,
  n: number,
  ks: readonly number[],
  subsets: number,
  random: Random,
): Sample {
  const classes = kept.sizes.length;
  const sizes = [...kept.sizes, ...instead.sizes];
  const deck = new Deck(candidates, sizes, random);
  const counts = new Uint32Array(sizes.length + 1);
  const [ofKept, ofInstead] = [counts.subarray(0, classes), counts.subarray(classes, sizes.length)];
  let drawn = 0;
  let passed = 0;
  const start = () => {
    counts.fill(0);
    drawn = passed = 0;
  };
  return sampleOf(ks, subsets, start, (k) => {
    for (; drawn < k; drawn++) {
      const label = deck.draw(drawn);
      counts[label] = (counts[label] as number) + 1;
      if (label < classes) passed++;
    }
    return passed > 0 ? solvedChance(kept, ofKept, n) : solvedChance(instead, ofInstead, n);
  });
}
