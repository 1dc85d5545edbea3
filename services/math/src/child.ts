/** One child process, as the pool sees it: one piece of work at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Boot, End, FromChild, Work } from './messages.ts';

/** A part of the results, and how the work ended where it did. */
export interface Report {
  readonly results: string;
  readonly end: End | undefined;
  /** Of a fault: the position of its batch, where that is known. */
  readonly batch: number | undefined;
  /** Of a fault: where it came about; undefined where that is not known. */
  readonly at: 'head' | 'item' | undefined;
  readonly message: string;
  readonly starved: boolean;
}

/** Time beyond the timeout for a child to say so itself, before it is ended. */
const graceMs = 80;

/** Time for a child to come up, or to come back with a new isolate. */
const bootTimeoutMs = 30_000;
const rebootTimeoutMs = 10_000;

export class Child {
  readonly #process: ChildProcess;
  readonly #boot: Boot;
  readonly #onReady: () => void;
  #exited = false;
  #booted = false;
  #onReport: ((report: Report) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Why it is being ended. */
  #fault: { end: End; message: string } | undefined;

  /** `onReady`: it takes work (again); `onExit`: whether it had come up at all, and what it said. */
  constructor(boot: Boot, onReady: () => void, onExit: (booted: boolean, message: string) => void) {
    this.#boot = boot;
    this.#onReady = onReady;
    // The first flag is what isolated-vm needs on this version of Node; no other process does.
    this.#process = fork(join(import.meta.dirname, 'isolate.ts'), {
      execArgv: ['--no-node-snapshot', '--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: {},
    });
    let said = '';
    this.#process.on('message', (message: FromChild) => {
      if (message.ready) {
        this.#booted = true;
        clearTimeout(this.#timer);
        this.#onReady();
      } else if (!this.#booted) said = message.message ?? '';
      else this.#report(message);
    });
    const exit = (what: string) => {
      if (this.#exited) return;
      this.#exited = true;
      clearTimeout(this.#timer);
      const { end, message } = this.#fault ?? { end: 'crash', message: what };
      this.#report({ end, message });
      onExit(this.#booted, said || message);
    };
    this.#process.on('error', (error) => exit(error.message));
    this.#process.once('exit', (code, signal) => exit(`the isolate's process ended with ${signal ?? code}`));
    this.#process.send(boot, () => {});
    this.#limit(bootTimeoutMs, 'it does not start');
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  /** Starts some work. The last report is the one with an `end`. */
  start(work: string, onReport: (report: Report) => void): void {
    this.#onReport = onReport;
    // UTF-8 takes half of what a string does with a single character beyond Latin-1 in it.
    this.#process.send({ work: Buffer.from(work) } satisfies Work, () => {});
    this.#limit(this.#boot.timeoutMs + graceMs, `no sign of life for ${this.#boot.timeoutMs + graceMs} ms`);
  }

  /** Ends a batch of the work that runs, soon; what it has not judged has the value null. */
  stop(batch: number): void {
    if (this.#onReport !== undefined) this.#process.send({ stop: batch }, () => {});
  }

  #report({ results = '', end, batch, at, message = '', starved = false }: FromChild): void {
    clearTimeout(this.#timer);
    const onReport = this.#onReport;
    if (end !== undefined) this.#onReport = undefined;
    if (!this.#exited) {
      if (end === undefined) this.#limit(this.#boot.timeoutMs + graceMs, 'no sign of life');
      else if (end !== 'done') this.#limit(rebootTimeoutMs, 'no new isolate');
    }
    onReport?.({ results, end, batch, at, message, starved });
    if (!this.#exited && end === 'done') this.#onReady();
  }

  /** Ends the process unless it sends something in time. */
  #limit(ms: number, message: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      // What has arrived while this process was busy is read before the next timer.
      this.#timer = setTimeout(() => {
        this.#fault = { end: 'timeout', message };
        this.kill();
      }, 1);
    }, ms);
  }
}
