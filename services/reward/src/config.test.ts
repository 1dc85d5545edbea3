import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { AssayError } from '@assay/contract';
import { folderOf } from './backends/testing/classifier.ts';
import { conversations } from './backends/testing/contract.ts';
import { modelScore } from './backends/testing/encoder.ts';
import { llamaStandIn, rerankInput } from './backends/testing/llama.ts';
import { sglangStandIn } from './backends/testing/sglang.ts';
import type { StandIn } from './backends/testing/stand-in.ts';
import { pairInput, teiStandIn } from './backends/testing/tei.ts';
import { vllmStandIn } from './backends/testing/vllm.ts';
import { scoreOf, serveGood } from './backends/testing/worker.ts';
import { optionsFromEnv, unknownSettings } from './config.ts';
import type { RewardOptions } from './service.ts';
import { openEncoder } from './tokens/index.ts';
import type { Item } from './types.ts';

const folder = join(import.meta.dirname, '../../../examples/reward');
const never = new AbortController().signal;
const timeout = 60_000;
const item = conversations[0] as Item;
const prompt = item.messages[0]?.content as string;
const apiKey = 'key-of-a-test';

/** Of settings without their prefix. */
const environmentOf = (settings: Record<string, string>) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ASSAY_REWARD_${name}`, value]));

async function open(t: TestContext, settings: Record<string, string>): Promise<RewardOptions> {
  const options = await optionsFromEnv(environmentOf(settings));
  t.after(() => options.backend.close());
  return options;
}

async function start(t: TestContext, starting: Promise<StandIn>): Promise<StandIn> {
  const server = await starting;
  t.after(() => server.close());
  return server;
}

const scoreBy = async ({ backend }: RewardOptions) => (await backend.score([item], never))[0];

/** What the settings are refused with. */
async function errorOf(settings: Record<string, string>): Promise<AssayError> {
  const error: unknown = await optionsFromEnv(environmentOf(settings)).then(
    ({ backend }) => backend.close().then(() => assert.fail('no error')),
    (error: unknown) => error,
  );
  assert.ok(error instanceof AssayError, inspect(error));
  assert.ok(!inspect(error, { depth: 9 }).includes(apiKey), inspect(error));
  return error;
}

describe('each backend', { timeout }, () => {
  test('onnx, the default: a folder is enough', async (t) => {
    const options = await open(t, { MODEL: folder });
    const { digest } = await openEncoder({ folder, truncation: 'refuse' });
    const { encode, ...encoding } = options.encoding;
    assert.deepEqual(encoding, { template: 'own', truncation: 'refuse', digest });
    assert.deepEqual([options.transform, options.name, options.queue], ['none', 'reward', {}]);
    assert.match(options.identity.engine, /^onnxruntime /);
    const score = await scoreBy(options);
    assert.equal(score?.tokens, encode?.(item).ids.length);
  });

  test('worker: the address', async (t) => {
    const { address } = await serveGood(t);
    const options = await open(t, { BACKEND: 'worker', URL: address });
    assert.equal(options.identity.model, 'org/tiny');
    assert.deepEqual(options.encoding, { template: '', truncation: 'refuse', digest: '' });
    const scoring = { system: '', turns: [] };
    assert.equal((await scoreBy(options))?.logit, scoreOf({ prompt, scoring }, item.response));
  });

  for (const [name, standIn] of [
    ['vllm', vllmStandIn],
    ['sglang', sglangStandIn],
  ] as const) {
    test(`${name}: the address, a tokenizer and a key`, async (t) => {
      const server = await start(t, standIn());
      const options = await open(t, {
        ...{ BACKEND: name, URL: server.url, TOKENIZER: folder, API_KEY: apiKey },
        ...{ TEMPLATE: 'plain', MAX_TOKENS: '60', TRUNCATION: 'response' },
      });
      const encoder = await openEncoder({
        ...{ folder, template: 'plain', maxTokens: 60, truncation: 'response' },
      });
      const { template, truncation, digest } = options.encoding;
      assert.deepEqual([template, truncation, digest], ['plain', 'response', encoder.digest]);
      const { ids } = encoder.encode(item);
      assert.deepEqual(options.encoding.encode?.(item).ids, ids);
      assert.equal((await scoreBy(options))?.logit, modelScore(ids));
      assert.equal(server.last.headers.authorization, `Bearer ${apiKey}`);
    });
  }

  test('vllm: the model’s name among several; a folder of that name is the tokenizer’s', async (t) => {
    const server = await start(t, vllmStandIn());
    const settings = { BACKEND: 'vllm', URL: server.url };
    const other = await open(t, { ...settings, TOKENIZER: folder, MODEL: 'other' });
    assert.equal(other.identity.model, 'org/other');
    const error = await errorOf({ ...settings, MODEL: folder });
    assert.match(error.message, /there is no model .*examples\/reward; there are: reward, other/);
  });

  test('vllm, a process reward model: steps by the tag, one score by the aggregate', async (t) => {
    const server = await start(t, vllmStandIn({ pooling: 'ALL', single: true }));
    const options = await open(t, {
      ...{ BACKEND: 'vllm', URL: server.url, TOKENIZER: folder, PROCESS: 'product:so' },
    });
    const encoder = await openEncoder({ folder, truncation: 'refuse', stepTag: 'so' });
    const steps: Item = { ...item, response: 'First.\n\nThen so.' };
    const { ids, steps: tags } = encoder.encodeSteps(steps);
    assert.equal(tags.length, 2);
    const [a = 0, b = 0] = tags.map((at) => 1 / (1 + Math.exp(-modelScore(ids.slice(0, at + 1)))));
    const [score] = await options.backend.score([steps], never);
    assert.ok(Math.abs((score?.logit ?? 9) - a * b) < 1e-12);
    assert.equal(options.identity.reading, 'product of steps');
    assert.equal(options.encoding.digest, encoder.digest);
    assert.deepEqual(options.encoding.encode?.(steps).ids, ids);
  });

  test('llama: logits, or chances that become logits; text, broken up as the tokenizer says', async (t) => {
    const golden = modelScore(rerankInput(prompt, item.response, true));
    const server = await start(t, llamaStandIn({ model: 'qwen3 with two labels' }));
    const settings = { BACKEND: 'llama', URL: server.url, API_KEY: apiKey };
    const chances = await open(t, { ...settings, SCORES: 'chances', TOKENIZER: folder, MODEL: 'mine' });
    assert.ok(Math.abs(((await scoreBy(chances))?.logit ?? 99) - golden) < 1e-9);
    assert.equal(server.last.body.model, 'mine');
    assert.equal(server.last.headers.authorization, `Bearer ${apiKey}`);
    assert.equal(chances.identity.reading, 'logits of chances');
    // It is no id of ours that it reads.
    const { digest } = await openEncoder({ folder, truncation: 'refuse' });
    assert.deepEqual(chances.encoding, { template: '', truncation: 'refuse', digest });
    await chances.backend.score([{ ...item, response: 'So <|end|>[PAD] <extra_0>' }], never);
    assert.deepEqual(server.last.body.documents, ['So < |end|>[ PAD] <extra_0>']);

    const plain = await open(t, settings);
    assert.ok(Math.abs(((await scoreBy(plain))?.logit ?? 99) - 1 / (1 + Math.exp(-golden))) < 1e-12);
    assert.deepEqual(plain.encoding, { template: '', truncation: 'refuse', digest: '' });
  });

  test('tei: the address', async (t) => {
    const server = await start(t, teiStandIn());
    const options = await open(t, { BACKEND: 'tei', URL: server.url, API_KEY: apiKey });
    assert.equal((await scoreBy(options))?.logit, modelScore(pairInput([prompt, item.response])));
    assert.equal(server.last.headers.authorization, `Bearer ${apiKey}`);
  });
});

test('the settings of every backend; an empty one is none', { timeout }, async (t) => {
  const options = await open(t, {
    ...{ MODEL: folder, TRANSFORM: 'sigmoid', NAME: 'second', BACKEND: '', URL: '', PROCESS: '' },
    ...{ TIMEOUT_MS: '1000', ATTEMPTS: '2', BATCH: '16', REQUESTS: '1', START_MS: '30000' },
  });
  assert.deepEqual([options.transform, options.name], ['sigmoid', 'second']);
  assert.deepEqual(options.queue, { timeoutMs: 1000, attempts: 2, batch: 16, requests: 1 });
});

/** Settings, what is said of them, and how to mend them. */
const url = 'http://127.0.0.1:9';
const vllm = { BACKEND: 'vllm', URL: url, TOKENIZER: folder };
const wrong: [settings: Record<string, string>, what: RegExp, mend: RegExp][] = [
  [{ BACKEND: 'torch' }, /ASSAY_REWARD_BACKEND is "torch"/, /onnx, worker, vllm, sglang, llama, tei/],
  [{}, /ASSAY_REWARD_MODEL is missing/, /Name the model's folder of the backend onnx/],
  [{ BACKEND: 'tei' }, /ASSAY_REWARD_URL is missing/, /Name the address of the backend tei/],
  [{ BACKEND: 'worker' }, /ASSAY_REWARD_URL is missing/, /Name the address of the backend worker/],
  [{ BACKEND: 'tei', URL: 'host:80' }, /ASSAY_REWARD_URL is no http/, /http:\/\/HOST:PORT/],
  [{ BACKEND: 'worker', URL: url }, /the worker's address is "http/, /ASSAY_REWARD_\*/],
  [
    { BACKEND: 'worker', URL: 'me:secret@host:1' },
    /^((?!secret).)*address has an @((?!secret).)*$/s,
    /ASSAY_REWARD_\*/,
  ],
  [{ MODEL: folder, URL: url }, /ASSAY_REWARD_URL means nothing to the backend onnx/, /worker, vllm/],
  [{ MODEL: folder, API_KEY: apiKey }, /ASSAY_REWARD_API_KEY means nothing/, /Leave it out, or choose/],
  [{ ...vllm, API_KEY: `${apiKey} x` }, /the key for vLLM .* no key has/, /ASSAY_REWARD_\*/],
  [{ BACKEND: 'vllm', URL: url }, /sent token ids, and there is no tokenizer/, /ASSAY_REWARD_TOKENIZER/],
  [{ ...vllm, TOKENIZER: '/none' }, /\/none\/tokenizer\.json is missing/, /ASSAY_REWARD_\*/],
  [{ MODEL: '/none' }, /\/none\/tokenizer\.json is missing/, /Check the ASSAY_REWARD_\* settings\.$/],
  [{ MODEL: folder, TEMPLATE: 'none' }, /There is no template none\. Choose llama3/, /ASSAY_REWARD_\*/],
  [{ MODEL: folder, TEMPLATE: 'llama3' }, /no token <\|begin_of_text\|>/, /ASSAY_REWARD_\*/],
  ...['0', '-1', '1.5', '1e3', 'many', '9999999999'].map((value): (typeof wrong)[number] => [
    { MODEL: folder, MAX_TOKENS: value },
    new RegExp(`ASSAY_REWARD_MAX_TOKENS is "${value}"`),
    /whole number from 1/,
  ]),
  ...['TIMEOUT_MS', 'ATTEMPTS', 'BATCH', 'REQUESTS', 'START_MS'].map((name): (typeof wrong)[number] => [
    { MODEL: folder, [name]: '0' },
    new RegExp(`ASSAY_REWARD_${name} is "0"`),
    /whole number from 1/,
  ]),
  [{ MODEL: folder, TRUNCATION: 'cut' }, /ASSAY_REWARD_TRUNCATION is "cut"/, /refuse, response/],
  [{ MODEL: folder, TRANSFORM: 'softmax' }, /ASSAY_REWARD_TRANSFORM is "softmax"/, /none, sigmoid/],
  [{ BACKEND: 'llama', URL: url, SCORES: 'raw' }, /ASSAY_REWARD_SCORES is "raw"/, /logits, chances/],
  [{ ...vllm, SCORES: 'chances' }, /ASSAY_REWARD_SCORES means nothing to the backend vllm/, /: llama\.$/],
  ...['min', 'min:', ':so', 'max:so', 'toString:so', 'min so'].map((value): (typeof wrong)[number] => [
    { ...vllm, PROCESS: value },
    new RegExp(`ASSAY_REWARD_PROCESS is "${value}"`),
    /one of last, min, product, mean, a colon, and the token/,
  ]),
  [{ ...vllm, PROCESS: 'min:<step>' }, /The tokenizer has no token <step>/, /ASSAY_REWARD_\*/],
  [
    { ...vllm, PROCESS: 'min:so', TRANSFORM: 'sigmoid' },
    /ASSAY_REWARD_TRANSFORM is "sigmoid"/,
    /Leave it out: .* is a chance/,
  ],
  [{ MODEL: folder, PROCESS: 'min:so' }, /ASSAY_REWARD_PROCESS means nothing.* onnx/, /: vllm\.$/],
  ...['TOKENIZER', 'TEMPLATE', 'MAX_TOKENS', 'TRUNCATION', 'PROCESS', 'SCORES', 'API_KEY'].map(
    (name): (typeof wrong)[number] => [
      { BACKEND: 'worker', URL: '127.0.0.1:9', [name]: 'refuse' },
      new RegExp(`ASSAY_REWARD_${name} means nothing to the backend worker`),
      /Leave it out: the worker's own flags decide/,
    ],
  ),
  [{ BACKEND: 'tei', URL: url, TEMPLATE: 'plain' }, /ASSAY_REWARD_TEMPLATE means nothing/, /onnx, vllm/],
];

describe('wrong settings', { timeout }, () => {
  for (const [settings, what, mend] of wrong) {
    test(
      inspect(settings, { breakLength: Number.POSITIVE_INFINITY }).replaceAll(folder, 'FOLDER'),
      async () => {
        const error = await errorOf(settings);
        assert.equal(error.code, 'bad_flags');
        assert.match(error.message, what);
        assert.match(error.mend ?? '', mend);
      },
    );
  }

  test('the password in an address is not told', async () => {
    for (const address of [
      `http://me:${apiKey}@127.0.0.1:9`,
      `me:${apiKey}@127.0.0.1:9`,
      `${url}?key=${apiKey}`,
    ]) {
      const { code, message } = await errorOf({ BACKEND: 'tei', URL: address });
      assert.equal(code, 'bad_flags');
      assert.match(message, /more than host, port and path|ASSAY_REWARD_URL is no http/);
    }
  });
});

