import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AssayError } from '@assay/contract';
import type { CountTable } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { exitCodeOf } from './exit.ts';
import { repository } from './paths.ts';
import { openCountTables, openScoreTables } from './tables.ts';
import { scratch } from './testing/cli.ts';

/** Tables of files by their names and contents; a name without content is an argument as it is. */
async function counts(t: TestContext, files: Record<string, string | null>, store = 'none.db') {
  const folder = scratch(t);
  const args = Object.entries(files).map(([name, content]) => {
    if (content === null) return name;
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  });
  return openCountTables(args, { store });
}

const plain = (over: Partial<CountTable>): CountTable => ({
  name: 't',
  problems: ['p1', 'p2'],
  n: [3, 2],
  c: [1, 0],
  missing: [0, 1],
  promptTokens: null,
  candidateTokens: null,
  model: null,
  ...over,
});

/** Rows of JSON for the same table as `plain`, a row a candidate. */
const candidates = [
  ['p1', true],
  ['p1', 0],
  ['p2', null],
  ['p2', false],
  ['p1', false],
  ['p2', 0],
].map(([problem, correct]) => ({ problem, correct }));

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

describe('openCountTables', () => {
  for (const [name, file, text] of [
    ['counts in CSV', 't.csv', 'problem,n,c,missing\np1,3,1,\np2,2,0,1\n'],
    ['other names of columns', 't.csv', 'id,num_samples,num_correct,missing\np1,3,1,0\np2,2,0,1\n'],
    ['counts in JSON', 't.jsonl', '{"problem":"p1","n":3,"c":1}\n{"problem":"p2","n":2,"c":0,"missing":1}\n'],
    ['candidates in JSON', 't.jsonl', lines(candidates)],
    ['a list of candidates', 't.json', JSON.stringify(candidates)],
    ['candidates in CSV', 't.csv', 'task_id,is_correct\np1,True\np1,0\np2,\np2,False\np1,0.0\np2,false\n'],
    [
      'a list of verdicts',
      't.jsonl',
      lines([
        { problem: 'p1', is_corrects: [true, false, false] },
        { problem: 'p2', is_corrects: [false, null, false] },
      ]),
    ],
  ] as const) {
    test(name, async (t) => assert.deepEqual(await counts(t, { [file]: text }), [plain({})]));
  }

  test('models of a file are tables of their own; tokens are there where all rows have them', async (t) => {
    const text = [
      'model,problem,n,c,prompt_tokens,tokens',
      'a,p1,3,1,10,90',
      'b,p2,5,5,10,',
      'a,p2,2,0,20,80',
      'b,p1,5,4,10,7',
    ].join('\n');
    assert.deepEqual(await counts(t, { 't.csv': text }), [
      plain({ name: 'a', model: 'a', missing: [0, 0], promptTokens: [10, 20], candidateTokens: [90, 80] }),
      plain({
        ...{ name: 'b', model: 'b', problems: ['p2', 'p1'], n: [5, 5], c: [5, 4], missing: [0, 0] },
        promptTokens: [10, 10],
      }),
    ]);
  });

  test('one model gives no name to its file; tokens of candidates are added up', async (t) => {
    const rows = candidates.map((row) => ({ ...row, model: 'm', prompt_tokens: 7, tokens: 5 }));
    const tokens = { promptTokens: [7, 7], candidateTokens: [15, 15] };
    assert.deepEqual(await counts(t, { 't.jsonl': lines(rows) }), [plain({ model: 'm', ...tokens })]);
  });

  test('names are unique, whatever files are called', async (t) => {
    const tables = await counts(t, { 'x/t.csv': 'id,n,c\n1,1,1\n', 'y/t.csv': 'id,n,c\n1,1,1\n' });
    assert.equal(new Set(tables.map(({ name }) => name)).size, 2);
    const folder = scratch(t);
    for (const file of ['a.csv', 'b.csv']) {
      writeFileSync(join(folder, file), 'model,id,n,c\nm,1,1,1\no,1,1,0\n');
    }
    const models = await openCountTables([folder], { store: 'none.db' });
    assert.deepEqual(
      models.map(({ name, model }) => [name, model]),
      ['m (a)', 'o (a)', 'm (b)', 'o (b)'].map((name) => [name, name[0]]),
    );
  });

  test('numbers as ids, of any size and form', async (t) => {
    const [table] = await counts(t, { 't.csv': 'idx,n,c\n007,1,1\n7,1,1\n12345678901234567890,1,0\n' });
    assert.deepEqual(table?.problems, ['007', '7', '12345678901234567890']);
  });

  const bad: [name: string, file: string, text: string, message: RegExp][] = [
    [
      'more successes than candidates',
      't.csv',
      'id,n,c\np,3,4\n',
      /t\.csv:2: "c" is 4 of 3 candidates\n {2}\S/,
    ],
    ['a share', 't.csv', 'id,n,c\np,3,0.5\n', /t\.csv:2: "c" is "0\.5"\n {2}Give a whole number/],
    ['less than nothing', 't.csv', 'id,n,c\np,-3,0\n', /"n" is "-3"/],
    ['a huge number', 't.csv', 'id,n,c\np,1e300,0\n', /"n" is "1e300"/],
    ['a number of 10,000 digits', 't.csv', `id,n,c\np,${'9'.repeat(10_000)},0\n`, /"n" is "9+\n {2}Give/],
    ['hexadecimal', 't.csv', 'id,n,c\np,0x10,0\n', /"n" is "0x10"/],
    ['a text in JSON', 't.jsonl', '{"id":"p","n":"3","c":1}\n', /"n" is "3"/],
    ['no n', 't.csv', 'id,n,c\np,,0\n', /"n" is null/],
    ['no c', 't.csv', 'id,n\np,1\n', /"c" is missing/],
    ['a row twice', 't.csv', 'id,n,c\np,1,0\np,1,0\n', /t\.csv:3: problem "p" is there already/],
    [
      'two kinds of rows',
      't.jsonl',
      '{"id":1,"n":3,"c":1}\n{"id":2,"correct":1}\n',
      /:2: this row has candidates/,
    ],
    ['two kinds in a row', 't.jsonl', '{"id":1,"n":3,"c":1,"correct":1}\n', /both "n" and "correct"/],
    ['neither', 't.csv', 'id,x\np,1\n', /neither "n" nor "correct"\n {2}A table has these columns:\n/],
    ['no problem', 't.csv', 'n,c\n1,0\n', /"problem" is missing\n {2}Name the problem/],
    ['an empty problem', 't.csv', 'id,n,c\n,1,0\n', /"id" is null/],
    ['a model now and then', 't.csv', 'model,id,n,c\nm,p,1,0\n,q,1,0\n', /t\.csv:3: this row has no model/],
    [
      'a word for a verdict',
      't.csv',
      'id,correct\np,yes\n',
      /"correct" is "yes"\n {2}Give true or false, or an empty/,
    ],
    [
      'other prompt tokens',
      't.csv',
      'id,correct,prompt_tokens\np,1,5\np,1,6\n',
      /:3: problem "p" has other prompt/,
    ],
    ['nothing judged', 't.csv', 'id,correct\np,\n', /No candidate of t is judged/],
    ['no row', 't.csv', 'id,correct\n', /There is no row in .*t\.csv/],
    ['control characters', 't.csv', 'id,n,c\np,"\u001b[31mx",0\n', /"n" is "\\u001b\[31mx"/],
  ];
  for (const [name, file, text, message] of bad) {
    test(`refused: ${name}`, async (t) => {
      const error: unknown = await counts(t, { [file]: text }).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof AssayError, String(error));
      assert.match(error.message, message);
      assert.equal(exitCodeOf(error), 2);
    });
  }

  test('a million rows', { timeout: 60_000 }, async (t) => {
    const rows = Array.from({ length: 1e6 }, (_, i) => `p${i % 1000},${i % 3 === 0}\n`).join('');
    const [table] = await counts(t, { 't.csv': `problem,correct\n${rows}` });
    assert.deepEqual([table?.problems.length, table?.n[0], table?.c[0]], [1000, 1000, 334]);
  });

  const paper = join(repository, '../shared/data/pythia_math_counts/counts.csv');
  test("the paper's counts", { skip: !existsSync(paper) && `${paper} is not there` }, async () => {
    const tables = await openCountTables([paper], { store: 'none.db' });
    assert.deepEqual(
      tables.map(({ name, model, n }) => [name, model, n.length, n.every((each) => each === 10_000)]),
      ['Pythia 12B', 'Pythia 1B', 'Pythia 70M'].map((name) => [name, name, 128, true]),
    );
  });
});

