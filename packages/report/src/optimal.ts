/** Which strategy suits problems of each difficulty, from the scores of candidates. */
import {
  createRandom,
  type OptimalChoice,
  optimalChoice,
  type ScoredProblem,
  type SelectionMethod,
  type StrategyTable,
  selectionTables,
} from '@assay/statistics';
import type { ScoreTable, ScoreTables } from './selectors.ts';

export interface OptimalSettings {
  /** What difficulty is told by: `pass@1`, or the selector whose mean score tells it; `pass@1` if not given. */
  readonly by?: string | undefined;
  /** Quantile bins; 5 if not given. */
  readonly bins?: number | undefined;
  /** Candidates per problem that may be spent; 1, 4, 16, … and the most possible if not given. */
  readonly budgets?: readonly number[] | undefined;
  /** Confidence level of intervals; 0.95 if not given. */
  readonly level?: number | undefined;
  /** 0 if not given. */
  readonly seed?: number | undefined;
}

/** Share of a problem's candidates that tell its difficulty, and no more than so many. */
const [measuredShare, mostMeasured] = [1 / 4, 1000];
/** Candidates that random subsets may hold, over all votes: some seconds. */
const maxDrawn = 3e6;
/** Few kinds of weights: the more strategies resemble each other, the more chance decides among them. */
const voteMethods = ['majority', 'weighted-softmax', 'weighted-rank'] as const satisfies SelectionMethod[];
/** Votes of so many candidates are estimated in any case. */
const leastVoters = 100;

/**
 * Strategies are best-of-N and votes weighted by softmax and by rank, by each selector, and the majority vote, of the candidates that the
 * oracle and all selectors have judged. A random quarter of each problem's candidates (1,000 at most) tells its
 * difficulty and takes no part in any strategy: else the luck of the same candidates would be in both. No budget
 * counts it, as in Snell et al.
 * Error: what cannot be done, as text: `why`. RangeError where columns of a problem differ in length, or a setting is of
 * no use.
 */
export function optimalOf(
  tables: ScoreTables,
  settings: OptimalSettings = {},
): { choice: OptimalChoice } | { choice: null; why: string } {
  const { by = 'pass@1', bins, level, seed = 0 } = settings;
  const measured = withScores(tables);
  const told = measured.selectors.indexOf(by);
  if (by !== 'pass@1' && told < 0) return nothing(`No selector with scores is called ${by}.`);
  if (measured.selectors.length === 0) return nothing('No selector has a score.');
  const notes: string[] = [];
  const complete = measured.problems.map(completeOf);
  const kept = complete.filter(({ correct }) => correct.length > 1);
  const count = (list: readonly ScoreTable[]) => list.reduce((sum, { correct }) => sum + correct.length, 0);
  if (kept.length < 2) return nothing('Fewer than two problems have two candidates that all have judged.');
  const left = count(tables.problems) - count(kept);
  if (left > 0) {
    notes.push(
      `Candidates without a verdict or a score of all, or alone of a problem, left out: ${left}` +
        (kept.length < tables.problems.length ? `; problems: ${tables.problems.length - kept.length}.` : '.'),
    );
  }
  const parts = kept.map((table, problem) => split(table, seed, problem));
  const least = Math.min(...parts.map(({ rest }) => rest.correct.length));
  const budgets = settings.budgets ?? powersOf4(least);
  const most = Math.max(...budgets);
  if (most > least) {
    return nothing(
      `A budget is ${most}, and some problem has ${least} candidates beside those that tell its difficulty.`,
    );
  }
  const ks = [...new Set([...powersOf4(most), ...budgets])].sort((a, b) => a - b);
  const rests = parts.map(({ rest }) => rest);
  const strategies = strategiesOf(measured.selectors, rests, ks, { seed }, notes);
  const difficulty = parts.map(({ measure }) =>
    mean(told < 0 ? measure.correct : (measure.scores[told] ?? [])),
  );
  const choice = optimalChoice(strategies, difficulty, {
    by: told < 0 ? 'pass@1' : `mean score of ${by}`,
    budgets,
    seed,
    ...(bins !== undefined && { bins }),
    ...(level !== undefined && { confidence: level }),
  });
  return { choice: { ...choice, notes: [...notes, ...choice.notes] } };
}

