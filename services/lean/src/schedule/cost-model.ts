/** Milliseconds that a check will take, learned from those that were made. */

/** Weighted sums of a regression of ln(ms) on ln(cost). */
interface Sums {
  weight: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
}

/** Observations that count; older ones fade. */
const memory = 500;

/** Headers that are remembered. Beyond them the longest unseen is forgotten, which costs precision only. */
const maxHeaders = 256;

/**
 * As long as little is known: ms grow with the cube of the cost (98 real proofs by their length: power 3.06, residual
 * 1.2 in ln), at 1.6 s for a cost of 500. The prior weighs as much as so many observations.
 */
const prior = { power: 3, cost: 500, ms: 1600, spread: 0.5, weight: 5 };

/** A line ln(ms) = a + b ln(cost) for each header: what is imported decides what a tactic takes. */
export class CostModel {
  readonly #sums = new Map<string, Sums>();

  predict(header: string, cost: number): number {
    const { weight, x, y, xx, xy } = this.#sums.get(header) ?? initial;
    const slope = (weight * xy - x * y) / (weight * xx - x * x);
    // Dearer is never predicted to be quicker, whatever the noise.
    const power = Math.min(6, Math.max(0.25, slope));
    const ms = Math.exp(y / weight + power * (logOf(cost) - x / weight));
    return Math.min(3_600_000, Math.max(1, ms));
  }

  observe(header: string, cost: number, ms: number): void {
    const sums = this.#sums.get(header) ?? { ...initial };
    // Again the last: Map keeps the order of insertion.
    this.#sums.delete(header);
    this.#sums.set(header, sums);
    if (this.#sums.size > maxHeaders) this.#sums.delete(this.#sums.keys().next().value as string);
    const fade = sums.weight > memory ? memory / sums.weight : 1;
    const [x, y] = [logOf(cost), logOf(ms)];
    sums.weight = sums.weight * fade + 1;
    sums.x = sums.x * fade + x;
    sums.y = sums.y * fade + y;
    sums.xx = sums.xx * fade + x * x;
    sums.xy = sums.xy * fade + x * y;
  }
}

/** Of costs and ms below 1 nothing is said. */
function logOf(value: number): number {
  return Math.log(Math.max(1, value));
}

/** Two points on the prior's line, `spread` (in ln) to each side of its middle. */
const initial: Sums = (() => {
  const { power, cost, ms, spread, weight } = prior;
  const sums = { weight: 0, x: 0, y: 0, xx: 0, xy: 0 };
  for (const side of [-spread, spread]) {
    const x = Math.log(cost) + side;
    const y = Math.log(ms) + power * side;
    sums.weight += weight / 2;
    sums.x += (weight / 2) * x;
    sums.y += (weight / 2) * y;
    sums.xx += (weight / 2) * x * x;
    sums.xy += (weight / 2) * x * y;
  }
  return sums;
})();
