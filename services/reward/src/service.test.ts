import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Problem, ProblemInit, VerdictInit } from '@assay/contract';
import { conformance, serveVerifier, type VerifyContext } from '@assay/verifier-kit';
import { modelScore, standInEncoder } from './backends/testing/encoder.ts';
import { vllmStandIn } from './backends/testing/vllm.ts';
import { vllmBackend } from './backends/vllm.ts';
import { messagesOf, type RewardOptions, rewardVerifier } from './service.ts';
import { type Backend, BackendError, type Identity, type Item, type RawScore } from './types.ts';

const identity: Identity = { model: 'tiny', revision: 'abc', engine: 'stand-in 1' };
const encoding = { template: 'plain', truncation: 'refuse', digest: '0123456789ab' };

/** Scores by the number of characters, as a negative logit; texts of faults' names meet them. */
class StandIn implements Backend {
  maxItems = 16;
  identity: Identity = identity;
  ill: BackendError | undefined;
  closed = false;
  readonly seen: Item[] = [];

  async identify() {
    return this.identity;
  }

  async score(items: readonly Item[]): Promise<RawScore[]> {
    this.seen.push(...items);
    return items.map(({ response }) => {
      if (response === 'too_long') throw new BackendError('too_long', '9 tokens; the model reads 8');
      if (response === 'rejected') throw new BackendError('rejected', 'HTTP 400: no');
      if (response === 'garbage') return { logit: Number.NaN };
      const parts = response === 'steps' ? [{ name: 'step 1', score: 0.25, message: 'first' }] : [];
      return {
        logit: -response.length,
        tokens: response.length,
        truncated: response === 'cut' ? 2 : 0,
        parts,
      };
    });
  }

  async health() {
    if (this.ill !== undefined) throw this.ill;
  }

  async close() {
    this.closed = true;
  }
}

const queue = { backoffMs: 1, lingerMs: 1 };

const problemOf = (init: ProblemInit) =>
  ({ prompt: '', scoring: null, ...init, spec: 'scoring' }) as unknown as Problem;

async function verify(
  options: Partial<RewardOptions> & { backend: Backend },
  texts: readonly string[],
): Promise<VerdictInit[]> {
  const definition = rewardVerifier({ identity, encoding, queue, ...options });
  const candidates = texts.map((text, index) => ({ index, text, tokens: 0 }));
  const context = { signal: new AbortController().signal, problemDigest: 'd' } as VerifyContext;
  const verdicts: VerdictInit[] = [];
  const problem = problemOf({ prompt: 'Say it.' });
  for await (const some of definition.verifyBatch?.(problem, candidates, context) ?? []) {
    verdicts.push(...some);
  }
  await definition.stop?.();
  assert.equal(new Set(verdicts.map(({ index }) => index)).size, texts.length);
  return verdicts.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
}

describe('verdicts', () => {
  test('a score, its logit, and what gave it', async () => {
    const backend = new StandIn();
    const [plain, cut, steps] = await verify({ backend }, ['four', 'cut', 'steps']);
    const origin =
      'model=tiny; revision=abc; engine=stand-in 1; template=plain; truncation=refuse; transform=none';
    assert.equal(plain?.status, 'SCORED');
    assert.equal(plain?.score, -4);
    assert.equal(plain?.message, `${origin}; tokens=4`);
    assert.deepEqual(plain?.parts, [{ name: 'logit', score: -4, status: 'SCORED' }]);
    assert.equal(cut?.message, `${origin}; tokens=3; truncated=2`);
    assert.deepEqual(steps?.parts?.[1], { name: 'step 1', score: 0.25, message: 'first', status: 'SCORED' });
  });

  test('sigmoid: between 0 and 1, the logit beside it', async () => {
    const [verdict] = await verify({ backend: new StandIn(), transform: 'sigmoid' }, ['four']);
    assert.ok(Math.abs(Number(verdict?.score) - 0.01798620996209156) < 1e-15);
    assert.equal(verdict?.parts?.[0]?.score, -4);
    assert.match(verdict?.message ?? '', /transform=sigmoid/);
  });

  test('a fault is an ERROR with its cause, and nobody else’s', async () => {
    const texts = ['a', 'too_long', 'bb', 'rejected', 'garbage', 'ccc'];
    const verdicts = await verify({ backend: new StandIn() }, texts);
    assert.deepEqual(
      verdicts.map(({ status, reason = '', score, retryable = false }) => [status, reason, score, retryable]),
      [
        ['SCORED', '', -1, false],
        ['ERROR', 'too_large', undefined, false],
        ['SCORED', '', -2, false],
        ['ERROR', 'verifier_failure', undefined, false],
        ['ERROR', 'verifier_garbage', undefined, true],
        ['SCORED', '', -3, false],
      ],
    );
    assert.match(verdicts[1]?.message ?? '', /9 tokens; the model reads 8/);
    assert.match(verdicts[4]?.message ?? '', /NaN/);
  });
});

