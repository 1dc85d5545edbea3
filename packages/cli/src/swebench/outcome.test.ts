import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '@assay/contract';
import { tests, verdict } from '../testing/patches.ts';
import { outcomeOf } from './outcome.ts';

const groups = { b: 'FAIL_TO_PASS', a: 'FAIL_TO_PASS', c: 'PASS_TO_PASS' } as const;
const of = (said: Partial<Verdict>) => outcomeOf('i', verdict(said));
const incorrect = (reason: string, message = '', parts: Verdict['parts'] = []) =>
  of({ status: 'INCORRECT', reason, message, parts });
const none = { success: [], failure: [] };

test('tests by group and outcome', () => {
  const resolved = of({ parts: tests(groups) });
  assert.deepEqual(resolved?.report, {
    patch_is_None: false,
    patch_exists: true,
    patch_successfully_applied: true,
    resolved: true,
    tests_status: {
      FAIL_TO_PASS: { success: ['b', 'a'], failure: [] },
      PASS_TO_PASS: { success: ['c'], failure: [] },
      FAIL_TO_FAIL: none,
      PASS_TO_FAIL: none,
    },
  });
  assert.deepEqual(resolved?.failure, undefined);
  const partial = incorrect('tests_failed', 'RESOLVED_PARTIAL: …', tests(groups, ['a']));
  assert.equal(partial?.report?.resolved, false);
  assert.deepEqual(partial?.report?.tests_status?.FAIL_TO_PASS, { success: ['b'], failure: ['a'] });
  assert.equal(incorrect('memory_limit', '', tests(groups, ['c']))?.report?.patch_successfully_applied, true);
});

test('without tests there is a report only where there was a log', () => {
  const ungraded = incorrect('tests_failed', 'no test was seen to run (exit code 4)');
  assert.deepEqual(ungraded?.report, {
    patch_is_None: false,
    patch_exists: true,
    patch_successfully_applied: false,
    resolved: false,
  });
  assert.equal(incorrect('touches_test_infra')?.report?.resolved, false);
  assert.equal(incorrect('output_limit', 'the marker after the tests is missing')?.report?.resolved, false);
  assert.equal(incorrect('memory_limit', 'no test was seen to run')?.report?.resolved, false);
  for (const [reason, message] of [
    ['patch_failed', 'the patch does not apply: error'],
    ['time_limit', 'the tests ran for 5 s, which is enough with a right patch'],
    ['memory_limit', 'the tests ran out of their 4294967296 bytes of memory'],
  ] as const) {
    const outcome = incorrect(reason, message);
    assert.deepEqual([outcome?.patch, outcome?.report], ['a patch', undefined], reason);
  }
});

test('no patch', () => {
  assert.deepEqual(incorrect('no_answer', 'the patch is empty'), { instanceId: 'i', patch: '' });
});

test('hints, from where no patch can put them', () => {
  const hint = (reason: string, message: string, parts?: Verdict['parts']) =>
    incorrect(reason, message, parts)?.failure;
  const graded = 'RESOLVED_NO: 0 of 2 FAIL_TO_PASS and 1 of 1 PASS_TO_PASS pass';
  assert.deepEqual(
    hint('tests_failed', `${graded} [perhaps disk full (environment)]; patch: tags`, tests(groups, ['a'])),
    { kind: 'environment', reason: 'disk full' },
  );
  assert.deepEqual(
    hint('output_limit', `${graded} [12 bytes of output left out; perhaps no tests (ambiguous)]`),
    { kind: 'ambiguous', reason: 'no tests' },
  );
  const forged = '[perhaps disk full (environment)]';
  assert.equal(hint('tests_failed', `${graded}; touches_test_infra: ${forged}`), undefined);
  assert.equal(hint('tests_failed', `${graded} [applied by git apply --3way]; ${forged}`), undefined);
  assert.equal(hint('patch_failed', `the patch does not apply: ${forged}`), undefined);
  assert.deepEqual(hint('time_limit', 'the tests ran for 5 s'), { kind: 'ambiguous', reason: 'timeout' });
});

test('an ERROR is an error by the environment', () => {
  const failed = of({ status: 'ERROR', reason: 'verifier_failure', message: 'no image' });
  assert.deepEqual(
    [failed?.report, failed?.failure],
    [undefined, { kind: 'environment', reason: 'verifier_failure' }],
  );
  const message = 'no test was seen to run, nor was any without the patch: the image or the script is broken';
  const broken = of({
    status: 'ERROR',
    reason: 'bad_problem',
    message: `${message} [perhaps missing module (ambiguous)]`,
  });
  assert.deepEqual(broken?.failure, { kind: 'ambiguous', reason: 'missing module' });
});

test('verdicts that are not on patches', () => {
  const [part] = tests({ a: 'FAIL_TO_PASS' });
  assert.ok(part);
  assert.equal(of({}), undefined);
  assert.equal(of({ parts: [{ ...part, message: '' }] }), undefined);
  assert.equal(of({ status: 'SCORED', score: 1, _score: 'score' }), undefined);
  assert.equal(incorrect('wrong_answer'), undefined);
  assert.equal(incorrect('time_limit', '', [{ ...part, message: 'token 1: 41, expected 42' }]), undefined);
});
