/** A run at work: turns submitted candidates into tasks, and judgements into durable verdicts. */
import { type SubmitChunk, type SubmitOptions, untilAborted } from '@assay/client';
import { AssayError, beginTrace, type CandidateInit, type Run, type RunProgress } from '@assay/contract';
import type { Store, TakenWork, Want } from '@assay/store';
import { Allowance, type TenantAllowances } from './allowance.ts';
import type { Entry, VerifierOfRun } from './asked.ts';
import { Asking, type AskingHost, type Held } from './asking.ts';
import type { Committer } from './committer.ts';
import { LoadMeter } from './load.ts';
import type { OrchestratorOptions } from './options.ts';
import type { VerifierPool } from './pool.ts';
import type { Sharing } from './shared.ts';
import { checkCandidates, checkProblemId, problemRef, Submission } from './submission.ts';
import type { ProblemRef } from './task.ts';

/** Candidates that are accepted at a time. */
const pieceSize = 512;

/** Pieces of one submission that wait for a shared store at a time: its answers take a while, however few they are. */
const maxPieces = 16;

/** What all runs of an orchestrator use. */
export interface RunContext {
  store: Store;
  /** Where several processes work on a run. */
  sharing: Sharing | undefined;
  committer: Committer;
  tenants: TenantAllowances;
  options: OrchestratorOptions;
}

export class ActiveRun implements AskingHost {
  readonly #store: Store;
  readonly #sharing: Sharing | undefined;
  readonly #options: OrchestratorOptions;
  readonly #verifiers: VerifierOfRun[];
  readonly #problems = new Map<string, Entry>();
  /** By handle. */
  readonly #entries = new Map<number, Entry>();
  /** Those that are still to be asked about: see `learnSolved`. */
  #learning: IterableIterator<Entry> | undefined;
  readonly #abort = new AbortController();
  readonly load: LoadMeter;
  readonly #asking: Asking;
  #changed: (() => void)[] = [];
  readonly #open = new Set<Submission>();
  run: Run;
  /** Open submissions, counted by the orchestrator. */
  submissions = 0;
  /** One of the submissions was the whole input. */
  whole = false;
  /** Called when the last work became durable. */
  onIdle: (run: ActiveRun) => void = () => {};
  /** Called when it has failed: nothing more comes of it. */
  onFail: (run: ActiveRun) => void = () => {};

