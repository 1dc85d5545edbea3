/** Whether chances of being correct come true as often as they say. */
import { concatenated, crossFit } from './cross-fit.ts';
import { sigmoid } from './logistic.ts';
import { type ScoreTable, scoreTable } from './score-table.ts';
import type { ScoredProblem } from './scored.ts';
import { standardScores } from './summary.ts';

export interface ReliabilityBin {
  readonly candidates: number;
  /** Mean chance that was given. */
  readonly predicted: number;
  /** Share that is correct. */
  readonly correct: number;
}

export interface Calibration {
  /** By ascending chance, about equally many candidates in each; candidates with equal chances share a bin. */
  readonly bins: ReliabilityBin[];
  /** Mean over candidates of their bin's |predicted - correct|. Few candidates a bin make it too large, by chance alone. */
  readonly expectedCalibrationError: number;
  /** Mean of (chance - label)². */
  readonly brier: number;
  /** Mean of -log(chance of what was the case); chances are cut to [1e-15, 1 - 1e-15] so that it is finite. */
  readonly logLoss: number;
}

export interface FittedCalibration extends Calibration {
  /** Parts of the cross-validation. */
  readonly folds: number;
  /** Candidates that the scaling is fitted to: all, or a random part of very many (see `fittedRows`). */
  readonly rows: number;
}

/** Of chances, in a table of them; null where there is no candidate. */
export function calibrationOf(chances: ScoreTable, most: number): Calibration | null {
  const candidates = chances.totalCorrect + chances.totalWrong;
  if (candidates === 0) return null;
  const bins: ReliabilityBin[] = [];
  let [count, sum, right] = [0, 0, 0];
  let [filled, shares, brier, logLoss, error] = [0, 0, 0, 0, 0];
  for (let i = 0; i < chances.scores.length; i++) {
    const chance = chances.scores[i] as number;
    const correct = chances.correct[i] as number;
    const wrong = chances.wrong[i] as number;
    const cut = Math.min(Math.max(chance, 1e-15), 1 - 1e-15);
    brier += correct * (1 - chance) ** 2 + wrong * chance ** 2;
    logLoss -= correct * Math.log(cut) + wrong * Math.log1p(-cut);
    count += correct + wrong;
    sum += (correct + wrong) * chance;
    right += correct;
    filled += correct + wrong;
    // A bin ends where one more share of all candidates is filled, and the next chance is another one.
    const now = Math.floor((filled * most) / candidates);
    if (now === shares || chances.scores[i + 1] === chance) continue;
    shares = now;
    bins.push({ candidates: count, predicted: sum / count, correct: right / count });
    error += Math.abs(sum - right);
    [count, sum, right] = [0, 0, 0];
  }
  return {
    bins,
    expectedCalibrationError: error / candidates,
    brier: brier / candidates,
    logLoss: logLoss / candidates,
  };
}

/** The table of `table`'s scores as chances: as they are, or as log odds. */
export function asChances(table: ScoreTable, scale: 'chance' | 'logit'): ScoreTable {
  return scale === 'chance' ? table : { ...table, scores: table.scores.map(sigmoid) };
}

/**
 * Of Platt's scaling, sigmoid(a · score + b) (Platt 1999, "Probabilistic outputs for support vector machines"),
 * cross-validated over problems. Null where some part would be fitted to candidates of one kind alone.
 */
export function fittedCalibration(
  problems: readonly ScoredProblem[],
  bins: number,
  folds: number,
  seed: number,
): FittedCalibration | null {
  const sizes = problems.map(({ scores }) => scores.length);
  const scores = concatenated(problems.map((problem) => problem.scores));
  const correct = concatenated(problems.map((problem) => problem.correct));
  // The penalty only decides where the scores are constant.
  const fit = crossFit(
    { features: [standardScores(scores)], correct, sizes },
    { folds, penalty: 1e-9, seed },
  );
  const calibration = fit && calibrationOf(scoreTable([{ scores: fit.chances, correct }]), bins);
  return calibration && { ...calibration, folds: fit.folds, rows: fit.rows };
}
