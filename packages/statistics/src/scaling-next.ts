/** Which problems the next candidates should be for. */
import type { Counts } from './pass-at-k.ts';
import type { ScalingLaw } from './scaling.ts';

/**
 * "Always draw for the problem with fewest successes" (Kazdan et al. 2025), for a whole budget at once: as many for each
 * as lift the least numbers of successes, in expectation, to one level. A problem's rate is taken to be (c + 1/2) / (n + 1)
 * (the mean under Jeffreys' prior), so that problems that are never solved share the budget alike where n is equal.
 */
export function nextSamples({ n, c }: Counts, budget: number): ScalingLaw['next'] {
  const problems = Array.from(c, (successes, problem) => {
    const candidates = n[problem] as number;
    return { problem, n: candidates, c: successes, each: (candidates + 1) / (successes + 0.5) };
  }).sort((a, b) => a.c - b.c || b.each - a.each || a.problem - b.problem);
  if (budget === 0 || problems.length === 0) return [];
  // Lifting the first `reached` problems to the level costs Σ (level - c) · each.
  let [cost, slope, level] = [0, 0, 0];
  let reached = 0;
  for (; reached < problems.length; reached++) {
    const { c, each } = problems[reached] as (typeof problems)[number];
    const step = (c - level) * slope;
    if (reached > 0 && cost + step >= budget) break;
    cost += step;
    level = c;
    slope += each;
  }
  level += (budget - cost) / slope;
  const lifted = problems.slice(0, reached);
  // Rounded so that the sum stays: each gets what is due up to it, less what those before it got.
  let [due, given] = [0, 0];
  return lifted.flatMap(({ each, ...rest }, i) => {
    due += (level - rest.c) * each;
    const samples = (i === reached - 1 ? budget : Math.min(budget, Math.round(due))) - given;
    given += samples;
    return samples > 0 ? [{ ...rest, samples }] : [];
  });
}
