/** When a candidate has been at a replica for so long that another should have it as well, and how many may be. */

/** Times of the latest candidates by which the others are judged, and the fewest that say something. */
const window = 512;
const enough = 32;

/**
 * The limit is this percentile, so many times: well beyond the 99th percentile of an ordinary distribution (it is the
 * 99.99th of an exponential one), and not moved by a replica that is slow or hangs, as the 99th itself would be.
 */
const percentile = 0.95;
const factor = 3;

/** Hedges in a row where none were needed for long. */
const maxSaved = 32;

export class Hedging {
  readonly #share: number;
  readonly #floorMs: number;
  readonly #times = new Float64Array(window);
  #seen = 0;
  #saved = 1;

  /** `share`: most hedges for each candidate that is sent; 0: none. */
  constructor(share: number, floorMs: number) {
    this.#share = share;
    this.#floorMs = floorMs;
  }

  /** A verdict came so many milliseconds after its candidate was sent. */
  record(ms: number): void {
    this.#times[this.#seen++ % window] = ms;
  }

  /** So many candidates were sent for the first time. */
  earn(candidates: number): void {
    this.#saved = Math.min(maxSaved, this.#saved + this.#share * candidates);
  }

  /** Milliseconds; undefined: too little is known. */
  get limitMs(): number | undefined {
    if (this.#share === 0 || this.#seen < enough) return undefined;
    const sorted = this.#times.slice(0, this.#seen).sort();
    return Math.max(this.#floorMs, factor * (sorted[Math.floor(percentile * sorted.length)] as number));
  }

  /** Whether there is one left to spend; spends it. */
  spend(): boolean {
    if (this.#saved < 1) return false;
    this.#saved--;
    return true;
  }
}
