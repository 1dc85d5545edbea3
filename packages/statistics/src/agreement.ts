/** What two verifiers say of the same candidates. */
import type { Interval } from './interval.ts';

/** Candidates of which both have said CORRECT or INCORRECT: `rows` by the first, `columns` by the second. */
export interface Agreement {
  readonly both: number;
  readonly correctCorrect: number;
  /** The first says CORRECT, the second INCORRECT: with the first as oracle, false rejects of the second. */
  readonly correctIncorrect: number;
  /** With the first as oracle, false accepts of the second. */
  readonly incorrectCorrect: number;
  readonly incorrectIncorrect: number;
  /** Share of `both` on which they agree; null where there are none. */
  readonly share: number | null;
  /** Cohen's kappa (1960); null where one of them always says the same. */
  readonly kappa: number | null;
  /** Of what the first calls INCORRECT, the share that the second accepts; with Wilson's interval. Null: there is nothing to be a share of. */
  readonly falseAccept: { readonly share: number; readonly interval: Interval } | null;
  /** Of what the first calls CORRECT, the share that the second rejects. */
  readonly falseReject: { readonly share: number; readonly interval: Interval } | null;
}
