/** What picking candidates by their scores gets. One place for scores of a run and for a table of scores made elsewhere. */
import {
  type Ensemble,
  labelledEnsemble,
  logSpacedKs,
  type RateOptions,
  rankAverage,
  roundKs,
  type ScoredProblem,
  type SelectionCurve,
  type SelectionCurves,
  type SelectionMethod,
  selectionCurves,
  selectionMethods,
  selectorQuality,
  unlabelledEnsemble,
} from '@assay/statistics';
import type { EnsembleResults, SelectorResults } from './report.ts';

/** One problem's candidates, position by position. */
export interface ScoreTable {
  /** 1 where the oracle says CORRECT, 0 INCORRECT; -1: its verdict is missing. */
  readonly correct: ArrayLike<number>;
  /** Number of the answer class from 0; -1: none. Absent: no candidate has one. */
  readonly classes?: ArrayLike<number>;
  /** By selector; higher is better, NaN: missing. */
  readonly scores: readonly ArrayLike<number>[];
  /** The problem's id, and the names of its classes by number, where they are known. */
  readonly id?: string;
  readonly classNames?: readonly string[];
}

export interface ScoreTables {
  /** Names of the selectors. */
  readonly selectors: readonly string[];
  /** Whose answer classes they are; null: there are none. */
  readonly classesBy: string | null;
  readonly problems: readonly ScoreTable[];
}

export interface SelectorFigures {
  selectors: SelectorResults[];
  ensembles: EnsembleResults[];
}

/** Selectors, and the ensembles where there are two selectors or more, all with scores: each a task by itself. */
export function countTasks({ selectors, problems }: ScoreTables): number {
  const measurable = selectors.every((_, i) =>
    problems.some(({ correct, scores }) => some(scores[i] ?? [], (score, at) => isBoth(correct[at], score))),
  );
  return selectors.length + (selectors.length > 1 && measurable ? ensembles.length : 0);
}

const isBoth = (correct: number | undefined, score: number) => correct !== -1 && !Number.isNaN(score);

/** Figures of tasks by their numbers: the selectors, then the ensembles. With a million candidates, seconds for each. */
export function figuresOf(
  { selectors: names, classesBy, problems }: ScoreTables,
  level: number,
  tasks: readonly number[],
): (SelectorResults | EnsembleResults)[] {
  const judged = problems.map(judgedOf);
  const candidates = problems.reduce((n, { correct }) => n + correct.length, 0);
  const drawn = maxDrawn / (names.length > 1 ? names.length + ensembles.length : 1);
  const all: Input = { judged, candidates, classesBy, level, drawn, majority: undefined };
  return tasks.map((task) => {
    const name = names[task];
    if (name !== undefined) {
      const scores = judged.map((table) => table.scores[task] as ArrayLike<number>);
      return resultsOf(name, scores, selectionMethods, all);
    }
    const ensemble = ensembles[task - names.length] as (typeof ensembles)[number];
    const { scores, weights, dropped, ...more } = ensemble.build(judged);
    return {
      ...resultsOf(ensemble.name, scores, ensembleMethods, all),
      weights,
      dropped: dropped.map(({ verifier, reason }) => ({ name: names[verifier] ?? '', reason })),
      folds: more.folds ?? null,
      prior: more.prior ?? null,
      why: more.why ?? null,
    };
  });
}

/** Selectors without any figure, and why. */
export function unmeasured(names: readonly string[], note: string): SelectorResults[] {
  const none = { candidates: 0, problems: 0, missing: 0, classesBy: null, curves: null, quality: null };
  return names.map((name) => ({ name, ...none, notes: [note] }));
}

type Built = Ensemble & { readonly folds?: number; readonly prior?: number | null; readonly why?: string };

const ensembles: readonly { name: string; build: (problems: readonly Judged[]) => Built }[] = [
  { name: 'rank average', build: rankAverage },
  { name: 'weighted, with labels', build: (problems) => labelledEnsemble(problems) },
  {
    name: 'weighted, without labels',
    build: (problems) => unlabelledEnsemble(problems.map(({ scores }) => ({ scores }))),
  },
];

/** An ensemble's scores are on a scale of our making: one kind of weighted vote is enough. */
const ensembleMethods: readonly SelectionMethod[] = ['best-of-n', 'majority', 'weighted-softmax'];

/** A ScoreTable of the candidates that the oracle has judged. */
type Judged = ScoreTable;

export function judgedOf(table: ScoreTable): Judged {
  const { correct, classes, scores } = table;
  const kept = positions(correct, (value) => value >= 0);
  if (kept === undefined) return table;
  return {
    correct: pick(correct, kept),
    ...(classes && { classes: pick(classes, kept) }),
    scores: scores.map((own) => pick(own, kept)),
  };
}

/** Those that pass; undefined: all. */
function positions(values: ArrayLike<number>, test: (value: number) => boolean): number[] | undefined {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i++) if (test(values[i] as number)) kept.push(i);
  return kept.length === values.length ? undefined : kept;
}

