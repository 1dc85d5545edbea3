/** A piece of work: one key to be judged once, for everyone who wants its verdict. */
import type { ProblemInit, Reason, Trace, Verdict } from '@assay/contract';
import type { Judgement } from '@assay/store';
import type { Allowance } from './allowance.ts';
import type { Lane } from './lane.ts';

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
  /** Runs of a higher one get free slots first. */
  priority: number;
  /** Share of the slots' time among runs of equal priority; > 0. */
  weight: number;
  /** What the run may have at replicas. */
  allowance: Allowance;
  /** A replica failed while it had work of this scope. */
  fault(replica: string, kind: string, detail: string): void;
}

/** Someone who wants a verdict: one (run, problem, candidate, verifier). */
export interface Waiter {
  readonly scope: Scope;
  /** False once the verdict is of no use (run cancelled, problem solved and the run stops early), and then for good. */
  wanted(): boolean;
  /** The verdict is there (not yet durable); undefined: it was not wanted any more and was not judged. */
  settle(judgement: Judgement | undefined, shared: boolean): void;
}

export const nowhere: readonly Lane[] = [];

export class Task {
  /** The replica's version may differ from the one in here: see Judgement.key. */
  readonly key: string;
  /** Of the key: see `keyDigest`. */
  readonly digest: string;
  problem: ProblemRef;
  text: string;
  waiters: Waiter[] = [];
  judgement: Judgement | undefined;
  /** Of the submission that asked for it first, where that is traced. */
  trace: Trace | undefined;
  /** Has its judgement, or was given up: whatever comes of it now is of no use. */
  settled = false;
  /** Times that a replica took this and gave no final verdict. */
  attempts = 0;
  /** Times that a replica died or stalled with nothing but this to do. */
  soloKills = 0;
  /** How often it waits or is at a replica: twice where it is hedged. */
  copies = 0;
  /** Where it waits for its first replica: in a lane of each run that wants it. */
  lanes: readonly Lane[] = nowhere;
  /** Where it waits after it was tried. */
  batch: Batch | undefined;

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
    return !this.settled && this.waiters.some((waiter) => waiter.wanted());
  }

  wantedBy(scope: Scope): boolean {
    return !this.settled && this.waiters.some((waiter) => waiter.scope === scope && waiter.wanted());
  }

  settle(judgement: Judgement | undefined): void {
    this.judgement = judgement;
    this.settled = true;
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

/** How a batch is to be sent. */
export interface Sending {
  /** To a replica that does nothing else meanwhile: one of these may have killed another. */
  exclusive?: boolean;
  /** Replicas (addresses) that should not get it again while there are others. */
  avoid?: ReadonlySet<string>;
  /** Beside a replica that has it already and takes long. */
  hedge?: boolean;
}

const none: ReadonlySet<string> = new Set();

/** Tasks of one problem that are sent in one call. */
export class Batch {
  tasks: Task[];
  readonly exclusive: boolean;
  readonly avoid: ReadonlySet<string>;
  hedge: boolean;
  /** Where it waits, because its tasks were tried before: in a lane of each run that wants one of them. */
  lanes: Lane[] = [];
  /** At a replica: the lane that its slots' time is charged to. */
  payer: Lane | undefined;

  constructor(tasks: Task[], { exclusive = false, avoid = none, hedge = false }: Sending = {}) {
    this.tasks = tasks;
    this.exclusive = exclusive;
    this.avoid = avoid;
    this.hedge = hedge;
  }
}
