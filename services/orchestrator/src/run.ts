/** A run at work: turns submitted candidates into tasks, and judgements into durable verdicts. */

import { type SubmitChunk, type SubmitOptions, untilAborted } from '@assay/client';
import {
  AssayError,
  type CandidateInit,
  keyDigest,
  normalizeText,
  type ProblemInit,
  problemCodec,
  problemDigest,
  type Run,
  type RunProgress,
  type RunVerdict,
  type VerdictSource,
} from '@assay/contract';
import type { Judgement, Store, VerdictRow } from '@assay/store';
import type { Committer } from './committer.ts';
import { LoadMeter } from './load.ts';
import type { OrchestratorOptions } from './options.ts';
import type { VerifierPool } from './pool.ts';
import { errorVerdict, type ProblemRef, type Scope, Task, type Waiter } from './task.ts';

/** A problem of this run. */
interface Entry {
  id: string;
  handle: number;
  digest: string;
  /** The oracle has said CORRECT, in this sitting or of a candidate that came again. */
  solved: boolean;
  /** The store has a CORRECT, which may be of an older version of the verifier: good enough to skip new candidates. */
  solvedBefore: boolean;
  /** Candidates × verifiers under way. */
  outstanding: number;
}

/** One open submission. */
interface Submission {
  onVerdicts: ((verdicts: RunVerdict[]) => void) | undefined;
  /** Durable and not yet handed to onVerdicts. */
  delivered: RunVerdict[];
  /** How much of its input it has submitted; 0: not known. */
  inputShare: number;
}

interface VerifierOfRun extends Scope {
  ordinal: number;
  pool: VerifierPool;
}

/** Candidates that are accepted at a time. */
const pieceSize = 512;

/** Verdicts per second are counted over this many milliseconds. */
const rateMs = 5_000;

export class ActiveRun {
  readonly #store: Store;
  readonly #committer: Committer;
  readonly #options: OrchestratorOptions;
  readonly #verifiers: VerifierOfRun[];
  readonly #problems = new Map<string, Entry>();
  readonly #abort = new AbortController();
  readonly load: LoadMeter;
  #outstanding = 0;
  #outstandingChars = 0;
  #changed: (() => void)[] = [];
  #counts = { submitted: 0, done: 0, judged: 0, shared: 0, stored: 0, skipped: 0, errors: 0, correct: 0 };
  #marks: { at: number; done: number }[] = [];
  readonly #open = new Set<Submission>();
  run: Run;
  /** Open submissions, counted by the orchestrator. */
  submissions = 0;
  /** One of the submissions was the whole input. */
  whole = false;
  /** Called when the last work became durable. */
  onIdle: (run: ActiveRun) => void = () => {};

