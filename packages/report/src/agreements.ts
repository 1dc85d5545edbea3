/** What every two verifiers of a run that decide say of the same candidates. */
import type { Run } from '@assay/contract';
import { type AgreementCounts, agreementOf } from '@assay/statistics';
import type { CandidateScores, ScoreColumns, Store } from '@assay/store';
import { Differing, readSummary, statusNumber, toRead } from './disagreements.ts';
import type { AgreementResults } from './report.ts';

export interface PairOptions {
  /**
   * Confidence level of intervals.
   * @default 0.95
   */
  level?: number;
  /** The run's `candidateScores`, where they have been read already. */
  scores?: AsyncIterable<CandidateScores> | Iterable<CandidateScores>;
}

const [correct, incorrect] = [statusNumber('CORRECT'), statusNumber('INCORRECT')];

/**
 * In the order of the run; a verifier decides that has said CORRECT or INCORRECT of any candidate. One pass over the
 * columns, and a look-up for each disagreement to read.
 */
export async function readAgreements(
  store: Store,
  run: Run,
  { level = 0.95, scores = store.candidateScores(run.id) }: PairOptions = {},
): Promise<AgreementResults[]> {
  const decides = run.verifiers.map(() => false);
  const pairs = run.verifiers.flatMap((_, first) =>
    run.verifiers.flatMap((__, second) => (first < second ? [new Pair(first, second)] : [])),
  );
  for await (const { problem, candidates, verifiers } of scores) {
    for (const [i, { statuses }] of verifiers.entries()) {
      decides[i] ||= statuses.includes(correct) || statuses.includes(incorrect);
    }
    for (const pair of pairs) pair.add(problem, candidates, verifiers);
  }
  const names = new Map((await store.problems(run.id)).map(({ handle, id }) => [handle, id]));
  const deciding = pairs.filter(({ first, second }) => decides[first] && decides[second]);
  return Promise.all(
    deciding.map(async ({ first, second, counts, differing }): Promise<AgreementResults> => {
      const disagreements = toRead(differing).map(async ({ key: problem, candidate }) => ({
        problem: names.get(problem) ?? '',
        candidate,
        first: await readSummary(store, problem, first, candidate),
        second: await readSummary(store, problem, second, candidate),
      }));
      return {
        first: run.verifiers[first] ?? '',
        second: run.verifiers[second] ?? '',
        ...agreementOf(counts, { confidence: level, resamples: resamplesFor(counts.length) }),
        disagreements: await Promise.all(disagreements),
      };
    }),
  );
}

/** So many that thousands of problems take about as long as ten. */
export function resamplesFor(problems: number): number {
  return Math.max(200, Math.min(1000, Math.round(1e6 / Math.max(1, problems))));
}

class Pair {
  readonly first: number;
  readonly second: number;
  readonly counts: AgreementCounts[] = [];
  /** By problem. */
  readonly differing = new Map<number, Differing>();

  constructor(first: number, second: number) {
    this.first = first;
    this.second = second;
  }

  add(problem: number, candidates: Float64Array, columns: readonly ScoreColumns[]): void {
    const [one, other] = [columns[this.first], columns[this.second]];
    if (one === undefined || other === undefined) return;
    const differing = new Differing();
    // By what the first said, then the second: 1 where CORRECT.
    const cells = [0, 0, 0, 0] as [number, number, number, number];
    for (let i = 0; i < candidates.length; i++) {
      const [a, b] = [decision(one.statuses[i]), decision(other.statuses[i])];
      if (a < 0 || b < 0) continue;
      const cell = (2 * a + b) as 0 | 1 | 2 | 3;
      cells[cell]++;
      if (a === b) continue;
      const way = (a * classes + (one.classes[i] ?? -1) + 1) * classes + (other.classes[i] ?? -1) + 1;
      differing.add(candidates[i] as number, way);
    }
    const [incorrectIncorrect, incorrectCorrect, correctIncorrect, correctCorrect] = cells;
    this.counts.push({ correctCorrect, correctIncorrect, incorrectCorrect, incorrectIncorrect });
    if (correctIncorrect + incorrectCorrect > 0) this.differing.set(problem, differing);
  }
}

/** More than a problem has answer classes. */
const classes = 2 ** 25;

/** -1: none. */
function decision(status: number | undefined): -1 | 0 | 1 {
  return status === correct ? 1 : status === incorrect ? 0 : -1;
}
