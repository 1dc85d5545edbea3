/** Tests that pass now and fail then. */
import type { Graded } from './grade.ts';
import type { Instance } from './instance.ts';

/**
 * Whether a failed run is to be repeated, alone: where the instance is known for it, or where nothing failed but tests
 * that passed before the patch. (Patches that should pass fail so on 14 of the 500 Verified instances: SWE-bench #294.)
 */
export function worthRepeating({ flaky }: Instance, { resolution, tests }: Graded): boolean {
  if (resolution === 'RESOLVED_FULL') return false;
  return flaky || tests.FAIL_TO_PASS.failure.length === 0;
}

let last: Promise<unknown> = Promise.resolve();

/** Runs one repetition of this process at a time: what it is up against is what ran beside the first run. */
export function alone<T>(run: () => Promise<T>): Promise<T> {
  const mine = last.then(run);
  last = mine.catch(() => undefined);
  return mine;
}