/** A store with a run `math-1`: p1 has a CORRECT, an INCORRECT and an ERROR, scored by a selector; p2 no candidate. */
async function storeOf(t: TestContext, earlyStop = false): Promise<string> {
  const path = join(scratch(t), 'store.db');
  const store = openSqliteStore(path);
  const verifiers = ['oracle', 'rm'];
  await store.openRun({ id: 'math-1', verifiers, earlyStop, maxAttempts: 0, labels: { model: 'tiny' } });
  const problem = await store.putProblem('math-1', { id: 'p1', dataset: 'd', promptTokens: 9 }, 'd1');
  await store.putProblem('math-1', { id: 'p2', dataset: 'd', promptTokens: 0 }, 'd2');
  const statuses = ['CORRECT', 'INCORRECT', 'ERROR'] as const;
  await store.commit(
    [0, 1].flatMap((verifier) =>
      statuses.map((status, candidate) => ({
        ...{ problem, verifier, candidate, tokens: 5, source: 'JUDGED' as const },
        judgement: {
          key: `${verifier}/${candidate}`,
          verdict: {
            ...{ index: candidate, reason: 'undecided', message: '', answer: '', answerClass: '' },
            ...{ parts: [], times: null, retryable: false },
            ...(verifier === 0
              ? { status }
              : { status: 'SCORED' as const, score: candidate / 4, _score: 'score' as const }),
          },
          replica: 'r:1',
          attempts: 1,
        },
      })),
    ),
  );
  await store.close();
  return path;
}

