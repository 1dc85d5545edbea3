/**
 * An ONNX model in a process of its own. `InferenceSession.run` of onnxruntime-node is synchronous behind its promise
 * (https://github.com/microsoft/onnxruntime/issues/19611): here it would stop every call and health check for as long
 * as a batch takes. A process can be ended at any moment besides, and its crash is not ours.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { BackendError } from '../types.ts';

export interface TensorInfo {
  readonly name: string;
  readonly type: string;
  /** A name stands for a size that is known at run time. */
  readonly shape: readonly (number | string)[];
}

export interface Start {
  readonly file: string;
  readonly threads: number;
}

export interface Run {
  /** Inputs by name, each of the shape `dims`. */
  readonly feeds: Readonly<Record<string, BigInt64Array>>;
  readonly dims: readonly [rows: number, columns: number];
  readonly output: string;
}

export interface Values {
  readonly values: Float32Array;
  readonly dims: readonly number[];
}

interface Loaded {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

export type FromChild = Loaded | Values | { readonly error: string };

/** A batch that nobody waits for any more gets this much longer, then its process is ended. */
const abandonedMs = 30_000;

export class Session {
  readonly #process: ChildProcess;
  readonly #abandonedMs: number;
  #answer: { resolve(message: FromChild): void; reject(error: BackendError): void } | undefined;
  /** Settles when the run before has ended. */
  #before: Promise<unknown> = Promise.resolve();
  #model: Loaded = { inputs: [], outputs: [] };
  #fate: string | undefined;
  readonly #exit = Promise.withResolvers<void>();

  private constructor(limitMs: number) {
    this.#abandonedMs = limitMs;
    this.#process = fork(join(import.meta.dirname, 'onnx-child.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Nothing of ours; and releases that would report home (Linux: since 1.28) do not.
      env: { ORT_DISABLE_TELEMETRY: '1', ORT_TELEMETRY_DISABLED: '1' },
    });
    this.#process.on('message', (message: FromChild) => this.#answer?.resolve(message));
    this.#process.on('error', (error) => this.#end(error.message));
    this.#process.on('exit', (code, signal) => this.#end(signal ?? `exit code ${code}`));
  }

  /** Loads a model. Throws BackendError: `misuse` where ONNX Runtime refuses the file, `unavailable` where it dies of it. */
  static async open(start: Start, options: { abandonedMs?: number } = {}): Promise<Session> {
    const session = new Session(options.abandonedMs ?? abandonedMs);
    const answer = await session.#ask(start);
    if ('inputs' in answer) {
      session.#model = answer;
      return session;
    }
    session.close();
    const reason = 'error' in answer ? answer.error : 'no answer';
    throw new BackendError(
      'misuse',
      `${start.file}: ONNX Runtime does not load it: ${reason}. Give a whole model.onnx, with the files beside it that it refers to`,
    );
  }

  get inputs(): readonly TensorInfo[] {
    return this.#model.inputs;
  }

  get outputs(): readonly TensorInfo[] {
    return this.#model.outputs;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves when the process has ended, for whatever reason. */
  get ended(): Promise<void> {
    return this.#exit.promise;
  }

  /**
   * One pass of the model; passes run one after another, as each uses all threads. One that is aborted before it began
   * is not run; one that runs is let go on, for a while. Throws BackendError.
   */
  async run(run: Run, signal: AbortSignal): Promise<Values> {
    const before = this.#before;
    const result = (async () => {
      await before;
      if (signal.aborted) throw new BackendError('timeout', 'given up before the model came to it');
      let timer: NodeJS.Timeout | undefined;
      const abandon = () => {
        timer = setTimeout(() => this.#process.kill('SIGKILL'), this.#abandonedMs).unref();
      };
      signal.addEventListener('abort', abandon, { once: true });
      try {
        return await this.#ask(run);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abandon);
      }
    })();
    // A turn of the event loop between two passes, so that an abort that came meanwhile is seen.
    this.#before = result.catch(() => {}).then(() => turn());
    const answer = await result;
    if ('values' in answer) return answer;
    const reason = 'error' in answer ? answer.error : 'an answer to another question';
    throw new BackendError('server', `ONNX Runtime failed: ${reason}`);
  }

  close(): void {
    this.#end('closed');
    this.#process.kill('SIGKILL');
  }

  #ask(message: Start | Run): Promise<FromChild> {
    return new Promise<FromChild>((resolve, reject) => {
      if (this.#fate !== undefined) return reject(gone(this.#fate));
      this.#answer = { resolve, reject };
      this.#process.send(message, (error) => {
        if (error !== null) this.#end(error.message);
      });
    });
  }

  #end(how: string): void {
    this.#fate ??= how;
    this.#answer?.reject(gone(this.#fate));
    this.#exit.resolve();
  }
}

function gone(how: string): BackendError {
  return new BackendError('unavailable', `the process of the ONNX model ended: ${how}`);
}
