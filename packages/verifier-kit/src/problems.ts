/** Problems by digest: a problem of megabytes is sent once, not with every batch. */
import { type Problem, problemCodec } from '@assay/contract';

/** A problem that passed the request checks. */
export interface KnownProblem {
  readonly problem: Problem;
  readonly digest: string;
  /** Why it cannot be judged, where it cannot. */
  readonly fault: string | undefined;
}

/** Least recently used problems are forgotten when their encoded bytes exceed `maxBytes`. */
export class ProblemCache {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, { known: KnownProblem; bytes: number }>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(digest: string): KnownProblem | undefined {
    const entry = this.#entries.get(digest);
    if (entry === undefined) return undefined;
    // A Map iterates in the order of insertion: the first entry is the one unused for longest.
    this.#entries.delete(digest);
    this.#entries.set(digest, entry);
    return entry.known;
  }

  add(known: KnownProblem): void {
    // Encoding only tells the size; a problem that comes with every batch is not to pay for it every time.
    if (this.get(known.digest) !== undefined) return;
    const bytes = problemCodec.serialize(known.problem).length;
    if (bytes > this.#maxBytes) return;
    this.#bytes += bytes;
    this.#entries.set(known.digest, { known, bytes });
    for (const [digest, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#entries.delete(digest);
      this.#bytes -= entry.bytes;
    }
  }
}