describe('stored runs', () => {
  test('counts are those of the oracle, ERRORs missing', async (t) => {
    const [table] = await counts(t, { 'math-1': null }, await storeOf(t));
    assert.deepEqual(
      table,
      plain({
        ...{ name: 'math-1', run: 'math-1', model: 'tiny', problems: ['p1'], n: [2], c: [1], missing: [1] },
        ...{ promptTokens: [9], candidateTokens: [15] },
      }),
    );
  });

  test('scores are those of the selectors', async (t) => {
    const { selectors, problems } = await openScoreTables(['math-1'], { store: await storeOf(t) });
    assert.deepEqual(selectors, ['rm']);
    assert.deepEqual(
      problems.map(({ correct, scores }) => [Array.from(correct), Array.from(scores[0] ?? [])]),
      [
        [
          [1, 0, -1],
          [0, 0.25, 0.5],
        ],
      ],
    );
  });

  test('runs and files in the order given; a file goes before a run of its name', async (t) => {
    const store = await storeOf(t);
    const tables = await counts(
      t,
      { 'a.csv': 'id,n,c\np,1,0\n', 'math-1': null, 'b.csv': 'id,n,c\np,1,0\n' },
      store,
    );
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['a', 'math-1', 'b'],
    );
    const named = await counts(t, { 'math-1': 'id,n,c\np,1,0\n' }, store);
    assert.deepEqual(
      named.map(({ problems }) => problems),
      [['p']],
    );
  });

  for (const [name, args, earlyStop, message] of [
    [
      'a name that is nearly right',
      ['math1'],
      false,
      /no file "math1", and .*store\.db has no run.*mean math-1\?/,
    ],
    ['another name', ['xyz'], false, /no file "xyz", and .*store\.db has no run of that name\.\n/],
    ['twice', ['math-1', 'math-1'], false, /math-1 is given twice/],
    ['a run that stops early', ['math-1'], true, /stops at the first success/],
  ] as const) {
    test(`refused: ${name}`, async (t) => {
      const store = await storeOf(t, earlyStop);
      const error: unknown = await openCountTables(args, { store }).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof AssayError, String(error));
      assert.match(error.message, message);
      assert.equal(exitCodeOf(error), 2);
    });
  }

  test('no store', async () => {
    await assert.rejects(openCountTables(['x'], { store: 'none.db' }), /no file "x", and no store none\.db/);
    await assert.rejects(
      openScoreTables(['x', 'y'], { store: 'none.db' }),
      /several arguments must be files/,
    );
  });
});

describe('openScoreTables', () => {
  test('CSV and JSON give the same tables', async (t) => {
    const folder = scratch(t);
    const texts = {
      'a.csv': 'problem,correct,class,scores.a,scores.b\np,true,42,0.5,2\np,0,,-1e-3,\nq,,x,.5,1.\n',
      'a.jsonl': lines([
        { problem: 'p', correct: true, class: '42', scores: { a: 0.5, b: 2 } },
        { problem: 'p', correct: false, class: null, 'scores.a': -1e-3, 'scores.b': null },
        { problem: 'q', correct: [null], classes: ['x'], scores: { a: [0.5], b: [1] } },
      ]),
    };
    const read = await Promise.all(
      Object.entries(texts).map(async ([name, text]) => {
        writeFileSync(join(folder, name), text);
        const { problems, ...rest } = await openScoreTables([join(folder, name)], { store: 'none.db' });
        return {
          ...rest,
          problems: problems.map(({ correct, classes, scores }) => ({ correct, classes, scores })),
        };
      }),
    );
    assert.deepEqual(read[0], read[1]);
    assert.deepEqual(read[0]?.problems[0], {
      ...{ correct: [1, 0], classes: [0, -1] },
      scores: [
        [0.5, -1e-3],
        [2, Number.NaN],
      ],
    });
  });
});
