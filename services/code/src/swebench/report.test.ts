import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, type Graded } from './grade.ts';
import { failureLabel } from './labels.ts';
import { instanceReport, runReport } from './report.ts';

function graded(status: string): Graded {
  const statuses = new Map([['t', status]]);
  return {
    graded: true,
    statuses,
    ...compare(statuses, { failToPass: ['t'], passToPass: [], evalType: '' }),
  };
}

test('a report has the names of the harness', () => {
  const none = { success: [], failure: [] };
  assert.deepEqual(instanceReport('diff', graded('PASSED')), {
    patch_is_None: false,
    patch_exists: true,
    patch_successfully_applied: true,
    resolved: true,
    tests_status: {
      FAIL_TO_PASS: { success: ['t'], failure: [] },
      PASS_TO_PASS: none,
      FAIL_TO_FAIL: none,
      PASS_TO_FAIL: none,
    },
  });
  assert.deepEqual(instanceReport(null), {
    patch_is_None: true,
    patch_exists: false,
    patch_successfully_applied: false,
    resolved: false,
  });
});

test('a summary counts every instance once', () => {
  const summary = runReport(
    ['e', 'd', 'c', 'b', 'a'],
    [
      {
        instanceId: 'b',
        patch: 'x',
        report: instanceReport('x', graded('FAILED')),
        failure: { kind: 'ambiguous', reason: 'no tests' },
      },
      { instanceId: 'a', patch: 'x', report: instanceReport('x', graded('PASSED')) },
      { instanceId: 'c', patch: '' },
      { instanceId: 'd', patch: 'x' },
    ],
  );
  assert.deepEqual(summary, {
    total_instances: 5,
    submitted_instances: 4,
    completed_instances: 2,
    resolved_instances: 1,
    unresolved_instances: 1,
    infra_failure_instances: 0,
    ambiguous_failure_instances: 1,
    empty_patch_instances: 1,
    error_instances: 1,
    completed_ids: ['a', 'b'],
    incomplete_ids: ['e'],
    empty_patch_ids: ['c'],
    submitted_ids: ['a', 'b', 'c', 'd'],
    resolved_ids: ['a'],
    unresolved_ids: ['b'],
    infra_failure_ids: [],
    ambiguous_failure_ids: ['b'],
    error_ids: ['d'],
    failure_reasons: { b: 'no tests' },
    schema_version: 2,
  });
});

test('labels', () => {
  const kind = (log: string) => failureLabel(log)?.kind;
  assert.equal(kind('x\nKilled\ny'), 'environment');
  assert.equal(kind('not Killed at all'), undefined);
  assert.equal(kind('socket.gaierror: [Errno -3] Temporary failure in name resolution'), 'environment');
  assert.equal(kind("ModuleNotFoundError: No module named 'blinker'"), 'ambiguous');
  assert.equal(kind('=== no tests ran in 0.01s ==='), 'ambiguous');
  assert.equal(kind('=== 1 failed in 0.01s ==='), undefined);
});
