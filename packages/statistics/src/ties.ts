/** Equal scores, among which a selector can only choose at random. */
import { requireInteger } from './check.ts';
import { type ScoreTable, scoreTable } from './score-table.ts';
import type { ScoredProblem } from './scored.ts';

export interface TieCounts {
  /** Different scores among all candidates. */
  readonly distinct: number;
  /** Pairs of candidates of the same problem. */
  readonly pairs: number;
  /** Those of them that have equal scores. */
  readonly tiedPairs: number;
  /** tiedPairs / pairs; null where there is no pair. */
  readonly share: number | null;
  /** Problems whose highest score several candidates have. */
  readonly tiedAtTop: number;
}

/** Ties within each problem: few bits in a score make many. */
export function tieCounts(problems: readonly Pick<ScoredProblem, 'scores'>[]): TieCounts {
  requireInteger('problems', problems.length, 1);
  const unlabelled = problems.map(({ scores }) => ({ scores, correct: new Uint8Array(scores.length) }));
  return tiesOf(
    scoreTable(unlabelled),
    unlabelled.map((problem) => scoreTable([problem])),
  );
}

/** From the table of all candidates, and that of each problem's. */
export function tiesOf(all: ScoreTable, each: readonly ScoreTable[]): TieCounts {
  const pairsOf = (count: number) => (count * (count - 1)) / 2;
  let pairs = 0;
  let tiedPairs = 0;
  let tiedAtTop = 0;
  for (const { correct, wrong, totalCorrect, totalWrong } of each) {
    pairs += pairsOf(totalCorrect + totalWrong);
    let count = 0;
    for (let i = 0; i < correct.length; i++) {
      count = (correct[i] as number) + (wrong[i] as number);
      tiedPairs += pairsOf(count);
    }
    if (count > 1) tiedAtTop++;
  }
  const share = pairs === 0 ? null : tiedPairs / pairs;
  return { distinct: all.scores.length, pairs, tiedPairs, share, tiedAtTop };
}
