/** A piece of work: one key to be judged once, for everyone who wants its verdict. */
import type { ProblemInit, Reason, Verdict } from '@assay/contract';
import type { Judgement } from '@assay/store';

/** A problem as it travels. */
export interface ProblemRef {
  digest: string;
  message: ProblemInit;
  /** Size on the wire, bytes. */
  bytes: number;
}

/** One verifier's work within one run. */
export interface Scope {
  maxAttempts: number;
  /** A replica failed while it had work of this scope. */
  fault(replica: string, kind: string, detail: string): void;
}

/** Someone who wants a verdict: one (run, problem, candidate, verifier). */
export interface Waiter {
  readonly scope: Scope;
  /** False once the verdict is of no use (run cancelled, problem solved and the run stops early). */
  wanted(): boolean;
  /** The verdict is there (not yet durable); undefined: it was not wanted any more and was not judged. */
  settle(judgement: Judgement | undefined, shared: boolean): void;
}

export class Task {
  /** The replica's version may differ from the one in here: see Judgement.key. */
  readonly key: string;
  /** Of the key: see `keyDigest`. */
  readonly digest: string;
  problem: ProblemRef;
  text: string;
  waiters: Waiter[] = [];
  judgement: Judgement | undefined;
  /** Times that a replica took this and gave no final verdict. */
  attempts = 0;
  /** Times that a replica died or stalled with nothing but this to do. */
  soloKills = 0;

  constructor(key: string, digest: string, problem: ProblemRef, text: string) {
    this.key = key;
    this.digest = digest;
    this.problem = problem;
    this.text = text;
  }

  get scopes(): Set<Scope> {
    return new Set(this.waiters.map((waiter) => waiter.scope));
  }

  /** That of the most patient run which wants it. */
  get maxAttempts(): number {
    return this.waiters.reduce((most, { scope }) => Math.max(most, scope.maxAttempts), 1);
  }

  get wanted(): boolean {
    return this.waiters.some((waiter) => waiter.wanted());
  }

  settle(judgement: Judgement | undefined): void {
    this.judgement = judgement;
    let shared = false;
    for (const waiter of this.waiters) {
      waiter.settle(judgement, shared);
      shared = true;
    }
  }
}

/** An ERROR verdict of the orchestrator's own. */
export function errorVerdict(reason: Reason, message: string, retryable: boolean): Verdict {
  return {
    index: 0,
    status: 'ERROR',
    reason,
    message,
    answer: '',
    answerClass: '',
    parts: [],
    times: null,
    retryable,
  };
}

/** Tasks of one problem that are sent in one call, prepared because they were tried before. */
export interface Batch {
  tasks: Task[];
  /** To be sent to a replica that does nothing else meanwhile: one of these may have killed another. */
  exclusive: boolean;
  /** Replicas (addresses) that should not get it again while there are others. */
  avoid: ReadonlySet<string>;
}