  constructor(run: Run, pools: VerifierPool[], context: RunContext) {
    const { store, sharing, committer, tenants, options } = context;
    this.run = run;
    this.#asking = new Asking(this, run, pools, context);
    this.#store = store;
    this.#sharing = sharing;
    this.#options = options;
    this.load = new LoadMeter(run.id, pools, committer);
    const allowance = new Allowance(() => run.maxInFlight, tenants.of(run.tenant));
    this.#verifiers = pools.map((pool, ordinal) => ({
      ordinal,
      pool,
      maxAttempts: run.maxAttempts || options.maxAttempts,
      priority: run.priority,
      weight: run.weight,
      allowance,
      fault: (replica, kind, detail) =>
        committer.addFault({ run: run.id, verifier: ordinal, replica, kind, detail }),
    }));
  }

  /** Work that is not durable yet. */
  get outstanding(): number {
    return this.#asking.outstanding;
  }

  /** Of these, work that was taken over. */
  get adopted(): Readonly<Held> {
    return this.#asking.adopted;
  }

  /** Ends every open submission with this error. */
  abort(error: unknown): void {
    this.#abort.abort(error);
    this.#wake();
  }

  /** Aborts it; submitted again, it begins anew. */
  fail(error: unknown): void {
    this.abort(error);
    this.onFail(this);
  }

  get aborted(): boolean {
    return this.#abort.signal.aborted;
  }

  onEnd(): void {
    this.#wake();
    if (this.outstanding === 0) this.onIdle(this);
  }

  #wake(): void {
    for (const resolve of this.#changed.splice(0)) resolve();
  }

  async #until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      for (signal.throwIfAborted(); !condition(); signal.throwIfAborted()) {
        await new Promise<void>((resolve) => this.#changed.push(resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  async submit(input: AsyncIterable<SubmitChunk>, options: SubmitOptions): Promise<void> {
    const verifiers = this.run.verifiers.join();
    const attributes = { run: this.run.id, verifiers };
    const trace = beginTrace('Submit', { parent: options.trace, kind: 'server', attributes });
    const submission = new Submission(options.onVerdicts, trace);
    this.#open.add(submission);
    const failure = new AbortController();
    const signals = [this.#abort.signal, failure.signal, ...(options.signal ? [options.signal] : [])];
    const signal = AbortSignal.any(signals);
    const pieces = new Set<Promise<void>>();
    const hasRoom = () => this.#asking.hasRoom && pieces.size < maxPieces;
    try {
      for await (const { problem, candidates, inputShare = 0 } of untilAborted(input, signal)) {
        checkCandidates(problem.id ?? '', candidates);
        const ref = problemRef(problem);
        const entry = await this.#problem(ref);
        for (let from = 0; from < candidates.length; from += pieceSize) {
          await this.#until(hasRoom, signal);
          const accepted = this.#acceptPiece(
            entry,
            ref,
            candidates.slice(from, from + pieceSize),
            submission,
          );
          if (this.#sharing === undefined) {
            await accepted;
            continue;
          }
          pieces.add(accepted);
          const ended = () => {
            pieces.delete(accepted);
            this.#wake();
          };
          accepted.catch((error: unknown) => failure.abort(error)).then(ended);
        }
        submission.inputShare = Math.min(1, inputShare);
      }
      await this.#until(() => pieces.size === 0, signal);
      // It is all in the queue: whoever ends its work ends the run.
      if (this.#sharing !== undefined && options.complete)
        await this.#store.setRunState(this.run.id, 'COMPLETE');
      await this.#until(() => submission.open === 0, signal);
    } catch (error) {
      trace?.end(error);
      if (options.signal?.aborted) this.#leave(submission);
      throw error;
    } finally {
      trace?.end();
      submission.end();
      this.#open.delete(submission);
      // What is in the queue of a shared store must become a task, or be given back.
      await Promise.allSettled(pieces);
    }
  }

  /** Whoever submitted is gone: unless they are back soon and ask again, the work is given up. A shared store keeps it. */
  #leave(submission: Submission): void {
    if (this.#sharing !== undefined) return;
    const giveUp = () => {
      submission.gone = true;
      for (const { pool } of this.#verifiers) pool.dropUnwanted();
    };
    setTimeout(giveUp, this.#options.lingerMs).unref();
  }

  async #problem({ digest, message: problem }: ProblemRef): Promise<Entry> {
    const id = problem.id ?? '';
    checkProblemId(id);
    const known = this.#problems.get(id);
    if (known?.digest === digest) return known;
    if (known !== undefined) {
      throw new AssayError('problem_differs', `Problem ${JSON.stringify(id)} came with two contents.`, {
        mend: 'Give problems of different content different ids.',
      });
    }
    const handle = await this.#store.putProblem(
      this.run.id,
      { id, dataset: problem.dataset ?? '', promptTokens: problem.promptTokens ?? 0 },
      digest,
    );
    const entry = await this.#entry(handle, digest);
    entry.id = id;
    this.#problems.set(id, entry);
    return entry;
  }

  async #entry(handle: number, digest: string): Promise<Entry> {
    const solvedBefore = this.run.earlyStop && (await this.#store.isSolved(handle, 0));
    const known = this.#entries.get(handle);
    if (known?.digest === digest) return known;
    const entry = { id: '', handle, digest, solved: false, solvedBefore, outstanding: 0, adopted: 0 };
    this.#entries.set(handle, entry);
    return entry;
  }

  /**
   * Others may solve a problem: what is under way for it here is given up where the run stops early. To be called now
   * and then; asks for `ms`, and goes on from there the next time.
   */
  async learnSolved(ms: number): Promise<void> {
    if (this.#sharing === undefined || !this.run.earlyStop) return;
    const end = performance.now() + ms;
    while (performance.now() < end && !this.aborted) {
      this.#learning ??= this.#entries.values();
      const { value: entry, done } = this.#learning.next();
      if (done) {
        this.#learning = undefined;
        return;
      }
      if (entry.outstanding === 0 || entry.solved || entry.solvedBefore) continue;
      if (await this.#store.isSolved(entry.handle, 0)) this.#asking.solved(entry);
    }
  }

  async #acceptPiece(
    entry: Entry,
    problem: ProblemRef,
    candidates: readonly CandidateInit[],
    submission: Submission,
  ): Promise<void> {
    const attributes = { problem: entry.id, candidates: candidates.length };
    const trace = submission.trace?.child('accept', { attributes });
    try {
      for (const verifier of this.#verifiers) {
        await this.#asking.accept(verifier, entry, problem, candidates, submission);
      }
    } finally {
      trace?.end();
    }
  }

  /** Takes over work of another process for its wants of this run; answers how many it has judged. */
  async adopt(work: TakenWork, wants: readonly Want[], problem: ProblemRef): Promise<number> {
    let adopted = 0;
    for (const { problem: handle, verifier: ordinal, ...candidate } of wants) {
      const verifier = this.#verifiers[ordinal];
      if (verifier?.pool.name !== work.verifier) continue;
      const entry = await this.#entry(handle, problem.digest);
      // A suspect goes before all others: whoever dies while it waits makes it look worse.
      const scope = work.suspect ? { ...verifier, priority: Number.POSITIVE_INFINITY } : verifier;
      const asked = this.#asking.ask(scope, entry, problem, work.text, candidate);
      this.#asking.adopt({ ...asked, work: work.key });
      adopted++;
    }
    return adopted;
  }

  /** Of this process. */
  progress(): RunProgress {
    // Several may submit the same input: the one behind tells what is left.
    const shares = [...this.#open].map(({ inputShare }) => inputShare);
    const inputShare = shares.length === 0 ? 0 : Math.min(...shares);
    return { run: this.run, problems: this.#problems.size, ...this.#asking.progress(), inputShare };
  }
}
