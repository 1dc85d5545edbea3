/** What an orchestrator does for its callers: the same whether it runs in this process or behind gRPC. */
import type {
  CandidateInit,
  CreateRunRequestInit,
  ProblemInit,
  Run,
  RunProgress,
  RunVerdict,
  VerifierStatus,
} from '@assay/contract';
import type { Metadata } from '@grpc/grpc-js';

/** Some candidates of one problem. */
export interface SubmitChunk {
  problem: ProblemInit;
  candidates: readonly CandidateInit[];
  /** How much of the whole input has come with this chunk, as a share of it, where that is known. */
  inputShare?: number;
}

export interface SubmitOptions {
  /** The input is the run's whole input: mark the run COMPLETE when everything has its verdict. */
  complete?: boolean;
  /** Called with verdicts as they become durable. */
  onVerdicts?: (verdicts: RunVerdict[]) => void;
  /** W3C's trace context of whoever asks (`traceparent`), where there is one. */
  trace?: Metadata;
  /** Aborting ends the submission; what is stored stays. */
  signal?: AbortSignal;
}

export interface OrchestratorApi {
  /**
   * Creates a run, or opens the one with this id. `tenant`: whose it is, where the caller's token does not say.
   * Errors: `run_exists`, `invalid_run`.
   */
  createRun(request: CreateRunRequestInit, tenant?: string): Promise<Run>;
  /**
   * Sends candidates; settles when each has a durable verdict of every verifier of the run. The input is read no
   * faster than verdicts come. Errors: `run_unknown`, `run_busy`, `run_cancelled`, `store_write`, …
   */
  submit(run: string, input: AsyncIterable<SubmitChunk>, options?: SubmitOptions): Promise<void>;
  /** Progress at once and then every `intervalMs` until the run ends or `signal` aborts. */
  watchRun(
    run: string,
    options?: { once?: boolean; intervalMs?: number; signal?: AbortSignal },
  ): AsyncIterable<RunProgress>;
  /** The report (JSON text, schema `assay.report/v1`) on the verdicts stored so far. */
  getReport(run: string, options?: { level?: number }): Promise<string>;
  listRuns(): Promise<Run[]>;
  listVerifiers(): Promise<VerifierStatus[]>;
  cancelRun(run: string): Promise<Run>;
  /** Makes a replica known (or, with `drain`, takes it out); answers the seconds within which to repeat it. */
  registerVerifier(address: string, drain?: boolean): Promise<number>;
  close(): Promise<void>;
}
