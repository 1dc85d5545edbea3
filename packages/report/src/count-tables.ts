/** The counts of a stored run. */
import type { Run } from '@assay/contract';
import type { ProblemTally, Store, StoredProblem } from '@assay/store';
import type { CountTable } from './count-table.ts';

/**
 * By the run's oracle, its first verifier; ERRORs are missing. Problems without any candidate are left out. Tokens are
 * null where any problem has no count of them.
 */
export async function countTableOf(store: Store, run: Run): Promise<CountTable> {
  return countTable(run, await store.problems(run.id), await store.tallies(run.id));
}

/** The same, of what has been read of the run already. */
export function countTable(
  run: Run,
  all: readonly StoredProblem[],
  tallies: readonly ProblemTally[],
): CountTable {
  const own = new Map(tallies.flatMap((t) => (t.verifier === 0 ? [[t.problem, t] as const] : [])));
  const problems = all.filter(({ handle }) => own.has(handle));
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
