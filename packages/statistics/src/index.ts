/** Success rates from verdicts: pure functions over counts, no input or output. */

export * from './agreement.ts';
export type { Auc } from './auc.ts';
export { type WeightTransform, weightTransforms } from './ballots.ts';
export type { BehaviourTable, Filtering, Passing } from './behaviours.ts';
export { bestOfNAtK } from './best-of-n.ts';
export type { Calibration, FittedCalibration, ReliabilityBin } from './calibration.ts';
export * from './capacity.ts';
export * from './capacity-knee.ts';
export * from './capacity-law.ts';
export * from './capacity-load.ts';
export * from './cost.ts';
export * from './cost-compare.ts';
export { type CostInput, type CostOptions, costCurve, requireShape } from './cost-curve.ts';
export * from './cost-flops.ts';
export * from './coverage.ts';
export * from './coverage-range.ts';
export { type Dropped, type Ensemble, type EnsembleProblem, rankAverage } from './ensemble.ts';
export * from './ensemble-labelled.ts';
export * from './ensemble-unlabelled.ts';
export {
  type Interval,
  type IntervalMethod,
  newcombeInterval,
  type Trials,
  wilsonInterval,
} from './interval.ts';
export { logSpacedKs, type OnShort, roundKs } from './ks.ts';
export type { Accuracy } from './latent-class.ts';
export { type Majority, type MajorityOptions, type MajorityPoint, majorityAtK } from './majority.ts';
export { modelShape, modelShapes } from './model-shapes.ts';
export * from './n-at-k.ts';
export * from './optimal.ts';
export * from './optimal-choice.ts';
export type { RateOptions, RatePoint, RateSettings } from './over-problems.ts';
export * from './paired.ts';
export { type Counts, passAtK, passAtKTable } from './pass-at-k.ts';
export type { PrecisionRecall, PrecisionRecallPoint } from './precision-recall.ts';
export * from './quality.ts';
export { createRandom, Random } from './random.ts';
export * from './scaling.ts';
export * from './scaling-family.ts';
export { scalingLaw } from './scaling-law.ts';
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
  selectionTables,
} from './selection.ts';
export type { SubsetOptions, SubsetPoint, SubsetRates, SubsetTable } from './subset-rates.ts';
export { mean, quantile, standardDeviation } from './summary.ts';
export { type TieCounts, tieCounts } from './ties.ts';
export { type ClassTable, type Plurality, pluralityOf } from './votes.ts';
export {
  type WeightedMajority,
  type WeightedMajorityOptions,
  type Weighting,
  weightedMajorityAtK,
} from './weighted-majority.ts';
