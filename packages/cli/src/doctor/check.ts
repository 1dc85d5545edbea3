/** What a check of this machine is. */

export interface Finding {
  ok: boolean;
  /** What was found. */
  detail: string;
  /** How to mend it; where it is not ok. */
  mend?: string;
}

export interface Check {
  name: string;
  /** What an optional part is needed for; absent: Assay needs it. */
  neededFor?: string;
  run(): Promise<Finding>;
}
