/** Process reward models: they say how good each step of a response is, and the steps make one score. */
import type { RawScore } from '../types.ts';

/** Of each step's chance of being right: one at least. */
export const aggregates = {
  last: (chances: readonly number[]) => chances.at(-1) as number,
  min: (chances: readonly number[]) => chances.reduce((least, chance) => Math.min(least, chance)),
  product: (chances: readonly number[]) => chances.reduce((product, chance) => product * chance),
  mean: (chances: readonly number[]) => chances.reduce((sum, chance) => sum + chance) / chances.length,
} as const;

export type Aggregate = keyof typeof aggregates;

export interface ProcessOptions {
  /** How the steps' chances make one score. */
  readonly aggregate: Aggregate;
  /** Which of a step's two numbers is that of a right step. @default 1 */
  readonly positive?: 0 | 1 | undefined;
}

/** `chances`: of each step being right, 0 to 1; one at least. */
export function stepScore(chances: readonly number[], aggregate: Aggregate): RawScore {
  const parts = chances.map((score, i) => ({ name: `step ${i + 1}`, score }));
  return { logit: aggregates[aggregate](chances), parts };
}
