import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { detectFormat } from '../detect.ts';
import { collect, faults, jsonl, texts, workspace } from '../testing/collect.ts';
import { parquetFile } from '../testing/parquet.ts';

const { write } = workspace();
let files = 0;

const rows = (...list: object[]) => write(`functions-${++files}.jsonl`, jsonl(...list));

const task = {
  task_id: 'HumanEval/1',
  prompt: 'def two():\n',
  entry_point: 'two',
  canonical_solution: '    return 2\n',
  test: 'def check(candidate):\n    assert candidate() == 2\n',
};

describe('HumanEval', () => {
  test('tasks with samples', async () => {
    const path = rows({ ...task, samples: ['    return 2', '    return 3'] });
    assert.equal((await detectFormat(path)).format, 'humaneval');
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    assert.deepEqual(read.problems.get('HumanEval/1'), {
      id: 'HumanEval/1',
      dataset: 'humaneval',
      prompt: task.prompt,
      programTests: {
        language: 'python3',
        prefix: task.prompt,
        testCode: `\n${task.test}\ncheck(two)\n`,
        entryPoint: 'two',
        timeLimitS: 3,
        stopSequences: ['\nclass', '\ndef', '\n#', '\nif', '\nprint', '\n@', '\nassert'],
      },
    });
    assert.deepEqual(texts(read), { 'HumanEval/1': ['    return 2', '    return 3'] });
  });

  test('completions in a file of their own; settings of the row', async () => {
    const problems = rows({ ...task, stop: ['\n\n'], timeout: 10 });
    const samples = rows(
      { task_id: 'HumanEval/1', completion: '    return 2' },
      { task_id: 'HumanEval/1', completion: '    return 4' },
      { task_id: 'HumanEval/2', completion: '' },
    );
    for (const options of [{}, { format: 'humaneval' }] as const) {
      const read = await collect(samples, { problems: [problems], ...options });
      assert.deepEqual(faults(read), ['3 missing_gold']);
      assert.deepEqual(texts(read), { 'HumanEval/1': ['    return 2', '    return 4'] });
      const { programTests } = read.problems.get('HumanEval/1') ?? {};
      assert.deepEqual([programTests?.stopSequences, programTests?.timeLimitS], [['\n\n'], 10]);
    }
  });

  test('Parquet, with a field of another name', async () => {
    const columns = { ...task, question: 'Two?' };
    const path = write(
      'humaneval.parquet',
      parquetFile(
        Object.entries(columns).map(([name, text]) => ({ name, kind: 'text', values: [text] })),
        1,
      ),
    );
    const read = await collect(path, { fields: { prompt: 'question' } });
    assert.deepEqual(faults(read), []);
    const { prompt, programTests } = read.problems.get('HumanEval/1') ?? {};
    assert.deepEqual([prompt, programTests?.prefix], ['Two?', task.prompt]);
  });

  test('rows that cannot be used', async () => {
    const { entry_point: _, ...nameless } = task;
    const read = await collect(
      rows(
        task,
        { ...nameless, task_id: 'a' },
        { ...task, task_id: 'b', test: 1 },
        { ...task, task_id: 'c', stop: '\n' },
      ),
    );
    assert.deepEqual(faults(read), ['2 missing_field', '3 wrong_type', '4 wrong_type']);
    assert.deepEqual([...read.problems.keys()], ['HumanEval/1']);
  });
});

