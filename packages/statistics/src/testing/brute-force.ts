/** Majority vote by enumeration, to test against. */
import type { ClassTable } from '../votes.ts';
import { choose, toNumber } from './exact.ts';

/** Mean success rate of the plurality among counts drawn, uniformly among tied classes; 0 where nobody votes. */
function chosen(drawn: readonly number[], { counts, correct }: ClassTable): number {
  const top = Math.max(0, ...drawn);
  if (top === 0) return 0;
  const rates = drawn.flatMap((x, i) => (x === top ? [(correct[i] as number) / (counts[i] as number)] : []));
  return rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
}

/** Mean over all C(n, k) subsets, each one visited. For n up to about 16. */
export function bySubsets(table: ClassTable, k: number): number {
  const labels = Array.from(table.counts).flatMap((size, label) => new Array<number>(size).fill(label));
  const n = labels.length + (table.abstaining ?? 0);
  let subsets = 0;
  let sum = 0;
  for (let mask = 0; mask < 2 ** n; mask++) {
    const drawn = new Array<number>(table.counts.length).fill(0);
    let size = 0;
    for (let i = 0; i < n; i++) {
      if (!((mask >> i) & 1)) continue;
      size++;
      const label = labels[i];
      if (label !== undefined) drawn[label] = (drawn[label] as number) + 1;
    }
    if (size !== k) continue;
    subsets++;
    sum += chosen(drawn, table);
  }
  return sum / subsets;
}

/** Sum over all ways to draw k, each weighed by its exact number of subsets. For few classes, of any size. */
export function byCompositions(table: ClassTable, k: number): number {
  const sizes = Array.from(table.counts);
  const n = sizes.reduce((sum, size) => sum + size, table.abstaining ?? 0);
  const all = choose(n, k);
  const visit = (drawn: readonly number[], left: number, ways: bigint): number => {
    const size = sizes[drawn.length];
    if (size === undefined) {
      const subsets = ways * choose(table.abstaining ?? 0, left);
      return subsets === 0n ? 0 : toNumber(subsets, all) * chosen(drawn, table);
    }
    let sum = 0;
    for (let x = 0; x <= Math.min(size, left); x++) {
      sum += visit([...drawn, x], left - x, ways * choose(size, x));
    }
    return sum;
  };
  return visit([], k, 1n);
}
