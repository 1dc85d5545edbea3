/** Public counts of successes among 10,000 samples (see the README of the data), where they are at hand. */
import { existsSync, readFileSync } from 'node:fs';

const file = new URL('../../../../../shared/data/pythia_math_counts/counts.csv', import.meta.url);

/** For `test`: why a test on these counts cannot run, or false. */
export const skip = existsSync(file) ? false : 'no ../shared/data/pythia_math_counts';

/** n and c of every problem, per model. */
export function pythiaCounts(): Map<string, { n: number[]; c: number[] }> {
  const models = new Map<string, { n: number[]; c: number[] }>();
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [model = '', , n, c] = line.split(',');
    const counts = models.get(model) ?? { n: [], c: [] };
    counts.n.push(Number(n));
    counts.c.push(Number(c));
    models.set(model, counts);
  }
  return models;
}
