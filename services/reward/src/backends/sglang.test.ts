import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Backend, BackendError } from '../types.ts';
import { type SglangOptions, sglangBackend } from './sglang.ts';
import { backendContract, conversations } from './testing/contract.ts';
import { modelScore, standInEncoder } from './testing/encoder.ts';
import { type SglangStandInOptions, sglangStandIn } from './testing/sglang.ts';
import { type StandIn, withStandIn } from './testing/stand-in.ts';

const never = new AbortController().signal;
const encoder = standInEncoder();
const golden = conversations.map((item) => modelScore(encoder.encode(item).ids));

function withServer(
  options: SglangStandInOptions & { readonly more?: Partial<SglangOptions> },
  run: (backend: Backend, server: StandIn) => Promise<void>,
): Promise<void> {
  return withStandIn(sglangStandIn(options), (url) => sglangBackend({ url, encoder, ...options.more }), run);
}

const misuse = (pattern: RegExp) => (error: unknown) =>
  error instanceof BackendError && error.fault === 'misuse' && pattern.test(error.message);

for (const without of [[], ['/classify'], ['/classify', '/v1/score']]) {
  backendContract(`SGLang without ${without.join(' and ')}`, async () => {
    const server = await sglangStandIn({ without, raw: without.length === 2 });
    return { backend: sglangBackend({ url: server.url, encoder }), golden, close: () => server.close() };
  });
}

test('it says model, version and length, by the names of any version', async () => {
  for (const old of [false, true]) {
    await withServer({ old }, async (backend) => {
      assert.deepEqual(await backend.identify(never), {
        model: 'org/reward-model',
        revision: '',
        engine: 'SGLang 0.5.20',
        maxTokens: 8192,
      });
    });
  }
});

test('ids are sent as they are; /classify is preferred, /v1/score is asked for no softmax', async () => {
  const ids = conversations.map((item) => encoder.encode(item).ids);
  await withServer({}, async (backend, server) => {
    await backend.score(conversations, never);
    assert.equal(server.last.path, '/classify');
    assert.deepEqual(server.last.body, { input_ids: ids });
  });
  await withServer({ without: ['/classify'] }, async (backend, server) => {
    await backend.score(conversations, never);
    assert.equal(server.last.path, '/v1/score');
    assert.deepEqual(server.last.body, { query: [], items: ids, apply_softmax: false });
  });
});

test('trap: /v1/classify applies a softmax, so every score is 1: refused where there is no other way', async () => {
  await withServer({ without: ['/classify', '/v1/score'] }, async (backend) => {
    const error = await backend.score(conversations, never).catch((error: unknown) => error);
    assert.ok(misuse(/every score is 1: an activation/)(error), String(error));
  });
  await withServer({ without: ['/classify', '/v1/score', '/v1/classify'] }, async (backend) => {
    const error = await backend.score(conversations, never).catch((error: unknown) => error);
    assert.ok(misuse(/no \/classify and no \/v1\/score/)(error), String(error));
  });
});

test('trap: packing of items changes what the model reads: refused where there is no other way', async () => {
  await withServer({ packs: true }, async (backend) => {
    assert.deepEqual(
      (await backend.score(conversations, never)).map(({ logit }) => logit),
      golden,
    );
  });
  await withServer({ packs: true, without: ['/classify', '/v1/classify'] }, async (backend) => {
    await assert.rejects(backend.score(conversations, never), misuse(/packs items/));
  });
});

test('a server that generates, or embeds, is no reward model', async () => {
  await withServer({ generates: true }, async (backend) => {
    await assert.rejects(backend.identify(never), misuse(/--is-embedding/));
  });
  for (const without of [[], ['/classify']]) {
    await withServer({ labels: 8, without }, async (backend) => {
      await assert.rejects(backend.score(conversations, never), misuse(/8 labels/));
    });
    await withServer({ labels: 2, without, more: { label: 1 } }, async (backend) => {
      assert.deepEqual(
        (await backend.score(conversations, never)).map(({ logit }) => logit),
        conversations.map((item) => modelScore([...encoder.encode(item).ids, 0])),
      );
    });
  }
});

test('what the server says of itself beyond what is asked for goes nowhere', async () => {
  await withServer({}, async (backend) => {
    assert.ok(!JSON.stringify(await backend.identify(never)).includes('secret-of-the-server'));
  });
});
