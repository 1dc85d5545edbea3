/** Summaries of a list of numbers. */

export function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

/** Arithmetic mean; NaN for none. */
export function mean(values: ArrayLike<number>): number {
  return total(values) / values.length;
}

/** Sample standard deviation (n - 1 below the line); NaN for fewer than two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN;
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] as number) - centre) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}

/**
 * Quantile of values in ascending order, q in [0, 1]: linear interpolation, type 7 of Hyndman and Fan 1996
 * ("Sample quantiles in statistical packages"; what R and NumPy do by default). NaN for no values.
 */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[below + 1] ?? low;
  return low + (at - below) * (high - low);
}

/**
 * The values over a power of two, so that none is 2 or more from 0: sums of them and of their squares stay finite. Exact,
 * save for values too small to count beside the greatest. NaN stays NaN.
 */
export function scaled(values: ArrayLike<number>): Float64Array {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (size > most) most = size;
  }
  const unit = most === 0 ? 1 : 2 ** Math.min(1023, Math.floor(Math.log2(most)));
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = (values[i] as number) / unit;
  return out;
}

/**
 * Standard scores: each value less the mean, over the standard deviation (n below the line). 0 where values are all
 * equal, and where one is NaN, which counts in neither.
 */
export function standardScores(values: ArrayLike<number>): Float64Array {
  const out = scaled(values);
  let count = 0;
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < out.length; i++) {
    const value = out[i] as number;
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  // Rounding of a mean of equal values must not tell them apart.
  if (!(least < most)) return out.fill(0);
  const centre = sum / count;
  let squares = 0;
  for (let i = 0; i < out.length; i++) {
    const value = out[i] as number;
    if (!Number.isNaN(value)) squares += (value - centre) ** 2;
  }
  const spread = Math.sqrt(squares / count);
  for (let i = 0; i < out.length; i++) {
    const value = out[i] as number;
    out[i] = Number.isNaN(value) ? 0 : (value - centre) / spread;
  }
  return out;
}
