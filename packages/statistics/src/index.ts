/** Success rates from verdicts: pure functions over counts, no input or output. */

export type { BehaviourTable, Filtering, Passing } from './behaviours.ts';
export * from './coverage.ts';
export * from './coverage-range.ts';
export { type Interval, type IntervalMethod, wilsonInterval } from './interval.ts';
export { logSpacedKs, type OnShort, roundKs } from './ks.ts';
export * from './majority.ts';
export * from './n-at-k.ts';
export type { RateOptions, RatePoint, RateSettings } from './over-problems.ts';
export { type Counts, passAtK, passAtKTable } from './pass-at-k.ts';
export { createRandom, Random } from './random.ts';
export type { SubsetOptions, SubsetPoint, SubsetRates } from './subset-rates.ts';
export { mean, quantile, standardDeviation } from './summary.ts';
export { type ClassTable, type Plurality, pluralityOf } from './votes.ts';