test('of a batch with many that are too long the others are scored, each sent once', async () => {
  const server = await vllmStandIn();
  const encoder = standInEncoder(100);
  // As unevenly spread as can be: 40 of 64.
  const texts = Array.from(
    { length: 64 },
    (_, i) => `${i}${(i * 7) % 64 < 40 ? ' too long'.repeat(20) : ''}`,
  );
  const ids = texts.map((response) => {
    const item = { messages: [{ role: 'user', content: 'Say it.' }], promptKey: 'd', response };
    return response.length > 100 ? undefined : encoder.encode(item).ids;
  });
  const short = ids.filter((one) => one !== undefined);
  assert.equal(short.length, 24);
  try {
    const backend = vllmBackend({ url: server.url, encoder });
    await backend.identify(AbortSignal.timeout(10_000));
    const before = server.posts.length;
    const verdicts = await verify({ backend }, texts);
    for (const [i, { status, reason, score }] of verdicts.entries()) {
      const one = ids[i];
      if (one === undefined) assert.deepEqual([status, reason], ['ERROR', 'too_large']);
      else assert.deepEqual([status, score], ['SCORED', modelScore(one)]);
    }
    const sent = server.posts.slice(before).flatMap(({ body }) => body.input as number[][]);
    const sorted = (list: readonly (readonly number[])[]) => list.map(String).sort();
    assert.deepEqual(sorted(sent), sorted(short));
  } finally {
    await server.close();
  }
});

test('the version changes with all that decides on a score', () => {
  const of = (options: Partial<RewardOptions>) =>
    rewardVerifier({ backend: new StandIn(), identity, encoding, ...options }).version;
  const versions = [
    of({}),
    of({ identity: { ...identity, model: 'other' } }),
    of({ identity: { ...identity, revision: 'abd' } }),
    of({ identity: { ...identity, engine: 'stand-in 2' } }),
    of({ identity: { ...identity, reading: 'min of steps' } }),
    of({ encoding: { ...encoding, template: 'chatml' } }),
    of({ encoding: { ...encoding, truncation: 'response' } }),
    of({ encoding: { ...encoding, digest: '' } }),
    of({ transform: 'sigmoid' }),
  ];
  assert.equal(new Set(versions).size, versions.length);
  assert.equal(of({ queue: { batch: 1 } }), of({}));
});

test('conversations', () => {
  const of = (init: ProblemInit) => messagesOf(problemOf(init));
  const user = (content: string) => ({ role: 'user', content });
  const assistant = { role: 'assistant', content: 'a' };
  assert.deepEqual(of({ prompt: 'p' }), [user('p')]);
  assert.deepEqual(of({ prompt: 'p', scoring: { system: 's', turns: [user('q'), assistant] } }), [
    { role: 'system', content: 's' },
    user('q'),
    assistant,
    user('p'),
  ]);
  assert.deepEqual(of({ scoring: { turns: [user('q')] } }), [user('q')]);
  assert.match(String(of({})), /no prompt/);
  assert.match(String(of({ scoring: { system: 's' } })), /no prompt/);
  assert.match(String(of({ scoring: { turns: [user('q'), assistant] } })), /nothing to respond to/);
  assert.match(
    String(of({ prompt: 'p', scoring: { turns: [{ role: '', content: 'q' }] } })),
    /turns\[0\] has no role/,
  );
  assert.match(
    String(of({ prompt: 'p', scoring: { turns: Array(1001).fill(user('q')) } })),
    /1001 turns.*1000/,
  );
});

test('keeps the contract', async (t) => {
  const served = await serveVerifier(rewardVerifier({ backend: new StandIn(), identity, encoding, queue }), {
    logLevel: 'silent',
  });
  t.after(() => served.close());
  const results = await conformance(served.address, { timeoutMs: 10_000 });
  assert.deepEqual(
    results.filter(({ status }) => status === 'fail').map(({ name, detail }) => `${name}: ${detail}`),
    [],
  );
});

test('a backend that comes back as another between two requests gives no score', async () => {
  const backend = new StandIn();
  const changes: string[] = [];
  let away = true;
  const score = backend.score.bind(backend);
  backend.score = async (items) => {
    if (!away) return score(items);
    away = false;
    backend.identity = { ...identity, revision: 'abd' };
    throw new BackendError('unavailable', 'connection reset');
  };
  const onChanged = (message: string) => changes.push(message);
  for (const verdict of await verify({ backend, onChanged }, ['a', 'bb'])) {
    assert.deepEqual([verdict.status, verdict.score], ['ERROR', undefined]);
    assert.match(verdict.message ?? '', /now serves .*revision=abd/);
  }
  assert.deepEqual([backend.seen.length, changes.length], [0, 1]);
});

test('a backend that is down, and one that comes back as another', async () => {
  const backend = new StandIn();
  const changes: string[] = [];
  const definition = rewardVerifier({
    ...{ backend, identity, encoding, queue },
    onChanged: (message) => changes.push(message),
  });
  const signal = new AbortController().signal;
  await definition.health?.(signal);
  backend.ill = new BackendError('unavailable', 'connection refused');
  await assert.rejects(async () => definition.health?.(signal), /connection refused/);
  backend.ill = undefined;
  await definition.health?.(signal);
  assert.deepEqual(changes, []);

  backend.ill = new BackendError('unavailable', 'connection refused');
  await assert.rejects(async () => definition.health?.(signal));
  backend.ill = undefined;
  backend.identity = { ...identity, revision: 'abd' };
  await assert.rejects(async () => definition.health?.(signal), /now serves .*revision=abd/);
  assert.equal(changes.length, 1);
  const context = { signal, problemDigest: 'd' } as VerifyContext;
  const candidates = [{ index: 0, text: 'x', tokens: 0 }];
  for await (const [verdict] of definition.verifyBatch?.(problemOf({ prompt: 'p' }), candidates, context) ??
    []) {
    assert.equal(verdict?.status, 'ERROR');
    assert.match(verdict?.message ?? '', /revision=abd/);
  }
  await definition.stop?.();
  assert.ok(backend.closed);
});
