/** What a check is, and how it says what it found. */
import type { DescribeResponse, Dialed, ProblemInit, VerifierConnection } from '@assay/contract';

export interface CheckResult {
  name: string;
  group: string;
  status: 'pass' | 'fail' | 'skip';
  /** For people: what was seen, or what was expected and what came instead. */
  detail: string;
  ms: number;
}

export interface Unjudged {
  why: string;
  /** The problem is one that the suite made up, knowing no more than its kind: that is no fault of the verifier. */
  madeUp: boolean;
}

/** The verifier under test and what is known of it. */
export interface Target {
  readonly address: string;
  readonly dialed: Dialed;
  readonly connection: VerifierConnection;
  readonly describe: DescribeResponse;
  readonly problem: ProblemInit | undefined;
  readonly texts: readonly string[];
  /** Why no candidate of the problem is judged, where none is; what then passes would say nothing. */
  readonly unjudged: Unjudged | undefined;
  /** Deadline of every call. */
  readonly timeoutMs: number;
  readonly pid: number | undefined;
  /** Candidates that can be judged in a quarter of `timeoutMs`, at most max_batch. */
  readonly affordable: number;
}

export interface Check {
  readonly name: string;
  /** It is made whether or not candidates are judged. */
  readonly always?: boolean;
  /** Resolves with a detail where the check passes; throws what `expected` or `skip` make where it does not. */
  run(target: Target): Promise<string>;
}

export interface Group {
  readonly name: string;
  /** Its checks are skipped where no candidate is judged. */
  readonly needsJudging?: boolean;
  readonly checks: readonly Check[];
}

export class Failed extends Error {}
export class Skipped extends Error {}

/** Ends a check that holds not. */
export function failed(expected: string, got: string): never {
  throw new Failed(`expected ${expected}; got ${got}`);
}

/** Ends a check that cannot be made here. */
export function skipped(why: string): never {
  throw new Skipped(why);
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
