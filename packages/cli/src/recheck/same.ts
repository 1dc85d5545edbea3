/** The chosen candidates, read again: those that are what was judged. */
import type { SubmitChunk } from '@assay/client';
import {
  type CandidateInit,
  type DescribeResponse,
  judgementKey,
  keyDigest,
  normalizeText,
  type ProblemInit,
  problemDigest,
  type Run,
} from '@assay/contract';
import type { Store } from '@assay/store';
import type { Chosen } from './choice.ts';

/** A verifier of the run, as it is now. */
export interface Judge {
  readonly name: string;
  /** Position in the run. */
  readonly ordinal: number;
  /** By replica; there is one at least. */
  readonly descriptions: readonly Pick<DescribeResponse, 'version' | 'normalization'>[];
}

export class SameCandidates {
  readonly #store: Store;
  readonly #run: Run;
  readonly #judges: readonly Judge[];
  readonly #left: Map<string, Chosen>;
  /** Candidates that are what was judged. */
  same = 0;
  /** By name of a verifier: candidates of which it would judge something else, or is of another version. */
  readonly differing = new Map<string, number>();
  /** Candidates that differ for any of them. */
  different = 0;

  constructor(store: Store, run: Run, judges: readonly Judge[], chosen: ReadonlyMap<string, Chosen>) {
    this.#store = store;
    this.#run = run;
    this.#judges = judges;
    this.#left = new Map(
      [...chosen].map(([id, { handle, indices }]) => [id, { handle, indices: new Set(indices) }]),
    );
  }

  /** Chosen candidates that have not come yet. */
  get absent(): number {
    return this.#left.values().reduce((sum, { indices }) => sum + indices.size, 0);
  }

  /** Those among the samples; ends where all have come. */
  async *among(samples: AsyncIterable<SubmitChunk>): AsyncGenerator<SubmitChunk> {
    for await (const chunk of samples) {
      const candidates = await this.#take(chunk);
      if (candidates.length > 0) yield { ...chunk, candidates };
      if (this.#left.size === 0) return;
    }
  }

  async #take({ problem, candidates }: SubmitChunk): Promise<CandidateInit[]> {
    const id = problem.id ?? '';
    const chosen = this.#left.get(id);
    if (chosen === undefined) return [];
    const own = candidates.filter(({ index = 0 }) => chosen.indices.delete(index));
    if (chosen.indices.size === 0) this.#left.delete(id);
    if (own.length === 0) return [];
    const digest = problemDigest(problem as ProblemInit);
    const same: CandidateInit[] = [];
    for (const candidate of own) {
      if (await this.#isSame(chosen.handle, digest, candidate)) same.push(candidate);
    }
    this.same += same.length;
    this.different += own.length - same.length;
    return same;
  }

  async #isSame(handle: number, problem: string, { index = 0, text = '' }: CandidateInit): Promise<boolean> {
    const digest = keyDigest(this.#run, problem, index);
    let same = true;
    for (const { name, ordinal, descriptions } of this.#judges) {
      const row = (await this.#store.findVerdicts(handle, ordinal, [index])).get(index);
      const keys = descriptions.map(({ version, normalization }) =>
        judgementKey(name, version, digest, normalizeText(text, normalization)),
      );
      if (keys.includes(row?.judgement?.key ?? '')) continue;
      this.differing.set(name, (this.differing.get(name) ?? 0) + 1);
      same = false;
    }
    return same;
  }
}
