/** Whether counts follow a power law at all. */
import type { ScalingLaw } from './scaling.ts';
import type { Observed } from './scaling-counts.ts';
import { line, logLog, noSpread, tellsSpread } from './scaling-fits.ts';

/** A line whose halves differ more than this in slope is none. */
const bend = 2;

/**
 * Greatest mean error of the exponentiated power law that counts as a fit. Brown et al. 2024 (version 3) call one of
 * 0.0297 the exception to their law (Llama-3-8B-Instruct on MiniF2F); the next worst has 0.0218.
 */
const misfit = 0.025;

/** Beyond this alpha of the beta-binomial, problems' chances spread by less than a third of their mean: they are alike. */
const alike = 10;

/** With fewer solved problems than this, the curve is the sum of a few problems' own and tells of no law. */
const fewest = 10;

/**
 * A power law makes log(-log coverage) a falling line over log k. It holds where the slopes of the two halves of log k
 * differ by no more than a factor of two, and the exponentiated power law (the same line in other words) is not off by
 * more than 0.025 in the mean. Problems that are all alike bend down (their unsolved share falls exponentially), problems
 * that nobody solves beside ones that are soon solved flatten out (coverage saturates).
 *
 * `solved`: problems with a success. `meanError`: of the exponentiated power law, `alpha`: of the beta-binomial; null where
 * it has no fit.
 */
export function powerLawOf(
  observed: Observed,
  solved: number,
  meanError: number | null,
  alpha: number | null,
): ScalingLaw['powerLaw'] {
  if (solved < fewest) {
    return { holds: false, why: `problems with a success: ${solved}; it takes ${fewest} to tell` };
  }
  if (!tellsSpread(observed)) return { holds: false, why: noSpread };
  const points = logLog(observed);
  const ends = [points[0]?.[0] ?? 0, points.at(-1)?.[0] ?? 0] as const;
  const middle = (ends[0] + ends[1]) / 2;
  const early = points.filter(([x]) => x <= middle);
  const late = points.filter(([x]) => x >= middle);
  if (early.length < 2 || late.length < 2) {
    return { holds: false, why: 'too few k at which some problems are solved and some are not' };
  }
  const slopes = [line(early).slope, line(late).slope] as const;
  const [first, second] = [-slopes[0], -slopes[1]];
  const found =
    `−log(coverage) falls with a slope of ${slopes[0].toFixed(2)} in the lower and ${slopes[1].toFixed(2)} in the ` +
    `upper half of log k` +
    (meanError === null ? '' : `; the exponentiated power law is off by ${meanError.toFixed(4)} in the mean`);
  const fails = (reason: string) => ({ holds: false, why: `${reason}: ${found}` });
  if (first < 1e-3 && second < 1e-3) return fails('coverage hardly grows');
  if (second * bend < first) return fails('coverage saturates');
  if (first * bend < second)
    return fails('what is unsolved falls ever faster, as with problems that are all alike');
  if (alpha !== null && alpha > alike)
    return fails('the problems are all alike (alpha of the beta-binomial is above 10)');
  if (meanError !== null && meanError > misfit) return fails(`the fit is worse than ${misfit}`);
  return { holds: true, why: found };
}
