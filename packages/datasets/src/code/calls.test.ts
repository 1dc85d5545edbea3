import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import type { ProblemInit } from '@assay/contract';
import { detectFormat } from '../detect.ts';
import { collect, faults, jsonl, workspace } from '../testing/collect.ts';
import { stringOf } from './packed.ts';

const { write } = workspace();
let files = 0;

const rows = (...list: object[]) => write(`calls-${++files}.jsonl`, jsonl(...list));
const inShort = (problem: ProblemInit | undefined) =>
  problem?.programTests?.tests?.map(
    ({ name, input, output, example }) => `${name} ${input}>${output}${example ? ' shown' : ''}`,
  );

describe('APPS', () => {
  const row = (id: number, tests: unknown, more: object = {}) => ({
    problem_id: id,
    question: 'Add. If there are several answers, print any of them.',
    input_output: typeof tests === 'string' ? tests : JSON.stringify(tests),
    starter_code: '',
    solutions: '["print(3)"]',
    difficulty: 'introductory',
    ...more,
  });

  test('programs and functions', async () => {
    const path = rows(
      row(1, { inputs: ['1 2\n', ['1', '3']], outputs: ['3\n', ['4']] }, { samples: ['a'] }),
      row(2, {
        fn_name: 'add',
        inputs: [
          [1, 2],
          ['é', [1.5]],
        ],
        outputs: [[3], [null]],
      }),
      row(3, '{"fn_name": "f", "inputs": [[12345678901234567890, 1.0]], "outputs": [[1e400], [2]]}'),
      row(4, '{"fn_name": "f", "inputs": [[12345678901234567890, 1.0], [[]]], "outputs": [1e400, [2, 3]]}'),
      row(5, '', { input_output: { inputs: ['1'], outputs: ['2'] } }),
    );
    assert.equal((await detectFormat(path)).format, 'apps');
    const read = await collect(path);
    assert.deepEqual(faults(read), ['3 wrong_type']);
    const of = (id: string) => read.problems.get(id);
    assert.deepEqual(inShort(of('1')), ['test/1 1 2\n>3\n', 'test/2 1\n3\n>4\n']);
    assert.deepEqual(
      [of('1')?.programTests?.multiAnswer, of('1')?.programTests?.entryPoint],
      [true, undefined],
    );
    assert.deepEqual(inShort(of('2')), ['test/1 1\n2\n>3', 'test/2 "é"\n[1.5]\n>null']);
    assert.deepEqual([of('2')?.programTests?.entryPoint, of('2')?.programTests?.comparer], ['add', 'json']);
    assert.deepEqual(inShort(of('4')), ['test/1 12345678901234567890\n1.0\n>1e400', 'test/2 []\n>[2,3]']);
    assert.deepEqual(inShort(of('5')), ['test/1 1>2']);
  });

  test('integers beyond 2^53 keep all their digits', async () => {
    const [round, power] = ['1000000000000000000', '1152921504606846976'];
    const read = await collect(
      rows(row(1, `{"fn_name": "f", "inputs": [[${round}, [${power}]]], "outputs": [[-${power}]]}`)),
    );
    assert.deepEqual(faults(read), []);
    assert.deepEqual(inShort(read.problems.get('1')), [`test/1 ${round}\n[${power}]\n>-${power}`]);
  });

  test('rows that cannot be used', async () => {
    const read = await collect(
      rows(
        row(1, { inputs: ['1'], outputs: ['2'] }),
        row(2, ''),
        row(3, '{}'),
        row(4, '{"inputs": [NaN], "outputs": []}'),
        row(5, '[]'),
        row(6, { inputs: [], outputs: [] }),
        row(7, { inputs: [1], outputs: [2] }),
        row(8, { fn_name: 'f', inputs: [1], outputs: [2] }),
        row(9, '', { input_output: { fn_name: 'f', inputs: [[2 ** 60]], outputs: [1] } }),
      ),
    );
    assert.deepEqual(faults(read), [
      '2 missing_tests',
      '3 missing_tests',
      '4 invalid_json',
      '5 wrong_type',
      '6 missing_tests',
      '7 wrong_type',
      '8 wrong_type',
      '9 wrong_type',
    ]);
  });
});

/** zlib of what Python's pickle writes of one string in protocols 2 to 5, in base64. */
const packed = [
  'eJxrYIpwZmBgiK5WyswrKC1RslJQijbUUTCKjckzVtJRUMovLYEKmx1eCRIoSS0uKaksSAUJpZXmJZdk5ucl5ijVxhYy6AEAUD8XRw==',
  'eJxrYI5wZmBgiK5WyswrKC1RslJQijbUUTCKjckzVtJRUMovLYEKmx1eCRIoSS0uKaksSAUJpZXmJZdk5ucl5ijVxhYy6AEAUIsXSA==',
  'eJxrYJnqzgABPc7R1UqZeQWlJUpWCkrRhjoKRrExecZKOgpK+aUlUGGzwytBAiWpxSUllQWpIKG00rzkksz8vMQcpdrYKXoAjjQYfA==',
  'eJxrYJ3qzgABPc7R1UqZeQWlJUpWCkrRhjoKRrExecZKOgpK+aUlUGGzwytBAiWpxSUllQWpIKG00rzkksz8vMQcpdrYKXoAjoUYfQ==',
];
/** Of an object whose unpickling calls os.system. */
const evil = 'eJxrYJkqzwABPawF+cWZFVN62Iori0tSc6dMntLDUlJUmjqldUrQFD0AA2gOlA==';

