/** Whether the verifier sees in a solution what its user means. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { languageOf, taskOf } from '@assay/code';
import type { ProgramTests } from '@assay/contract';
import { whole } from '../problem.ts';
import { scratch } from '../testing/cli.ts';
import type { ProgramTestsInit } from './options.ts';
import { programOf, questionOf } from './program.ts';
import { readSolution } from './solution.ts';

const tests = [{ input: Buffer.from('1\n'), output: Buffer.from('1\n') }];

/** The program that is judged where a file of this name holds this text. */
async function found(t: TestContext, name: string, text: string, settings: ProgramTestsInit = {}) {
  const path = join(scratch(t), name);
  writeFileSync(path, text);
  const spec = whole({ programTests: { tests, ...settings } }).programTests as ProgramTests;
  const question = questionOf(spec, await readSolution(path, languageOf), languageOf);
  const task = taskOf(question.spec, question.text);
  return 'reason' in task ? task.reason : programOf(task, question);
}

test('a file that is called after its language is a program as it stands', async (t) => {
  const sources = [
    'print(1)\n',
    '"""How to use it:\n\n```python\nnonsense\n```\n"""\nprint(1)\n',
    'print("````", "<answer>")\n# ````\n# Here is the answer:\n',
    'x\n',
    'no newline at the end',
    '\uFEFFprint("from Windows")\r\n',
  ];
  for (const source of sources) {
    const program = await found(t, 'main.py', source);
    assert.ok(typeof program === 'object', source);
    assert.deepEqual([program.language, program.found], ['python3', 'the file as it is'], source);
    assert.equal(program.source.trim(), source.replace('\uFEFF', '').trim());
  }
});

test('its language: by option or problem, then by its ending', async (t) => {
  const language = async (name: string, given = '') => {
    const program = await found(t, name, 'x\n', { language: given });
    return typeof program === 'object' ? program.language : program;
  };
  for (const [name, expected] of [
    ['a.c', 'c'],
    ['a.cc', 'cpp'],
    ['a.cpp', 'cpp'],
    ['a.go', 'go'],
    ['a.js', 'javascript'],
    ['A.java', 'java'],
    ['a.py', 'python3'],
    ['a.rs', 'rust'],
  ] as const) {
    assert.equal(await language(name), expected, name);
  }
  assert.equal(await language('a.py', 'pypy3'), 'pypy3');
  assert.equal(await language('a.c', 'C++17'), 'cpp');
});

test('any other file is an answer, which is searched', async (t) => {
  const answer = 'It adds them:\n\n```c\nint main(void) { return 0; }\n```\n\nThat is all.\n';
  assert.deepEqual(await found(t, 'answer.md', answer), {
    language: 'c',
    found: 'the only fence (c)',
    source: 'int main(void) { return 0; }\n',
  });
  assert.equal(await found(t, 'answer.txt', 'I do not know.\n'), 'no_answer');
  assert.equal(await found(t, 'empty.py', '\n'), 'no_answer');
});

test('what completes a function is left as it is', async (t) => {
  const settings = {
    language: 'python3',
    prefix: 'def f():\n',
    testCode: '\ncheck(f)\n',
    entryPoint: 'f',
  };
  const program = await found(t, 'body.py', '    return 1\n', settings);
  assert.ok(typeof program === 'object');
  assert.match(program.source, /def f\(\):\n {4}return 1\n/);
  assert.doesNotMatch(program.source, /```/);
});
