/** The counts of a stored run. */
import type { Run } from '@assay/contract';
import type { ProblemTally, Store } from '@assay/store';
import type { CountTable } from './count-table.ts';

/**
 * By the run's oracle, its first verifier; ERRORs are missing. Problems without any candidate are left out. Tokens are
 * null where any problem has no count of them.
 */
export async function countTableOf(store: Store, run: Run): Promise<CountTable> {
  const tallies = (await store.tallies(run.id)).filter(({ verifier }) => verifier === 0);
  const own = new Map(tallies.map((tally) => [tally.problem, tally]));
  const problems = (await store.problems(run.id)).filter(({ handle }) => own.has(handle));
  const of = (read: (tally: ProblemTally) => number) =>
    problems.map(({ handle }) => read(own.get(handle) as ProblemTally));
  return {
    name: run.id,
    run: run.id,
    problems: problems.map(({ id }) => id),
    n: of(({ correct, incorrect }) => correct + incorrect),
    c: of(({ correct }) => correct),
    missing: of(({ error }) => error),
    promptTokens: allKnown(problems.map(({ promptTokens }) => promptTokens)),
    candidateTokens: allKnown(of(({ tokens }) => tokens)),
    model: run.labels.model ?? null,
  };
}

/** 0 stands for an unknown number. */
function allKnown(tokens: number[]): number[] | null {
  return tokens.length > 0 && tokens.every((count) => count > 0) ? tokens : null;
}
