/** Success rates from verdicts: pure functions over counts, no input or output. */

export * from './agreement.ts';
export type { Auc } from './auc.ts';
export { type WeightTransform, weightTransforms } from './ballots.ts';
export type { BehaviourTable, Filtering, Passing } from './behaviours.ts';
export { bestOfNAtK } from './best-of-n.ts';
export type { Calibration, FittedCalibration, ReliabilityBin } from './calibration.ts';
export * from './capacity.ts';
export * from './cost.ts';
export * from './coverage.ts';
export * from './coverage-range.ts';
export { type Dropped, type Ensemble, type EnsembleProblem, rankAverage } from './ensemble.ts';
export * from './ensemble-labelled.ts';
export * from './ensemble-unlabelled.ts';
export { type Interval, type IntervalMethod, wilsonInterval } from './interval.ts';
export { logSpacedKs, type OnShort, roundKs } from './ks.ts';
export type { Accuracy } from './latent-class.ts';
export { type Majority, type MajorityOptions, type MajorityPoint, majorityAtK } from './majority.ts';
export * from './n-at-k.ts';
export * from './optimal.ts';
export type { RateOptions, RatePoint, RateSettings } from './over-problems.ts';
export { type Counts, passAtK, passAtKTable } from './pass-at-k.ts';
export type { PrecisionRecall, PrecisionRecallPoint } from './precision-recall.ts';
export * from './quality.ts';
export { createRandom, Random } from './random.ts';
export * from './scaling.ts';
export type { ScoredProblem } from './scored.ts';
export {
  type GapClosed,
  type SelectionCurve,
  type SelectionCurves,
  type SelectionMethod,
  type SelectionOptions,
  type SelectionPoint,
  selectionCurves,
  selectionMethods,
} from './selection.ts';
export type { SubsetOptions, SubsetPoint, SubsetRates } from './subset-rates.ts';
export { mean, quantile, standardDeviation } from './summary.ts';
export { type TieCounts, tieCounts } from './ties.ts';
export { type ClassTable, type Plurality, pluralityOf } from './votes.ts';
export {
  type WeightedMajority,
  type WeightedMajorityOptions,
  type Weighting,
  weightedMajorityAtK,
} from './weighted-majority.ts';
