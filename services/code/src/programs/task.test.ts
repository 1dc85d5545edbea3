import assert from 'node:assert/strict';
import { test } from 'node:test';
import { programTests } from '../testing/program-tests.ts';
import { checkProgramTests, taskOf } from './task.ts';

const one = { name: '', input: Buffer.from('1\n'), output: Buffer.from('2\n'), example: false };

test('problems that cannot be judged are told what is wrong with them', () => {
  const fault = (change: Parameters<typeof programTests>[0]) =>
    checkProgramTests(programTests({ tests: [one], ...change }));
  const judge = { protocol: 'testlib', language: 'cpp', source: '', files: [], arguments: [] };
  assert.equal(fault({}), undefined);
  assert.equal(fault({ checker: judge }), undefined);
  assert.match(fault({ tests: [] }) ?? '', /neither tests nor test_code/);
  assert.match(fault({ unsupported: 'an interactive problem' }) ?? '', /interactive/);
  assert.match(fault({ language: 'cobol' }) ?? '', /unknown language "cobol": there are .*python3/);
  assert.match(fault({ comparer: 'nearly' }) ?? '', /unknown comparer "nearly"/);
  assert.match(fault({ timeLimitS: -1 }) ?? '', /time_limit_s is -1/);
  assert.match(fault({ timeLimitS: Number.NaN }) ?? '', /time_limit_s/);
  assert.match(fault({ memoryLimitBytes: 2 ** 50 }) ?? '', /memory_limit_bytes/);
  assert.match(fault({ languageFactors: [{ language: 'java', time: 0 }] }) ?? '', /factor of java/);
  assert.match(fault({ checker: { ...judge, protocol: 'own' } }) ?? '', /protocol of its checker/);
  assert.match(
    fault({ interactor: { ...judge, language: 'x' } }) ?? '',
    /unknown language of its interactor/,
  );
  const twice = { name: 'testlib.h', content: Buffer.alloc(0) };
  for (const name of ['../x', 'a..h', '.x', 'judge', 'main.cpp']) {
    const file = { name, content: Buffer.alloc(0) };
    assert.match(fault({ checker: { ...judge, files: [file] } }) ?? '', /use a plain name/, name);
  }
  assert.match(fault({ checker: { ...judge, files: [twice, twice] } }) ?? '', /use a plain name/);
  assert.equal(fault({ checker: { ...judge, files: [twice] } }), undefined);
  assert.match(fault({ testCode: 'x', checker: judge }) ?? '', /test_code, which decides/);
  assert.match(
    fault({ languageFactors: [{ language: 'cobol', time: 2 }] }) ?? '',
    /unknown language: "cobol"/,
  );
  assert.match(fault({ entryPoint: 'f', language: 'cpp', tests: [one] }) ?? '', /only in python3/);
});

test('the language is the problem’s, else the candidate’s, else Python', () => {
  const languageOf = (language: string, text: string) => {
    const task = taskOf(programTests({ language, tests: [one] }), text);
    return 'reason' in task ? task.message : task.language.name;
  };
  assert.equal(languageOf('', '```cpp\nint main() {}\n```'), 'cpp');
  assert.equal(languageOf('rust', '```\nfn main() {}\n```'), 'rust');
  assert.equal(languageOf('py', 'print(1)'), 'python3');
  assert.equal(languageOf('', 'x = 1\n'), 'python3');
  assert.equal(languageOf('', '   '), 'the candidate has no program');
  assert.match(languageOf('c', `int x;${' '.repeat(2 << 20)}int y;`), /more than 1048576 bytes/);
});

test('examples are the first tests, and tests without a name are numbered', () => {
  const example = { ...one, name: 'shown', example: true };
  const task = taskOf(programTests({ language: 'c', tests: [one, example, { ...one }] }), 'int main() {}');
  assert.ok('tests' in task);
  assert.deepEqual(
    task.tests.map(({ name }) => name),
    ['shown', '1', '3'],
  );
});
