/** The writer in a thread of its own, and how the store talks to it. */
import { DatabaseSync } from 'node:sqlite';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type CommitCells, type ProblemCells, Writer } from './writer.ts';

interface Request {
  problem?: ProblemCells;
  commit?: CommitCells;
  close?: true;
}

/** Answers come in the order of requests. */
type Answer = { value: unknown } | { error: string; errcode: number | undefined };

interface Start {
  assayStoreWriter: true;
  path: string;
  pragmas: string;
  lockTimeoutMs: number;
}

const start = workerData as Start | null;
if (!isMainThread && start?.assayStoreWriter && parentPort !== null) serve(start, parentPort);

function serve({ path, pragmas, lockTimeoutMs }: Start, port: NonNullable<typeof parentPort>): void {
  const db = new DatabaseSync(path, { timeout: lockTimeoutMs });
  db.exec(pragmas);
  const writer = new Writer(db);
  port.on('message', (request: Request) => {
    let answer: Answer;
    try {
      if (request.problem !== undefined) answer = { value: writer.putProblem(request.problem) };
      else if (request.commit !== undefined) answer = { value: writer.commit(request.commit) };
      else {
        writer.end();
        db.close();
        answer = { value: undefined };
      }
    } catch (error) {
      const { message, errcode } = error as Error & { errcode?: number };
      answer = { error: message, errcode };
    }
    port.postMessage(answer);
    if (request.close) port.close();
  });
}

/** The writer as the main thread sees it. */
export class WriterThread {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  #failure: Error | undefined;

  constructor(path: string, pragmas: string, lockTimeoutMs: number) {
    const data: Start = { assayStoreWriter: true, path, pragmas, lockTimeoutMs };
    // None of the flags that this process was started with: some (--eval) are not for threads.
    const execArgv = ['--disable-warning=ExperimentalWarning'];
    // Rows pass through and are garbage at once: a large heap would only be slower to fill.
    const resourceLimits = { maxYoungGenerationSizeMb: 16 };
    this.#worker = new Worker(import.meta.filename, { workerData: data, execArgv, resourceLimits });
    this.#worker.on('message', (answer: Answer) => {
      const { resolve, reject } = this.#waiting.shift() ?? {};
      if ('error' in answer) reject?.(Object.assign(new Error(answer.error), { errcode: answer.errcode }));
      else resolve?.(answer.value);
      if (this.#waiting.length === 0) this.#worker.unref();
    });
    const fail = (error: Error) => {
      this.#failure ??= error;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    };
    this.#worker.on('error', fail);
    this.#worker.on('exit', () => fail(new Error('the thread that writes has ended')));
    this.#worker.unref();
  }

  #ask<T>(request: Request): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    // The process stays as long as something is to be written, and not for the thread's sake.
    this.#worker.ref();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage(request);
    });
  }

  putProblem(problem: ProblemCells): Promise<number> {
    return this.#ask({ problem });
  }

  commit(commit: CommitCells): Promise<number[]> {
    return this.#ask({ commit });
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) await this.#ask({ close: true });
    await this.#worker.terminate();
  }
}
