/** Programs of a run by what the example tests say of them and how they behave, and what n@k makes of it. */
import {
  type BehaviourTable,
  type NAtK,
  nAtK,
  type Passing,
  type RateOptions,
  roundKs,
} from '@assay/statistics';
import type { ProblemTally, ProgramTally, Store } from '@assay/store';
import type { SelectionResults } from './report.ts';

/** Submissions to report on. */
const submissions = [1, 10];

/** The judged candidates of one problem. */
export class Programs {
  readonly #classes: Passing[] = [];
  #unclassed: Passing | undefined;
  /** Candidates. */
  judged = 0;
  passed = 0;
  /** Whether the problem is known to show any test. */
  tested = false;

  add({ answerClass, count, correct, tested, passed, passedCorrect }: ProgramTally): void {
    const passing = { count, correct, kept: passed, keptCorrect: passedCorrect };
    if (answerClass === '') this.#unclassed = passing;
    else this.#classes.push(passing);
    this.judged += count;
    this.passed += passed;
    this.tested ||= tested > 0;
  }

  get classified(): boolean {
    return this.#classes.length > 0;
  }

  /** Where the problem shows no test, every candidate is kept. */
  get table(): BehaviourTable {
    const kept = (passing: Passing) =>
      this.tested ? passing : { ...passing, kept: passing.count, keptCorrect: passing.correct };
    return {
      classes: this.tested ? this.#classes : this.#classes.map(kept),
      ...(this.#unclassed && { unclassed: kept(this.#unclassed) }),
    };
  }
}

/** By verifier, of those whose verdicts tell of programs; then by problem, in the order of problems. */
export async function readPrograms(
  store: Store,
  id: string,
  tallies: readonly ProblemTally[],
): Promise<Map<number, Map<number, Programs>>> {
  const byVerifier = new Map<number, Map<number, Programs>>();
  for (const { verifier, programs } of tallies) if (programs > 0) byVerifier.set(verifier, new Map());
  if (byVerifier.size === 0) return byVerifier;
  for await (const tally of store.programTallies(id)) {
    const byProblem = byVerifier.get(tally.verifier);
    if (byProblem === undefined) continue;
    const programs = byProblem.get(tally.problem) ?? new Programs();
    byProblem.set(tally.problem, programs);
    programs.add(tally);
  }
  return byVerifier;
}

/** Null where candidates can be told apart neither by example tests nor by behaviour. */
export function selectionOf(problems: readonly Programs[], options: RateOptions): SelectionResults | null {
  const tested = problems.filter((problem) => problem.tested);
  const cluster = problems.some(({ classified }) => classified);
  if (tested.length === 0 && !cluster) return null;
  const smallest = problems.reduce((n, { judged }) => Math.min(n, judged), Number.POSITIVE_INFINITY);
  const tables = problems.map(({ table }) => table);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    filter:
      tested.length === 0
        ? null
        : {
            problems: tested.length,
            nonePassed: tested.filter(({ passed }) => passed === 0).length,
            candidates: sum(tested.map(({ judged }) => judged)),
            passed: sum(tested.map(({ passed }) => passed)),
          },
    cluster,
    submissions: submissions
      .filter((n) => n <= smallest)
      .map((n): NAtK => {
        const ks = roundKs(smallest).filter((k) => k >= n);
        return nAtK(tables, n, ks, { ...options, filter: tested.length > 0, cluster });
      }),
  };
}
