/** How much of its time a proof gets in the first pass. */

/** Times its predicted time: nine of ten end within that (98 real proofs by their length: residual 1.2 in ln). */
const patience = 4;

const [leastMs, mostMs] = [1_000, 15_000];

/** CPU milliseconds of a first pass. With four endless ones in a hundred, better for the mean than 10 s for all. */
export function firstBudgetMs(predictedMs: number): number {
  return Math.min(mostMs, Math.max(leastMs, patience * predictedMs));
}