  constructor(
    run: Run,
    pools: VerifierPool[],
    store: Store,
    committer: Committer,
    options: OrchestratorOptions,
  ) {
    this.run = run;
    this.#store = store;
    this.#committer = committer;
    this.#options = options;
    this.load = new LoadMeter(run.id, pools, committer);
    this.#verifiers = pools.map((pool, ordinal) => ({
      ordinal,
      pool,
      maxAttempts: run.maxAttempts || options.maxAttempts,
      fault: (replica, kind, detail) =>
        committer.addFault({ run: run.id, verifier: ordinal, replica, kind, detail }),
    }));
  }

  /** Work that is not durable yet. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Ends every open submission with this error. */
  abort(error: unknown): void {
    this.#abort.abort(error);
    this.#wake();
  }

  get aborted(): boolean {
    return this.#abort.signal.aborted;
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
    const submission: Submission = { onVerdicts: options.onVerdicts, delivered: [], inputShare: 0 };
    this.#open.add(submission);
    const signal = AbortSignal.any([this.#abort.signal, ...(options.signal ? [options.signal] : [])]);
    const { maxOutstanding, maxOutstandingChars } = this.#options;
    const hasRoom = () => this.#outstanding < maxOutstanding && this.#outstandingChars < maxOutstandingChars;
    let open = 0;
    try {
      for await (const { problem, candidates, inputShare = 0 } of untilAborted(input, signal)) {
        checkCandidates(problem.id ?? '', candidates);
        const ref = problemRef(problem);
        const entry = await this.#problem(ref);
        for (let from = 0; from < candidates.length; from += pieceSize) {
          await this.#until(hasRoom, signal);
          const piece = candidates.slice(from, from + pieceSize);
          for (const verifier of this.#verifiers) {
            await this.#accept(verifier, entry, ref, piece, submission, (count) => {
              open += count;
            });
          }
        }
        submission.inputShare = Math.min(1, inputShare);
      }
      await this.#until(() => open === 0, signal);
    } finally {
      // Nothing is delivered to who has had the end.
      submission.onVerdicts = undefined;
      this.#open.delete(submission);
    }
  }

  async #problem({ digest, message: problem }: ProblemRef): Promise<Entry> {
    const id = problem.id ?? '';
    if (id === '' || id.length > 512) {
      throw new AssayError(
        'invalid_problem',
        `Problem id ${JSON.stringify(id.slice(0, 80))} is empty or too long.`,
        {
          mend: 'Give each problem an id of 1 to 512 characters.',
        },
      );
    }
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
    const solvedBefore = this.run.earlyStop && (await this.#store.isSolved(handle, 0));
    const entry = { id, handle, digest, solved: false, solvedBefore, outstanding: 0 };
    this.#problems.set(id, entry);
    return entry;
  }

  /** Takes candidates for one verifier: each is stored already, shared, joined to a task, or made one. */
  async #accept(
    verifier: VerifierOfRun,
    entry: Entry,
    problem: ProblemRef,
    candidates: readonly CandidateInit[],
    submission: Submission,
    opened: (count: number) => void,
  ): Promise<void> {
    const { pool, ordinal } = verifier;
    const texts = candidates.map((candidate) => normalizeText(candidate.text ?? '', pool.normalization));
    const digests = candidates.map(({ index = 0 }) => keyDigest(this.run, problem.digest, index));
    const keys = texts.map((text, i) => pool.key(digests[i] as string, text));
    const stored = await this.#store.findVerdicts(
      entry.handle,
      ordinal,
      candidates.map((candidate) => candidate.index ?? 0),
    );
    const isStored = candidates.map(({ index = 0 }, i) => {
      const judgement = stored.get(index)?.judgement;
      if (judgement === undefined || judgement.key !== keys[i]) return false;
      const { status, retryable } = judgement.verdict;
      return status !== 'ERROR' || !retryable;
    });
    const cached = await this.#store.findJudgements(keys.filter((_, i) => !isStored[i]));

    for (const [i, candidate] of candidates.entries()) {
      const key = keys[i] as string;
      const text = texts[i] as string;
      this.#counts.submitted++;
      // A problem takes its memory once.
      if (entry.outstanding++ === 0) this.#outstandingChars += problem.bytes;
      this.#outstanding++;
      this.#outstandingChars += text.length;
      opened(1);
      const row: VerdictRow = {
        problem: entry.handle,
        verifier: ordinal,
        candidate: candidate.index ?? 0,
        tokens: candidate.tokens ?? 0,
        source: 'JUDGED',
        judgement: undefined,
      };
      const finish = (source: VerdictSource) => {
        this.#outstanding--;
        this.#outstandingChars -= text.length;
        if (--entry.outstanding === 0) this.#outstandingChars -= problem.bytes;
        opened(-1);
        this.#count(source, row.judgement, ordinal);
        this.#deliver(submission, entry.id, verifier, row, source);
        this.#wake();
        if (this.#outstanding === 0) this.onIdle(this);
      };
      const put = (judgement: Judgement | undefined, source: VerdictSource, durable = () => {}) => {
        row.judgement = judgement;
        row.source = source;
        if (ordinal === 0 && judgement?.verdict.status === 'CORRECT') this.#solve(entry);
        this.#committer.add(row, () => {
          durable();
          finish(source);
        });
      };

      const before = stored.get(row.candidate)?.judgement;
      if (isStored[i]) {
        row.judgement = before;
        if (ordinal === 0 && before?.verdict.status === 'CORRECT') this.#solve(entry);
        finish('STORED');
        continue;
      }
      if (this.run.earlyStop && (entry.solved || (entry.solvedBefore && before === undefined))) {
        put(undefined, 'SKIPPED');
        continue;
      }
      const running = pool.task(key);
      const known = running?.judgement ?? cached.get(key);
      if (known !== undefined) {
        put(known, 'SHARED');
        continue;
      }
      const oversize = pool.oversize(problem, text);
      if (oversize !== undefined) {
        const verdict = errorVerdict('too_large', oversize, false);
        put({ key, verdict, replica: '', attempts: 0 }, 'JUDGED');
        continue;
      }
      const task = running ?? new Task(key, digests[i] as string, problem, text);
      const waiter: Waiter = {
        scope: verifier,
        wanted: () => !this.aborted && !(this.run.earlyStop && entry.solved),
        settle: (judgement, shared) => {
          // Nobody waits any more, and the store may have failed; submitted again, it is found or judged.
          if (this.aborted) pool.forget(task);
          else if (judgement === undefined) put(undefined, 'SKIPPED');
          else put(judgement, shared ? 'SHARED' : 'JUDGED', () => pool.forget(task));
        },
      };
      task.waiters.push(waiter);
      if (running === undefined) pool.add(task);
    }
  }

  /** Where the run stops early, gives up what is under way for the problem. */
  #solve(entry: Entry): void {
    if (entry.solved) return;
    entry.solved = true;
    if (this.run.earlyStop) for (const { pool } of this.#verifiers) pool.dropUnwanted();
  }

  #count(source: VerdictSource, judgement: Judgement | undefined, ordinal: number): void {
    const counts = this.#counts;
    counts.done++;
    if (source === 'JUDGED') counts.judged++;
    else if (source === 'SHARED') counts.shared++;
    else if (source === 'STORED') counts.stored++;
    else counts.skipped++;
    if (judgement?.verdict.status === 'ERROR') counts.errors++;
    if (ordinal === 0 && judgement?.verdict.status === 'CORRECT') counts.correct++;
  }

  #deliver(
    submission: Submission,
    problem: string,
    { pool }: VerifierOfRun,
    row: VerdictRow,
    source: VerdictSource,
  ): void {
    if (submission.onVerdicts === undefined) return;
    if (submission.delivered.length === 0) {
      // What becomes durable together is delivered together.
      queueMicrotask(() => {
        const verdicts = submission.delivered;
        submission.delivered = [];
        submission.onVerdicts?.(verdicts);
      });
    }
    const verdict = row.judgement === undefined ? null : { ...row.judgement.verdict, index: row.candidate };
    submission.delivered.push({ problem, candidate: row.candidate, verifier: pool.name, source, verdict });
  }

  progress(): RunProgress {
    const now = performance.now();
    const { done } = this.#counts;
    this.#marks.push({ at: now, done });
    while (this.#marks.length > 2 && now - (this.#marks[0]?.at ?? 0) > rateMs) this.#marks.shift();
    const first = this.#marks[0] ?? { at: now, done };
    const rate = now > first.at ? ((done - first.done) * 1000) / (now - first.at) : 0;
    // Several may submit the same input: the one behind tells what is left.
    const shares = [...this.#open].map(({ inputShare }) => inputShare);
    const inputShare = shares.length === 0 ? 0 : Math.min(...shares);
    return { run: this.run, problems: this.#problems.size, ...this.#counts, rate, inputShare };
  }
}

/** Error: `invalid_candidate`. */
function checkCandidates(problem: string, candidates: readonly CandidateInit[]): void {
  const isUint32 = (value: number) => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;
  const seen = new Set<number>();
  for (const { index = 0, tokens = 0 } of candidates) {
    if (!isUint32(index) || !isUint32(tokens) || seen.has(index)) {
      const what = seen.has(index)
        ? 'comes twice'
        : `or its tokens (${tokens}) are no whole number below 2³²`;
      throw new AssayError(
        'invalid_candidate',
        `Problem ${JSON.stringify(problem)}: candidate ${index} ${what}.`,
        {
          mend: 'Number the candidates of a problem from 0, each once.',
        },
      );
    }
    seen.add(index);
  }
}

/** By problem object, which must not change: a reader gives the same object for every chunk of a problem. */
const refs = new WeakMap<ProblemInit, ProblemRef>();

function problemRef(problem: ProblemInit): ProblemRef {
  let ref = refs.get(problem);
  if (ref === undefined) {
    ref = { digest: problemDigest(problem), message: problem, bytes: problemCodec.serialize(problem).length };
    refs.set(problem, ref);
  }
  return ref;
}
