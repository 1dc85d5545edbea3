/**
 * The report on a run, as a JSON value (schema `assay.report/v1`).
 *
 * `results` depends on the verdicts alone: two runs over equal input have equal results, however often either was
 * killed and taken up again. `operations` says how the verdicts came about, and differs from time to time.
 */
import type { Run } from '@assay/contract';
import type {
  Agreement,
  Bottleneck,
  CostCurve,
  CoverageRange,
  Dropped,
  Interval,
  Majority,
  NAtK,
  OptimalChoice,
  ScalingLaw,
  SelectionCurves,
  SelectorQuality,
  VerifierLoad,
} from '@assay/statistics';
import type { Fault, TimeTally } from '@assay/store';

export const reportSchema = 'assay.report/v1';

export interface Report {
  schema: typeof reportSchema;
  run: Run;
  results: Results;
  operations: Operations;
}

export interface Results {
  /** Confidence level of every interval. */
  level: number;
  problems: number;
  /** Problems without any candidate; they count in no rate. */
  empty: number;
  /** One for each verifier of the run; the first is the oracle. */
  verifiers: VerifierResults[];
  /** One for each verifier of the run but the oracle, in their order: what picking candidates by its scores gets. */
  selectors: SelectorResults[];
  /** Selectors made of all selectors; empty where there are fewer than two, or one of them has no figures. */
  ensembles: EnsembleResults[];
  /** Which strategy suits problems of each difficulty. Null where nothing selects, or nothing can be measured. */
  optimal: OptimalChoice | null;
  /** Of every two verifiers that decide, in the order of the run. */
  agreements: AgreementResults[];
  /** What judging a share of the candidates again changed, one for each verifier; empty where none was judged again. */
  rechecks: RecheckResults[];
  /** What the candidates cost their sampler. Null where neither token counts nor a model are known. */
  cost: CostCurve | null;
}

/** What two verifiers say of the same candidates, and where they differ. */
export interface AgreementResults extends Agreement {
  first: string;
  second: string;
  /** Candidates to read: at most 20, spread over problems. */
  disagreements: Disagreement[];
}

/** One candidate of which two verdicts differ. */
export interface Disagreement {
  problem: string;
  candidate: number;
  first: VerdictSummary;
  second: VerdictSummary;
}

export interface VerdictSummary {
  status: string;
  reason: string;
  /** Of one line, cut. */
  answer: string;
  message: string;
}

/** A share of candidates, judged again without the cache: a verdict that changes is flaky. */
export interface RecheckResults {
  name: string;
  /** Candidates with two verdicts. */
  rechecked: number;
  /** Of them, those with another status. */
  changed: number;
  /** Candidates that were judged again and of which a verdict is missing (ERROR): no changes. */
  missing: number;
  /** Share that changed, with Wilson's interval; null where none was judged again. */
  share: { estimate: number; interval: Interval } | null;
  /** Of scores, where the verifier scores: the greatest difference. Null: it gives none. */
  greatestDifference: number | null;
  /** At most 20. */
  changes: Disagreement[];
}

/**
 * What picking one of k candidates by a verifier's scores gets, without the oracle, which says only how right that is.
 * The score of a verdict counts; of a verifier that gives none, CORRECT is 1 and INCORRECT 0.
 */
export interface SelectorResults {
  name: string;
  /** Candidates that both the oracle and the selector have judged, and problems with such: all figures are of them. */
  candidates: number;
  problems: number;
  /** All other candidates: a verdict is missing. */
  missing: number;
  /** Whose answer classes vote: the oracle's, or of the first verifier that names any; null: there are none. */
  classesBy: string | null;
  /**
   * Coverage, a random candidate, best-of-N, majority, and a weighted vote for each transform of scores into weights
   * (that of raw scores only where none is negative), each at log-spaced and at few round k; votes of very many
   * candidates only of all of them, as between they would need too many random subsets. Null where nothing can be
   * measured, or the run stopped early: then the number of candidates depends on their verdicts.
   */
  curves: SelectionCurves | null;
  /** How well scores tell right from wrong. Null where `curves` is. */
  quality: SelectorQuality | null;
  /** What has no figure here, or is left out, and why. */
  notes: string[];
}

/**
 * `rank average`; `weighted, with labels` (the oracle's, cross-validated over problems); `weighted, without labels`. Of
 * the weighted votes they have the one by softmax. Weights are fitted to a random part of more than 200,000 candidates.
 */
export interface EnsembleResults extends SelectorResults {
  /** Of each selector. */
  weights: number[];
  /** Selectors that have no part in it. */
  dropped: { name: string; reason: Dropped['reason'] }[];
  /** Parts of the cross-validation: each problem is scored by a fit without its own labels. Null: no labels are used. */
  folds: number | null;
  /** Without labels, the share of correct candidates that was found; else null. */
  prior: number | null;
  /** Why weights are equal, where they had to be. */
  why: string | null;
}