function nothing(why: string) {
  return { choice: null, why };
}

function withScores({ selectors, problems, classesBy }: ScoreTables): ScoreTables {
  const kept = selectors.flatMap((_, i) => {
    const scored = problems.some(({ scores }) =>
      Array.from(scores[i] ?? []).some((own) => !Number.isNaN(own)),
    );
    return scored ? [i] : [];
  });
  if (kept.length === selectors.length) return { selectors, problems, classesBy };
  return {
    classesBy,
    selectors: kept.map((i) => selectors[i] as string),
    problems: problems.map((table) => ({
      ...table,
      scores: kept.map((i) => table.scores[i] as ArrayLike<number>),
    })),
  };
}

/** The candidates that the oracle and every selector have judged. */
function completeOf(table: ScoreTable): ScoreTable {
  const kept: number[] = [];
  for (let i = 0; i < table.correct.length; i++) {
    const judged = table.correct[i] !== -1 && table.scores.every((scores) => !Number.isNaN(scores[i]));
    if (judged) kept.push(i);
  }
  return kept.length === table.correct.length ? table : pick(table, kept);
}

function pick({ correct, classes, scores }: ScoreTable, at: ArrayLike<number>): ScoreTable {
  const of = (values: ArrayLike<number>) => Float64Array.from(at, (i) => values[i] as number);
  return { correct: of(correct), ...(classes && { classes: of(classes) }), scores: scores.map(of) };
}

/** A random part that tells difficulty, and the rest. */
function split(table: ScoreTable, seed: number, problem: number): { measure: ScoreTable; rest: ScoreTable } {
  const n = table.correct.length;
  const size = Math.max(1, Math.min(mostMeasured, Math.floor(n * measuredShare)));
  const random = createRandom(seed, problem);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = i + random.below(n - i);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  return { measure: pick(table, order.subarray(0, size)), rest: pick(table, order.subarray(size).sort()) };
}

function strategiesOf(
  selectors: readonly string[],
  problems: readonly ScoreTable[],
  ks: readonly number[],
  options: { seed: number },
  notes: string[],
): StrategyTable[] {
  const voting = problems.some(({ classes = [] }) => Array.from(classes).some((own) => own >= 0));
  const votes = voting ? voteMethods : [];
  const subsets = 100;
  const share = maxDrawn / (votes.length * selectors.length * problems.length * subsets);
  const [first] = problems;
  const equal = problems.every(({ correct }) => correct.length === first?.correct.length);
  // The vote of all candidates is exact.
  const isAll = (k: number) => equal && k === first?.correct.length;
  const voteKs = ks.filter((k) => k <= Math.max(leastVoters, share) || isAll(k));
  if (voting && voteKs.length < ks.length) {
    const skipped = ks.filter((k) => !voteKs.includes(k));
    notes.push(`No votes of ${skipped.join(', ')} candidates: they would take too many random subsets.`);
  }
  if (!voting) notes.push('No candidate has an answer class: there is no vote.');
  return selectors.flatMap((selector, i) => {
    const scored = problems.map(({ correct, classes, scores }): ScoredProblem => {
      return { correct, scores: scores[i] as ArrayLike<number>, ...(classes && { classes }) };
    });
    const tablesOf = (methods: readonly SelectionMethod[], own: readonly number[]) =>
      selectionTables(scored, methods, own, { ...options, subsets, exactBudget: 2e4 }).map(
        ({ values }, at): StrategyTable => {
          const method = methods[at] as SelectionMethod;
          return { name: method === 'majority' ? method : `${method} by ${selector}`, ks: own, values };
        },
      );
    // Of the same candidates, the majority is the same whoever scores them.
    const own = votes.filter((method) => method !== 'majority' || i === 0);
    return [...tablesOf(['best-of-n'], ks), ...tablesOf(own, voteKs)];
  });
}

/** 1, 4, 16, … and `max`. */
function powersOf4(max: number): number[] {
  const ks = [];
  for (let k = 1; k < max; k *= 4) ks.push(k);
  return [...ks, max];
}

/** Of finite numbers, without overflow. */
function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value / values.length, 0);
}
