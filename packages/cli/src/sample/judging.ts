/** Samples go into a run while more of them are drawn. */
import { once, setMaxListeners } from 'node:events';
import { PassThrough } from 'node:stream';
import type { OrchestratorApi, SubmitChunk } from '@assay/client';
import type { RunVerdict } from '@assay/contract';
import type { Asked, SampleRow } from '@assay/sampler';
import { settingsOf } from '../builtin.ts';
import { labelsOf } from '../reading.ts';
import { conclude } from '../run.ts';
import { deriveRunId } from '../run-id.ts';
import { openSite, type Site } from '../site.ts';
import type { SampleOptions } from './options.ts';

/** Batches of samples that may wait for the verifiers. */
const waiting = 64;

export class Judging {
  readonly id: string;
  /** Problems that have a success. */
  readonly solved = new Set<string>();
  verdicts = 0;
  /** Aborts where judging fails. */
  readonly failed = new AbortController();
  readonly #site: Site;
  readonly #oracle: string;
  readonly #chunks = new PassThrough({ objectMode: true, highWaterMark: waiting });
  readonly #signal: AbortSignal;
  #live: Promise<void> = Promise.resolve();
  #onSolved: (id: string) => void = () => {};

  private constructor(id: string, oracle: string, site: Site, signal: AbortSignal) {
    this.id = id;
    this.#oracle = oracle;
    this.#site = site;
    this.#signal = AbortSignal.any([signal, this.failed.signal]);
    // Each request that waits for the verifiers listens to them.
    setMaxListeners(0, this.#signal, this.#chunks);
  }

  /**
   * Creates or opens the run: the one that `assay run OUT --problems PROBLEMS --verifier NAMES` has, so that it goes on
   * with it. Close it.
   */
  static async open(
    out: string,
    problems: readonly string[],
    verifiers: readonly [string, ...string[]],
    model: string,
    options: SampleOptions,
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Judging> {
    const { earlyStop = false } = options;
    const env = settingsOf(verifiers, process.env);
    const id = options.run ?? deriveRunId({ samples: [out], problems, verifiers, earlyStop, env });
    const site = await openSite(verifiers, options, say, signal);
    try {
      await site.api.createRun({
        id,
        verifiers: [...verifiers],
        earlyStop,
        labels: { ...labelsOf([out], { problems: [...problems] }), model },
      });
      say(`run ${id}: ${verifiers.join(', ')}; store: ${site.where}`);
      return new Judging(id, verifiers[0], site, signal);
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  get api(): OrchestratorApi {
    return this.#site.api;
  }

  onSolved(listener: (id: string) => void): void {
    this.#onSolved = listener;
    for (const id of this.solved) listener(id);
  }

  /** Judges samples that were there before. Where some are stored already, nobody is asked again. */
  submit(chunks: AsyncIterable<SubmitChunk>): Promise<void> {
    const onVerdicts = (some: readonly RunVerdict[]) => this.#take(some);
    const submitted = this.api.submit(this.id, chunks, { signal: this.#signal, onVerdicts });
    submitted.catch((error: unknown) => this.failed.abort(error));
    return submitted;
  }

  /** From now on samples may be given. */
  begin(): void {
    this.#live = this.submit(this.#chunks);
  }

  /** Settles when there is room for more. */
  async give(asked: Asked, rows: readonly SampleRow[]): Promise<void> {
    this.#signal.throwIfAborted();
    if (this.#chunks.write(chunkOf(asked, rows))) return;
    await once(this.#chunks, 'drain', { signal: this.#signal }).catch(() => this.#signal.throwIfAborted());
  }

  /** Settles when all that was given has its verdicts. */
  async end(): Promise<void> {
    this.#chunks.end();
    await this.#live;
  }

  /** Nothing more comes: marks the run as complete where `whole`. True where verdicts are missing. */
  async conclude(whole: boolean, options: SampleOptions, tell: (line: string) => void): Promise<boolean> {
    const none = (async function* () {})();
    if (whole) await this.api.submit(this.id, none, { complete: true, signal: this.#signal });
    return conclude(this.api, this.id, options, tell, options.json ? () => {} : undefined);
  }

  async close(): Promise<void> {
    this.#chunks.destroy();
    await this.#site.close();
  }

  #take(verdicts: readonly RunVerdict[]): void {
    this.verdicts += verdicts.length;
    for (const { problem, verifier, verdict } of verdicts) {
      if (verifier !== this.#oracle || verdict?.status !== 'CORRECT' || this.solved.has(problem)) continue;
      this.solved.add(problem);
      this.#onSolved(problem);
    }
  }
}

/** Samples of a problem that are given to the run at once. */
const mostTogether = 256;

/** The first `most` rows of a file, those that were there before, for the run. */
export async function* chunksOf(
  rows: AsyncIterable<SampleRow>,
  asked: readonly Asked[],
  n: number,
  most: number,
): AsyncGenerator<SubmitChunk> {
  const byId = new Map(asked.map((each) => [each.problem.id, each]));
  let count = 0;
  let batch: SampleRow[] = [];
  const take = () => {
    const one = byId.get(batch[0]?.id ?? '');
    const wanted = batch.filter(({ index }) => index < n);
    batch = [];
    return one === undefined || wanted.length === 0 ? [] : [chunkOf(one, wanted)];
  };
  if (most === 0) return;
  for await (const row of rows) {
    if (batch.length === mostTogether || (batch.length > 0 && batch[0]?.id !== row.id)) yield* take();
    batch.push(row);
    // What comes behind is being written, and given to the run as it comes: it is not even looked at.
    if (++count === most) break;
  }
  yield* take();
}

function chunkOf({ problem }: Asked, rows: readonly SampleRow[]): SubmitChunk {
  problem.promptTokens ||= rows[0]?.prompt_tokens ?? 0;
  const candidates = rows.map(({ index, sample, tokens = 0 }) => ({ index, text: sample, tokens }));
  return { problem, candidates };
}
