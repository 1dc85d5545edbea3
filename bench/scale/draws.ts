/** Draws from distributions, of one seeded source. Times are in seconds. */
import { createRandom } from '@assay/statistics';

export class Draws {
  readonly #random: ReturnType<typeof createRandom>;

  constructor(seed: number, stream = 0) {
    this.#random = createRandom(seed, stream);
  }

  /** Uniform in (0, 1). */
  unit(): number {
    return (this.#random.next() + 0.5) / 2 ** 32;
  }

  exponential(mean: number): number {
    return -Math.log(this.unit()) * mean;
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }

  /** A positive time of a mean and a coefficient of variation: log-normal; constant where `cv` is 0. */
  time(mean: number, cv: number): number {
    if (cv === 0) return mean;
    const variance = Math.log(1 + cv * cv);
    return mean * Math.exp(Math.sqrt(variance) * this.normal() - variance / 2);
  }

  /** By products of uniform numbers up to a mean of 30, by the normal distribution beyond. */
  poisson(mean: number): number {
    if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const end = Math.exp(-mean);
    let count = -1;
    for (let product = 1; product > end; product *= this.unit()) count++;
    return Math.max(0, count);
  }
}
