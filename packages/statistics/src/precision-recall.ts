/** Precision and recall of accepting the candidates from some score on. */
import type { ScoreTable } from './score-table.ts';

export interface PrecisionRecallPoint {
  /** Candidates with at least this score are accepted. */
  readonly threshold: number;
  readonly accepted: number;
  /** Share of accepted candidates that are correct. */
  readonly precision: number;
  /** Share of correct candidates that are accepted. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
}

export interface PrecisionRecall {
  /** By descending threshold. Of a selector that decides: threshold 1 alone, or nothing where it accepts none. */
  readonly points: PrecisionRecallPoint[];
  /**
   * Of greatest F1 among all scores, the highest threshold of equals; of a selector that decides, what it accepts.
   * The threshold was chosen by the labels, so the same on new data will be a little worse. Null: accepts none.
   */
  readonly best: PrecisionRecallPoint | null;
  /** Sum over thresholds of precision × gain in recall, without interpolation; null for a selector that decides. */
  readonly averagePrecision: number | null;
}

/**
 * A curve of at most `thresholds` points, at the scores where recall reaches each multiple of 1 / thresholds.
 * Candidates of equal score are accepted together. Null where no candidate is correct.
 */
export function precisionRecall(
  table: ScoreTable,
  decides: boolean,
  thresholds: number,
): PrecisionRecall | null {
  const { scores, correct, wrong, totalCorrect } = table;
  if (totalCorrect === 0) return null;
  const points: PrecisionRecallPoint[] = [];
  let best: PrecisionRecallPoint | null = null;
  let averagePrecision = 0;
  let right = 0;
  let accepted = 0;
  let reached = 0;
  for (let i = scores.length - 1; i >= 0; i--) {
    const threshold = scores[i] as number;
    if (decides && threshold !== 1) break;
    const own = correct[i] as number;
    right += own;
    accepted += own + (wrong[i] as number);
    const precision = right / accepted;
    const recall = right / totalCorrect;
    averagePrecision += (precision * own) / totalCorrect;
    const f1 = (2 * right) / (totalCorrect + accepted);
    const point = { threshold, accepted, precision, recall, f1 };
    if (best === null || f1 > best.f1) best = point;
    const steps = Math.floor((right * thresholds) / totalCorrect);
    if (steps > reached || decides) points.push(point);
    reached = steps;
  }
  return { points, best, averagePrecision: decides ? null : averagePrecision };
}
