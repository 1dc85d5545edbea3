import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assay, scratch } from '../testing/cli.ts';

const small = 'problem,n,c\np,8,2\nq,8,0\n';
const rich = 'problem,model,n,c,prompt_tokens,tokens\np,Llama-3-8B,8,4,100,800\nq,Llama-3-8B,8,1,200,1600\n';

function cost(t: TestContext, files: Record<string, string>, ...args: string[]) {
  const folder = scratch(t);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return assay(['cost', ...Object.keys(files), ...args], folder);
}

describe('assay cost', { concurrency: 4 }, () => {
  test('a table that says its model and its tokens', async (t) => {
    const { code, stdout, stderr } = await cost(t, { 'rich.csv': rich }, '--price', '1,2', '--json');
    assert.deepEqual([code, stderr], [0, '']);
    const { schema, curves, verifiers, bestByFlops } = JSON.parse(stdout);
    assert.deepEqual([schema, verifiers, bestByFlops.length], ['assay.cost/v1', [], 25]);
    const [{ model, promptTokens, candidateTokens, assumed, points }] = curves;
    assert.deepEqual([model.name, promptTokens, candidateTokens, assumed], ['Llama-3-8B', 150, 150, false]);
    assert.ok(Math.abs(points[0].dollars - (300 + 2 * 300) / 1e6) < 1e-15);
  });

  test('two tables, each with a model of its own; for people', async (t) => {
    const files = { 'small.csv': small, 'rich.csv': rich };
    const { code, stdout, stderr } = await cost(
      ...([
        t,
        files,
        '--model',
        'small=mine=1e9,16,2048',
        '--tokens',
        '50',
        '--prompt-tokens',
        '10',
      ] as const),
    );
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /model: mine, 1\.00e\+9 parameters a token, 16 layers of width 2048 \(given\)/);
    assert.match(stdout, /model: Llama-3-8B, 8\.03e\+9/);
    assert.match(stdout, /note: Tokens of candidates are not counted in small: each is taken to have 50\./);
    assert.doesNotMatch(stdout, /not counted in rich/);
    assert.match(stdout, /\nSide by side\n/);
    assert.match(stdout, /budget in FLOPs/);
  });

  test('other problems: compared on those that both have, or not at all', async (t) => {
    const other = 'problem,n,c\np,4,1\nz,4,1\n';
    const args = ['--price', '0,1', '--tokens', '10', '--json'];
    const some = JSON.parse((await cost(t, { 'a.csv': small, 'b.csv': other }, ...args)).stdout);
    assert.deepEqual(
      some.curves.map(({ problems }: { problems: number }) => problems),
      [1, 1],
    );
    assert.match(some.notes[0], /^Problems that not all tables have judged, left out: 2\.$/);
    const none = JSON.parse(
      (await cost(t, { 'a.csv': small, 'b.csv': 'problem,n,c\nz,4,1\n' }, ...args)).stdout,
    );
    assert.match(none.notes[0], /share no judged problem/);
    assert.deepEqual([none.curves.length, none.bestByDollars], [2, []]);
  });

  const bad: [string, string[], RegExp][] = [
    [
      'no model and no price',
      ['--tokens', '5'],
      /Neither a model nor prices are known of small\.\n {2}Give --model/,
    ],
    ['no tokens', ['--price', '1,2'], /Tokens of candidates are not counted in small\.\n {2}Give their mean/],
    [
      'an unknown model',
      ['--model', 'Lama-3-8B'],
      /shape of "Lama-3-8B" is not known\.\n {2}Do you mean Llama-3-8B/,
    ],
    ['half a shape', ['--model', 'mine=8e9,32'], /shape of "mine=8e9,32" is not known/],
    ['a shape of no layers', ['--model', 'mine=8e9,,4096'], /--model mine=8e9,,4096: layers of mine is NaN/],
    ['one price', ['--price', '1'], /--price 1: these are no two prices/],
    ['a negative price', ['--price', '1,-2'], /--price 1,-2: these are no two prices/],
    ['no number of tokens', ['--tokens', 'many'], /--tokens many: this is no number of tokens/],
    ['a model twice', ['--model', 'Phi-2', '--model', 'Phi-4'], /--model is given twice for all tables/],
    ['a table twice', ['--price', 'small=1,2', '--price', 'small=1,2'], /--price is given twice for small/],
    ['a price of verifiers that is none', ['--verifier-price', '-1'], /Give a number of 0 or more/],
  ];
  for (const [name, args, message] of bad) {
    test(`refuses ${name}`, async (t) => {
      const { code, stdout, stderr } = await cost(t, { 'small.csv': small }, ...args);
      assert.match(stderr, message);
      assert.match(stderr, /^error \[usage\]: /);
      assert.deepEqual([code, stdout], [2, '']);
    });
  }

  test('a run: with what judging took; missing verdicts are told by the exit code', async (t) => {
    const folder = scratch(t);
    const rows = ['p', 'q'].map((id) => ({
      ...{ id, dataset: 'd', prompt: 'How much?', gold: '4' },
      samples: ['The answer is \\boxed{4}.', 'The answer is \\boxed{5}.'],
    }));
    writeFileSync(join(folder, 's.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const run = await assay(['run', 's.jsonl', '--verifier', 'math', '--run', 'mine'], folder);
    assert.equal(run.code, 0, run.stderr);
    const args = ['--price', '0,1', '--tokens', '100', '--verifier-price', '3600', '--json'];
    const { code, stdout, stderr } = await assay(['cost', 'mine', ...args], folder);
    assert.deepEqual([code, stderr], [0, '']);
    const { verifiers, curves } = JSON.parse(stdout);
    assert.deepEqual([verifiers.length, verifiers[0].name, verifiers[0].judged], [1, 'math', 2]);
    // Both problems have the same two answers: each is judged once, and costs once.
    assert.ok(verifiers[0].dollars > 0);
    assert.equal(curves[0].points.at(-1).coverage, 1);
    writeFileSync(join(folder, 'm.csv'), 'problem,n,c,missing\np,2,1,1\n');
    assert.equal((await assay(['cost', 'm.csv', '--price', '0,1', '--tokens', '1'], folder)).code, 3);
  });
});