describe('a server', { timeout }, () => {
  /** After the next POST was read. */
  async function posted(server: StandIn): Promise<void> {
    const { length } = server.posts;
    while (server.posts.length === length) await server.next();
  }

  for (const mischief of ['reset', 'down', 'failing'] as const) {
    test(`that is about to start (${mischief}) is waited for`, async (t) => {
      const server = await start(t, teiStandIn());
      server.mischief = mischief;
      const opening = open(t, { BACKEND: 'tei', URL: server.url });
      await posted(server);
      server.mischief = undefined;
      assert.equal((await opening).identity.model, 'org/reward-encoder');
    });
  }

  test('that does not start in time, or hangs, is no backend', async (t) => {
    const server = await start(t, teiStandIn());
    const address = server.url;
    const settings = { BACKEND: 'tei', URL: address, START_MS: '100', API_KEY: apiKey };
    server.mischief = 'hang';
    const hung = await errorOf(settings);
    assert.equal(hung.code, 'no_backend');
    assert.match(hung.message, /backend tei.*POST \/predict: no answer in time/);
    assert.match(hung.mend ?? '', /that the server runs/);
    await server.close();
    const gone = await errorOf(settings);
    assert.equal(gone.code, 'no_backend');
    assert.match(gone.message, new RegExp(`TEI at ${address}.*ECONNREFUSED`));
    const worker = await errorOf({ BACKEND: 'worker', URL: new URL(address).host, START_MS: '100' });
    assert.equal(worker.code, 'no_backend');
  });

  test('that is not there is told at once where nobody waits', async (t) => {
    const server = await start(t, teiStandIn());
    server.mischief = 'down';
    const env = environmentOf({ BACKEND: 'tei', URL: server.url, START_MS: '900000000' });
    await assert.rejects(optionsFromEnv(env, { waits: false }), /status 503/);
  });

  test('that cannot be used is left, with no connection kept open', async (t) => {
    const server = await start(t, teiStandIn({ raw: false }));
    const error = await errorOf({ BACKEND: 'tei', URL: server.url });
    assert.equal(error.code, 'bad_flags');
    assert.match(error.message, /cannot be turned off/);
    await Promise.all([...server.sockets].map((socket) => socket.destroyed || once(socket, 'close')));
  });
});

test('a folder without its model is said to be one', { timeout }, async (t) => {
  const error = await errorOf({ MODEL: folderOf(t, { 'model.onnx': undefined }), TOKENIZER: folder });
  assert.equal(error.code, 'bad_flags');
  assert.match(error.message, /model\.onnx/);
});

test('names that are no settings', () => {
  const env = environmentOf({ BACKEND: 'onnx', TEMPALTE: 'x', TIMEOUT: '1', batch: '2' });
  assert.deepEqual(unknownSettings({ ...env, PATH: '/', ASSAY_STORE: 'x' }), [
    'ASSAY_REWARD_TEMPALTE is no setting, and does nothing. The nearest one is ASSAY_REWARD_TEMPLATE.',
    'ASSAY_REWARD_TIMEOUT is no setting, and does nothing. The nearest one is ASSAY_REWARD_TIMEOUT_MS.',
    'ASSAY_REWARD_batch is no setting, and does nothing. The nearest one is ASSAY_REWARD_BATCH.',
  ]);
});
