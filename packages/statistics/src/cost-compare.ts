/** Costs side by side. */

import type { VerifierLoad } from './capacity.ts';
import type { BestAtBudget, CostComparison, CostCurve, CostPoint, VerifierCost } from './cost.ts';

type Cost = 'flops' | 'dollars';

/**
 * Which curve has the greatest coverage at each of `budgets` log-spaced budgets, from the least cost of any curve to the
 * greatest. Curves should be of the same problems. Between two points of a curve coverage is interpolated linearly, a
 * lower bound, as it is concave in k; past its last point a curve goes on level, as it has no more candidates.
 * Equally good curves: the one that needs less for it, then the first.
 */
export function compareCosts(curves: readonly CostCurve[], budgets = 25): CostComparison {
  return {
    curves,
    bestByFlops: bestBy(curves, 'flops', budgets),
    bestByDollars: bestBy(curves, 'dollars', budgets),
  };
}

function bestBy(curves: readonly CostCurve[], cost: Cost, count: number): BestAtBudget[] {
  const priced = curves.flatMap(({ name, points }) => {
    const steps = points.flatMap((point) => {
      const spent = point[cost];
      return spent === null || spent <= 0 ? [] : [{ spent, coverage: point.coverage }];
    });
    return steps.length === 0 ? [] : [{ name, steps }];
  });
  if (priced.length === 0) return [];
  const least = Math.min(...priced.map(({ steps }) => steps[0]?.spent as number));
  const most = Math.max(...priced.map(({ steps }) => steps.at(-1)?.spent as number));
  return logSpaced(least, most, count).map((budget) => {
    let best: BestAtBudget & { spent: number } = {
      budget,
      name: null,
      coverage: 0,
      spent: Number.POSITIVE_INFINITY,
    };
    for (const { name, steps } of priced) {
      const own = reached(steps, budget);
      if (own === null) continue;
      const better = own.coverage - best.coverage;
      if (best.name === null || better > 0 || (better === 0 && own.spent < best.spent)) {
        best = { budget, name, ...own };
      }
    }
    return { budget, name: best.name, coverage: best.coverage };
  });
}

interface Step {
  readonly spent: number;
  readonly coverage: number;
}

/** What a budget buys of a curve; null: less than its first point. */
function reached(steps: readonly Step[], budget: number): Step | null {
  const next = steps.findIndex(({ spent }) => spent > budget);
  if (next === 0) return null;
  const before = steps.at(next === -1 ? -1 : next - 1) as Step;
  const after = steps[next];
  // What a level stretch costs buys nothing.
  if (after === undefined || after.coverage === before.coverage) {
    return steps.find(({ coverage }) => coverage === before.coverage) as Step;
  }
  const share = (budget - before.spent) / (after.spent - before.spent);
  return { spent: budget, coverage: before.coverage + share * (after.coverage - before.coverage) };
}

/** Both ends are exact. */
function logSpaced(least: number, most: number, count: number): number[] {
  if (most <= least || count < 2) return [most];
  const inner = Array.from(
    { length: count - 2 },
    (_, i) => least * (most / least) ** ((i + 1) / (count - 1)),
  );
  return [least, ...inner, most];
}

/** One row of a table of costs such as the paper's. */
export interface CostRow extends CostPoint {
  readonly name: string;
  /** Over the least of all rows; null where the cost is not known or all are 0. */
  readonly relativeFlops: number | null;
  readonly relativeDollars: number | null;
}

/** Each curve at one number of candidates, its last point if `k` does not say, with costs relative to the least. */
export function costTable(curves: readonly CostCurve[], k: Readonly<Record<string, number>> = {}): CostRow[] {
  const rows = curves.flatMap(({ name, points }) => {
    const point = k[name] === undefined ? points.at(-1) : points.find((each) => each.k === k[name]);
    return point === undefined ? [] : [{ ...point, name }];
  });
  const relativeTo = (cost: Cost) => {
    const least = Math.min(...rows.flatMap((row) => row[cost] ?? []));
    return (value: number | null) => (value === null || !(least > 0) ? null : value / least);
  };
  const [flops, dollars] = [relativeTo('flops'), relativeTo('dollars')];
  return rows.map((row) => ({
    ...row,
    relativeFlops: flops(row.flops),
    relativeDollars: dollars(row.dollars),
  }));
}

/**
 * What judging cost: a slot is paid for as long as a candidate occupies it, whether it computes or waits. What slots
 * cost while they are idle is not counted. RangeError unless the price is a finite number of 0 or more.
 */
export function verifierCost(
  { name, judged, serviceMs, cpuMs }: Pick<VerifierLoad, 'name' | 'judged' | 'serviceMs' | 'cpuMs'>,
  pricePerHour: number,
): VerifierCost {
  if (!(Number.isFinite(pricePerHour) && pricePerHour >= 0)) {
    throw new RangeError(`price per hour is ${pricePerHour}; give a finite number of 0 or more`);
  }
  const hours = (ms: number) => (judged === 0 ? 0 : (judged * ms) / 3.6e6);
  const slotHours = hours(serviceMs);
  const dollars = slotHours * pricePerHour;
  return {
    name,
    judged,
    slotHours,
    cpuHours: hours(cpuMs),
    pricePerHour,
    dollars,
    dollarsPerThousand: judged === 0 ? null : (1000 * dollars) / judged,
  };
}
