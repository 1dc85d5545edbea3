import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { assay, scratch } from './testing/cli.ts';

async function select(t: TestContext, rows: readonly unknown[], ...args: string[]) {
  const folder = scratch(t);
  const lines = rows.map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`);
  writeFileSync(join(folder, 't.jsonl'), lines.join(''));
  return assay(['select', 't.jsonl', ...args], folder);
}

const candidate = (problem: string, correct: unknown, score: unknown, more = {}) => ({
  ...{ problem, correct, score },
  ...more,
});

describe('assay select', { concurrency: 4 }, () => {
  test('a row a candidate, or a row a problem: the same figures', async (t) => {
    const single = [
      { problem: 'p1', correct: true, class: '42', scores: { a: 0.5, b: 2 } },
      { problem: 'p2', correct: 1, class: 7, scores: { a: 0.1, b: -1 } },
      { problem: 'p1', correct: false, class: '41', scores: { b: 1, a: 0.7 } },
      { problem: 'p2', correct: 0, class: null, scores: { a: 0, b: 0 } },
    ];
    const lists = [
      { problem: 'p1', correct: [true, false], classes: ['42', '41'], scores: { a: [0.5, 0.7], b: [2, 1] } },
      { problem: 'p2', correct: [true, false], classes: ['7', ''], scores: { a: [0.1, 0], b: [-1, 0] } },
    ];
    const [one, other] = [await select(t, single, '--json'), await select(t, lists, '--json')];
    assert.deepEqual([one.code, one.stderr], [0, '']);
    assert.equal(one.stdout, other.stdout);
    const { schema, problems, selectors, ensembles } = JSON.parse(one.stdout);
    assert.deepEqual([schema, problems, ensembles.length], ['assay.selection/v1', 2, 3]);
    assert.deepEqual(
      selectors.map(({ name, candidates }: { name: string; candidates: number }) => [name, candidates]),
      [
        ['a', 4],
        ['b', 4],
      ],
    );
    const curve = (method: string) =>
      selectors[0].curves.curves.find((each: { method: string }) => each.method === method).points.at(-1);
    assert.deepEqual([curve('best-of-n').k, curve('best-of-n').estimate], [2, 0.5]);
    // p1: 42 and 41 have a vote each; p2: only 7 has.
    assert.equal(curve('majority').estimate, 0.75);
  });

  test('for people; one score, no classes, packed, in a pipe', async (t) => {
    const folder = scratch(t);
    const rows = [1, 2, 3].flatMap((p) =>
      [0.9, 0.4, 0.2].map((score, i) => `${JSON.stringify(candidate(`p${p}`, i === 0, score))}\n`),
    );
    writeFileSync(join(folder, 't.jsonl.gz'), gzipSync(rows.join('')));
    const { code, stdout, stderr } = await assay(['select', 't.jsonl.gz', '--level', '0.9'], folder);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /^Selection by score\n {2}k +coverage +best-of-N +90 % interval +gap closed\n/);
    assert.match(stdout, /\n {2}3 +100\.00 % +100\.00 %/);
    assert.match(stdout, /note: No candidate has an answer class: there is no vote\.\n$/);
  });

  test('null is missing: left out, and told by the exit code', async (t) => {
    const rows = [candidate('p', true, 1), candidate('p', null, 2), candidate('p', false, null)];
    const { code, stdout } = await select(t, rows);
    assert.equal(code, 3);
    assert.match(stdout, /note: Left out, .* is missing: 2 of 3 candidates/);
  });

  const bad: [name: string, row: unknown, stderr: RegExp][] = [
    ['no JSON', '{"problem":', /\[invalid_json\]: t\.jsonl:2: /],
    ['no object', [1], /\[not_object\]: t\.jsonl:2: /],
    ['no problem', { correct: true, score: 1 }, /t\.jsonl:2: "problem" is missing\n {2}Name the problem/],
    ['no verdict', { problem: 'p', score: 1 }, /"correct" is missing\n {2}Give true or false/],
    ['a word for a verdict', candidate('p', 'yes', 1), /"correct" is "yes"/],
    ['a text for a score', candidate('p', true, '1'), /a score is "1"\n {2}Give a finite number, or null/],
    ['an infinite score', '{"problem":"p","correct":true,"score":1e999}', /a score is Infinity\n/],
    [
      'a score without a name',
      { problem: 'p', correct: true, scores: { '': 1 } },
      /there are no scores by name/,
    ],
    ['no score', { problem: 'p', correct: true }, /there are no scores by name/],
    ['two kinds of scores', candidate('p', true, 1, { scores: { a: 1 } }), /there are no scores by name/],
    ['another name', { problem: 'p', correct: true, scores: { a: 1 } }, /the first row has no score "a"/],
    ['a list that is short', candidate('p', [true, false], [1]), /score "score" has 1 entries for 2 cand/],
    ['no list', candidate('p', [true], 1), /has no list for 1 candidates/],
    ['a list of one candidate', candidate('p', true, 1, { classes: ['a'] }), /"classes" has no list for one/],
    ['a class that is none', candidate('p', true, 1, { class: {} }), /"class" is \{\}\n {2}Give a text/],
  ];
  for (const [name, row, message] of bad) {
    test(`bad row: ${name}`, async (t) => {
      const { code, stdout, stderr } = await select(t, [candidate('p', true, 1), row]);
      assert.match(stderr, message);
      assert.match(stderr, /^error \[\w+\]: .*\n {2}\S/);
      assert.doesNotMatch(stderr, /\n {4}at /, 'no stack');
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  test('no file, no row', async (t) => {
    const missing = await assay(['select', 'none.jsonl'], scratch(t));
    assert.match(missing.stderr, /error \[usage\]: There is no file "none\.jsonl"/);
    const empty = await select(t, [candidate('p', [], [])]);
    assert.match(empty.stderr, /error \[no_samples\]: There is no candidate in t\.jsonl/);
    assert.match((await select(t, [])).stderr, /error \[empty_file\]: t\.jsonl: /);
    assert.deepEqual([missing.code, empty.code], [2, 2]);
  });
});
