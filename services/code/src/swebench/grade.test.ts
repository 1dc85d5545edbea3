import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { compare, type Expectation, grade, statusOf } from './grade.ts';
import { endMarker, exitMarker, logText, startMarker } from './markers.ts';

const expected: Expectation = {
  failToPass: ['t.py::new'],
  passToPass: ['t.py::old'],
  evalType: '',
  logParser: 'parse_log_pytest',
  repo: 'own/test',
};
const nonces = { start: 'a1', end: 'b2' };

const log = (body: string, code = 0) =>
  `+ : '${startMarker}'\n${body}\n+ : '${endMarker}'\n${exitMarker} ${code}\n`;
const own = (body: string, code = 0) =>
  `+ : '${startMarker}'\n\n${startMarker} a1\n${body}\n\n${endMarker} b2\n\n${exitMarker} b2 ${code}\n`;

function resolution(text: string, change: Partial<Expectation> = {}): string {
  const result = grade(text, { ...expected, ...change });
  return result.graded ? result.resolution : result.kind;
}

test('resolutions', () => {
  const [p, f] = ['PASSED t.py::', 'FAILED t.py::'];
  assert.equal(resolution(log(`${p}new\n${p}old`)), 'RESOLVED_FULL');
  assert.equal(resolution(log(`${p}new\n${f}old`)), 'RESOLVED_NO');
  assert.equal(resolution(log(`${f}new\n${p}old`)), 'RESOLVED_NO');
  assert.equal(
    resolution(log(`${p}new\n${p}old`), { failToPass: ['t.py::new', 't.py::other'] }),
    'RESOLVED_PARTIAL',
  );
  assert.equal(resolution(log(`${p}new`)), 'RESOLVED_NO', 'a test that is missing fails');
  assert.equal(resolution(log(`${p}old`), { failToPass: [] }), 'RESOLVED_FULL');
  assert.equal(resolution(log(`XFAIL t.py::new\nXFAIL t.py::old`)), 'RESOLVED_FULL');
});

test('a skipped test was kept, and not mended', () => {
  assert.equal(resolution(log('PASSED t.py::new\nSKIPPED t.py::old')), 'RESOLVED_FULL');
  assert.equal(resolution(log('SKIPPED t.py::new\nPASSED t.py::old')), 'RESOLVED_NO');
});

test('fail_only: what is not seen to fail passes', () => {
  const change = { evalType: 'fail_only' };
  assert.equal(resolution(log('PASSED t.py::other'), change), 'RESOLVED_FULL');
  assert.equal(resolution(log('ERROR t.py::new'), change), 'RESOLVED_FULL');
  assert.equal(resolution(log('FAILED t.py::old'), change), 'RESOLVED_NO');
});

test('a status that is not known fails; the harness would leave the test out', () => {
  assert.equal(resolution(log('PASSEDx t.py::new\nPASSED t.py::old')), 'RESOLVED_NO');
});

test('logs that are not graded', () => {
  const body = 'PASSED t.py::new\nPASSED t.py::old';
  assert.equal(resolution(body), 'marker');
  assert.equal(resolution(`${startMarker}\n${body}`), 'marker');
  for (const line of ['Patch Apply Failed', 'Reset Failed', 'Tests Errored', 'Tests Timed Out']) {
    assert.equal(resolution(log(`>>>>> ${line}\n${body}`)), 'log', line);
  }
  assert.equal(resolution(log(body, 1)), 'log', 'exit code 1 without a failure');
  assert.equal(resolution(log(`${body}\nFAILED t.py::third`, 1)), 'RESOLVED_FULL');
  assert.equal(resolution(log('bash: pytest: command not found', 127)), 'silent');
  assert.equal(resolution(log('=== 3 passed in 0.1s ===')), 'RESOLVED_NO');
  assert.equal(resolution(log('Ran 3 tests in 0.1s')), 'RESOLVED_NO');
});

test('output outside of the markers counts where there is none between them', () => {
  assert.equal(resolution(`PASSED t.py::new\nPASSED t.py::old\n${log('')}`), 'RESOLVED_FULL');
  assert.equal(resolution(`PASSED t.py::new\n${log('PASSED t.py::old')}`), 'RESOLVED_NO');
});

test('with nonces, nothing else is a marker', () => {
  const full = own('PASSED t.py::new\nPASSED t.py::old');
  const graded = (text: string) => {
    const result = grade(text, expected, nonces);
    return result.graded ? result.resolution : result.kind;
  };
  assert.equal(graded(full), 'RESOLVED_FULL');
  assert.equal(graded(log('PASSED t.py::new\nPASSED t.py::old')), 'marker');
  assert.equal(
    graded(own(`PASSED t.py::new\nPASSED t.py::old\n${endMarker}\nFAILED t.py::old`)),
    'RESOLVED_NO',
  );
  assert.equal(graded(own(`PASSED t.py::new\nPASSED t.py::old\n${exitMarker} 0`, 1)), 'log');
  assert.equal(graded(`PASSED t.py::new\nPASSED t.py::old\n${own('')}`), 'silent');
  assert.equal(graded(full.replace(`${endMarker} b2`, `${endMarker} b3`)), 'marker');
});

test('names that were cut at a space', () => {
  const statuses = new Map([
    ['t[a b]', 'PASSED'],
    ['t[a c]', 'PASSED'],
    ['t[d e]', 'PASSED'],
    ['t[d f]', 'FAILED'],
    ['u', 'PASSED'],
  ]);
  assert.equal(statusOf('t[a', statuses), 'PASSED');
  assert.equal(statusOf('t[d', statuses), undefined, 'two that disagree');
  assert.equal(statusOf('t', statuses), undefined, 'not cut');
  assert.equal(statusOf('t[x', statuses), undefined);
});

const data = join(import.meta.dirname, '../../../../../shared/data/swebench_lite/harness_logs');

describe('recorded gradings', { skip: existsSync(data) ? false : 'no ../shared/data' }, () => {
  interface Recorded {
    FAIL_TO_PASS: string[];
    PASS_TO_PASS: string[];
    expected_report: object;
    resolution: string;
  }
  const read = (name: string) => JSON.parse(readFileSync(join(data, name), 'utf8'));

  test('every group of every report', () => {
    const gradings: Record<string, Recorded> = read('expected_grading.json');
    const maps: Record<string, { parser: string; repo: string; status_map: Record<string, string> }> =
      read('expected_status_maps.json');
    assert.equal(Object.keys(gradings).length, 53);
    for (const [name, recorded] of Object.entries(gradings)) {
      const { parser = '', repo = '', status_map: statuses = {} } = maps[name] ?? {};
      const instance = {
        failToPass: recorded.FAIL_TO_PASS,
        passToPass: recorded.PASS_TO_PASS,
        evalType: '',
        logParser: parser,
        repo,
      };
      const compared = compare(new Map(Object.entries(statuses)), instance);
      const result = grade(logText(readFileSync(join(data, 'logs', name))), instance);
      assert.ok(result.graded, name);
      for (const { tests, resolution: resolved } of [compared, result]) {
        const { FAIL_TO_PASS, PASS_TO_PASS } = tests;
        assert.deepEqual({ FAIL_TO_PASS, PASS_TO_PASS }, recorded.expected_report, name);
        assert.equal(resolved, recorded.resolution, name);
      }
    }
  });
});
