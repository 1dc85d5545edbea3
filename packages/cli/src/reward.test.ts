/** `assay reward`, with the model of examples/reward. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { assay, scratch } from './testing/cli.ts';

const model = join(import.meta.dirname, '../../../examples/reward');

/** No setting of whoever runs the test. */
const clean: NodeJS.ProcessEnv = Object.fromEntries(
  Object.keys(process.env).flatMap((name) => (name.startsWith('ASSAY_REWARD_') ? [[name, undefined]] : [])),
);

function workplace(t: TestContext): string {
  const folder = scratch(t);
  const rows = [
    { id: 'a', prompt: 'What is 1/2 + 1/4?', gold: '3/4' },
    { id: 'b', prompt: 'Other?', gold: '1' },
    { id: 'c', gold: '1' },
  ];
  writeFileSync(join(folder, 'problems.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  writeFileSync(join(folder, 'answer.txt'), '\\boxed{0.75}');
  writeFileSync(join(folder, 'question.txt'), 'What is 1/2 + 1/4?');
  return folder;
}

describe('assay reward', { concurrency: 3, timeout: 120_000 }, () => {
  const wrong: [args: string[], stderr: RegExp][] = [
    [[], /missing required argument 'response'/],
    [
      ['a', '--model', model],
      /Nothing says what is responded to\.\n {2}Give --prompt TEXT or --problem FILE/,
    ],
    [['a', '--prompt', 'b'], /Nothing says which model scores\.\n {2}Give --model FOLDER/],
    [['a', '--prompt', 'b', '--problem', 'problems.jsonl'], /cannot be used with option/],
    [['a', '--prompt', 'b', '--id', 'x', '--model', model], /--id means nothing without --problem/],
    [['-', '--prompt', '-', '--model', model], /Standard input can be only one of the texts/],
    [['@none', '--prompt', 'b', '--model', model], /Cannot read none: ENOENT/],
    [['a', '--problem', 'problems.jsonl', '--id', 'x', '--model', model], /has no problem "x"/],
  ];
  for (const [args, stderr] of wrong) {
    test(`wrong usage: assay reward ${args.join(' ').replace(model, 'MODEL')}`, async (t) => {
      const outcome = await assay(['reward', ...args], workplace(t), clean);
      assert.match(outcome.stderr, stderr);
      assert.doesNotMatch(outcome.stderr, /\n {4}at /, 'no stack');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
    });
  }

  const asked: string[][] = [
    ['\\boxed{0.75}', '--prompt', 'What is 1/2 + 1/4?', '--model', model],
    ['@answer.txt', '--prompt', '@question.txt', '--model', model],
    ['@answer.txt', '--problem', 'problems.jsonl', '--id', 'a', '--model', model],
  ];
  for (const args of asked) {
    test(`a score: assay reward ${args.join(' ').replace(model, 'MODEL')}`, async (t) => {
      const { code, stdout, stderr } = await assay(['reward', ...args], workplace(t), clean);
      assert.match(stdout, /^model {4}reward, revision [0-9a-f]{12}, by onnxruntime \d/);
      assert.match(stdout, /\nread {5}25 tokens: 17 to the response, 8 of it\n/);
      assert.match(stdout, /\nlogit {4}5\.679688\n/);
      assert.match(stdout, /\n\nscore 5\.679688: the logit itself\n$/);
      assert.deepEqual([code, stderr], [0, '']);
    });
  }

  test('--json, of settings in the environment, transformed', async (t) => {
    const env = { ...clean, ASSAY_REWARD_MODEL: model, ASSAY_REWARD_TRANSFORM: 'none' };
    const args = ['reward', '@answer.txt', '--prompt', '@question.txt', '--transform', 'sigmoid', '--json'];
    const { code, stdout } = await assay(args, workplace(t), env);
    const { status, score, logit, transform, truncation, parts, tokens } = JSON.parse(stdout);
    assert.deepEqual([status, logit, transform, truncation], ['SCORED', 5.6796875, 'sigmoid', 'refuse']);
    assert.ok(Math.abs(score - 1 / (1 + Math.exp(-5.6796875))) < 1e-12);
    assert.deepEqual(parts, []);
    assert.deepEqual([tokens.total, tokens.prompt, tokens.response, tokens.cutOff], [25, 17, 8, 0]);
    assert.equal(tokens.ids.length, 25);
    assert.equal(code, 0);
  });

  test('a system turn is read, too', async (t) => {
    const args = [
      'reward',
      '@answer.txt',
      '--prompt',
      '@question.txt',
      '--model',
      model,
      '--system',
      'Brief.',
    ];
    const { stdout } = await assay(args, workplace(t), clean);
    // Two special tokens, and at least one of its own.
    assert.ok(Number(/\nread {5}(\d+) tokens/.exec(stdout)?.[1]) >= 28, stdout);
  });

  test('what is too long is not scored', async (t) => {
    const folder = workplace(t);
    writeFileSync(join(folder, 'long.txt'), '1 '.repeat(10_000));
    const args = ['reward', '@long.txt', '--prompt', 'b', '--model', model];
    const { code, stdout } = await assay(args, folder, clean);
    assert.match(stdout, /\n\nnot scored \(too_large\): .*8192/);
    assert.equal(code, 3);
    const cut = await assay([...args, '--truncation', 'response'], folder, clean);
    assert.match(cut.stdout, /\nread {5}8192 tokens.*; \d+ more were cut off\n/);
    assert.equal(cut.code, 0);
  });

  test('a problem without a prompt is not scored', async (t) => {
    const args = ['reward', 'a', '--problem', 'problems.jsonl', '--id', 'c', '--model', model];
    const { code, stdout } = await assay(args, workplace(t), clean);
    assert.match(stdout, /\n\nnot scored \(bad_problem\): .*no prompt/);
    assert.equal(code, 3);
  });

  test('a server that is not there is told at once; so is a setting that is none', async (t) => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const args = ['reward', 'a', '--prompt', 'b', '--backend', 'tei', '--url', `http://127.0.0.1:${port}`];
    const env = { ...clean, ASSAY_REWARD_START_MS: '900000000', ASSAY_REWARD_NAEM: 'x' };
    const { code, stdout, stderr } = await assay(args, workplace(t), env);
    assert.match(
      stderr,
      /^warning: ASSAY_REWARD_NAEM is no setting.* ASSAY_REWARD_NAME\.\nerror \[no_backend\]: /,
    );
    assert.match(
      stderr,
      /ECONNREFUSED.*\n {2}Check the ASSAY_REWARD_\* settings, and that the server runs\.\n$/,
    );
    assert.deepEqual([code, stdout], [3, '']);
  });

  test('a folder without a model: what to do', async (t) => {
    const folder = workplace(t);
    const names = ['tokenizer.json', 'tokenizer_config.json', 'config.json'];
    for (const name of names) cpSync(join(model, name), join(folder, name));
    const { code, stdout, stderr } = await assay(
      ['reward', 'a', '--prompt', 'b', '--model', '.'],
      folder,
      clean,
    );
    assert.match(stderr, /^error \[bad_flags\]: .*no model\.onnx.*optimum-cli/);
    assert.deepEqual([code, stdout], [3, '']);
  });
});
