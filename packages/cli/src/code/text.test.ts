import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Explanation, TestResult } from './judge.ts';
import type { RunExplanation } from './run.ts';
import { explanation, runText } from './text.ts';

const plain = (_: unknown, text: string) => text;
const run = { cpuUs: 1500, wallUs: 2_340_000, memoryBytes: 3 << 20, outputBytes: 2, exitCode: 0, signal: 0 };
const passed = (name: string): TestResult => ({
  ...{ name, example: false, status: 'CORRECT', reason: '', message: '', run },
});
const failed = (name: string): TestResult => ({
  ...{ name, example: false, status: 'INCORRECT', reason: 'wrong_answer', message: 'token 1: 2', run },
});
const told: Explanation = {
  problem: 'p',
  status: 'CORRECT',
  reason: '',
  message: '1 test by tokens',
  program: { language: 'c', found: 'whole text', source: 'int main;\n' },
  compile: { outcome: 'compiled', diagnostics: '' },
  limits: { cpuS: 0.25, wallS: 3.5, memoryBytes: 272 << 20, runtimeBytes: 16 << 20, outputBytes: 1 << 20 },
  judge: 'the comparer tokens',
  testCount: 1,
  tests: [{ ...passed('1'), example: true }],
  cpuS: 0.0015,
};

test('all of a verdict', () => {
  assert.equal(
    explanation(told, plain),
    `problem  p
program  c: whole text, 1 line
compile  compiled
limits   0.25 s of CPU, 3.5 s wall, 272 MiB of memory (16 MiB for its runtime), 1 MiB of output
judge    the comparer tokens

test         verdict  CPU     wall    memory
1 (example)  correct  1.5 ms  2.34 s  3.0 MiB

correct: 1 test by tokens
`,
  );
});

test('a failure says how many tests were not run', () => {
  const fails = {
    ...told,
    status: 'INCORRECT',
    reason: 'wrong_answer',
    message: 'test 2',
    testCount: 9,
  } as const;
  const text = explanation({ ...fails, tests: [passed('1'), failed('2')] }, plain);
  assert.match(text, /\n2 +wrong_answer +1\.5 ms +2\.34 s +3\.0 MiB +token 1: 2\n/);
  assert.match(text, /\nincorrect \(wrong_answer\): test 2\nTests that were not run: 7\. --all /);
  assert.doesNotMatch(explanation({ ...fails, testCount: 1, tests: [failed('1')] }, plain), /not run/);
});

test('of many tests those that fail are listed', () => {
  const tests = Array.from({ length: 200 }, (_, i) => (i % 50 === 7 ? failed(`t${i}`) : passed(`t${i}`)));
  const text = explanation({ ...told, tests, testCount: 200 }, plain);
  assert.deepEqual(text.match(/^t\d+/gm), ['t7', 't57', 't107', 't157']);
  assert.match(text, /\n… and 196 more; --json has all of them\n/);
});

test('texts of others do nothing to a terminal', () => {
  const nasty = '\x1b[2Jred\x07\x9b\u202e';
  const compile = { outcome: 'refused', diagnostics: `${nasty}\n\tsecond\n` } as const;
  const refused = { ...told, status: 'INCORRECT', reason: 'compile_error', message: nasty, compile } as const;
  const tests = [{ ...failed(nasty), message: nasty }];
  const writes: RunExplanation = {
    ...{ status: 'CORRECT', reason: '', message: '' },
    run: {
      ...run,
      stdout: { encoding: 'utf8', content: `${nasty}\n` },
      stderr: { encoding: 'base64', content: Buffer.from(nasty, 'latin1').toString('base64') },
    },
  };
  for (const text of [
    explanation({ ...refused, problem: nasty, judge: nasty, tests }, plain),
    runText(writes, plain),
  ]) {
    assert.doesNotMatch(text, /[^\P{Cc}\n\t]|\p{Cf}/u);
    assert.match(text, /red/);
  }
  assert.match(explanation(refused, plain), /does not compile\n.*red.*\n {4}\tsecond\nlimits/);
});

test('a run: what it wrote, whole lines, and what it took', () => {
  const texts = {
    stdout: { encoding: 'utf8', content: 'a\n\n  b' },
    stderr: { encoding: 'utf8', content: '' },
  } as const;
  const { program, limits } = told;
  const one = { ...(program && { program }), ...(limits && { limits }), run: { ...run, ...texts } };
  const text = runText({ status: 'CORRECT', reason: '', message: '', ...one }, plain);
  const end = '\n\nstdout: 2 bytes\na\n\n  b\n\ntook     1.5 ms of CPU, 2.34 s wall, 3.0 MiB\n\nended well\n';
  assert.ok(text.endsWith(end), text);
  assert.match(
    runText({ status: 'INCORRECT', reason: 'time_limit', message: 'over 1 s', ...one }, plain),
    /\n\nfailed \(time_limit\): over 1 s\n$/,
  );
});
