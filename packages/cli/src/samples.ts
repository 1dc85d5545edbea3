/** The input of a run: read as the orchestrator takes it, counted, and stoppable. */
import type { SubmitChunk } from '@assay/client';
import { AssayError } from '@assay/contract';
import { type ReadOptions, readSamples, type SampleBatch } from '@assay/datasets';
import { unusableInput } from './exit.ts';

export interface SamplesOptions extends ReadOptions {
  /** Ends the reading, also while it waits for a pipe. */
  signal: AbortSignal;
}

export class Samples {
  /** Bytes read, and all there are; 0 where that is not known. */
  readonly input = { bytes: 0, total: 0 };
  readonly #iterator: AsyncGenerator<SampleBatch>;
  readonly #aborted: Promise<never>;
  #next: IteratorResult<SampleBatch> | undefined;

  private constructor(paths: string[], { signal, ...options }: SamplesOptions) {
    this.#iterator = readSamples(paths, {
      ...options,
      onProgress: (bytes, total = 0) => Object.assign(this.input, { bytes, total }),
    });
    this.#aborted = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    this.#aborted.catch(() => {});
  }

  /**
   * Opens files and reads up to the first usable row, so that unusable input is known before anything is started.
   * Errors, here and while it is read: `no_samples` where there is no such row, and those of readSamples.
   */
  static async open(paths: string[], options: SamplesOptions): Promise<Samples> {
    const samples = new Samples(paths, options);
    samples.#next = await samples.#read();
    if (samples.#next.done) {
      throw new AssayError('no_samples', `No row of ${paths.join(', ')} can be used.`, {
        mend: 'What is wrong with them is said above; assay run --help describes the formats.',
      });
    }
    return samples;
  }

  #read(): Promise<IteratorResult<SampleBatch>> {
    const next = this.#iterator.next().catch((error: unknown) => {
      throw unusableInput(error);
    });
    return Promise.race([next, this.#aborted]);
  }

  /** To be read once. */
  async *[Symbol.asyncIterator](): AsyncGenerator<SubmitChunk> {
    try {
      for (let next = this.#next; next !== undefined && !next.done; next = await this.#read()) {
        const { bytes, total } = this.input;
        yield { ...next.value, ...(total > 0 && { inputShare: Math.min(1, bytes / total) }) };
      }
    } finally {
      this.close();
    }
  }

  /** Lets the files go. Nothing to wait for: a reader that waits for a pipe does not answer. */
  close(): void {
    this.#iterator.return(undefined).catch(() => {});
  }
}
