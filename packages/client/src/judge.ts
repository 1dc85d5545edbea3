/** Online: one problem and some candidates, judged while the caller waits. */
import { randomUUID } from 'node:crypto';
import { AssayError, type CandidateInit, type ProblemInit, type RunVerdict } from '@assay/contract';
import type { OrchestratorApi, SubmitChunk } from './api.ts';
import { orAborted } from './until-aborted.ts';

export interface JudgeOptions {
  /** Names of the verifiers; the first is the oracle. */
  verifiers: readonly string[];
  /** Judge every candidate for itself: no verdict comes from a cache or goes there. */
  uncached?: boolean;
  priority?: number;
  weight?: number;
  labels?: Readonly<Record<string, string>>;
  /**
   * Problems in one run; then another is made, so that no run grows without end.
   * @default 10000
   */
  problemsPerRun?: number;
}

export interface JudgeRequest {
  /** Its id may be anything, also empty. */
  problem: ProblemInit;
  /** Texts, numbered from 0, or candidates with their own indexes. */
  candidates: readonly (string | CandidateInit)[];
  /** Milliseconds after which what has no verdict is given up. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface Judged {
  /** Of every candidate and verifier that was judged in time, with the problem's own id. */
  verdicts: RunVerdict[];
  /** Whether that is all. */
  complete: boolean;
}

/**
 * Judges problem after problem, several at a time, within runs of its own. Each verdict is durable, and identical work
 * is done once, as in every run.
 */
export class OnlineJudge {
  readonly #api: OrchestratorApi;
  readonly #options: JudgeOptions;
  #run: Promise<string> | undefined;
  /** Problems of this run so far: each has an id of its own in it. */
  #count = 0;

  constructor(api: OrchestratorApi, options: JudgeOptions) {
    this.#api = api;
    this.#options = options;
  }

  /** Rejects with the reason of the signal, and with errors of the orchestrator; what is late is none. */
  async judge({ problem, candidates, timeoutMs, signal }: JudgeRequest): Promise<Judged> {
    signal?.throwIfAborted();
    const sent = candidates.map((one, index) => (typeof one === 'string' ? { index, text: one } : one));
    const verdicts: RunVerdict[] = [];
    const late = new AssayError('late', 'The time for judging is over.');
    const aborter = new AbortController();
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => aborter.abort(late), timeoutMs);
    const within = signal === undefined ? aborter.signal : AbortSignal.any([aborter.signal, signal]);
    const onVerdicts = (some: RunVerdict[]) => {
      for (const verdict of some) verdicts.push({ ...verdict, problem: problem.id ?? '' });
    };
    try {
      for (let tries = 1; ; tries++) {
        const { made, id } = this.#place();
        async function* input(): AsyncGenerator<SubmitChunk> {
          yield { problem: { ...problem, id }, candidates: sent };
        }
        try {
          // It is COMPLETE whenever nobody submits to it, and so none of a tenant's open runs.
          const options = { complete: true, signal: within, onVerdicts };
          await this.#api.submit(await orAborted(made, within), input(), options);
          return { verdicts, complete: true };
        } catch (error) {
          if (!(error instanceof AssayError && error.code === 'run_unknown') || tries > 1) throw error;
          // The orchestrator has another store than before: one is made there.
          this.#forget(made);
          verdicts.length = 0;
        }
      }
    } catch (error) {
      if (error !== late) throw error;
      return { verdicts, complete: false };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Gives up its run, where there is one, and does not wait for that. */
  cancel(): void {
    this.#run?.then((run) => this.#api.cancelRun(run)).catch(() => {});
  }

  /** A run, and the id of the next problem in it. */
  #place(): { made: Promise<string>; id: string } {
    const { problemsPerRun = 10_000, verifiers, labels, ...settings } = this.#options;
    if (this.#run === undefined || this.#count >= problemsPerRun) {
      this.#count = 0;
      const request = {
        ...settings,
        id: `online-${randomUUID()}`,
        verifiers: [...verifiers],
        labels: { kind: 'online', ...labels },
      };
      const made = this.#api.createRun(request).then(({ id }) => id);
      // Where it cannot be made, the next one tries again.
      made.catch(() => this.#forget(made));
      this.#run = made;
    }
    return { made: this.#run, id: String(this.#count++) };
  }

  #forget(run: Promise<string>): void {
    if (this.#run === run) this.#run = undefined;
  }
}

/** Judges one problem, in a run of its own. For more than one, keep an OnlineJudge. */
export async function judge(
  api: OrchestratorApi,
  { problem, candidates, timeoutMs, signal, ...options }: JudgeRequest & JudgeOptions,
): Promise<Judged> {
  const request = {
    problem,
    candidates,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(signal && { signal }),
  };
  const online = new OnlineJudge(api, options);
  let complete = false;
  try {
    const judged = await online.judge(request);
    complete = judged.complete;
    return judged;
  } finally {
    // Nobody comes back to it.
    if (!complete) online.cancel();
  }
}
