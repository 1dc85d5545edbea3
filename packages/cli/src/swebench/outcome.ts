/**
 * From stored verdicts on patches to what SWE-bench's harness reports.
 *
 * Exact: whether a patch is resolved, and which tests pass, from the verdict's parts; patches that do not apply, and
 * tests that run out of time, have no report with the harness and are errors there, and so they are here. Also without
 * a report: tests that ran out of the memory of their container, which the harness does not limit.
 *
 * By a rule of ours: an ERROR is an error, and an infrastructure failure named by its reason code if by nothing else; a
 * patch that only edits what decides on tests (mode `strict`) is unresolved.
 *
 * Not known from a verdict: whether an empty patch was null or ''; that a patch was empty where judging it ended in an
 * ERROR; whether a patch was applied whose log could not be graded (the harness, too, says that it was not); hints at
 * the environment or of ambiguity where the tests were run twice, or pass; the order in which one group's failed and
 * passed tests were mixed; which model made the patch.
 */
import { type InstanceOutcome, instanceReport, resolutionOf, type TestsStatus } from '@assay/code';
import type { Verdict } from '@assay/contract';

/** What a verdict tells of: all that a patch's report is made from. */
export type PatchVerdict = Pick<Verdict, 'status' | 'reason' | 'message' | 'parts'>;

/** Reasons of INCORRECT that a patch can have. */
const patchReasons = new Set([
  'no_answer',
  'patch_failed',
  'touches_test_infra',
  'tests_failed',
  'time_limit',
  'memory_limit',
  'output_limit',
]);

/** What became of an instance's patch; undefined where the verdict is not one on a patch. */
export function outcomeOf(instanceId: string, verdict: PatchVerdict): InstanceOutcome | undefined {
  const { status, reason } = verdict;
  if (status === 'ERROR') {
    const failure = hintOf(verdict) ?? ({ kind: 'environment', reason } as const);
    return { instanceId, patch: someText, failure };
  }
  const tests = testsOf(verdict);
  if (tests === 'unknown') return undefined;
  if (status === 'CORRECT' ? tests === undefined : status !== 'INCORRECT' || !patchReasons.has(reason)) {
    return undefined;
  }
  if (reason === 'no_answer') return { instanceId, patch: '' };
  const failure = hintOf(verdict);
  return {
    instanceId,
    patch: someText,
    ...(!endedWithoutLog(verdict) && { report: reportOf(tests) }),
    ...(failure !== undefined && { failure }),
  };
}

/** Stands for a patch: reports only tell whether there is one. */
const someText = 'a patch';

function reportOf(tests: TestsStatus | undefined) {
  return instanceReport(someText, tests && { tests, resolution: resolutionOf(tests) });
}

/** The tests by group and outcome; undefined where the verdict has none, `unknown` where they are of another kind. */
function testsOf({ parts }: PatchVerdict): TestsStatus | undefined | 'unknown' {
  if (parts.length === 0) return undefined;
  const tests: TestsStatus = {
    FAIL_TO_PASS: { success: [], failure: [] },
    PASS_TO_PASS: { success: [], failure: [] },
    FAIL_TO_FAIL: { success: [], failure: [] },
    PASS_TO_FAIL: { success: [], failure: [] },
  };
  for (const { name, status, message } of parts) {
    const group = /^(FAIL_TO_PASS|PASS_TO_PASS): /.exec(message)?.[1];
    if (group === undefined) return 'unknown';
    tests[group as 'FAIL_TO_PASS' | 'PASS_TO_PASS'][status === 'CORRECT' ? 'success' : 'failure'].push(name);
  }
  return tests;
}

function endedWithoutLog({ reason, message }: PatchVerdict): boolean {
  if (reason === 'patch_failed' || reason === 'time_limit') return true;
  return reason === 'memory_limit' && message.startsWith('the tests ran out of their ');
}

/** Verdicts whose messages may hold a hint: it stands in the first brackets, before anything that a patch can word. */
const hinted = new Set(['tests_failed', 'memory_limit', 'output_limit', 'bad_problem']);
const hint = /^[^[;]*\[(?:\d+ bytes of output left out; )?perhaps ([^()]+) \((environment|ambiguous)\)/;

function hintOf({ reason, message }: PatchVerdict): InstanceOutcome['failure'] {
  // The harness calls time that ran out ambiguous.
  if (reason === 'time_limit') return { kind: 'ambiguous', reason: 'timeout' };
  const [, what, kind] = (hinted.has(reason) && hint.exec(message)) || [];
  if (what === undefined) return undefined;
  return { kind: kind as 'environment' | 'ambiguous', reason: what };
}
