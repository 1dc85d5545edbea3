/** What a run asks: one candidate's verdict of one verifier, from its acceptance until it is durable. */
import type { VerdictRow, Want, Work } from '@assay/store';
import type { VerifierPool } from './pool.ts';
import type { Submission } from './submission.ts';
import type { ProblemRef, Scope } from './task.ts';

/** A problem of a run. */
export interface Entry {
  /** Empty where it is known by work that was taken over only. */
  id: string;
  handle: number;
  digest: string;
  /** The oracle has said CORRECT, in this sitting or of a candidate that came again. */
  solved: boolean;
  /** The store has a CORRECT, which may be of an older version of the verifier: good enough to skip new candidates. */
  solvedBefore: boolean;
  /** Candidates × verifiers under way; of these, what was taken over. */
  outstanding: number;
  adopted: number;
}

export interface VerifierOfRun extends Scope {
  ordinal: number;
  pool: VerifierPool;
}

export interface Asked {
  verifier: VerifierOfRun;
  entry: Entry;
  problem: ProblemRef;
  /** Normalised. */
  text: string;
  /** See `keyDigest`. */
  digest: string;
  /** Of its judgement, by the version that the verifier has when this is asked. */
  key: string;
  row: VerdictRow;
  /** What the store had of it. */
  before: VerdictRow | undefined;
  /** When, as of `performance.now()`. */
  at: number;
  /** Key under which it is in the queue of a shared store. */
  work: string | undefined;
  /** Whoever waits for it; undefined: nobody here, as it was taken over. */
  submission: Submission | undefined;
}

/** Whether what the store has is a verdict that stands. */
export function isStored({ before, key }: Asked): boolean {
  const judgement = before?.judgement;
  if (judgement === undefined || judgement.key !== key) return false;
  const { status, retryable } = judgement.verdict;
  return status !== 'ERROR' || !retryable;
}

export function workOf({ key, verifier, problem, text }: Asked): Work {
  const { pool, priority } = verifier;
  return { key, verifier: pool.name, digest: problem.digest, text, priority };
}

export function wantOf({ row, key, work = key }: Asked): Want {
  const { problem, verifier, candidate, tokens } = row;
  return { problem, verifier, candidate, tokens, key: work };
}
