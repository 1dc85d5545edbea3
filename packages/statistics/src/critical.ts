/** Critical values for two-sided intervals, by bisection on distribution functions that need no fitted constants. */
import { requireInteger } from './check.ts';

/** z with P(|Z| < z) = confidence for a standard normal Z. Confidence in (0, 1), RangeError otherwise. */
export function criticalNormal(confidence: number): number {
  return solve(centralNormal, confidence, 40);
}

/** t with P(|T| < t) = confidence for Student's T with `df` >= 1 (an integer) degrees of freedom. */
export function criticalStudent(confidence: number, df: number): number {
  requireInteger('degrees of freedom', df, 1);
  const angle = solve((theta) => centralStudent(theta, df), confidence, Math.PI / 2);
  return Math.sqrt(df) * Math.tan(angle);
}

/** x in [0, limit] at which the increasing function `f` has the value `target`. */
function solve(f: (x: number) => number, target: number, limit: number): number {
  if (!(target > 0 && target < 1)) {
    throw new RangeError(`confidence is ${target}; give a number between 0 and 1, such as 0.95`);
  }
  let [low, high] = [0, limit];
  for (let middle = high / 2; low < middle && middle < high; middle = (low + high) / 2) {
    if (f(middle) < target) low = middle;
    else high = middle;
  }
  return high;
}

/** P(|Z| < z): the series of Marsaglia 2004, "Evaluating the normal distribution", J. Stat. Software 11(4). */
function centralNormal(z: number): number {
  if (z > 9) return 1;
  let sum = 0;
  for (let term = z, i = 1; term > sum * 2 ** -54; i += 2, term *= (z * z) / i) sum += term;
  return Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2) * sum;
}

/** P(|T| < √df · tan θ): Abramowitz and Stegun 1964, 26.7.3 (odd df) and 26.7.4 (even df). */
function centralStudent(theta: number, df: number): number {
  const odd = df % 2;
  const cos = Math.cos(theta);
  let sum = 0;
  for (let i = 2 + odd, term = odd ? cos : 1; i <= df; i += 2) {
    sum += term;
    term *= (cos * cos * (i - 1)) / i;
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
