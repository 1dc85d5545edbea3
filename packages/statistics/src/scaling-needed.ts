/** Laws read backwards: candidates that a coverage takes, and what doubling them gains. */
import { passAtKTable } from './pass-at-k.ts';
import type { ScalingLaw } from './scaling.ts';
import type { CountGroups, Observed } from './scaling-counts.ts';
import type { Fit } from './scaling-fits.ts';
import { total } from './summary.ts';

/** More candidates per problem than this are never drawn. */
export const mostSamples = 1e12;

/** Doublings that are predicted. */
const doublingsBeyond = 5;

/** Coverage of all problems at any k up to the least n. */
export function coverageAt(groups: CountGroups, k: number): number {
  const values = passAtKTable(groups, [k]);
  return Math.min(
    1,
    total(values.map((value, i) => value * (groups.weights[i] as number))) / groups.of.length,
  );
}

/** Least k up to n at which measured coverage reaches the target; null: it does not. */
export function measuredSamples(groups: CountGroups, n: number, target: number): number | null {
  if (coverageAt(groups, n) < target) return null;
  let [low, high] = [1, n];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (coverageAt(groups, middle) < target) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Least k from `least` on at which the law reaches the target; null: beyond `mostSamples`. */
export function predictedSamples(fit: Fit, target: number, least = 1): number | null {
  if (fit.at(mostSamples) < target) return null;
  let [low, high] = [0, Math.log(mostSamples)];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (fit.at(Math.exp(middle)) < target) low = middle;
    else high = middle;
  }
  return Math.max(least, wholeSamples(Math.exp(high)));
}

/** The next whole number, but not after one that only rounding is in the way of. */
export function wholeSamples(k: number): number {
  return Math.max(1, Math.ceil(k * (1 - 1e-9)));
}

/** Real k at which a curve reaches the target, by a line over log k between its points; null: it does not. */
export function crossing({ ks, curve }: Pick<Observed, 'ks' | 'curve'>, target: number): number | null {
  const i = curve.findIndex((value) => value >= target);
  if (i < 0) return null;
  const [k, c] = [ks[i] as number, curve[i] as number];
  if (i === 0 || c === target) return k;
  const [before, below] = [ks[i - 1] as number, curve[i - 1] as number];
  return before * (k / before) ** ((target - below) / (c - below));
}

/** Coverage and its gain at powers of two, up to n as measured, then by the law, but no less than at n. */
export function doublingsOf(groups: CountGroups, n: number, fit: Fit | null): ScalingLaw['doublings'] {
  const doublings: ScalingLaw['doublings'][number][] = [];
  let before = 0;
  let k = 1;
  for (; k <= n; k *= 2) {
    const coverage = coverageAt(groups, k);
    doublings.push({ k, coverage, gain: coverage - before, measured: true });
    before = coverage;
  }
  const least = coverageAt(groups, n);
  for (let i = 0; fit !== null && i < doublingsBeyond; i++, k *= 2) {
    const coverage = Math.max(fit.at(k), least);
    const gain = Math.min(fit.at(k) - fit.at(k / 2), coverage - before);
    doublings.push({ k, coverage, gain, measured: false });
    before = coverage;
  }
  return doublings;
}
