import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { collect, faults, jsonl, texts, workspace } from './testing/collect.ts';

const { write } = workspace();
let files = 0;
const rows = (...list: unknown[]) => write(`rows-${++files}.jsonl`, jsonl(...list));

describe('GSM8K', () => {
  test('problems alone', async () => {
    const read = await collect(
      write('gsm.jsonl', jsonl({ question: 'Two and two?', answer: '2 + 2 = <<2+2=4>>4\n#### 4' })),
    );
    assert.deepEqual(read.batches, [['gsm:0', []]]);
    assert.deepEqual(read.problems.get('gsm:0'), {
      id: 'gsm:0',
      dataset: 'gsm8k',
      prompt: 'Two and two?',
      mathAnswer: { gold: '2 + 2 = <<2+2=4>>4\n#### 4', policy: '' },
    });
  });

  test('model solutions: every model is a candidate, in the order of the row', async () => {
    const row = {
      question: 'Two and two?',
      ground_truth: 'It is 4.\nA: 4',
      small: { is_correct: false, solution: 'A: 5' },
      broken: { is_correct: false, solution: 5 },
      large: { is_correct: true, solution: 'A: 4' },
    };
    const read = await collect(write('models.jsonl', jsonl(row)));
    assert.deepEqual(read.candidates.get('models:0'), [
      { text: 'A: 5', index: 0 },
      { text: 'A: 4', index: 2 },
    ]);
    assert.equal(read.problems.get('models:0')?.mathAnswer?.gold, 'It is 4.\nA: 4');
    assert.deepEqual(faults(read), ['1 wrong_type']);
  });
});

describe('MATH', () => {
  test('the answer, else the solution, is gold', async () => {
    const read = await collect(
      write(
        'math.jsonl',
        jsonl(
          { problem: '$1+1$?', solution: 'So $\\boxed{2}$.', level: 'Level 1', samples: ['2', '3'] },
          { problem: '$1+2$?', solution: 'So $\\boxed{3}$.', answer: '3', unique_id: 'test/3.json' },
        ),
      ),
    );
    assert.deepEqual(texts(read), { 'math:0': ['2', '3'], 'test/3.json': [] });
    assert.equal(read.problems.get('math:0')?.mathAnswer?.gold, 'So $\\boxed{2}$.');
    assert.equal(read.problems.get('math:0')?.prompt, '$1+1$?');
    assert.equal(read.problems.get('test/3.json')?.mathAnswer?.gold, '3');
    assert.equal(read.problems.get('test/3.json')?.dataset, 'math');
  });
});

