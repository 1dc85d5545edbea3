import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError, packageDefinition, type problemCodec } from '@assay/contract';
import { fromJson, namesOf, shapeOf, toJson } from './json.ts';

/** A value for a field, of which a seed decides. */
function sample(type: string, seed: number, depth = 0): Record<string, unknown> {
  const shape = shapeOf(type);
  let chosen = false;
  const fields = shape.fields.flatMap((field, i) => {
    const pick = seed + 7 * i;
    if (pick % 4 === 0) return [];
    const isAlternative = shape.oneof && field.type === 'TYPE_MESSAGE' && !field.repeated;
    if (isAlternative && (chosen || depth > 3)) return [];
    chosen ||= isAlternative;
    const one = (n: number): unknown => {
      if (field.type === 'TYPE_MESSAGE') return sample(field.of, n, depth + 1);
      if (field.type === 'TYPE_STRING') return `é${n}"\n`;
      if (field.type === 'TYPE_BYTES') return Buffer.from([n % 256, 0, 255]);
      if (field.type === 'TYPE_BOOL') return n % 2 === 0;
      if (field.type === 'TYPE_ENUM') return namesOf(field.of)[n % namesOf(field.of).length];
      return field.type === 'TYPE_DOUBLE' ? n / 8 : n;
    };
    if (field.map)
      return [[field.name, { [`k${seed}`]: field.map.type === 'TYPE_STRING' ? 'v' : seed }] as const];
    return [[field.name, field.repeated ? [one(pick), one(pick + 1)] : one(pick)] as const];
  });
  return Object.fromEntries(fields);
}

test('messages survive the way to JSON and back, by the wire form', () => {
  for (const type of [
    'Problem',
    'SubmitRequest',
    'Verdict',
    'Run',
    'CreateRunRequest',
    'VerifierStatus',
    'RunProgress',
  ]) {
    const codec = packageDefinition[`assay.v1.${type}`] as unknown as typeof problemCodec;
    for (let seed = 1; seed < 40; seed++) {
      const message = codec.deserialize(codec.serialize(sample(type, seed)));
      const json = JSON.parse(JSON.stringify(toJson(type, message)));
      const back = fromJson<object>(type, json);
      assert.deepEqual(codec.deserialize(codec.serialize(back)), message, `${type} ${seed}`);
      assert.ok(!/[a-z][A-Z]/.test(Object.keys(json).join()), 'snake_case');
    }
  }
});

test('what is unset stays unset, what is a default is written', () => {
  const verdict = { index: 0, status: 'CORRECT', reason: '', parts: [], times: null, score: 0 };
  assert.deepEqual(toJson('Verdict', verdict), { index: 0, status: 'CORRECT', reason: '', parts: [] });
  assert.deepEqual(toJson('Verdict', { ...verdict, _score: 'score' }).score, 0);
});

test('reads both spellings, numbers as texts, base64 of both kinds, and null as nothing', () => {
  const problem = fromJson<{ programTests: { tests: { input: Buffer }[]; memoryLimitBytes: number } }>(
    'Problem',
    {
      id: null,
      programTests: { memory_limit_bytes: '1024', tests: [{ input: '-_8=' }, { input: '+/8' }] },
    },
  );
  assert.deepEqual(
    problem.programTests.tests.map(({ input }) => [...input]),
    [
      [251, 255],
      [251, 255],
    ],
  );
  assert.equal(problem.programTests.memoryLimitBytes, 1024);
  assert.ok(!('id' in problem));
});

test('says where a value is wrong', () => {
  const cases: [string, unknown, RegExp][] = [
    ['Problem', [], /^The body: expected an object, got a list/],
    ['Problem', { math_answer: 'x' }, /^math_answer: expected an object, got the text "x"/],
    [
      'Problem',
      { program_tests: { tests: [{}, { input: '*' }] } },
      /^program_tests\.tests\[1\]\.input: this is no base64/,
    ],
    ['Problem', { math_answer: {}, scoring: {} }, /^scoring: only one of math_answer and scoring/],
    ['Problem', { math_answer: {}, mathAnswer: {} }, /^mathAnswer: the field is there twice/],
    ['Candidate', { index: 4294967296 }, /^index: expected a whole number from 0 to 4294967295/],
    ['Candidate', { index: 1, INDEX: 2 }, /^INDEX: there is no such field/],
    ['CreateRunRequest', { labels: { a: 1 } }, /^labels\.a: expected a text, got 1/],
    ['CreateRunRequest', { early_stop: false, earlyStop: true }, /^earlyStop: the field is there twice/],
    ['CreateRunRequest', { weight: '1' }, /^weight: expected a finite number/],
    ['Verdict', { status: 'RIGHT' }, /^status: expected one of VERDICT_STATUS_UNSPECIFIED, CORRECT/],
    ['Verdict', JSON.parse('{"__proto__": {}}'), /^__proto__: there is no such field/],
  ];
  for (const [type, value, message] of cases) {
    assert.throws(
      () => fromJson(type, value),
      (error) =>
        error instanceof AssayError && error.code === 'invalid_request' && message.test(error.message),
      JSON.stringify(value),
    );
  }
});
