/** From stored verdicts to a report. */
import { AssayError, type Run } from '@assay/contract';
import { modelShape } from '@assay/statistics';
import type { ProblemTally, Store } from '@assay/store';
import { readAgreements } from './agreements.ts';
import { Classes, classesPerProblem } from './classes.ts';
import { costOf, tokenPricesIn } from './cost.ts';
import type { CountTable } from './count-table.ts';
import { countTable } from './count-tables.ts';
import { readLoad } from './load.ts';
import { optimalOf } from './optimal.ts';
import { readPrograms } from './programs.ts';
import { readRechecks } from './rechecks.ts';
import { type Operations, type Report, reportSchema } from './report.ts';
import { readScores } from './scores.ts';
import { selectorResults } from './selector-thread.ts';
import { unmeasured } from './selectors.ts';
import { verifierResults } from './verifier-results.ts';

export interface ReportOptions {
  /**
   * Confidence level of intervals.
   * @default 0.95
   */
  level?: number;
}

/** Builds the report on a run. Errors: `run_unknown`, `bad_level`. */
export async function buildReport(store: Store, id: string, options: ReportOptions = {}): Promise<Report> {
  const { level = 0.95 } = options;
  if (!(level > 0 && level < 1)) {
    throw new AssayError('bad_level', `Confidence level ${level} is not between 0 and 1.`, {
      mend: 'Give a share such as 0.95.',
    });
  }
  return store.withSnapshot((view) => build(view, id, level));
}

async function build(store: Store, id: string, level: number): Promise<Report> {
  const run = await store.getRun(id);
  if (run === undefined) {
    throw new AssayError('run_unknown', `There is no run ${id} in ${store.location}.`, {
      mend: 'List the runs with: assay report',
    });
  }
  const problems = await store.problems(id);
  const tallies = await store.tallies(id);
  const classes = await readClasses(store, id, tallies, classesPerProblem(problems.length));
  const programs = await readPrograms(store, id, tallies);
  const reasons = await store.reasonTallies(id);
  const counted = new Set(tallies.map((tally) => tally.problem));
  const verifiers = run.verifiers.map((name, verifier) => {
    const own = new Map(tallies.filter((t) => t.verifier === verifier).map((t) => [t.problem, t]));
    return {
      ...verifierResults(
        run,
        name,
        level,
        problems,
        own,
        classes.get(verifier) ?? new Map(),
        programs.get(verifier) ?? new Map(),
      ),
      reasons: reasons
        .filter((tally) => tally.verifier === verifier && tally.reason !== '')
        .map(({ status, reason, count }) => ({ status, reason, count })),
    };
  });
  return {
    schema: reportSchema,
    run,
    results: {
      level,
      problems: problems.length,
      empty: problems.filter(({ handle }) => !counted.has(handle)).length,
      verifiers,
      ...(await readComparisons(store, run, level)),
      cost: costOfRun(countTable(run, problems, tallies), run, level),
    },
    operations: await operations(store, run, tallies),
  };
}

/** What takes the verdicts of several verifiers side by side. */
async function readComparisons(store: Store, run: Run, level: number) {
  const [, ...names] = run.verifiers;
  if (names.length === 0) {
    const rechecks = await readRechecks(store, run, { level });
    return { selectors: [], ensembles: [], optimal: null, agreements: [], rechecks };
  }
  const scores = await Array.fromAsync(store.candidateScores(run.id));
  const agreements = await readAgreements(store, run, { level, scores });
  const rechecks = await readRechecks(store, run, { level, scores });
  if (run.earlyStop) {
    const why = 'The run stops at the first success of a problem: what selection gets cannot be estimated.';
    return { selectors: unmeasured(names, why), ensembles: [], optimal: null, agreements, rechecks };
  }
  const tables = await readScores(store, run, scores);
  const optimal = optimalOf(tables, { level }).choice;
  return { ...(await selectorResults(tables, level)), optimal, agreements, rechecks };
}

/** By the labels `model` (a name that `modelShape` knows) and `price` (of a prompt's and a candidate's million tokens). */
function costOfRun(table: CountTable, run: Run, level: number) {
  if (run.earlyStop) return null;
  const model = modelShape(run.labels.model ?? '') ?? null;
  const prices = tokenPricesIn(run.labels.price ?? '') ?? null;
  if (model === null && prices === null) return null;
  return costOf(table, { model, prices, level });
}

/** By verifier, then by problem. */
async function readClasses(
  store: Store,
  id: string,
  tallies: readonly ProblemTally[],
  limit: number,
): Promise<Map<number, Map<number, Classes>>> {
  const byVerifier = new Map<number, Map<number, Classes>>();
  const classesOf = ({ verifier, problem }: { verifier: number; problem: number }) => {
    const byProblem = byVerifier.get(verifier) ?? new Map<number, Classes>();
    byVerifier.set(verifier, byProblem);
    const classes = byProblem.get(problem) ?? new Classes(limit);
    byProblem.set(problem, classes);
    return classes;
  };
  for await (const tally of store.classTallies(id)) classesOf(tally).add(tally);
  if (tallies.some(({ error }) => error > 0)) {
    for await (const tally of store.errorTallies(id)) classesOf(tally).addError(tally);
  }
  return byVerifier;
}

async function operations(store: Store, run: Run, tallies: ProblemTally[]): Promise<Operations> {
  const times = await store.timeTallies(run.id);
  const faults = await store.faults(run.id);
  return {
    store: store.location,
    ...(await readLoad(store, run, tallies, times)),
    verifiers: run.verifiers.map((name, verifier) => {
      const own = tallies.filter((tally) => tally.verifier === verifier);
      const judged = own.reduce((total, tally) => total + tally.judged, 0);
      const all = own.reduce((n, t) => n + t.correct + t.incorrect + t.scored + t.error, 0);
      return {
        name,
        judged,
        shared: all - judged,
        replicas: times.filter((t) => t.verifier === verifier).map(({ verifier: _, ...rest }) => rest),
        faults: faults
          .filter((f) => f.verifier === verifier)
          .map(({ run: _, verifier: __, ...rest }) => rest),
      };
    }),
  };
}
