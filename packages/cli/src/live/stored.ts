/** What the store has of a run, counted: cheap beside a report, and dear enough to be paced. */
import type { Run } from '@assay/contract';
import {
  type Counts,
  type LiveCoverage,
  maxCells,
  type ProblemCell,
  type VerifierCounts,
} from '@assay/report';
import { coverage, logSpacedKs, quantile } from '@assay/statistics';
import type { ProblemTally, Store } from '@assay/store';

export interface Stored {
  counts: Counts;
  coverage: LiveCoverage | null;
  /** Why there is no coverage. */
  note: string;
  problems: ProblemCell[];
  countedMs: number;
  /** Stored verdicts by all verifiers. */
  verdicts: number;
}

/** Counts what is stored of a run. */
export async function readStored(store: Store, run: Run): Promise<Stored> {
  const tallies = await store.tallies(run.id);
  const oracle = tallies.filter(({ verifier }) => verifier === 0);
  const verifiers = run.verifiers.map((name, verifier) =>
    countsOf(
      name,
      tallies.filter((tally) => tally.verifier === verifier),
    ),
  );
  const decides = oracle.some(({ correct, incorrect }) => correct + incorrect > 0);
  const names = new Map((await store.problems(run.id)).map(({ handle, id }) => [handle, id]));
  return {
    counts: {
      problems: names.size,
      solved: decides ? oracle.filter(({ correct }) => correct > 0).length : null,
      verifiers,
    },
    ...coverageOf(run, oracle, decides),
    problems: oracle.slice(0, maxCells).map(({ problem, correct, incorrect, error }) => ({
      id: names.get(problem) ?? '',
      judged: correct + incorrect,
      correct,
      error,
    })),
    countedMs: Date.now(),
    verdicts: verifiers.reduce((sum, { candidates }) => sum + candidates, 0),
  };
}

function countsOf(name: string, tallies: readonly ProblemTally[]): VerifierCounts {
  const sum = (field: 'correct' | 'incorrect' | 'scored' | 'error' | 'skipped' | 'judged') =>
    tallies.reduce((total, tally) => total + tally[field], 0);
  const counts = {
    correct: sum('correct'),
    incorrect: sum('incorrect'),
    scored: sum('scored'),
    error: sum('error'),
    skipped: sum('skipped'),
  };
  const candidates = Object.values(counts).reduce((total, count) => total + count, 0);
  return { name, candidates, ...counts, judged: sum('judged') };
}

/**
 * While a run goes on some problems have all their candidates and some a few, and no k beyond the fewest has an estimate
 * over all of them. So problems that have fewer candidates than half of the problems have wait until they have them.
 */
function coverageOf(
  { earlyStop, state }: Run,
  oracle: readonly ProblemTally[],
  decides: boolean,
): { coverage: LiveCoverage | null; note: string } {
  if (earlyStop) {
    const note = 'The run stops at the first success of a problem: coverage at k cannot be estimated.';
    return { coverage: null, note };
  }
  if (!decides) return { coverage: null, note: 'No verdict is CORRECT or INCORRECT yet.' };
  const all = oracle
    .map(({ correct, incorrect }) => ({ n: correct + incorrect, c: correct }))
    .filter(({ n }) => n > 0);
  const sizes = all.map(({ n }) => n);
  const upTo = Math.floor(
    state === 'COMPLETE'
      ? sizes.reduce((a, b) => Math.min(a, b))
      : quantile(
          sizes.sort((a, b) => a - b),
          0.5,
        ),
  );
  const some = all.filter(({ n }) => n >= upTo);
  const { points } = coverage({ n: some.map(({ n }) => n), c: some.map(({ c }) => c) }, logSpacedKs(upTo), {
    // The bootstrap is for the report.
    resamples: 1,
  });
  return {
    coverage: {
      problems: some.length,
      of: all.length,
      upTo,
      points: points.map(({ k, estimate, analytic: { low, high } }) => ({ k, estimate, low, high })),
    },
    note: '',
  };
}
