/** How many correct and wrong candidates have each score: what AUC, precision, recall and ties follow from. */
import { requireInteger } from './check.ts';
import type { ScoredProblem } from './scored.ts';
import { sorted } from './sort.ts';

/** One entry per different score, ascending. */
export interface ScoreTable {
  readonly scores: Float64Array;
  readonly correct: Uint32Array;
  readonly wrong: Uint32Array;
  /** Sums of `correct` and of `wrong`. */
  readonly totalCorrect: number;
  readonly totalWrong: number;
}

/** Of all candidates of all `problems`: O(n log n). */
export function scoreTable(problems: readonly ScoredProblem[]): ScoreTable {
  const { high, low } = sortedScores(problems);
  return { ...merged(high, low), totalCorrect: high.length, totalWrong: low.length };
}

/** Ascending: `high` of the correct candidates of all `problems`, `low` of the wrong ones. */
export function sortedScores(problems: readonly ScoredProblem[]): { high: Float64Array; low: Float64Array } {
  let totalCorrect = 0;
  let candidates = 0;
  for (const { scores, correct } of problems) {
    candidates += scores.length;
    for (let i = 0; i < correct.length; i++) totalCorrect += correct[i] as number;
  }
  const high = new Float64Array(totalCorrect);
  const low = new Float64Array(candidates - totalCorrect);
  let highs = 0;
  let lows = 0;
  for (const { scores, correct } of problems) {
    for (let i = 0; i < scores.length; i++) {
      // Adding 0 makes -0 the same score as 0.
      if (correct[i] === 1) high[highs++] = (scores[i] as number) + 0;
      else low[lows++] = (scores[i] as number) + 0;
    }
  }
  return { high: sorted(high), low: sorted(low) };
}

/** Both ascending. */
function merged(high: Float64Array, low: Float64Array): Pick<ScoreTable, 'scores' | 'correct' | 'wrong'> {
  const scores = new Float64Array(high.length + low.length);
  const correct = new Uint32Array(scores.length);
  const wrong = new Uint32Array(scores.length);
  let distinct = 0;
  for (let h = 0, l = 0; h < high.length || l < low.length; distinct++) {
    const fromHigh = l === low.length || (h < high.length && (high[h] as number) <= (low[l] as number));
    const score = (fromHigh ? high[h] : low[l]) as number;
    const [firstHigh, firstLow] = [h, l];
    while (h < high.length && high[h] === score) h++;
    while (l < low.length && low[l] === score) l++;
    scores[distinct] = score;
    correct[distinct] = h - firstHigh;
    wrong[distinct] = l - firstLow;
  }
  return {
    scores: scores.slice(0, distinct),
    correct: correct.slice(0, distinct),
    wrong: wrong.slice(0, distinct),
  };
}

/** Index of `score` in ascending `scores`, which hold it at `from` or after: by steps that double, then by halves. */
export function indexFrom(from: number, scores: Float64Array, score: number): number {
  let low = from;
  let high = from;
  for (let step = 1; (scores[high] as number) < score; step *= 2) {
    low = high + 1;
    high = Math.min(high + step, scores.length - 1);
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((scores[middle] as number) < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Refuses (RangeError) problems that do not fit together, scores that are not finite, and labels other than 0 and 1. */
export function requireScored(problems: readonly ScoredProblem[]): void {
  requireInteger('problems', problems.length, 1);
  problems.forEach(({ scores, correct }, problem) => {
    requireLabels(correct, scores.length, problem);
    for (let i = 0; i < scores.length; i++) {
      if (Number.isFinite(scores[i])) continue;
      throw new RangeError(
        `score ${i} of problem ${problem} is ${scores[i]}; give finite scores, and leave out candidates without one`,
      );
    }
  });
}

/** Refuses (RangeError) any but one label, 0 or 1, for each of a problem's candidates. */
export function requireLabels(correct: ArrayLike<number>, candidates: number, problem: number): void {
  if (correct.length !== candidates) {
    throw new RangeError(
      `problem ${problem} (scores: ${candidates}, correct: ${correct.length}); give both one entry per candidate`,
    );
  }
  for (let i = 0; i < candidates; i++) {
    if (correct[i] === 0 || correct[i] === 1) continue;
    throw new RangeError(`correct[${i}] of problem ${problem} is ${correct[i]}; give 1 or 0`);
  }
}
