/** From rows to batches. */
import type { CandidateInit, ProblemInit } from '@assay/contract';
import type { SampleBatch } from './api.ts';
import { Fault } from './fault.ts';
import type { Known } from './problems.ts';
import type { Sample } from './schema.ts';

/** Most bytes of text in a batch, unless one candidate alone has more. */
const maxBatchBytes = 1 << 20;
const maxIndex = 0xffffffff;

/** Puts candidates of the same problem together that come one after the other. */
export class Batcher {
  readonly #size: number;
  readonly #limit: number;
  #ready: SampleBatch[] = [];
  #known: Known | undefined;
  /** Of #known, which may let go of it before the batch is complete. */
  #problem: ProblemInit | undefined;
  #candidates: CandidateInit[] = [];
  #bytes = 0;

  /** @param size most candidates in a batch. @param limit most candidates of a problem. */
  constructor(size: number, limit: number) {
    this.#size = size;
    this.#limit = limit;
  }

  /** Samples that follow are of this problem. */
  begin(known: Known): void {
    if (this.#known !== known) this.flush();
    this.#known = known;
    this.#problem = known.problem;
  }

  /** Adds a sample to the problem begun last. @throws Fault where it cannot be used; its index is left out then. */
  add(sample: Sample): void {
    const known = this.#known as Known;
    if (sample instanceof Fault) {
      known.indices.skip();
      throw sample;
    }
    if (known.taken >= this.#limit) return;
    const index = sample.index ?? known.indices.next;
    if (index > maxIndex) {
      throw new Fault('bad_index', `there is no index after ${maxIndex}`, 'Number candidates from 0 or 1.');
    }
    if (!known.indices.add(index)) {
      throw new Fault(
        'duplicate_index',
        `problem ${JSON.stringify(known.id)} has a candidate ${index} already`,
        'Leave `index` out to have candidates numbered in their order.',
      );
    }
    known.taken++;
    const bytes = Buffer.byteLength(sample.text as string);
    const full = this.#candidates.length === this.#size;
    if (full || (this.#bytes > 0 && this.#bytes + bytes > maxBatchBytes)) this.flush();
    this.#candidates.push({ ...sample, index });
    this.#bytes += bytes;
  }

  /** Completes the batch that is being filled; one without candidates only where its problem had no other. */
  flush(): void {
    const known = this.#known;
    if (known === undefined || this.#problem === undefined) return;
    if (this.#candidates.length === 0 && known.given) return;
    this.#ready.push({ problem: this.#problem, candidates: this.#candidates });
    known.given = true;
    this.#candidates = [];
    this.#bytes = 0;
  }

  /** The batches that are complete, once. */
  take(): SampleBatch[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }
}
