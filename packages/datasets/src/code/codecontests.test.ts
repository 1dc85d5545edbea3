import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ProblemInit } from '@assay/contract';
import { detectFormat } from '../detect.ts';
import { collect, faults, jsonl, texts, workspace } from '../testing/collect.ts';
import { parquetFile } from '../testing/parquet.ts';

const { write } = workspace();
let files = 0;

const rows = (...list: object[]) => write(`contest-${++files}.jsonl`, jsonl(...list));
const inShort = (problem: ProblemInit | undefined) =>
  problem?.programTests?.tests?.map(
    ({ name, input, output, example }) => `${name} ${input}>${output}${example ? ' shown' : ''}`,
  );

const description = 'Add two numbers.\n\nInput\n\na and b\n\nOutput\n\nTheir sum.\n';
const row = {
  name: '7_A. Sum',
  description,
  public_tests: { input: ['1 2'], output: ['3'] },
  private_tests: { input: ['2 3', '4 5'], output: ['5', '9'] },
  generated_tests: { input: ['9 9'], output: ['18'] },
  source: 2,
  difficulty: 7,
  cf_rating: 800,
  time_limit: { seconds: 1, nanos: 500_000_000 },
  memory_limit_bytes: 256_000_000,
  solutions: { language: [3], solution: ['print(3)'] },
  input_file: '',
  output_file: '',
};
const tests = ['public/1 1 2>3 shown', 'private/1 2 3>5', 'private/2 4 5>9', 'generated/1 9 9>18'];

