/** What judging stored runs took. */
import { existsSync } from 'node:fs';
import { type VerifierCost, verifierCost } from '@assay/statistics';
import type { Store } from '@assay/store';
import { findStore } from '../open.ts';

/** One for each verifier of each argument that is a stored run, and no file. */
export async function verifierCosts(
  args: readonly string[],
  path: string,
  pricePerHour: number,
): Promise<VerifierCost[]> {
  const store = await findStore(path);
  if (store === undefined) return [];
  try {
    const costs = [];
    for (const arg of args) costs.push(...(await costsOf(store, arg, args.length > 1, pricePerHour)));
    return costs;
  } finally {
    await store.close();
  }
}

async function costsOf(store: Store, id: string, several: boolean, price: number): Promise<VerifierCost[]> {
  const run = existsSync(id) ? undefined : await store.getRun(id);
  if (run === undefined) return [];
  const tallies = await store.timeTallies(id);
  return run.verifiers.map((verifier, ordinal) => {
    const own = tallies.filter((tally) => tally.verifier === ordinal);
    const sum = (field: 'judgements' | 'serviceUs' | 'cpuUs') =>
      own.reduce((total, tally) => total + tally[field], 0);
    const judged = sum('judgements');
    const mean = (us: number) => us / 1000 / Math.max(1, judged);
    return verifierCost(
      {
        name: several ? `${verifier} (${id})` : verifier,
        judged,
        serviceMs: mean(sum('serviceUs')),
        cpuMs: mean(sum('cpuUs')),
      },
      price,
    );
  });
}