export interface VerifierResults {
  name: string;
  candidates: number;
  correct: number;
  incorrect: number;
  scored: number;
  /** Verdicts that are missing: ERRORs. They are no failures of candidates. */
  error: number;
  /** Not judged, because their problem was solved and the run stops early. */
  skipped: number;
  reasons: { status: string; reason: string; count: number }[];
  /**
   * Problems with a CORRECT candidate; `open` ones have none, and verdicts that are missing. `interval` is of the
   * share, as if the open ones were unsolved. Null where the verifier does not decide.
   */
  solved: { problems: number; open: number; of: number; share: number; interval: Interval } | null;
  /**
   * Coverage (pass@k) at few round k (`table`) and at log-spaced ones (`curve`), with the range that missing verdicts
   * leave open. Null where the verifier does not decide, or the run stopped early: then the number of candidates of
   * a problem depends on their verdicts, and the estimator would be biased.
   */
  coverage: { table: CoverageRange; curve: CoverageRange } | null;
  /** How coverage grows. Null where coverage is, or where there are too few candidates to fit anything. */
  scaling: ScalingLaw | null;
  /** Majority vote at few round k. Null where coverage is, or no candidate has an answer class. */
  majority: Majority | null;
  /**
   * What few submissions get. Null where coverage is, or where verdicts tell of no program, or programs can be told
   * apart neither by example tests nor by answer classes.
   */
  selection: SelectionResults | null;
  /** What has no figure here, and why. */
  notes: string[];
  perProblem: ProblemResults[];
}

/**
 * n@k of AlphaCode (see `nAtK` of @assay/statistics): of k candidates those that pass the example tests are kept, and n
 * of them are submitted, one of each of the largest answer classes. Among judged candidates, as the vote is.
 */
export interface SelectionResults {
  /**
   * Tests that the problems' statements show (parts of verdicts with `example`): candidates are kept that have such
   * parts, all of them CORRECT. Problems without such parts keep every candidate. Null where there are none at all:
   * then nothing is filtered.
   */
  filter: {
    /** Problems with example tests. */
    problems: number;
    /** Those of them in which no candidate passes: nothing is submitted there. */
    nonePassed: number;
    /** Judged candidates of these problems, and those that pass. */
    candidates: number;
    passed: number;
  } | null;
  /**
   * Whether submissions are chosen by answer class. Candidates without one are each a class by itself. False where
   * there are no classes: then submissions are chosen at random.
   */
  cluster: boolean;
  /** n = 1, and n = 10 where every problem has as many candidates; at few round k from n on. */
  submissions: NAtK[];
}

export interface ProblemResults {
  id: string;
  dataset: string;
  candidates: number;
  correct: number;
  error: number;
  skipped: number;
  /** Judged candidates without an answer: they do not vote. */
  abstaining: number;
  /** Number of answer classes, and the largest of them; null where no candidate has an answer. */
  classes: number;
  top: Omit<ClassResults, 'share'> | null;
  /**
   * The largest classes (20 at most, fewer where a run has over 1,000 problems), largest first; and last the largest
   * one with a correct candidate where that is none of them.
   */
  largest: ClassResults[];
  /**
   * What the vote of all judged candidates gets: `tied` classes are largest, one of which it chooses, and it is right
   * with chance `success`. Null where the verifier does not decide, nobody votes, or the run stops early.
   */
  vote: { tied: number; success: number } | null;
  /** Why verdicts are missing: for each reason one of the messages, and the number of candidates. */
  errors: ErrorResults[];
}

/** Candidates of one problem whose answers are equivalent. Long texts are cut, ending in `…`. */
export interface ClassResults {
  /** The class as the verifier names it. */
  answerClass: string;
  /** One of the answers, as written. */
  answer: string;
  count: number;
  /** Of the judged candidates. */
  share: number;
  /** Correct ones: none or all, unless the verifier judges equivalent answers differently. */
  correct: number;
}

export interface ErrorResults {
  reason: string;
  message: string;
  count: number;
}

export interface Operations {
  /** Time during which candidates were submitted, over all sittings. */
  activeMs: number;
  /** Location of the store. */
  store: string;
  /** One for each verifier, in the order of the run. */
  load: VerifierLoad[];
  /** What limits the speed of the run. Null where nothing was judged. */
  bottleneck: Bottleneck | null;
  verifiers: {
    name: string;
    /** Verdicts that a verifier gave for this run, and those that were shared with identical candidates. */
    judged: number;
    shared: number;
    replicas: Omit<TimeTally, 'verifier'>[];
    faults: Omit<Fault, 'run' | 'verifier'>[];
  }[];
}
