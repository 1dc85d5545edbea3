/** Successes of one model on a set of problems: of a stored run, or brought from elsewhere. */

/** Columns: position i is the same problem in each. */
export interface CountTable {
  /** Of the run, of the model where a file has several, else of the file. */
  readonly name: string;
  /** Id of the stored run that it is of; absent: brought from elsewhere. */
  readonly run?: string;
  readonly problems: readonly string[];
  /** Judged candidates, and successes among them. */
  readonly n: readonly number[];
  readonly c: readonly number[];
  /** Candidates without a verdict. */
  readonly missing: readonly number[];
  /** Tokens of each problem's prompt, and of all its candidates together; null: not known. */
  readonly promptTokens: readonly number[] | null;
  readonly candidateTokens: readonly number[] | null;
  /** Name of the model that sampled; null: not known. */
  readonly model: string | null;
}
