/** A verifier as a child process: kept alive, always at the same address, never outliving this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '@assay/contract';
import type { VerifierProgram } from './builtin.ts';
import { childEnv } from './child-env.ts';

export interface SupervisorOptions {
  /** For messages. */
  name: string;
  program: VerifierProgram;
  /** Further flags of the program. */
  flags?: readonly string[];
  /** Lines that the process writes to stderr. */
  onLog?: (line: string) => void;
  /** It died and will be started again. */
  onRestart?: (message: string) => void;
  /** Gives the first start up. */
  signal?: AbortSignal | undefined;
  /** Milliseconds until it must be ready for the first time. @default 60_000 */
  readyMs?: number;
  /** First and longest pause before it is started again, milliseconds. @default 100, 5_000 */
  backoffMs?: number;
  maxBackoffMs?: number;
}

/** A process that lived for this long is started again without much of a pause. */
const stableMs = 10_000;

export class SupervisedVerifier {
  readonly #options: SupervisorOptions;
  readonly #stopped = new AbortController();
  #child: ChildProcess | undefined;
  #address = '';
  #lastLog = '';
  #failures = 0;

  private constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Starts the process and waits until it is ready. Error: `verifier_start`. */
  static async start(options: SupervisorOptions): Promise<SupervisedVerifier> {
    const { signal, readyMs = 60_000 } = options;
    const verifier = new SupervisedVerifier(options);
    const timeout = AbortSignal.timeout(readyMs);
    try {
      await verifier.#launch(AbortSignal.any(signal === undefined ? [timeout] : [timeout, signal]));
      return verifier;
    } catch (error) {
      await verifier.stop(0);
      throw error;
    }
  }

  /** host:port */
  get address(): string {
    return this.#address;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Resolves with the first life's ready line; the port of that one is the port of all lives to come. */
  #launch(giveUp?: AbortSignal): Promise<void> {
    const { name, program, flags = [] } = this.#options;
    const port = this.#address.slice(this.#address.lastIndexOf(':') + 1) || '0';
    const started = performance.now();
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        ...program.nodeFlags,
        program.entry,
        ...['--host', '127.0.0.1', '--port', port, '--exit-with-parent', ...flags],
      ],
      // A group of its own: Ctrl-C on the terminal is for this process, which then stops its children in order.
      { stdio: ['pipe', 'pipe', 'pipe'], detached: true, env: childEnv(name) },
    );
    this.#child = child;
    child.stdin.on('error', () => {});
    createInterface({ input: child.stderr }).on('line', (line) => {
      // The remedy of an error stands below it, indented.
      const more = /^ +\S/.test(line) && this.#lastLog.startsWith('error: ');
      if (line !== '') this.#lastLog = more ? `${this.#lastLog} ${line.trim()}` : line;
      this.#options.onLog?.(line);
    });
    const ready = Promise.withResolvers<void>();
    let isReady = false;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = isReady ? undefined : readyAddress(line);
      if (address === undefined) return;
      isReady = true;
      this.#address = address;
      ready.resolve();
    });
    const onGiveUp = () => ready.reject(this.#startError('did not become ready in time', giveUp?.reason));
    giveUp?.addEventListener('abort', onGiveUp);
    if (giveUp?.aborted) onGiveUp();
    const onEnd = (how: string) => {
      ready.reject(this.#startError(how));
      if (this.#stopped.signal.aborted || this.#address === '') return;
      if (performance.now() - started > stableMs) this.#failures = 0;
      void this.#restart(how);
    };
    child.once('error', (error) => onEnd(`cannot be started: ${error.message}`));
    child.once('exit', (code, signal) =>
      onEnd(signal === null ? `exited with ${code}` : `died of ${signal}`),
    );
    const settled = ready.promise.finally(() => giveUp?.removeEventListener('abort', onGiveUp));
    settled.catch(() => {});
    return settled;
  }

  #startError(how: string, reason?: unknown): AssayError {
    if (reason instanceof AssayError) return reason;
    const { name, program } = this.#options;
    const last = this.#lastLog === '' ? '' : `; it last wrote: ${this.#lastLog.slice(0, 1000)}`;
    return new AssayError('verifier_start', `Verifier ${name} ${how}${last}`, {
      mend: `See what this machine lacks with: assay doctor. The program is ${program.entry}.`,
    });
  }

  async #restart(how: string): Promise<void> {
    const { name, backoffMs = 100, maxBackoffMs = 5_000, onRestart } = this.#options;
    const pause = Math.min(maxBackoffMs, backoffMs * 2 ** this.#failures++);
    onRestart?.(`verifier ${name} at ${this.#address} ${how}: starting it again in ${pause / 1000} s`);
    try {
      await sleep(pause, undefined, { signal: this.#stopped.signal });
    } catch {
      return;
    }
    this.#launch();
  }

  /** SIGTERM, and SIGKILL for what is still there `graceMs` later. Settles when the process has ended. */
  async stop(graceMs = 3_000): Promise<void> {
    this.#stopped.abort();
    const child = this.#child;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (graceMs > 0) child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  }
}

/** The address in `{"ready":true,"address":"127.0.0.1:43211",…}`. */
function readyAddress(line: string): string | undefined {
  try {
    const { ready, address } = JSON.parse(line) as { ready?: unknown; address?: unknown };
    return ready === true && typeof address === 'string' ? address : undefined;
  } catch {
    return undefined;
  }
}
