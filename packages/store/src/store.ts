/** What the orchestrator and the report need of a store: SQLite on one machine, Postgres for a fleet. */
import type { Run, RunState, Verdict, VerdictSource } from '@assay/contract';

/** Settings of a run, fixed when it is created. */
export type RunSettings = Pick<Run, 'id' | 'verifiers' | 'earlyStop' | 'maxAttempts' | 'labels'> &
  Partial<Pick<Run, 'uncached' | 'priority' | 'weight' | 'maxInFlight' | 'tenant'>>;

/** What tells a run from a copy of it. */
export type RunOrigin = Pick<Run, 'id' | 'state' | 'createdMs'> & {
  activeMs: number;
  /** Null: see `Store.load`. */
  loopMs: number | null;
};

/** One act of judging: what a verifier said of one (problem, text), whoever asked. */
export interface Judgement {
  /** Set by the store when it is first committed. */
  id?: number;
  /** `judgementKey` of @assay/contract. */
  key: string;
  verdict: Verdict;
  /** Address of the replica that judged; empty where none did. */
  replica: string;
  /** Times that it was tried. */
  attempts: number;
  /**
   * Key of the work (see SharedWork) that this settles: it is stored only while this process holds the work, and then
   * for everyone who wants it.
   */
  work?: string;
}

/** A candidate's verdict in a run. Several may share one judgement. */
export interface VerdictRow {
  /** Handle given by `putProblem`. */
  problem: number;
  /** Position in RunSettings.verifiers. */
  verifier: number;
  /** Candidate index. */
  candidate: number;
  /** Tokens of the candidate; 0: unknown. */
  tokens: number;
  source: VerdictSource;
  /** Absent for a skipped candidate. */
  judgement: Judgement | undefined;
}

/** A thing that went wrong with a replica, counted per kind. */
export interface Fault {
  run: string;
  verifier: number;
  replica: string;
  kind: string;
  count: number;
  /** The latest one, for people. */
  detail: string;
}

/** What a run took while something was submitted to it, and who was there to judge: in all, or since the last one. */
export interface RunLoad {
  run: string;
  /** Milliseconds in which something was submitted. */
  activeMs: number;
  /** Of these, milliseconds in which the orchestrator's process was busy. */
  loopMs: number;
  replicas: ReplicaLoad[];
}

export interface ReplicaLoad {
  verifier: number;
  replica: string;
  /** Of the verifier that it was; one that became another version has an entry for each. */
  version: string;
  /** At its last appearance. */
  slots: number;
  /** First and last appearance, milliseconds since 1970. */
  firstMs: number;
  lastMs: number;
  /** Slots × milliseconds in which it was there, and those of them in which it had work (of any run). */
  slotMs: number;
  busyMs: number;
}

/** What one verifier said of one problem's candidates, counted. */
export interface ProblemTally {
  problem: number;
  verifier: number;
  correct: number;
  incorrect: number;
  scored: number;
  error: number;
  skipped: number;
  /** Verdicts that were judged for their own candidate (the others share one). */
  judged: number;
  /** Tokens of all candidates. */
  tokens: number;
  /** Verdicts whose parts tell of a program's run or of a test that the problem's statement shows. */
  programs: number;
}

/** Candidates of one problem that share an answer class. */
export interface ClassTally {
  problem: number;
  verifier: number;
  /** Empty: no answer. */
  answerClass: string;
  /** One of the answers, as written. */
  answer: string;
  count: number;
  correct: number;
}

/** Candidates of one problem that share an answer class, by the tests that its statement shows (the examples). */
export interface ProgramTally {
  problem: number;
  verifier: number;
  /** Empty: none, which says nothing of how these candidates behave. */
  answerClass: string;
  count: number;
  correct: number;
  /** Of `count`, those with an example among their parts. */
  tested: number;
  /** Of `tested`, those with all their examples CORRECT. */
  passed: number;
  passedCorrect: number;
}

/** What every verifier says of one problem's candidates, in columns: position i is the same candidate in each. */
export interface CandidateScores {
  problem: number;
  /** Indices of the candidates that any verifier has a verdict of, ascending. */
  candidates: Float64Array;
  /** By position in RunSettings.verifiers. */
  verifiers: ScoreColumns[];
}

