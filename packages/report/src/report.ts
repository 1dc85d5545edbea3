/**
 * The report on a run, as a JSON value (schema `assay.report/v1`).
 *
 * `results` depends on the verdicts alone: two runs over equal input have equal results, however often either was
 * killed and taken up again. `operations` says how the verdicts came about, and differs from time to time.
 */
import type { Run } from '@assay/contract';
import type { CoverageRange, Interval, Majority } from '@assay/statistics';
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
  /** Majority vote at few round k. Null where coverage is, or no candidate has an answer class. */
  majority: Majority | null;
  /** What has no figure here, and why. */
  notes: string[];
  perProblem: ProblemResults[];
}

export interface ProblemResults {
  id: string;
  dataset: string;
  candidates: number;
  correct: number;
  error: number;
  skipped: number;
  /** Number of answer classes, and the largest of them; null where no candidate has an answer. */
  classes: number;
  top: { answerClass: string; answer: string; count: number; correct: number } | null;
}

export interface Operations {
  /** Time during which candidates were submitted, over all sittings. */
  activeMs: number;
  /** Location of the store. */
  store: string;
  verifiers: {
    name: string;
    /** Verdicts that a verifier gave for this run, and those that were shared with identical candidates. */
    judged: number;
    shared: number;
    replicas: Omit<TimeTally, 'verifier'>[];
    faults: Omit<Fault, 'run' | 'verifier'>[];
  }[];
}