describe('rows of problems and of candidates', () => {
  test('samples as texts and as objects', async () => {
    const read = await collect(
      rows({ id: 'p', gold: 4, prompt_tokens: 9, samples: ['a', { text: 'b', tokens: 3, index: 7 }, 'c'] }),
    );
    assert.deepEqual(read.candidates.get('p'), [
      { text: 'a', index: 0 },
      { text: 'b', tokens: 3, index: 7 },
      { text: 'c', index: 8 },
    ]);
    assert.equal(read.problems.get('p')?.mathAnswer?.gold, '4');
    assert.equal(read.problems.get('p')?.promptTokens, 9);
  });

  for (const [id, gold, prompt, sample] of [
    ['id', 'gold', 'prompt', 'sample'],
    ['problem_id', 'answer', 'question', 'completion'],
    ['task_id', 'gt_answer', 'problem', 'response'],
    ['id', 'ground_truth', 'prompt', 'text'],
    ['unique_id', 'solution', 'question', 'text'],
  ] as const) {
    test(`names ${id}, ${gold}, ${prompt}, ${sample}`, async () => {
      const read = await collect(
        rows({ [id]: 12, [gold]: '1/2', [prompt]: 'half?', [sample]: '.5', tokens: 2 }),
      );
      const { dataset: _, ...problem } = read.problems.get('12') ?? {};
      assert.deepEqual(problem, { id: '12', prompt: 'half?', mathAnswer: { gold: '1/2', policy: '' } });
      assert.deepEqual(read.candidates.get('12'), [{ text: '.5', index: 0, tokens: 2 }]);
    });
  }

  test('names of one’s own, also such as objects inherit', async () => {
    const fields = { id: 'constructor', gold: 'toString', sample: '__proto__', prompt: 'x' };
    const path = write(
      'own.jsonl',
      '{"constructor": "c", "toString": "4", "__proto__": "four", "prompt": "not this"}\n{"x": "y"}\n',
    );
    const read = await collect(path, { fields });
    assert.deepEqual(texts(read), { c: ['four'] });
    assert.equal(read.problems.get('c')?.prompt, undefined);
    assert.deepEqual(faults(read), ['2 missing_gold']);
  });

  test('rows of one id belong together, one after the other in one batch, others in batches of their own', async () => {
    const read = await collect(
      rows(
        { id: 'p', gold: '1', sample: 'a' },
        { id: 'p', gold: '1', sample: 'b' },
        { id: 'q', gold: '2', sample: 'c' },
        { id: 'p', sample: 'd' },
        { id: 'q', gold: '2', sample: 'e', index: 9 },
        { id: 'q', samples: ['f'] },
      ),
    );
    assert.deepEqual(faults(read), []);
    assert.deepEqual(read.batches, [
      ['p', [0, 1]],
      ['q', [0]],
      ['p', [2]],
      ['q', [9, 10]],
    ]);
  });

  test('what contradicts earlier rows is reported', async () => {
    const read = await collect(
      rows(
        { id: 'p', gold: '1', prompt: 'x', sample: 'a' },
        { id: 'p', gold: '2', sample: 'b' },
        { id: 'p', prompt: 'y', sample: 'c' },
        { id: 'p', sample: 'd', index: 0 },
        { id: 'p', sample: 'e', index: 3 },
        { id: 'p', sample: 'f', index: 3 },
        { id: 'p', sample: 'g', index: 1 },
        { id: 'p', sample: 'h', index: 1 },
        { id: 'p', sample: 'i' },
      ),
    );
    assert.deepEqual(texts(read), { p: ['a', 'e', 'g', 'i'] });
    assert.deepEqual(
      read.candidates.get('p')?.map(({ index }) => index),
      [0, 3, 1, 4],
    );
    assert.deepEqual(faults(read), [
      '2 problem_differs',
      '3 problem_differs',
      '4 duplicate_index',
      '6 duplicate_index',
      '8 duplicate_index',
    ]);
  });

  test('a row without id is a problem of its own; files of the same name are told apart', async () => {
    const one = write('a/x.jsonl', jsonl({ gold: '1', sample: 'a' }, { gold: '1', sample: 'b' }));
    const two = write('b/x.jsonl', `\n${jsonl({ gold: '1', sample: 'c' })}`);
    assert.deepEqual(texts(await collect(one)), { 'x:0': ['a'], 'x:1': ['b'] });
    const both = texts(await collect([one, two]));
    assert.deepEqual(Object.values(both), [['a'], ['b'], ['c']]);
    assert.match(Object.keys(both)[2] as string, /b\/x:1$/);
    await assert.rejects(collect([one, one]), { code: 'same_file' });
  });

  test('problems from a file of their own', async () => {
    const problems = rows(
      { id: 'p', gold: '1', prompt: 'one?' },
      { id: 'q', gold: '2' },
      { id: 'unused', gold: '3' },
    );
    const samples = rows(
      { id: 'p', sample: 'a' },
      { id: 'q', sample: 'b', prompt: 'two?' },
      { id: 'r', sample: 'c' },
      { id: 'p', sample: 'd' },
    );
    const read = await collect(samples, { problems: [problems], dataset: 'mine' });
    assert.deepEqual(texts(read), { p: ['a', 'd'], q: ['b'] });
    assert.equal(read.problems.get('p')?.prompt, 'one?');
    assert.equal(read.problems.get('q')?.prompt, 'two?');
    assert.equal(read.problems.get('q')?.dataset, 'mine');
    assert.deepEqual(faults(read), ['3 missing_gold']);
  });

  test('problems in a format of their own', async () => {
    const problems = write('gold.jsonl', jsonl({ question: 'one?', answer: '#### 1' }));
    const samples = rows({ id: 'gold:0', sample: 'a' });
    const read = await collect(samples, { problems: [problems], format: 'jsonl' });
    assert.deepEqual(texts(read), { 'gold:0': ['a'] });
    assert.equal(read.problems.get('gold:0')?.dataset, 'gsm8k');
  });

  test('batches are bounded by number and by text', async () => {
    const many = rows({ id: 'p', gold: '1', samples: Array.from({ length: 600 }, (_, i) => `${i}`) });
    const sizes = async (path: string, batchSize?: number) =>
      (await collect(path, batchSize === undefined ? {} : { batchSize })).batches.map(
        ([, list]) => list.length,
      );
    assert.deepEqual(await sizes(many), [256, 256, 88]);
    assert.deepEqual(await sizes(many, 500), [500, 100]);
    const large = rows({ id: 'p', gold: '1', samples: ['é'.repeat(300_000), 'a', 'b'.repeat(1 << 21), 'c'] });
    assert.deepEqual(await sizes(large), [2, 1, 1]);
  });

  test('limit takes the first candidates of each problem', async () => {
    const path = rows(
      { id: 'p', gold: '1', samples: ['a', 'b', 'c'] },
      { id: 'q', gold: '1', samples: ['d'] },
      { id: 'p', gold: '1', sample: 'e' },
    );
    assert.deepEqual(texts(await collect(path, { limit: 2 })), { p: ['a', 'b'], q: ['d'] });
  });

  test('a problem that is too far back is not guessed at, one that is repeated stays the same', async () => {
    const prompt = 'x'.repeat(1 << 20);
    const path = rows(
      ...Array.from({ length: 70 }, (_, i) => ({
        id: `p${i}`,
        gold: '1',
        prompt: `${i}${prompt}`,
        sample: 'a',
      })),
      { id: 'p0', sample: 'b' },
      { id: 'p1', gold: '1', prompt: `1${prompt}`, sample: 'c' },
      { id: 'p2', gold: '2', prompt: `2${prompt}`, sample: 'd' },
      { id: 'p69', sample: 'e' },
    );
    const read = await collect(path);
    assert.deepEqual(faults(read), ['71 problem_forgotten', '73 problem_differs']);
    assert.deepEqual(texts(read).p1, ['a', 'c']);
    assert.deepEqual(texts(read).p69, ['a', 'e']);
  });
});