describe('CodeContests', () => {
  test('rows with the names of the data set', async () => {
    const path = rows(row, { name: '7_A. Sum', samples: ['a', 'b'] });
    assert.equal((await detectFormat(path)).format, 'codecontests');
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    const problem = read.problems.get('7_A. Sum');
    assert.deepEqual(inShort(problem), tests);
    const { tests: _, ...settings } = problem?.programTests ?? {};
    assert.deepEqual(settings, { timeLimitS: 1.5, memoryLimitBytes: 256_000_000 });
    assert.deepEqual([problem?.prompt, problem?.dataset], [description, 'codecontests']);
    assert.deepEqual(texts(read), { '7_A. Sum': ['a', 'b'] });
  });

  test('the JSON of protocol buffers', async () => {
    const list = (of: { input: string[]; output: string[] }) =>
      of.input.map((input, i) => ({ input, output: of.output[i] }));
    const message = {
      name: row.name,
      description,
      publicTests: list(row.public_tests),
      privateTests: list(row.private_tests),
      generatedTests: list(row.generated_tests),
      source: 'CODEFORCES',
      timeLimit: '1.500s',
      memoryLimitBytes: '256000000',
    };
    const read = await collect(write('proto.json', JSON.stringify([message], undefined, 2)));
    assert.deepEqual(faults(read), []);
    const problem = read.problems.get('7_A. Sum')?.programTests;
    assert.deepEqual(inShort(read.problems.get('7_A. Sum')), tests);
    assert.deepEqual([problem?.timeLimitS, problem?.memoryLimitBytes], [1.5, 256_000_000]);
  });

  test('Parquet', async () => {
    const path = write(
      'contest.parquet',
      parquetFile(
        [
          { name: 'name', kind: 'text', values: ['a', 'b'] },
          { name: 'description', kind: 'text', values: [description, 'This is an interactive problem.'] },
          { name: 'public_tests', kind: 'tests', values: [row.public_tests, row.public_tests] },
          { name: 'private_tests', kind: 'tests', values: [row.private_tests, { input: [], output: [] }] },
          { name: 'memory_limit_bytes', kind: 'integer', values: [256_000_000, null] },
          { name: 'solutions', kind: 'tests', values: [row.public_tests, row.public_tests] },
        ],
        1,
      ),
    );
    assert.equal((await detectFormat(path)).format, 'codecontests');
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    assert.deepEqual(inShort(read.problems.get('a')), tests.slice(0, 3));
    assert.equal(read.problems.get('a')?.programTests?.memoryLimitBytes, 256_000_000);
    assert.match(read.problems.get('b')?.programTests?.unsupported ?? '', /^interactive/);
  });

  test('{problem, tests}: limits and examples come from the statement', async () => {
    const problem = `${description}\nExample\n\nInput\n\n\n1 2\n\n\nOutput\n\n\n3\n\nTime Limit: {'seconds': 2, 'nanos': 500000000}\nMemory Limit: 512000000 Bytes\n`;
    const short = { problem, tests: { inputs: ['5 6\n', '1 2\n'], outputs: ['11\n', '3\n'] } };
    const path = write(
      'short.json',
      JSON.stringify([short, { ...short, tests: JSON.stringify(short.tests) }]),
    );
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    for (const id of ['short:0', 'short:1']) {
      assert.deepEqual(inShort(read.problems.get(id)), ['test/1 5 6\n>11\n', 'test/2 1 2\n>3\n shown']);
      const { tests: _, ...settings } = read.problems.get(id)?.programTests ?? {};
      assert.deepEqual(settings, { timeLimitS: 2.5, memoryLimitBytes: 512_000_000 });
    }
  });

  test('an example is the test with its very text, or else one with other spaces', async () => {
    const problem = 'Example\n\nInput\n\n\na b \n\n\nOutput\n\n\n1\n\nInput\n\nc d\n\nOutput\n\n3\n';
    const tests = { inputs: ['a  b\n', 'a b\n', 'c  d\n', 'e'], outputs: ['2', '1', '3', '4'] };
    const read = await collect(rows({ id: 'a', problem, tests }));
    assert.deepEqual(faults(read), []);
    const shown = read.problems.get('a')?.programTests?.tests?.map(({ example }) => example ?? false);
    assert.deepEqual(shown, [false, true, true, false]);
    assert.equal(read.problems.get('a')?.programTests?.multiAnswer, undefined);
  });

  test('what the statement says is set, and what the row says stands above it', async () => {
    const any = `${description} If there are several answers, print any. You may print letters in any case.`;
    const read = await collect(
      rows(
        { ...row, name: 'a', description: any },
        {
          ...row,
          name: 'b',
          description: any,
          multi_answer: false,
          comparer: 'exact',
          language: 'cpp',
          all_tests: true,
        },
        { ...row, name: 'c', input_file: 'in.txt' },
        { ...row, name: 'd', input_file: 'stdin', output_file: 'stdout' },
      ),
    );
    assert.deepEqual(faults(read), []);
    const of = (id: string) => read.problems.get(id)?.programTests;
    assert.deepEqual([of('a')?.multiAnswer, of('a')?.comparer], [true, 'tokens(case=fold)']);
    assert.deepEqual([of('b')?.multiAnswer, of('b')?.comparer], [false, 'exact']);
    assert.deepEqual([of('b')?.language, of('b')?.allTests], ['cpp', true]);
    assert.equal(of('c')?.unsupported, 'the program is to use the file in.txt');
    assert.equal(of('d')?.unsupported, undefined);
  });

  test('rows that cannot be used', async () => {
    const bad: [object, string][] = [
      [{ public_tests: { input: ['1'], output: [] } }, 'wrong_type'],
      [{ public_tests: [{ input: '1' }] }, 'wrong_type'],
      [{ public_tests: ['1'] }, 'wrong_type'],
      [{ public_tests: 3 }, 'wrong_type'],
      [{ public_tests: '{"input": [' }, 'invalid_json'],
      [{ public_tests: { input: [1], output: ['1'] } }, 'wrong_type'],
      [{ public_tests: {}, private_tests: { input: [], output: [] } }, 'missing_tests'],
      [{ ...row, time_limit: 'soon' }, 'wrong_type'],
      [{ ...row, time_limit: { seconds: -1 } }, 'wrong_type'],
      [{ ...row, memory_limit_bytes: 256 }, 'wrong_type'],
      [{ ...row, comparer: 'close enough' }, 'bad_problem'],
      [{ ...row, input_file: 3 }, 'wrong_type'],
      [{ description }, 'missing_gold'],
    ];
    const read = await collect(
      rows({ ...row, name: 'first' }, ...bad.map(([one], i) => ({ ...one, name: `bad${i}` })), {
        ...row,
        name: 'last',
      }),
    );
    assert.deepEqual([...read.problems.keys()], ['first', 'last']);
    assert.deepEqual(
      faults(read),
      bad.map(([, code], i) => `${i + 2} ${code}`),
    );
    for (const { mend, message } of read.bad) assert.ok(mend !== '' && message !== '');
  });
});