describe('LiveCodeBench', () => {
  const row = (id: string, more: object = {}) => ({
    question_id: id,
    question_content: 'Print a + b.',
    platform: 'somewhere',
    starter_code: '',
    public_test_cases: '[{"input": "1 2", "output": "3", "testtype": "stdin"}]',
    private_test_cases: '[]',
    metadata: '{}',
    ...more,
  });
  const functional = { public_test_cases: '[]', metadata: '{"func_name": "add"}' };

  test('programs', async () => {
    const tests = [{ input: '5', output: '6', testtype: 'stdin' }];
    const path = rows(row('a', { private_test_cases: tests, completion: 'x' }));
    assert.equal((await detectFormat(path)).format, 'livecodebench');
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    assert.deepEqual(inShort(read.problems.get('a')), ['public/1 1 2>3 shown', 'private/1 5>6']);
    assert.equal(read.problems.get('a')?.programTests?.entryPoint, undefined);
  });

  test('functions, their tests packed by every protocol', async () => {
    const read = await collect(
      rows(...packed.map((private_test_cases, i) => row(`p${i + 2}`, { ...functional, private_test_cases }))),
    );
    assert.deepEqual(faults(read), []);
    for (const [, problem] of read.problems) {
      assert.deepEqual(inShort(problem), ['private/1 [1, 2]\n3>6é']);
      assert.deepEqual([problem.programTests?.entryPoint, problem.programTests?.comparer], ['add', 'json']);
    }
    assert.equal(read.problems.size, 4);
  });

  test('the code that an answer begins with is part of the prompt', async () => {
    const starter_code = 'class Solution:\n    def add(self, a: int) -> int:\n        ';
    const [private_test_cases] = packed;
    const read = await collect(rows(row('p', { ...functional, starter_code, private_test_cases })));
    assert.deepEqual(faults(read), []);
    assert.equal(
      read.problems.get('p')?.prompt,
      'Print a + b.\n\nBegin with this code:\n\nclass Solution:\n    def add(self, a: int) -> int:\n',
    );
  });

  test('rows that cannot be used', async () => {
    const pack = (bytes: Buffer) => deflateSync(bytes).toString('base64');
    const hidden = (private_test_cases: string) => ({ ...functional, private_test_cases });
    const stream = packed[2] as string;
    const bad: [object, string][] = [
      [{ public_test_cases: '[]' }, 'missing_tests'],
      [hidden(evil), 'bad_packing'],
      [hidden('no base64!'), 'bad_packing'],
      [hidden(stream.slice(0, 40)), 'bad_packing'],
      [hidden(Buffer.from('plain').toString('base64')), 'bad_packing'],
      [hidden(pack(Buffer.from('80028c016194', 'hex'))), 'bad_packing'],
      [hidden(pack(Buffer.from('80028c0161942e', 'hex'))), 'invalid_json'],
      [{ ...hidden(stream), metadata: '{}' }, 'missing_field'],
      [{ ...hidden(stream), metadata: 'no' }, 'invalid_json'],
      [{ ...hidden(stream), public_test_cases: row('').public_test_cases }, 'wrong_type'],
      [{ public_test_cases: '[{"input": "1", "output": "2", "testtype": "odd"}]' }, 'wrong_type'],
      [{ public_test_cases: '[1]' }, 'wrong_type'],
      [{ public_test_cases: '[{"input"' }, 'invalid_json'],
    ];
    const read = await collect(
      rows(row('first'), ...bad.map(([more], i) => row(`bad${i}`, more)), row('last')),
    );
    assert.deepEqual(
      faults(read),
      bad.map(([, code], i) => `${i + 2} ${code}`),
    );
    assert.deepEqual([...read.problems.keys()], ['first', 'last']);
  });

  test('a bomb is not unpacked', async () => {
    const bomb = deflateSync(Buffer.alloc((1 << 28) + 1), { level: 1 }).toString('base64');
    const read = await collect(rows(row('a', { private_test_cases: bomb })));
    assert.deepEqual(faults(read), ['1 bad_packing']);
  });
});

describe('pickles of one string', () => {
  const long = Buffer.from('x'.repeat(70_000));
  const length = (bytes: number) => {
    const buffer = Buffer.alloc(bytes);
    buffer.writeUInt32LE(long.length);
    return buffer;
  };
  for (const [name, pickle, expected] of [
    ['long, protocol 2', [Buffer.from('800258', 'hex'), length(4), long, Buffer.from('71002e', 'hex')], long],
    ['long, protocol 4', [Buffer.from('80048d', 'hex'), length(8), long, Buffer.from('942e', 'hex')], long],
    ['memo of four bytes', [Buffer.from('80028c0161', 'hex'), Buffer.from('72000000002e', 'hex')], 'a'],
    ['empty', [Buffer.from('80048c00942e', 'hex')], ''],
    ['two strings', [Buffer.from('80048c01618c01622e', 'hex')], undefined],
    ['a tuple', [Buffer.from('8004950b000000000000008c0161948c01629486942e', 'hex')], undefined],
    ['protocol 0', [Buffer.from('Va\np0\n.')], undefined],
    ['no string', [Buffer.from('80042e', 'hex')], undefined],
    ['something behind the end', [Buffer.from('80048c01612e2e', 'hex')], undefined],
    ['a length beyond the end', [Buffer.from('80048dffffffffffffffff61942e', 'hex')], undefined],
    ['bytes that are no UTF-8', [Buffer.from('80048c01ff942e', 'hex')], undefined],
    ['nothing', [], undefined],
  ] as const) {
    test(name, () => assert.equal(stringOf(Buffer.concat([...pickle])), expected?.toString()));
  }
});
