/** Which candidates of a run are judged again. */
import { type Run, VerdictStatus } from '@assay/contract';
import { createRandom } from '@assay/statistics';
import type { Store } from '@assay/store';

export interface ChoiceOptions {
  /** Of the candidates that have all verdicts, from 0 to 1. */
  share: number;
  /** Instead of a share. */
  count?: number;
  seed: number;
}

/** Chosen candidates of one problem, which has this handle in its run. */
export interface Chosen {
  readonly handle: number;
  readonly indices: Set<number>;
}

const error = Object.keys(VerdictStatus).indexOf('ERROR');

/**
 * A uniformly random subset of the candidates that have a verdict of all these verifiers (positions in the run), ERRORs
 * and skipped ones excepted; by problem id. One candidate at least, where there are any. The same for the same verdicts
 * and options.
 */
export async function choose(
  store: Store,
  run: Run,
  verifiers: readonly number[],
  { share, count, seed }: ChoiceOptions,
): Promise<Map<string, Chosen>> {
  const eligible: { handle: number; indices: Float64Array }[] = [];
  let left = 0;
  for await (const { problem, candidates, verifiers: columns } of store.candidateScores(run.id)) {
    const indices = candidates.filter((_, i) =>
      verifiers.every((verifier) => {
        const status = columns[verifier]?.statuses[i] ?? 0;
        return status !== 0 && status !== error;
      }),
    );
    left += indices.length;
    eligible.push({ handle: problem, indices });
  }
  let wanted = Math.min(left, count ?? Math.max(1, Math.ceil(share * left)));
  const ids = new Map((await store.problems(run.id)).map(({ handle, id }) => [handle, id]));
  const random = createRandom(seed);
  const chosen = new Map<string, Chosen>();
  // Selection sampling: each with the chance that what is wanted has in what is left (Knuth, TAOCP 2, 3.4.2, S).
  for (const { handle, indices } of eligible) {
    const own = indices.filter(() => {
      const taken = random.below(left--) < wanted;
      if (taken) wanted--;
      return taken;
    });
    if (own.length > 0) chosen.set(ids.get(handle) ?? '', { handle, indices: new Set(own) });
  }
  return chosen;
}

/** What was chosen by, for people and to be compared. */
export function wordsOf({ share, count, seed }: ChoiceOptions): string {
  return `${count === undefined ? `share ${share}` : `count ${count}`}, seed ${seed}`;
}
