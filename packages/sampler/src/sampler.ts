/** Draws what a plan lacks: many requests at a time, each until it has its samples. */
import { setMaxListeners } from 'node:events';
import { AssayError } from '@assay/contract';
import type { Answer } from './answer.ts';
import { RequestFault } from './fault.ts';
import type { SampleFile, SampleRow } from './file.ts';
import { backoffMs, Pace, pause } from './pace.ts';
import type { Asked, Plan, Task } from './plan.ts';
import { requestOf, rowOf } from './request.ts';
import type { ModelServer } from './server.ts';
import type { Settings } from './settings.ts';

export interface SamplerOptions {
  readonly server: ModelServer;
  readonly file: SampleFile;
  readonly plan: Plan;
  readonly settings: Settings;
  /** Requests at the same time. */
  readonly concurrency: number;
  /** Choices of a request. */
  readonly batch: number;
  /** Most requests that begin in a second. */
  readonly rate?: number | undefined;
  /** Tries after a request has failed. */
  readonly retries: number;
  /** Have each choice's tokens counted, where a request has several: log probabilities are asked for. */
  readonly countTokens?: boolean;
  /** One request of each problem in turn; see Plan.tasks. */
  readonly inTurns?: boolean;
  /** Given rows that are on the disk; the next request waits for it. */
  readonly onRows?: (asked: Asked, rows: readonly SampleRow[]) => void | Promise<void>;
  /** Things worth knowing, line by line. */
  readonly onNote?: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A problem whose samples cannot all be drawn, and why. */
export interface SetAside {
  readonly id: string;
  readonly message: string;
}

/** Longer than this nobody waits for a server that asks for it. */
const mostWaitMs = 600_000;

/** Fewer choices than this, or shorter ones, may be equal by chance. */
const equalChoices = 3;
const equalCharacters = 40;

export class Sampler {
  /** Samples written, their tokens, requests answered, and tries that failed. */
  readonly counts = { samples: 0, tokens: 0, promptTokens: 0, requests: 0, retries: 0 };
  readonly setAside: SetAside[] = [];
  readonly #options: SamplerOptions;
  readonly #pace: Pace;
  readonly #stop = new AbortController();
  /** What ends the requests of a problem. */
  readonly #ends = new Map<string, AbortController>();
  readonly #noted = new Set<string>();

  constructor(options: SamplerOptions) {
    this.#options = options;
    this.#pace = new Pace(options.rate);
  }

  /**
   * Settles when nothing is missing but what was set aside or solved. Errors: `server_refused`, `server_failed`,
   * `samples_write`, what onRows throws, the signal's reason.
   */
  async run(): Promise<void> {
    const { plan, batch, concurrency, inTurns = false, signal } = this.#options;
    const tasks = plan.tasks(batch, inTurns);
    const abort = () => this.#halt(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    const work = async () => {
      for (const task of tasks) await this.#do(task);
    };
    const workers = Array.from({ length: concurrency }, () =>
      work().catch((error: unknown) => this.#halt(error)),
    );
    await Promise.all(workers);
    signal.removeEventListener('abort', abort);
    this.#stop.signal.throwIfAborted();
  }

  /** Asks no more of a problem, and ends what is being asked. */
  solve(id: string): void {
    this.#endOf(id).abort(solved);
  }

  /** Ends all that is being asked, and asks nothing more. */
  #halt(reason: unknown): void {
    this.#stop.abort(reason);
    for (const end of this.#ends.values()) end.abort(reason);
  }

  #endOf(id: string): AbortController {
    const end = this.#ends.get(id) ?? new AbortController();
    // Each request under way listens to it.
    if (!this.#ends.has(id)) setMaxListeners(0, end.signal);
    this.#ends.set(id, end);
    return end;
  }

