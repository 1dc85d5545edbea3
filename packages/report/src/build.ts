/** From stored verdicts to a report. */
import { AssayError, type Run } from '@assay/contract';
import { coverageRange, logSpacedKs, majorityAtK, roundKs, wilsonInterval } from '@assay/statistics';
import type { ProblemTally, Store, StoredProblem } from '@assay/store';
import { Classes, classesPerProblem } from './classes.ts';
import { type Programs, readPrograms, selectionOf } from './programs.ts';
import { type Operations, type Report, reportSchema, type VerifierResults } from './report.ts';
import { readScores } from './scores.ts';
import { selectorResults } from './selector-thread.ts';
import { unmeasured } from './selectors.ts';

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
      ...(await readSelectors(store, run, level)),
      optimal: null,
      agreements: [],
      rechecks: [],
      cost: null,
    },
    operations: await operations(store, run, tallies),
  };
}

async function readSelectors(store: Store, run: Run, level: number) {
  const [, ...names] = run.verifiers;
  const why = 'The run stops at the first success of a problem: what selection gets cannot be estimated.';
  if (run.earlyStop) return { selectors: unmeasured(names, why), ensembles: [] };
  if (names.length === 0) return { selectors: [], ensembles: [] };
  return selectorResults(await readScores(store, run), level);
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

function verifierResults(
  run: Run,
  name: string,
  level: number,
  problems: StoredProblem[],
  tallies: Map<number, ProblemTally>,
  classes: Map<number, Classes>,
  programs: Map<number, Programs>,
): Omit<VerifierResults, 'reasons'> {
  const sum = (field: 'correct' | 'incorrect' | 'scored' | 'error' | 'skipped') =>
    tallies.values().reduce((total, tally) => total + tally[field], 0);
  const [correct, incorrect, scored, error, skipped] = [
    sum('correct'),
    sum('incorrect'),
    sum('scored'),
    sum('error'),
    sum('skipped'),
  ];
  const counted = problems.filter(({ handle }) => tallies.has(handle));
  const of = (field: keyof ProblemTally) => counted.map(({ handle }) => tallies.get(handle)?.[field] ?? 0);
  const [correctOf, errorOf] = [of('correct'), of('error')];
  const solved = correctOf.filter((count) => count > 0).length;
  const open = correctOf.filter((count, i) => count === 0 && (errorOf[i] ?? 0) > 0).length;
  const notes: string[] = [];
  const options = { confidence: level, onShort: 'drop-k' } as const;

  let coverage: VerifierResults['coverage'] = null;
  let majority: VerifierResults['majority'] = null;
  let selection: VerifierResults['selection'] = null;
  if (counted.length === 0) {
    notes.push('There is no candidate.');
  } else if (correct + incorrect === 0) {
    notes.push(
      scored > 0
        ? `${name} scores and does not decide: there is no coverage by it.`
        : 'No verdict is CORRECT or INCORRECT: there is nothing to estimate a rate from.',
    );
  } else if (run.earlyStop) {
    notes.push(
      'The run stops at the first success of a problem: coverage at k and votes cannot be estimated.',
    );
  } else {
    const counts = { n: sumOf(of('correct'), of('incorrect')), c: of('correct'), missing: of('error') };
    const total = sumOf(counts.n, counts.missing);
    const [least, most] = total.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [
      Number.POSITIVE_INFINITY,
      0,
    ] as [number, number]);
    if (least < most) {
      notes.push(
        `Problems have ${least} to ${most} candidates: rates end at k = ${least}, as the estimator has no value ` +
          'for a k above a number of candidates.',
      );
    }
    coverage = {
      table: coverageRange(counts, roundKs(least), options),
      curve: coverageRange(counts, logSpacedKs(least), options),
    };
    const tables = counted
      .flatMap(({ handle }) => classes.get(handle) ?? [])
      .filter(({ judged }) => judged > 0);
    if (tables.every(({ counts: sizes }) => sizes.length === 0)) {
      notes.push('No candidate has an answer class: there is no vote.');
    } else {
      const voters = tables.length;
      if (voters < counted.length) {
        notes.push(
          `${counted.length - voters} problems without any judged candidate take no part in the vote.`,
        );
      }
      const smallest = tables.reduce((n, { judged }) => Math.min(n, judged), Number.POSITIVE_INFINITY);
      majority = majorityAtK(tables, roundKs(smallest), options);
      if (smallest < least) {
        notes.push(
          `The vote is among judged candidates, of which a problem has as few as ${smallest}: it ends there.`,
        );
      }
    }
    selection = selectionOf([...programs.values()], options);
  }
  return {
    name,
    candidates: correct + incorrect + scored + error + skipped,
    correct,
    incorrect,
    scored,
    error,
    skipped,
    solved:
      scored > 0 && correct + incorrect === 0
        ? null
        : {
            problems: solved,
            open,
            of: counted.length,
            share: counted.length === 0 ? 0 : solved / counted.length,
            interval: wilsonInterval(solved, counted.length, level),
          },
    coverage,
    scaling: null,
    majority,
    selection,
    notes,
    perProblem: counted.map(({ handle, id, dataset }) => {
      const tally = tallies.get(handle) as ProblemTally;
      const own = classes.get(handle);
      const decided = tally.correct + tally.incorrect > 0 && !run.earlyStop;
      return {
        id,
        dataset,
        candidates: tally.correct + tally.incorrect + tally.scored + tally.error + tally.skipped,
        correct: tally.correct,
        error: tally.error,
        skipped: tally.skipped,
        abstaining: own?.abstaining ?? 0,
        classes: own?.counts.length ?? 0,
        top: own?.top ?? null,
        largest: own?.largest ?? [],
        vote: decided ? (own?.vote ?? null) : null,
        errors: own?.errors ?? [],
      };
    }),
  };
}

function sumOf(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + (b[i] ?? 0));
}

async function operations(store: Store, run: Run, tallies: ProblemTally[]): Promise<Operations> {
  const times = await store.timeTallies(run.id);
  const faults = await store.faults(run.id);
  return {
    activeMs: await store.activeTime(run.id),
    store: store.location,
    load: [],
    bottleneck: null,
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