/** One verifier's verdicts of these candidates. */
export interface ScoreColumns {
  /** Numbers of VerdictStatus in the proto; 0: none. */
  statuses: Uint8Array;
  /** NaN: none. */
  scores: Float64Array;
  /** Answer classes of this verifier, numbered from 0 as candidates come; -1: none. */
  classes: Int32Array;
}

export interface StoredProblem {
  handle: number;
  id: string;
  dataset: string;
  promptTokens: number;
  /** Of its content. */
  digest: string;
}

export interface ReasonTally {
  verifier: number;
  status: Verdict['status'];
  reason: string;
  count: number;
}

/** Candidates of one problem whose verdicts are missing for the same reason. */
export interface ErrorTally {
  problem: number;
  verifier: number;
  reason: string;
  /** One of the verdicts' messages: the first in the order of their bytes. */
  message: string;
  count: number;
}

/** Time that a verifier took, over the judgements of a run. */
export interface TimeTally {
  verifier: number;
  replica: string;
  judgements: number;
  queueUs: number;
  serviceUs: number;
  cpuUs: number;
  maxServiceUs: number;
}

/** One act of judging that is wanted and not settled, with all that another process needs to take it over. */
export interface Work {
  /** `judgementKey`: whoever wants the same joins in, in whatever process. */
  key: string;
  /** Name of the verifier. */
  verifier: string;
  /** Digest of the problem, whose content is stored before (`putContent`). */
  digest: string;
  /** The candidate, normalised. */
  text: string;
  /** Of the run that asks, at most `mostPriority`; the most urgent work is taken over first. @default 0 */
  priority?: number;
}

/** A candidate's verdict that is to come from the work of this key. */
export type Want = Pick<VerdictRow, 'problem' | 'verifier' | 'candidate' | 'tokens'> & { key: string };

/** Work of a process that is gone, taken over. */
export interface TakenWork extends Work {
  /** Processes that had it, and died or failed with it. */
  taken: number;
  /** So many that it may be why: see `SharedWork.take`. */
  suspect: boolean;
  /** At least one, of any run. */
  wants: (Want & { run: string })[];
}

/**
 * The durable queue of a store that several orchestrators share. Work is leased to one process at a time: a process
 * that has not called `beat` for `leaseMs` (by the store's clock) is taken for dead, and others take what it held.
 * Every want has its work until `commit` settles both, in the transaction that stores the verdicts.
 */
/** What is wanted, and not judged yet. */
export interface Waiting extends Want {
  /** Whether a process that lives has the work. */
  held: boolean;
}

export interface SharedWork {
  readonly leaseMs: number;
  /** Says that this process lives; to be called every third of `leaseMs`. Ends runs whose last work is done. */
  beat(): Promise<void>;
  /** Keeps a problem's content for as long as there is work of it. */
  putContent(digest: string, content: Uint8Array): Promise<void>;
  /**
   * Makes work and wants durable (wants of equal (problem, verifier, candidate) are replaced). Answers for every key:
   * `mine`: this process is to judge it; `elsewhere`: another one does, and `unsettled` tells when it has;
   * `judged`: it has a judgement by now.
   */
  enqueue(
    work: readonly Work[],
    wants: readonly Want[],
  ): Promise<Map<string, 'mine' | 'elsewhere' | 'judged'>>;
  /**
   * Takes over work of dead processes (or given back), of these verifiers, the most urgent first; others may take the
   * rest. At most `limit` pieces, of at most `bytes` with their problems (but one, whatever its size). Work that
   * five processes had who died may be why they did: a process has one piece of that kind at a time.
   */
  take(verifiers: readonly string[], limit: number, bytes?: number): Promise<TakenWork[]>;
  /** The problem of work that this process has, serialized. */
  content(digest: string): Promise<Uint8Array>;
  /**
   * Gives up work that nobody wants any more, and gives back what others want: they can take it at once. `failed`: this
   * process could do nothing with it, which counts as a death.
   */
  release(keys: readonly string[], failed?: boolean): Promise<void>;
  /** Forgets that these are wanted (skipped, or their run is cancelled). */
  unwant(wants: readonly Omit<Want, 'key' | 'tokens'>[]): Promise<void>;
  /** Those of these wants that wait still. */
  unsettled(wants: readonly Want[]): Promise<Waiting[]>;
  /** How much work of each verifier is held by nobody who lives. */
  unowned(): Promise<Map<string, number>>;
  /** Gives back everything at once: this process is about to end. */
  leave(): Promise<void>;
}