function pick(values: ArrayLike<number>, at: readonly number[]): Float64Array {
  return Float64Array.from(at, (position) => values[position] as number);
}

interface Input {
  judged: readonly Judged[];
  /** All, also those that the oracle has not judged. */
  candidates: number;
  classesBy: string | null;
  level: number;
  /** See `maxDrawn`; of one selector. */
  drawn: number;
  /** The vote of all judged candidates, once it is known: the same for every selector that scores them all. */
  majority: SelectionCurve | undefined;
}

function resultsOf(
  name: string,
  scores: readonly ArrayLike<number>[],
  methods: readonly SelectionMethod[],
  input: Input,
): SelectorResults {
  const { judged, candidates, classesBy, level } = input;
  const problems = judged
    .map((table, p) => scoredOf(table, scores[p] as ArrayLike<number>))
    .filter((problem) => problem.scores.length > 0);
  const sizes = problems.map((problem) => problem.scores.length);
  const used = sizes.reduce((sum, size) => sum + size, 0);
  const [least, most] = sizes.reduce(([a, b], n) => [Math.min(a, n), Math.max(b, n)], [
    Number.POSITIVE_INFINITY,
    0,
  ] as [number, number]);
  const results: SelectorResults = {
    name,
    candidates: used,
    problems: problems.length,
    missing: candidates - used,
    classesBy,
    curves: null,
    quality: null,
    notes: [],
  };
  if (used < candidates) {
    results.notes.push(
      `Left out, as the oracle's verdict or that of ${name} is missing: ${candidates - used} of ${candidates} candidates.`,
    );
  }
  if (used === 0) {
    results.notes.push(
      `No candidate has a verdict of the oracle and a score by ${name}: there is no figure.`,
    );
    return results;
  }
  if (problems.length < judged.length) {
    results.notes.push(`No candidate is left of ${judged.length - problems.length} problems.`);
  }
  if (least < most) {
    results.notes.push(
      `Problems have ${least} to ${most} candidates with both verdicts: curves end at k = ${least}.`,
    );
  }
  const voting = problems.some(({ classes }) => classes !== undefined && some(classes, (id) => id >= 0));
  if (!voting) results.notes.push('No candidate has an answer class: there is no vote.');
  const ks = [...new Set([...logSpacedKs(least), ...roundKs(least)])].sort((a, b) => a - b);
  const options = {
    confidence: level,
    // So many that a thousand problems take about as long as ten.
    resamples: Math.max(200, Math.min(1000, Math.round(1e6 / problems.length))),
  };
  const curves = selectionCurves(problems, { ...options, ks, methods: ['best-of-n'] });
  results.curves = voting ? withVotes(curves, problems, methods, input, options) : curves;
  results.quality = selectorQuality(problems, options);
  return results;
}

/** Candidates that random subsets may hold for one kind of vote, over all selectors: some seconds. */
const maxDrawn = 1e7;
/** Votes of so many candidates are estimated in any case. */
const leastVoters = 100;

/**
 * Adds the votes: for k of which random subsets are within `drawn` candidates, and for all candidates, where the
 * vote is exact. Sums of raw scores are no weights where some are negative: a further vote would count against its
 * class.
 */
function withVotes(
  curves: SelectionCurves,
  problems: readonly ScoredProblem[],
  methods: readonly SelectionMethod[],
  input: Input,
  options: RateOptions,
): SelectionCurves {
  const negative = problems.some(({ scores }) => some(scores, (score) => score < 0));
  const most = Math.max(leastVoters, input.drawn / (problems.length * curves.subsets));
  const ks = curves.ks.filter((k) => k <= most || k === curves.ks.at(-1));
  const sizeOf = (tables: readonly { correct: ArrayLike<number> }[]) =>
    tables.reduce((n, { correct }) => n + correct.length, 0);
  const complete = sizeOf(problems) === sizeOf(input.judged);
  const known = complete ? input.majority : undefined;
  const votes = methods.filter(
    (method) =>
      method !== 'best-of-n' && !(method === 'weighted-raw' && negative) && !(method === 'majority' && known),
  );
  const voted = selectionCurves(problems, { ...options, ks, methods: votes, exactBudget: 1e5 });
  const all = [...curves.curves, ...(known ? [known] : []), ...voted.curves];
  if (complete) input.majority = all.find(({ method }) => method === 'majority');
  return { ...curves, temperature: voted.temperature, curves: all };
}

/** The candidates that a selector has scored, too. */
export function scoredOf({ correct, classes }: Judged, scores: ArrayLike<number>): ScoredProblem {
  const kept = positions(scores, (score) => !Number.isNaN(score));
  if (kept === undefined) return { scores, correct, ...(classes && { classes }) };
  return {
    scores: pick(scores, kept),
    correct: pick(correct, kept),
    ...(classes && { classes: pick(classes, kept) }),
  };
}

function some(values: ArrayLike<number>, test: (value: number, at: number) => boolean): boolean {
  for (let i = 0; i < values.length; i++) if (test(values[i] as number, i)) return true;
  return false;
}
