/** The gamma function's logarithm, as differences, and the derivatives of it. All x > 0. */

/** Asymptotic series are taken from here on, where six terms leave an error below 1e-15. */
const far = 12;

/**
 * ln Γ(x + m) - ln Γ(x) for real m >= 0: no difference of large logarithms is taken, so that it stays accurate where x is
 * much larger than m. Stirling's series (Abramowitz and Stegun 1964, 6.1.41) after the recurrence to x >= 12.
 */
export function logRising(x: number, m: number): number {
  let ratio = 1;
  for (; x < far; x++) ratio *= 1 + m / x;
  const top = x + m;
  return (
    (x - 0.5) * Math.log1p(m / x) + m * (Math.log(top) - 1) + stirling(top) - stirling(x) - Math.log(ratio)
  );
}

function stirling(x: number): number {
  const s = 1 / (x * x);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))))) / x;
}

/** ψ(x), the derivative of ln Γ: Abramowitz and Stegun, 6.3.18 after 6.3.5. */
export function digamma(x: number): number {
  let below = 0;
  for (; x < far; x++) below += 1 / x;
  const s = 1 / (x * x);
  const series =
    s * (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - (s * 691) / 32760)))));
  return Math.log(x) - 0.5 / x - series - below;
}

/** ψ'(x): Abramowitz and Stegun, 6.4.12 after 6.4.6. */
export function trigamma(x: number): number {
  let below = 0;
  for (; x < far; x++) below += 1 / (x * x);
  const s = 1 / (x * x);
  const series = s * (1 / 6 - s * (1 / 30 - s * (1 / 42 - s * (1 / 30 - s * (5 / 66 - (s * 691) / 2730)))));
  return (1 + 0.5 / x + series) / x + below;
}
