/** What a verdict's parts say of the tests that a problem's statement shows. */
import type { Part } from '@assay/contract';

/**
 * NONE: no part tells of a program's run. HIDDEN: programs ran, on no test that is shown. FAILED and PASSED: some that
 * are shown were run, and not all or all of them are CORRECT. Stored by position; later ones are only ever appended.
 */
export const standings = ['NONE', 'HIDDEN', 'FAILED', 'PASSED'] as const;

export type Standing = (typeof standings)[number];

export function standingOf(parts: readonly Part[]): Standing {
  let ran = false;
  let shown = false;
  for (const { run, example, status } of parts) {
    ran ||= Boolean(run);
    if (!example) continue;
    if (status !== 'CORRECT') return 'FAILED';
    shown = true;
  }
  return shown ? 'PASSED' : ran ? 'HIDDEN' : 'NONE';
}
