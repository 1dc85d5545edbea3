/** How good a verifier's scores are, by an oracle's verdicts on the same candidates. */
import { type Auc, pooledAuc, withinProblemAuc } from './auc.ts';
import {
  asChances,
  type Calibration,
  calibrationOf,
  type FittedCalibration,
  fittedCalibration,
} from './calibration.ts';
import { requireInteger } from './check.ts';
import { type RateOptions, type RateSettings, rateSettings } from './over-problems.ts';
import { type PrecisionRecall, precisionRecall } from './precision-recall.ts';
import { requireScored, scoreTable } from './score-table.ts';
import type { ScoredProblem } from './scored.ts';
import { type TieCounts, tiesOf } from './ties.ts';

export interface QualityOptions extends RateOptions {
  /** Points of the precision and recall curve, at most; 50 if not given. */
  readonly thresholds?: number;
  /** Reliability bins, at most; 10 if not given. */
  readonly bins?: number;
  /** Parts of the cross-validation of the fitted calibration, at least 2; 5 if not given. */
  readonly folds?: number;
  /** What the scores are. If not given: 'chance' where all are in [0, 1], else 'logit'. */
  readonly scale?: 'chance' | 'logit';
}

export interface SelectorQuality extends RateSettings {
  readonly candidates: number;
  readonly correct: number;
  /** Every score is 0 or 1. */
  readonly decides: boolean;
  /** Null where candidates are of one kind. */
  readonly auc: { readonly pooled: Auc | null; readonly withinProblem: Auc | null };
  /** Null where no candidate is correct. */
  readonly precisionRecall: PrecisionRecall | null;
  readonly calibration: {
    readonly scale: 'chance' | 'logit';
    /** Of the scores as chances, a logit through the sigmoid. Null where there is no candidate. */
    readonly asGiven: Calibration | null;
    /** Of Platt's scaling, cross-validated over problems. Null where there are too few of either kind. */
    readonly fitted: FittedCalibration | null;
  };
  readonly ties: TieCounts;
}

/**
 * ROC AUC, precision and recall, calibration, and ties of one selector, over all candidates of all problems.
 * RangeError where a problem does not fit together, a score is not finite, or `scale` is 'chance' and a score is not
 * in [0, 1]. A million candidates take a few seconds.
 */
export function selectorQuality(
  problems: readonly ScoredProblem[],
  options: QualityOptions = {},
): SelectorQuality {
  const { thresholds = 50, bins = 10, folds = 5 } = options;
  requireScored(problems);
  requireInteger('thresholds', thresholds, 1);
  requireInteger('bins', bins, 1);
  requireInteger('folds', folds, 2);
  const settings = rateSettings(problems.length, options);
  const table = scoreTable(problems);
  const each = problems.map((problem) => scoreTable([problem]));
  const [least = 0, greatest = 0] = [table.scores[0], table.scores.at(-1)];
  const inside = least >= 0 && greatest <= 1;
  if (options.scale === 'chance' && !inside) {
    throw new RangeError(`scores from ${least} to ${greatest} are no chances; give scale 'logit'`);
  }
  const scale = options.scale ?? (inside ? 'chance' : 'logit');
  const decides = table.scores.length > 0 && table.scores.every((score) => score === 0 || score === 1);
  return {
    ...settings,
    candidates: table.totalCorrect + table.totalWrong,
    correct: table.totalCorrect,
    decides,
    auc: {
      pooled: pooledAuc(table, each, settings.confidence),
      withinProblem: withinProblemAuc(each, settings),
    },
    precisionRecall: precisionRecall(table, decides, thresholds),
    calibration: {
      scale,
      asGiven: calibrationOf(asChances(table, scale), bins),
      fitted: fittedCalibration(problems, bins, folds, settings.seed),
    },
    ties: tiesOf(table, each),
  };
}