describe('MBPP', () => {
  const row = {
    task_id: 11,
    text: 'Write a function that adds one.',
    code: 'def add(x):\n    return x + 1',
    test_list: ['assert add(1) == 2', 'assert add(2) == 3'],
    test_setup_code: '',
    challenge_test_list: ['assert add(-1) == 0'],
  };

  test('a list of tasks; `text` is the prompt and no sample', async () => {
    const { text, test_setup_code: _, ...rest } = row;
    const path = write(
      'mbpp.json',
      JSON.stringify([
        row,
        { ...rest, task_id: 12, prompt: text, test_imports: ['import math'], samples: ['x'] },
        { ...row, task_id: 13, test_setup_code: 'root = 1', completion: 'y' },
      ]),
    );
    assert.equal((await detectFormat(path)).format, 'mbpp');
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    assert.deepEqual(texts(read), { 11: [], 12: ['x'], 13: ['y'] });
    assert.deepEqual(
      read.problems
        .values()
        .map(({ programTests }) => programTests?.testCode)
        .toArray(),
      ['', 'import math\n', 'root = 1\n'].map(
        (setup) => `\n${setup}assert add(1) == 2\nassert add(2) == 3\n`,
      ),
    );
    assert.equal(read.problems.get('12')?.prompt, text);
    assert.equal(read.problems.get('11')?.programTests?.language, 'python3');
  });

  test('rows that cannot be used', async () => {
    const read = await collect(
      rows(
        row,
        { ...row, task_id: 1, test_list: [] },
        { ...row, task_id: 2, test_list: ['assert True', ' '] },
        { ...row, task_id: 3, test_list: 'assert True' },
        { ...row, task_id: 4, test_list: [1] },
      ),
    );
    assert.deepEqual(faults(read), ['2 missing_tests', '3 wrong_type', '4 wrong_type', '5 wrong_type']);
  });
});

describe('rows in our own words', () => {
  const specOf = async (row: object) => {
    const read = await collect(rows({ id: 'p', sample: 'x', ...row }));
    return read.bad.length > 0 ? faults(read) : read.problems.get('p')?.programTests;
  };

  test('tests with names and examples, and every setting', async () => {
    assert.deepEqual(
      await specOf({
        tests: [
          { input: '1', output: '2', example: true, name: 'one' },
          { input: '2', output: '3' },
        ],
        language: 'cpp',
        time_limit: '500 ms',
        memory_limit: '256 MB',
        comparer: 'floats(abs=1e-6,rel=0)',
        all_tests: true,
        multi_answer: true,
      }),
      {
        tests: [
          { input: Buffer.from('1'), output: Buffer.from('2'), name: 'one', example: true },
          { input: Buffer.from('2'), output: Buffer.from('3') },
        ],
        language: 'cpp',
        timeLimitS: 0.5,
        memoryLimitBytes: 256_000_000,
        comparer: 'floats(abs=1e-6,rel=0)',
        allTests: true,
        multiAnswer: true,
      },
    );
  });

  test('test code', async () => {
    assert.deepEqual(
      await specOf({
        test_code: 'check(f)',
        entry_point: 'f',
        prefix: 'def f():',
        stop_sequences: ['\ndef'],
        time_limit: 0,
        memory_limit: 1 << 28,
      }),
      {
        testCode: 'check(f)',
        entryPoint: 'f',
        prefix: 'def f():',
        stopSequences: ['\ndef'],
        timeLimitS: 0,
        memoryLimitBytes: 1 << 28,
      },
    );
  });

  for (const [name, row, code] of [
    ['tests as a text', { tests: 'no' }, 'invalid_json'],
    ['tests without output', { tests: [{ input: '1' }] }, 'wrong_type'],
    ['an example that is no flag', { tests: [{ input: '1', output: '1', example: 1 }] }, 'wrong_type'],
    ['a limit below zero', { tests: [], time_limit: -1 }, 'wrong_type'],
    ['a limit of memory in megabytes', { tests: [], memory_limit: 256 }, 'wrong_type'],
    ['an unknown unit', { tests: [], memory_limit: '1 lot' }, 'wrong_type'],
    ['an unknown comparer', { tests: [], comparer: 'floats(1e-6' }, 'bad_problem'],
    ['stop sequences that are none', { tests: [], stop_sequences: [1] }, 'wrong_type'],
    ['test code that is none', { test_code: ['assert True'] }, 'wrong_type'],
  ] as const) {
    test(`refused: ${name}`, async () => assert.deepEqual(await specOf(row), [`1 ${code}`]));
  }
});