  async #do({ asked, indices }: Task): Promise<void> {
    const { file, plan, settings, onRows } = this.#options;
    const { id } = asked.problem;
    const end = this.#endOf(id);
    const { signal } = end;
    if (this.#stop.signal.aborted || signal.aborted) return;
    try {
      // Servers may give fewer choices than they are asked for: the rest is asked for again.
      for (let left = indices; left.length > 0; ) {
        const run = left.filter((index, i) => index === (left[0] as number) + i);
        const answer = await this.#ask(asked, run, signal);
        const rows = answer.choices.map((choice) => rowOf(asked, run, settings, choice, answer));
        left = left.filter((index) => !rows.some((row) => row.index === index));
        this.#noteChoices(answer, run.length);
        await file.append(rows);
        this.#count(rows, answer);
        for (const row of rows) plan.has(id, row.index, row.prompt_digest);
        await onRows?.(asked, rows);
      }
    } catch (error) {
      if (this.#stop.signal.aborted || signal.aborted) return;
      if (!(error instanceof RequestFault)) throw error;
      end.abort(error);
      this.setAside.push({ id, message: error.message });
      this.#options.onNote?.(`problem ${JSON.stringify(id)} is set aside: ${error.message}`);
    }
  }

  /** One answer, after as many tries as it takes. */
  async #ask(asked: Asked, indices: readonly number[], signal: AbortSignal): Promise<Answer> {
    const { server, settings, retries, countTokens = false } = this.#options;
    const body = requestOf(asked, indices, settings, countTokens);
    const { requests: before } = this.counts;
    let answered = before;
    for (let tries = 0; ; tries++) {
      await this.#pace.turn(signal);
      try {
        return await server.complete(settings.api, body, signal);
      } catch (fault) {
        if (!(fault instanceof RequestFault) || fault.kind === 'prompt') throw fault;
        this.counts.retries++;
        // A server that is busy with others gets to this one, too.
        if (fault.overloaded && this.counts.requests > answered) tries = 0;
        answered = this.counts.requests;
        if (tries >= retries) {
          if (answered > before || (await this.#serverWorks(signal))) throw fault;
          throw new AssayError('server_failed', `No request succeeds any more: ${fault.message}`, {
            mend: 'What was written is kept: the same command goes on once the server works.',
            cause: fault,
          });
        }
        await this.#wait(fault, tries, signal);
      }
    }
  }

  /** Whether it answers to anything else than what has failed. */
  async #serverWorks(signal: AbortSignal): Promise<boolean> {
    const { server, settings } = this.#options;
    return server.probe(settings.model, settings.body, signal).then(
      () => true,
      () => false,
    );
  }

  async #wait(
    { message, overloaded, waitMs }: RequestFault,
    tries: number,
    signal: AbortSignal,
  ): Promise<void> {
    this.#note('retry', `asking again: ${message}`);
    const ms = Math.max(waitMs ?? 0, backoffMs(tries));
    if (ms > mostWaitMs) {
      throw new AssayError(
        'server_failed',
        `The server asks for ${Math.round(ms / 1000)} s of rest: ${message}`,
        {
          mend: 'What was written is kept: the same command goes on then.',
        },
      );
    }
    // A limit is on all requests.
    if (overloaded && waitMs !== undefined) this.#pace.pause(waitMs);
    await pause(ms, signal);
  }

  #count(rows: readonly SampleRow[], { tokens = 0, promptTokens = 0 }: Answer): void {
    this.counts.requests++;
    this.counts.samples += rows.length;
    this.counts.tokens += tokens;
    this.counts.promptTokens += promptTokens;
  }

  #noteChoices({ choices, made }: Answer, asked: number): void {
    if (made < asked) {
      const line = `the server gives ${made} of ${asked} choices: the rest is asked for again; --batch ${made} saves that`;
      this.#note('fewer', line);
    }
    const [first] = choices;
    const equal = choices.every(({ text }) => text === first?.text);
    if (equal && choices.length >= equalChoices && (first?.text.length ?? 0) >= equalCharacters) {
      const line = `all ${choices.length} choices of a request are equal: the server seems to give each the same seed`;
      this.#note('equal', `${line}; begin again with --batch 1`);
    }
  }

  /** Says a thing of its kind once. */
  #note(kind: string, line: string): void {
    if (this.#noted.has(kind)) return;
    this.#noted.add(kind);
    this.#options.onNote?.(line);
  }
}

const solved = new Error('The problem is solved.');
