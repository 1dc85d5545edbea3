/** What the live view tells, as its JSON: the server makes it, and the page shows it. */
import type { ReplicaState } from '@assay/contract';

/** `/api/overview`. */
export interface Overview {
  /** Milliseconds since 1970, by the server's clock. */
  at: number;
  /** The newest first. */
  runs: RunLine[];
  /** Older runs, which are left out. */
  older: number;
  verifiers: VerifierLine[];
}

export interface RunLine {
  id: string;
  /** `running`: verdicts come; `open`: it takes candidates, and nobody has sent any lately. */
  status: 'running' | 'open' | 'complete' | 'cancelled';
  createdMs: number;
  /** The first decides. */
  verifiers: string[];
  /** What the samples are called; empty: not said. */
  samples: string;
  /** What this server has under way for it. Null: nothing; another process may work on it. */
  progress: Progress | null;
  /** Of the verdicts that are stored. Null: not counted yet. */
  counts: Counts | null;
  /** Verdicts per second of late. Null: not known. */
  rate: number | null;
}

/** Candidates × verifiers since the run was last taken up. */
export interface Progress {
  submitted: number;
  done: number;
  /** How `done` came about. */
  judged: number;
  shared: number;
  stored: number;
  skipped: number;
  errors: number;
  /** Of the whole input. Null: how much that is, is not known. */
  share: number | null;
  secondsLeft: number | null;
}

export interface Counts {
  problems: number;
  /** Problems with a CORRECT candidate by the first verifier. Null: it does not decide. */
  solved: number | null;
  verifiers: VerifierCounts[];
}

export interface VerifierCounts {
  name: string;
  candidates: number;
  correct: number;
  incorrect: number;
  scored: number;
  /** Missing verdicts. */
  error: number;
  skipped: number;
  /** Judged for their own candidate; the others were shared with identical ones. */
  judged: number;
}

/** `/api/run?id=…`. */
export interface RunDetail extends RunLine {
  at: number;
  earlyStop: boolean;
  /** When `counts`, `coverage` and `problems` were counted, in milliseconds since 1970. Null: not yet. */
  countedMs: number | null;
  /** Null with a note that says why. */
  coverage: LiveCoverage | null;
  note: string;
  /** At most `maxCells` of them, in the order in which they came. */
  problems: ProblemCell[];
  /** Of its verifiers, those that this server knows. */
  load: VerifierLine[];
}

/** Coverage by the first verifier, over the problems that have `upTo` judged candidates or more. */
export interface LiveCoverage {
  problems: number;
  /** Problems that have judged candidates. */
  of: number;
  upTo: number;
  /** Interval of 95 % by Student's t over problems. */
  points: { k: number; estimate: number; low: number; high: number }[];
}

export interface ProblemCell {
  id: string;
  /** Candidates judged right or wrong by the first verifier, and right ones. */
  judged: number;
  correct: number;
  /** Missing verdicts. */
  error: number;
}

export interface VerifierLine {
  /** Empty: replicas that have not said their name. */
  name: string;
  /** Candidates that wait for a free slot. */
  queued: number;
  /** Verdicts per second of all replicas. */
  rate: number;
  replicas: ReplicaLine[];
}

export interface ReplicaLine {
  address: string;
  state: ReplicaState;
  version: string;
  kinds: string[];
  /** Candidates that it judges at the same time; 0: not known. */
  slots: number;
  inFlight: number;
  window: number;
  /** Per candidate and slot; 0: not known. */
  serviceMs: number;
  verdicts: number;
  /** Over the last seconds: verdicts per second, and the share of its slots' time in which it had work. */
  rate: number;
  occupied: number;
  /** Calls that failed, by kind. */
  faults: Record<string, number>;
  lastFault: string;
}

/** What an error answers with. */
export interface Failure {
  error: { code: string; message: string };
}

/** Most runs in the overview, problems in a run, and replicas of a verifier. */
export const maxRuns = 200;
export const maxCells = 500;
export const maxReplicas = 200;
