/** What a check is, and how it says what it found. */
import type { DescribeResponse, ProblemInit, VerifierConnection } from '@assay/contract';

export interface CheckResult {
  name: string;
  group: string;
  status: 'pass' | 'fail' | 'skip';
  /** For people: what was seen, or what was expected and what came instead. */
  detail: string;
  ms: number;
}

/** The verifier under test and what is known of it. */
export interface Target {
  readonly address: string;
  readonly connection: VerifierConnection;
  readonly describe: DescribeResponse;
  readonly problem: ProblemInit | undefined;
  readonly texts: readonly string[];
  /** Deadline of every call. */
  readonly timeoutMs: number;
  readonly pid: number | undefined;
  /** Candidates that can be judged in a quarter of `timeoutMs`, at most max_batch. */
  readonly affordable: number;
}

export interface Check {
  readonly name: string;
  /** Resolves with a detail where the check passes; throws what `expected` or `skip` make where it does not. */
  run(target: Target): Promise<string>;
}

export interface Group {
  readonly name: string;
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
