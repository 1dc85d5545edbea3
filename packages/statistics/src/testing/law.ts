/** Counts of problems whose chances are known. */
import { createRandom } from '../random.ts';

/** `n` candidates each of problems with chances at evenly spaced quantiles, successes rounded: no noise. */
export function ideal(problems: number, n: number, chance: (u: number) => number) {
  const c = Array.from({ length: problems }, (_, i) => Math.round(n * chance((i + 0.5) / problems)));
  return { n: c.map(() => n), c };
}

/** Drawn: chances by uniform quantiles, successes one by one. */
export function drawn(problems: number, n: number, chance: (u: number) => number, seed = 0) {
  const random = createRandom(seed);
  const uniform = () => random.next() / 2 ** 32;
  const c = Array.from({ length: problems }, () => {
    const p = chance(uniform());
    let successes = 0;
    for (let i = 0; i < n; i++) if (uniform() < p) successes++;
    return successes;
  });
  return { n: c.map(() => n), c };
}
