/** Area under the ROC curve: the chance that a correct candidate has a higher score than a wrong one, ties half. */
import { criticalNormal, criticalStudent } from './critical.ts';
import { type Interval, wilsonScore } from './interval.ts';
import { type RatePoint, type RateSettings, ratesOverProblems } from './over-problems.ts';
import { indexFrom, type ScoreTable } from './score-table.ts';

export interface Auc {
  readonly estimate: number;
  /** What another sample of problems might have given. */
  readonly interval: Interval;
  /** Problems that count. */
  readonly problems: number;
}

/**
 * Over all pairs of a correct and a wrong candidate, of whatever problems: how far one threshold for all problems can
 * separate them. By mid-ranks (Mann and Whitney 1947). Null where all candidates are of one kind.
 *
 * The interval is Student's t on the variance of DeLong, DeLong and Clarke-Pearson 1988 ("Comparing the areas under
 * two or more correlated receiver operating characteristic curves", Biometrics 44:837-845), with candidates of one
 * problem taken as a cluster, as Obuchowski 1997 does ("Nonparametric analysis of clustered ROC curve data",
 * Biometrics 53:567-578): the variance of the problems' summed influences on the estimate.
 */
export function pooledAuc(all: ScoreTable, each: readonly ScoreTable[], confidence: number): Auc | null {
  const { scores, totalCorrect, totalWrong } = all;
  if (totalCorrect === 0 || totalWrong === 0) return null;
  const { below, above, area } = ranks(all);
  const sampled = each.filter((problem) => problem.scores.length > 0);
  let squares = 0;
  for (const problem of sampled) {
    let influence = 0;
    for (let i = 0, at = 0; i < problem.scores.length; i++) {
      at = indexFrom(at, scores, problem.scores[i] as number);
      influence +=
        ((problem.correct[i] as number) * ((below[at] as number) - area)) / totalCorrect +
        ((problem.wrong[i] as number) * ((above[at] as number) - area)) / totalWrong;
    }
    squares += influence * influence;
  }
  const interval = studentInterval(area, squares, sampled.length, confidence);
  return { estimate: area, interval, problems: sampled.length };
}

/** Per score the share of wrong candidates below it and of correct ones above it, ties half; and the area. */
function ranks({ scores, correct, wrong, totalCorrect, totalWrong }: ScoreTable) {
  const below = new Float64Array(scores.length);
  const above = new Float64Array(scores.length);
  let lower = 0;
  let higher = totalCorrect;
  let wins = 0;
  for (let i = 0; i < scores.length; i++) {
    const [own, other] = [correct[i] as number, wrong[i] as number];
    higher -= own;
    below[i] = (lower + other / 2) / totalWrong;
    above[i] = (higher + own / 2) / totalCorrect;
    wins += own * (lower + other / 2);
    lower += other;
  }
  return { below, above, area: wins / totalCorrect / totalWrong };
}

function studentInterval(estimate: number, squares: number, problems: number, confidence: number): Interval {
  // No spread between problems to go by: as in `ratesOverProblems`. Influences of 1e-12 are rounding.
  if (problems < 2 || squares < 1e-24) {
    const bounds = wilsonScore(estimate, problems, criticalNormal(confidence));
    return { method: 'wilson-over-problems', ...bounds };
  }
  const half = criticalStudent(confidence, problems - 1) * Math.sqrt((squares * problems) / (problems - 1));
  return {
    method: 'student-t-over-problems',
    low: Math.max(0, estimate - half),
    high: Math.min(1, estimate + half),
  };
}

/**
 * Mean over problems of the AUC among the problem's own candidates: what choosing among them needs. Only problems
 * that have both kinds count; null where there is none. The interval is the percentile bootstrap over these problems.
 */
export function withinProblemAuc(each: readonly ScoreTable[], settings: RateSettings): Auc | null {
  const both = each.filter(({ totalCorrect, totalWrong }) => totalCorrect > 0 && totalWrong > 0);
  if (both.length === 0) return null;
  const areas = Float64Array.from(both, (table) => ranks(table).area);
  const [point] = ratesOverProblems(areas, [1], { ...settings, problems: both.length }) as [RatePoint];
  return { estimate: point.estimate, interval: point.bootstrap, problems: both.length };
}
