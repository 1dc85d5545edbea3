/** How long verdicts took, in buckets of 2 % each: many weights, little memory. */
export class Times {
  readonly #weights = new Map<number, number>();
  #total = 0;

  /** Counts `weight` verdicts that took so many seconds. */
  add(seconds: number, weight: number): void {
    const bucket = Math.ceil(Math.log(Math.max(seconds, 1e-9)) / Math.log(1.02));
    this.#weights.set(bucket, (this.#weights.get(bucket) ?? 0) + weight);
    this.#total += weight;
  }

  /** Seconds that a share `q` stays below, to 2 %; NaN for none. */
  quantile(q: number): number {
    let sum = 0;
    for (const [bucket, weight] of [...this.#weights].sort(([a], [b]) => a - b)) {
      sum += weight;
      if (sum >= q * this.#total) return 1.02 ** bucket;
    }
    return Number.NaN;
  }
}
