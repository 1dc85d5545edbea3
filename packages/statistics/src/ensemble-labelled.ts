/** A weighted ensemble that learns its weights from an oracle's verdicts. */
import { requireInteger } from './check.ts';
import { concatenated, crossFit } from './cross-fit.ts';
import {
  byProblem,
  type Ensemble,
  type EnsembleProblem,
  equal,
  equallyWeighted,
  judged,
  standardised,
  weightsOf,
} from './ensemble.ts';
import { requireLabels } from './score-table.ts';

export interface LabelledOptions {
  /** Parts of the cross-validation, at least 2; 5 if not given. */
  readonly folds?: number;
  /** Half of it times a squared weight is added to the loss, in nats; above 0, 1 if not given. */
  readonly penalty?: number;
  /** Of the draw of the parts; 0 if not given. */
  readonly seed?: number;
}

export interface LabelledEnsemble extends Ensemble {
  /** 'equal-weights' where there is nothing to learn from: `why` says what is lacking. */
  readonly method: 'logistic' | 'equal-weights';
  readonly why?: string;
  /** Parts that were used. */
  readonly folds: number;
  readonly penalty: number;
  readonly seed: number;
}

/**
 * Logistic regression of correctness on the verifiers' scores, standardised within each problem, as only what tells
 * candidates of one problem apart helps to choose among them. Scores are chances of being correct, and each
 * problem's come from a regression on other problems' labels alone: cross-validated over problems, so that the
 * ensemble can be judged by the same labels. `weights` are those of the regression on all labels, per standard
 * deviation of the verifier's scores; a verifier that is wrong more often than right gets a negative one. Of many
 * candidates regressions are on a random part (see `fittedRows`).
 *
 * Equal weights (mean of the standardised scores) where outside of some part all labels are equal, or no verifier is
 * left. A missing score counts as the verifier's mean in the problem. RangeError where problems do not fit together,
 * labels are missing, or a score is infinite.
 */
export function labelledEnsemble(
  problems: readonly EnsembleProblem[],
  options: LabelledOptions = {},
): LabelledEnsemble {
  const { folds = 5, penalty = 1, seed = 0 } = options;
  requireInteger('folds', folds, 2);
  if (!(penalty > 0 && penalty < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`penalty is ${penalty}; give a number above 0, such as 1`);
  }
  const { verifiers, kept, dropped, missing } = judged(problems);
  const labels = problems.map(({ scores, correct = [] }, problem) => {
    requireLabels(correct, scores[0]?.length ?? 0, problem);
    return correct;
  });
  const sizes = labels.map(({ length }) => length);
  const rows = { features: standardised(problems, kept), correct: concatenated(labels), sizes };
  const fit = kept.length === 0 ? null : crossFit(rows, { folds, penalty, seed });
  const settings = { dropped, missing, folds: Math.min(folds, problems.length), penalty, seed };
  if (fit === null) {
    return {
      method: 'equal-weights',
      why:
        kept.length === 0 ? 'no verifier tells candidates apart' : 'labels outside of a part are all equal',
      scores: equallyWeighted(problems, kept),
      weights: weightsOf(verifiers, kept, equal(kept)),
      ...settings,
    };
  }
  return {
    method: 'logistic',
    scores: byProblem(problems, kept, (row) => fit.chances[row] as number),
    weights: weightsOf(verifiers, kept, fit.all.weights),
    ...settings,
  };
}
