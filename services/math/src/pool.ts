/**
 * Isolates in child processes. A process, because it is the only thing that can be ended at any moment: the timeout
 * of an isolate does not stop a native operation (one BigInt power can run for a minute), and an isolate that runs
 * out of memory may take its process along. A worker thread could be ended, too, but shares that fate with us.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { AssayError } from '@assay/contract';
import type { Answer, Boot } from './messages.ts';

export interface PoolOptions {
  /** The script whose function is called in the isolates. */
  readonly source: string;
  /** Children, each of which judges one batch at a time. */
  readonly slots: number;
  /** Wall milliseconds that one call may take. @default 2000 */
  readonly timeoutMs?: number;
  /** Memory of an isolate. @default 128 */
  readonly memoryMb?: number;
}

/** Why a call gave no answer. `crash`: its process died. */
export class CallFailure extends Error {
  readonly kind: 'timeout' | 'failure' | 'crash';

  constructor(kind: CallFailure['kind'], message: string) {
    super(message);
    this.name = 'CallFailure';
    this.kind = kind;
  }
}

/** Time for the isolate's own timeout, which keeps the process, before the process is ended. */
const graceMs = 250;
const bootTimeoutMs = 30_000;

interface Call {
  readonly json: string;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (json: string) => void;
  readonly reject: (error: Error) => void;
}

export class Pool {
  readonly #boot: Boot;
  readonly #slots: number;
  readonly #children = new Set<Child>();
  readonly #idle: Child[] = [];
  readonly #queue: Call[] = [];
  #closed = false;

  constructor({ source, slots, timeoutMs = 2_000, memoryMb = 128 }: PoolOptions) {
    this.#boot = { source, memoryMb, timeoutMs };
    this.#slots = slots;
  }

  /** Starts all children; throws AssayError `no_isolates` where they do not come up. */
  async start(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#slots }, () => this.#addChild()));
    } catch (cause) {
      this.close();
      throw new AssayError('no_isolates', `isolates do not start: ${(cause as Error).message}`, {
        mend: 'Check that isolated-vm is installed for this version of Node (npm ci); stderr may say more.',
        cause,
      });
    }
  }

  /** Process ids of the children that live. */
  get pids(): number[] {
    return [...this.#children].map(({ pid }) => pid);
  }

  /** Calls the function with one string. Rejects with CallFailure; a call whose signal aborts while it waits is dropped. */
  call(json: string, signal?: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new CallFailure('crash', 'the pool is closed'));
      this.#queue.push({ json, signal, resolve, reject });
      this.#pump();
    });
  }

  /** Ends all children; calls that wait or run reject. */
  close(): void {
    this.#closed = true;
    for (const child of this.#children) child.kill();
    for (const call of this.#queue.splice(0)) call.reject(new CallFailure('crash', 'the pool is closed'));
  }

  async #addChild(): Promise<void> {
    const child = new Child(() => this.#lost(child));
    this.#children.add(child);
    const { failure, message } = await child.ask(this.#boot, bootTimeoutMs);
    if (failure !== undefined) {
      child.kill();
      throw new CallFailure(failure, message ?? '');
    }
    child.booted = true;
    this.#idle.push(child);
    this.#pump();
  }

  /** A child died: another takes its place, later each time one does not even start. */
  #lost(child: Child): void {
    this.#children.delete(child);
    const at = this.#idle.indexOf(child);
    if (at >= 0) this.#idle.splice(at, 1);
    if (!this.#closed && child.booted) this.#replace(0);
  }

  #replace(attempt: number): void {
    this.#addChild().catch(() => {
      setTimeout(
        () => !this.#closed && this.#replace(attempt + 1),
        Math.min(30_000, 100 * 2 ** attempt),
      ).unref();
    });
  }

  #pump(): void {
    while (this.#queue.length > 0 && this.#idle.length > 0) {
      const call = this.#queue.shift() as Call;
      if (call.signal?.aborted) call.reject(call.signal.reason);
      else void this.#run(this.#idle.pop() as Child, call);
    }
  }

  async #run(child: Child, call: Call): Promise<void> {
    try {
      const { json, failure, message } = await child.ask(call.json, this.#boot.timeoutMs + graceMs);
      if (json !== undefined) call.resolve(json);
      else call.reject(new CallFailure(failure ?? 'failure', message ?? 'no answer'));
    } catch (error) {
      call.reject(error as Error);
    }
    if (child.alive) {
      this.#idle.push(child);
      this.#pump();
    }
  }
}

/** One child process: one question at a time. */
class Child {
  /** It has an isolate. */
  booted = false;
  #exited = false;
  readonly #process: ChildProcess;
  #pending: { resolve: (answer: Answer) => void; reject: (error: CallFailure) => void } | undefined;
  #killedFor: CallFailure | undefined;

  constructor(onExit: () => void) {
    // The flag is what isolated-vm needs on this version of Node; no other process does.
    this.#process = fork(join(import.meta.dirname, 'isolate.ts'), {
      execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {},
    });
    this.#process.on('message', (answer: Answer) => this.#pending?.resolve(answer));
    const exit = (what: string) => {
      if (this.#exited) return;
      this.#exited = true;
      this.#pending?.reject(this.#killedFor ?? new CallFailure('crash', what));
      onExit();
    };
    this.#process.on('error', (error) => exit(error.message));
    this.#process.once('exit', (code, signal) => exit(`the isolate's process ended with ${signal ?? code}`));
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  get alive(): boolean {
    return !this.#exited && !this.#process.killed;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  ask(message: Boot | string, timeoutMs: number): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#killedFor = new CallFailure('timeout', `no answer within ${timeoutMs} ms`);
        this.kill();
      }, timeoutMs);
      const settle = () => {
        clearTimeout(timer);
        this.#pending = undefined;
      };
      this.#pending = {
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#process.send(message);
    });
  }
}
