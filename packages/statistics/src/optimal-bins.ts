/** Problems by difficulty. */
import { createRandom } from './random.ts';

export interface Bins {
  /** By problem; 0 for the easiest. */
  readonly binOf: Uint32Array;
  /** By bin: its problems, and the least and greatest value among them. */
  readonly ranges: readonly { readonly problems: number; readonly from: number; readonly to: number }[];
}

/**
 * At most `bins` quantile bins of `values`, the greatest first. Equal values stay together, in the bin of the middle one
 * of them; a single problem, which could not be halved, joins the bin before (the first one that after). RangeError where a value is not finite.
 */
export function difficultyBins(values: ArrayLike<number>, bins: number): Bins {
  const order = Uint32Array.from({ length: values.length }, (_, problem) => problem);
  for (const problem of order) {
    if (Number.isFinite(values[problem])) continue;
    throw new RangeError(`difficulty of problem ${problem} is ${values[problem]}; give a finite number`);
  }
  order.sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  const sorted = Float64Array.from(order, (problem) => values[problem] as number);
  const ends: number[] = [];
  let before = -1;
  for (let first = 0, end = 0; first < sorted.length; first = end) {
    while (end < sorted.length && sorted[end] === sorted[first]) end++;
    const bin = Math.floor((bins * (first + end)) / (2 * sorted.length));
    if (bin === before) ends.pop();
    ends.push(end);
    before = bin;
  }
  const kept: number[] = [];
  for (const end of ends) {
    const start = kept.at(-1);
    const alone = end - (start ?? 0) < 2;
    if (alone && start === undefined) continue;
    if (alone) kept.pop();
    kept.push(end);
  }
  const binOf = new Uint32Array(sorted.length);
  const ranges = kept.map((end, bin) => {
    const start = kept[bin - 1] ?? 0;
    for (let at = start; at < end; at++) binOf[order[at] as number] = bin;
    return { problems: end - start, from: sorted[end - 1] as number, to: sorted[start] as number };
  });
  return { binOf, ranges };
}

/** By problem, 0 or 1: each bin in halves that differ by one problem at most, at random; so do the halves of all. */
export function foldsOf(binOf: Uint32Array, seed: number): Uint8Array {
  const random = createRandom(seed);
  const order = Uint32Array.from(binOf, (_, problem) => problem);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j] as number, order[i] as number];
  }
  const folds = new Uint8Array(binOf.length);
  let dealt = 0;
  order.sort((a, b) => (binOf[a] as number) - (binOf[b] as number));
  // Bin after bin in turns: where one has an odd problem, the next one begins with the other half.
  for (const problem of order) folds[problem] = dealt++ % 2;
  return folds;
}
