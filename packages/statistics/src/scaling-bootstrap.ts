/** Laws fitted again to resamples of the problems, and the intervals that follow. */
import { createRandom } from './random.ts';
import type { LawName } from './scaling.ts';
import { type CountGroups, type Curves, type Observed, resampled } from './scaling-counts.ts';
import { type Fit, fitters } from './scaling-fits.ts';
import { quantile } from './summary.ts';

/** Share of resamples that must allow a fit, for an interval. */
const mostFit = 0.9;

export interface Refit {
  /** Coverage of the resample at many k. */
  readonly curve: Observed;
  readonly refits: ReadonlyMap<LawName, Fit>;
}

/** All laws fitted again to each bootstrap resample of the problems. */
export function refit(
  groups: CountGroups,
  fits: ReadonlyMap<LawName, Fit>,
  coarse: Curves,
  fine: Curves,
  resamples: number,
  seed: number,
): Refit[] {
  const random = createRandom(seed);
  return Array.from({ length: resamples }, () => {
    const weights = resampled(groups, random);
    const observed = coarse.observe(weights);
    const refits = new Map<LawName, Fit>();
    for (const [name, near] of fits) {
      const own = fitters[name](observed, near);
      if (own !== null) refits.set(name, own);
    }
    return { curve: fine.observe(weights), refits };
  });
}

/** Percentiles of the values of resamples; null where too many of them have none. */
export function interval(
  values: readonly (number | null)[],
  level: number,
): { low: number | null; high: number | null } {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b);
  if (known.length === 0 || known.length < mostFit * values.length) return { low: null, high: null };
  return { low: quantile(known, (1 - level) / 2), high: quantile(known, (1 + level) / 2) };
}

/** Likewise of numbers of candidates, null being more than any. */
export function neverInterval(values: readonly (number | null)[], level: number) {
  const ascending = values.map((value) => value ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  if (ascending.length === 0) return { low: null, high: null };
  const at = (place: number) => {
    const value = ascending[place] as number;
    return value === Number.POSITIVE_INFINITY ? null : value;
  };
  const last = ascending.length - 1;
  return { low: at(Math.floor(((1 - level) / 2) * last)), high: at(Math.ceil(((1 + level) / 2) * last)) };
}