/**
 * A durable store of runs. Methods are atomic: after a kill at any moment each has either happened or not.
 * Every method may throw AssayError `store_*`.
 */
export interface Store {
  /** Where it is, for people; without secrets. */
  readonly location: string;
  /** Where several processes may work on a run; undefined: `claimRun` gives a run to one. */
  readonly shared?: SharedWork;

  /** Creates the run, or opens it where it exists with equal settings; other settings: `run_exists`. */
  openRun(settings: RunSettings): Promise<Run>;
  getRun(id: string): Promise<Run | undefined>;
  listRuns(): Promise<Run[]>;
  setRunState(id: string, state: RunState): Promise<void>;
  /** Gives a copy of a run what only the original has: its id, state, age and times. Error: `run_exists`. */
  adoptRun(id: string, original: RunOrigin): Promise<void>;
  /**
   * With all that is only its own; judgements are everyone's and stay. Error: `run_busy` while another process that
   * lives has a claim on it.
   */
  deleteRun(id: string): Promise<void>;
  /**
   * Claims a run for this process; to be repeated every few seconds. Refused (`run_busy`) while another process
   * holds it: one of this machine while it lives, one of another until it has not repeated its claim for 30 s.
   * In a shared store it is never refused: a run is not COMPLETE while a living process has a claim on it.
   */
  claimRun(id: string): Promise<void>;
  releaseRun(id: string): Promise<void>;

  /**
   * Records a problem of a run and gives its handle. Durable before any of its verdicts is, and soon anyway. Where
   * its content has changed, verdicts of the old content are dropped.
   */
  putProblem(run: string, problem: Omit<StoredProblem, 'handle' | 'digest'>, digest: string): Promise<number>;
  /** In the order of the lengths of their ids, then of the ids: that of all that is asked about a run. */
  problems(run: string): Promise<StoredProblem[]>;

  /** Judgements by key, ERRORs excepted: those are not reused. */
  findJudgements(keys: readonly string[]): Promise<Map<string, Judgement>>;
  /** The verdicts that a problem has for these candidates, by candidate index. */
  findVerdicts(
    problem: number,
    verifier: number,
    candidates: readonly number[],
  ): Promise<Map<number, VerdictRow>>;
  /** Whether a verifier has said CORRECT of any of the problem's candidates. */
  isSolved(problem: number, verifier: number): Promise<boolean>;

  /**
   * Stores verdicts, faults and load in one transaction; durable when it returns. There is one verdict for a (problem,
   * verifier, candidate): one by another judgement replaces it; by the same one, or a skip, leaves it as it is. Faults
   * and load add up. Answers the verdicts that were not stored: the work that they settle (Judgement.work) is held by
   * another process, or was settled by one. Error: `store_refused` where something of it cannot be stored (of a run
   * that was deleted, or a value that is no such), and nothing is.
   */
  commit(
    verdicts: readonly VerdictRow[],
    faults?: readonly Fault[],
    loads?: readonly RunLoad[],
  ): Promise<readonly VerdictRow[]>;

  tallies(run: string): Promise<ProblemTally[]>;
  /** Class tables, ordered by (problem, verifier, class). */
  classTallies(run: string): AsyncIterable<ClassTally>;
  /** Class tables with what the example tests say, ordered by (problem, verifier, class). */
  programTallies(run: string): AsyncIterable<ProgramTally>;
  reasonTallies(run: string): Promise<ReasonTally[]>;
  /** ERRORs, ordered by (problem, verifier, reason). */
  errorTallies(run: string): AsyncIterable<ErrorTally>;
  timeTallies(run: string): Promise<TimeTally[]>;
  faults(run: string): Promise<Fault[]>;
  /** All that was added. `loopMs` is null for a run of an earlier version, of which not all load is recorded. */
  load(run: string): Promise<Omit<RunLoad, 'loopMs'> & { loopMs: number | null }>;
  /** Statuses, scores and answer classes side by side, for every problem that has verdicts, in their order. */
  candidateScores(run: string): AsyncIterable<CandidateScores>;
  /** Verdicts of a run in the order of (problem, verifier, candidate). */
  verdicts(run: string): AsyncIterable<VerdictRow & { problemId: string }>;

  /** Reads the store as it is at this moment, whatever is written meanwhile. */
  withSnapshot<T>(read: (view: Store) => Promise<T>): Promise<T>;

  /** What was committed is durable already; waits for writes under way. */
  close(): Promise<void>;
}