describe('what a problem is judged by', () => {
  const specOf = async (row: object) => {
    const read = await collect(rows({ id: 'p', ...row, sample: 'x' }));
    const { id: _, dataset: __, ...problem } = read.problems.get('p') ?? {};
    return read.bad.length > 0 ? faults(read) : problem;
  };

  test('the JSON form of assay.v1.Problem', async () => {
    const problem = {
      prompt: 'do',
      program_tests: {
        tests: [{ name: 't', input: 'MSAyCg==', output: 'Mwo=', example: true }],
        timeLimitS: 1.5,
        memoryLimitBytes: '1000000',
        stopSequences: ['\ndef'],
      },
    };
    assert.deepEqual(await specOf({ problem }), {
      prompt: 'do',
      programTests: {
        tests: [{ name: 't', input: Buffer.from('1 2\n'), output: Buffer.from('3\n'), example: true }],
        timeLimitS: 1.5,
        memoryLimitBytes: 1_000_000,
        stopSequences: ['\ndef'],
      },
    });
    assert.deepEqual(await specOf({ problem: { scoring: {} }, prompt: 'hello' }), {
      prompt: 'hello',
      scoring: {},
    });
    assert.deepEqual(
      await specOf({ problem: { theorem: { name: 't', statement: 'theorem t : 1 = 1 :=' } } }),
      {
        theorem: { name: 't', statement: 'theorem t : 1 = 1 :=' },
      },
    );
    assert.deepEqual(await specOf({ problem: { prompt: 'x' }, gold: '1' }), {
      prompt: 'x',
      mathAnswer: { gold: '1', policy: '' },
    });
  });

  for (const [name, problem] of Object.entries({
    'unknown field': { mathAnswer: { golden: '1' } },
    'unknown spec': { math: { gold: '1' } },
    'wrong type': { mathAnswer: { gold: 1 } },
    'text for bytes': { programTests: { tests: [{ input: '1 2\n', output: '3' }] } },
    'two specs': { mathAnswer: { gold: '1' }, scoring: {} },
    'object for a list': { programTests: { tests: {} } },
    'list for an object': { mathAnswer: [] },
    'negative size': { programTests: { memoryLimitBytes: -1 } },
    'infinite time': { programTests: { timeLimitS: 'Infinity' } },
    'inherited name': { mathAnswer: { gold: '1', constructor: '1' } },
  })) {
    test(`refused: ${name}`, async () => {
      assert.deepEqual(await specOf({ problem }), ['1 bad_problem']);
    });
  }

  test('custom', async () => {
    assert.deepEqual(await specOf({ custom: { kind: 'sort', json: { n: [1] } } }), {
      custom: { kind: 'sort', json: '{"n":[1]}' },
    });
    assert.deepEqual(await specOf({ custom: { kind: 'sort', json: '{"n": 1}' } }), {
      custom: { kind: 'sort', json: '{"n": 1}' },
    });
    assert.deepEqual(await specOf({ custom: { kind: 'sort', json: 'no json' } }), ['1 bad_problem']);
    assert.deepEqual(await specOf({ custom: { kind: 'No Kind' } }), ['1 bad_problem']);
  });

  test('test cases', async () => {
    assert.deepEqual(
      await specOf({ test_cases: { input: ['1\n'], output: ['2\n'] }, timeout: 2.5, language: 'python' }),
      {
        programTests: {
          language: 'python',
          tests: [{ input: Buffer.from('1\n'), output: Buffer.from('2\n') }],
          timeLimitS: 2.5,
        },
      },
    );
    assert.deepEqual(await specOf({ test_cases: { input: ['1'], output: [] } }), ['1 wrong_type']);
    assert.deepEqual(await specOf({ test_cases: { input: [1], output: ['1'] } }), ['1 wrong_type']);
    assert.deepEqual(await specOf({ test_cases: { input: [], output: [] }, timeout: 'soon' }), [
      '1 wrong_type',
    ]);
  });
});

test('a policy: that of the row, else that of all; only for math answers', async () => {
  const file = rows(
    { id: 'a', gold: '1', policy: 'qwen', sample: '1' },
    { id: 'b', gold: '2', sample: '2' },
    { id: 'c', custom: { kind: 'mine', json: {} }, sample: '3' },
  );
  const read = await collect(file, { policy: 'strict,rounding=none' });
  const policies = ['a', 'b', 'c'].map((id) => read.problems.get(id)?.mathAnswer?.policy);
  assert.deepEqual(policies, ['qwen', 'strict,rounding=none', undefined]);
});
