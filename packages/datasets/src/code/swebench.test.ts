import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { detectFormat } from '../detect.ts';
import { collect, faults, jsonl, texts, workspace } from '../testing/collect.ts';
import { parquetFile } from '../testing/parquet.ts';

const { write } = workspace();
let files = 0;

const rows = (...list: object[]) => write(`swe-${++files}.jsonl`, jsonl(...list));
const instance = (id: string, more: object = {}) => ({
  instance_id: id,
  repo: 'a/b',
  base_commit: '0123abc',
  patch: 'the right one',
  test_patch: 'diff --git a/t.py b/t.py\n',
  problem_statement: 'It breaks.',
  hints_text: '',
  version: '1.2',
  FAIL_TO_PASS: '["t.py::one"]',
  PASS_TO_PASS: '["t.py::two", "t.py::three"]',
  environment_setup_commit: '0123abc',
  ...more,
});
const prediction = (id: string, model_patch: unknown) => ({
  instance_id: id,
  model_name_or_path: 'm',
  model_patch,
});

describe('instances', () => {
  test('of the older form', async () => {
    const path = rows(
      instance('a__b-1'),
      instance('a__b-2', {
        FAIL_TO_PASS: ['t.py::one'],
        PASS_TO_PASS: [],
        test_cmd: 'pytest -rA',
        flaky: true,
      }),
    );
    assert.equal((await detectFormat(path)).format, 'swebench');
    const read = await collect(path);
    assert.deepEqual(faults(read), []);
    assert.deepEqual(read.problems.get('a__b-1'), {
      id: 'a__b-1',
      dataset: 'swebench',
      prompt: 'It breaks.',
      repositoryPatch: {
        instanceId: 'a__b-1',
        repo: 'a/b',
        baseCommit: '0123abc',
        version: '1.2',
        testPatch: 'diff --git a/t.py b/t.py\n',
        failToPass: ['t.py::one'],
        passToPass: ['t.py::two', 't.py::three'],
      },
    });
    const { passToPass, testCommand, flaky } = read.problems.get('a__b-2')?.repositoryPatch ?? {};
    assert.deepEqual([passToPass, testCommand, flaky], [[], 'pytest -rA', true]);
    assert.deepEqual(texts(read), { 'a__b-1': [], 'a__b-2': [] });
  });

  test('of version 5', async () => {
    const more = {
      image: 'swebench/a__b-1:latest',
      eval_script: '#!/bin/bash\n',
      log_parser: 'parse_log_flask',
      eval_type: 'pass_and_fail',
      image_assets: null,
      split: 'test',
    };
    const read = await collect(write('five.json', JSON.stringify([instance('a__b-1', more)])));
    assert.deepEqual(faults(read), []);
    const { image, evalScript, logParser, evalType } = read.problems.get('a__b-1')?.repositoryPatch ?? {};
    assert.deepEqual(
      [image, evalScript, logParser, evalType],
      [more.image, more.eval_script, more.log_parser, more.eval_type],
    );
  });

  test('Parquet, with ids in another field', async () => {
    const columns = Object.entries({ ...instance('a__b-1'), name: 'first' });
    const path = write(
      'instances.parquet',
      parquetFile(
        columns.map(([name, text]) => ({ name, kind: 'text', values: [text] })),
        1,
      ),
    );
    const read = await collect(path, { fields: { id: 'name' } });
    assert.deepEqual(faults(read), []);
    assert.equal(read.problems.get('first')?.repositoryPatch?.instanceId, 'a__b-1');
  });

  test('that cannot be used', async () => {
    const bad: [object, string][] = [
      [{ FAIL_TO_PASS: '[]', PASS_TO_PASS: [] }, 'missing_tests'],
      [{ FAIL_TO_PASS: 't.py::one' }, 'invalid_json'],
      [{ FAIL_TO_PASS: [1] }, 'wrong_type'],
      [{ PASS_TO_PASS: undefined }, 'missing_field'],
      [{ repo: undefined }, 'missing_field'],
      [{ base_commit: 12 }, 'wrong_type'],
      [{ timeout: 'soon' }, 'wrong_type'],
      [{ network: 'perhaps' }, 'wrong_type'],
    ];
    const read = await collect(
      rows(instance('first'), ...bad.map(([more], i) => instance(`bad${i}`, more)), instance('last')),
    );
    assert.deepEqual(
      faults(read),
      bad.map(([, code], i) => `${i + 2} ${code}`),
    );
    assert.deepEqual([...read.problems.keys()], ['first', 'last']);
  });
});

describe('predictions', () => {
  const problems = () => [rows(instance('a__b-1'), instance('a__b-2'), instance('a__b-3'))];
  const list = [
    prediction('a__b-1', 'diff'),
    prediction('a__b-2', null),
    prediction('a__b-3', ''),
    prediction('a__b-1', 'other'),
  ];
  const expected = { 'a__b-1': ['diff', 'other'], 'a__b-2': [''], 'a__b-3': [''] };

  for (const [name, content] of [
    ['JSON Lines', jsonl(...list)],
    ['a JSON list', JSON.stringify(list, undefined, 2)],
  ] as const) {
    test(`${name}: a prediction without a patch is a candidate`, async () => {
      const path = write(`predictions-${++files}.json`, content);
      assert.equal((await detectFormat(path)).format, 'swebench');
      const read = await collect(path, { problems: problems() });
      assert.deepEqual(faults(read), []);
      assert.deepEqual(texts(read), expected);
    });
  }

  for (const indent of [undefined, 4]) {
    test(`one object by id, indent ${indent}`, async () => {
      const { instance_id: _, ...bare } = prediction('', 'bare');
      const map = {
        ...Object.fromEntries(list.slice(0, 2).map((one) => [one.instance_id, one])),
        'a__b-3': bare,
      };
      const path = write(`map-${++files}.json`, JSON.stringify(map, undefined, indent));
      assert.equal((await detectFormat(path)).format, 'swebench');
      for (const options of [{}, { format: 'swebench' }] as const) {
        const read = await collect(path, { problems: problems(), ...options });
        assert.deepEqual(faults(read), []);
        assert.deepEqual(texts(read), { 'a__b-1': ['diff'], 'a__b-2': [''], 'a__b-3': ['bare'] });
      }
    });
  }

  test('one object with members that cannot be used', async () => {
    const text = `{"a__b-1": ${JSON.stringify(prediction('a__b-1', 'x'))}, "a": 1, "b" 2, "a__b-2": {"model_patch": 3}, "a__b-3": {"model_patch": "z"}`;
    const read = await collect(write('bad-map.json', text), { problems: problems() });
    assert.deepEqual(texts(read), { 'a__b-1': ['x'], 'a__b-2': [], 'a__b-3': ['z'] });
    assert.deepEqual(faults(read), ['2 not_object', '3 invalid_json', '4 wrong_type', 'file invalid_json']);
  });

  test('of an instance that nobody knows', async () => {
    const read = await collect(rows(prediction('c__d-1', 'x')), { problems: problems() });
    assert.deepEqual(faults(read), ['1 missing_gold']);
  });
});
