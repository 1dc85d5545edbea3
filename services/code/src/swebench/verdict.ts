/** Verdicts on patches. */
import type { PartInit } from '@assay/contract';
import type { VerdictBody } from '@assay/verifier-kit';
import { type Graded, statusOf } from './grade.ts';

/** INCORRECT: the patch's own doing. */
export function incorrect(reason: string, message: string, rest: VerdictBody = {}): VerdictBody {
  return { ...rest, status: 'INCORRECT', reason, message: oneLine(message) };
}

/** ERROR: says nothing of the patch. */
export function failure(reason: string, message: string, retryable: boolean): VerdictBody {
  return { status: 'ERROR', reason, message: oneLine(message), retryable };
}

/** One part for each named test, those that must begin to pass first. */
export function partsOf({ tests, statuses }: Graded): PartInit[] {
  return (['FAIL_TO_PASS', 'PASS_TO_PASS'] as const).flatMap((group) => {
    const failed = new Set(tests[group].failure);
    return [...tests[group].failure, ...tests[group].success].map((name): PartInit => {
      const message = `${group}: ${statusOf(name, statuses) ?? 'not in the log'}`;
      return failed.has(name)
        ? { name, status: 'INCORRECT', reason: 'tests_failed', message }
        : { name, status: 'CORRECT', message };
    });
  });
}

/** How many tests of each group pass, in words. */
export function summary({ tests, resolution }: Graded): string {
  const share = (group: 'FAIL_TO_PASS' | 'PASS_TO_PASS') => {
    const { success, failure: failed } = tests[group];
    return `${success.length} of ${success.length + failed.length} ${group}`;
  };
  return `${resolution}: ${share('FAIL_TO_PASS')} and ${share('PASS_TO_PASS')} pass`;
}

/** A text as one line of bearable length. */
export function oneLine(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line;
}
