import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, type TestContext, test } from 'node:test';
import { grpcError, status, type VerdictInit } from '@assay/contract';
import type { Backend, BackendFault, Item, Message } from '../types.ts';
import { type Oddities, type Stream, scoreOf, serveGood, serveOdd } from './testing/worker.ts';
import { workerBackend } from './worker.ts';

const timeoutMs = 20_000;
const soon = () => AbortSignal.timeout(timeoutMs);

function itemsOf(prompt: string, responses: readonly string[], before: readonly Message[] = []): Item[] {
  const messages = [...before, { role: 'user', content: prompt }];
  return responses.map((response) => ({ messages, promptKey: JSON.stringify(messages), response }));
}

function open(t: TestContext, address: string): Backend {
  const backend = workerBackend({ address });
  t.after(() => backend.close());
  return backend;
}

function fails(promise: Promise<unknown>, fault: BackendFault, message = /./): Promise<void> {
  return assert.rejects(promise, { name: 'BackendError', fault, message });
}

const texts = (count: number) => Array.from({ length: count }, (_, i) => 'x'.repeat(i + 1));

describe('scores', { timeout: timeoutMs }, () => {
  test('come in the order of the items, one call for each prompt', async (t) => {
    const { address, asked } = await serveGood(t);
    const [a = [], b = []] = [itemsOf('a?', ['1', '22', '333']), itemsOf('bb?', ['4444', '55555'])];
    const items = [a[0], b[0], a[1], b[1], a[2]] as Item[];
    const scores = await open(t, address).score(items, soon());
    assert.deepEqual(
      scores.map(({ logit }) => logit),
      items.map(({ messages, response }) =>
        scoreOf({ prompt: messages[0]?.content ?? '', scoring: { system: '', turns: [] } }, response),
      ),
    );
    assert.deepEqual(asked.map((call) => call.texts).sort(), [
      ['1', '22', '333'],
      ['4444', '55555'],
    ]);
  });

  test('come with tokens and parts', async (t) => {
    const { address } = await serveGood(t);
    const [score] = await open(t, address).score(itemsOf('?', ['four']), soon());
    assert.equal(score?.tokens, 4);
    assert.equal(score?.truncated, 0);
    assert.deepEqual(score?.parts, [{ name: 'step 1', score: 0.25, message: 'coefficient 0.5' }]);
  });

  test('say how much was cut off', async (t) => {
    const alter = (verdicts: VerdictInit[]) =>
      verdicts.map((verdict) => ({ ...verdict, message: `${verdict.message}; truncated=7` }));
    const { address } = await serveOdd(t, { alter });
    const [score] = await open(t, address).score(itemsOf('?', ['four']), soon());
    assert.equal(score?.truncated, 7);
  });

  test('are of the whole conversation', async (t) => {
    const { address, asked } = await serveGood(t);
    const before = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'Hello' },
    ];
    await open(t, address).score(itemsOf('And?', ['So.'], before), soon());
    const problem = asked[0]?.problem;
    assert.equal(problem?.prompt, 'And?');
    assert.deepEqual(problem?.scoring, { system: 'Be brief.', turns: before.slice(1) });
  });

  test('an empty system turn is not none', async (t) => {
    const { address, asked } = await serveGood(t);
    const before = [{ role: 'system', content: '' }];
    await open(t, address).score(itemsOf('And?', ['So.'], before), soon());
    assert.deepEqual(asked[0]?.problem.scoring, { system: '', turns: before });
  });

  test('of texts with lone surrogates are of what the wire can carry', async (t) => {
    const { address, asked } = await serveGood(t);
    await open(t, address).score(itemsOf('\ud800?', ['\udfff']), soon());
    assert.equal(asked[0]?.problem.prompt, '\ufffd?');
    assert.deepEqual(asked[0]?.texts, ['\ufffd']);
  });

  test('are asked for in as many calls as the worker’s limits need', async (t) => {
    const { address, asked } = await serveGood(t, {}, { maxBatch: 8, capacity: 20 });
    const items = itemsOf('?', texts(23));
    const scores = await open(t, address).score(items, soon());
    assert.deepEqual(
      scores.map(({ tokens }) => tokens),
      items.map(({ response }) => response.length),
    );
    // A fourth of the capacity, as four calls are under way.
    assert.deepEqual(asked.map((call) => call.texts.length).sort(), [3, 5, 5, 5, 5]);
  });

  test('are asked for in requests that the worker reads', async (t) => {
    const { address, requests } = await serveOdd(t, { describe: { maxMessageBytes: 8192 } });
    const backend = open(t, address);
    const scores = await backend.score(
      itemsOf(
        '?',
        ['a', 'b', 'c'].map((char) => char.repeat(3000)),
      ),
      soon(),
    );
    assert.equal(scores.length, 3);
    assert.equal(requests.length, 2);
    await fails(backend.score(itemsOf('?', ['a'.repeat(9000)]), soon()), 'too_long', /8192/);
  });
});

describe('large problems', { timeout: timeoutMs }, () => {
  const prompt = 'p'.repeat(20_000);

  test('travel once', async (t) => {
    const { address, requests } = await serveOdd(t, {});
    const backend = open(t, address);
    for (const response of ['1', '22']) {
      const [score] = await backend.score(itemsOf(prompt, [response]), soon());
      assert.equal(score?.tokens, response.length);
    }
    assert.deepEqual(
      requests.map(({ problem }) => problem !== null),
      [true, false],
    );
  });

  test('are sent again to a worker that has forgotten them', async (t) => {
    const { address, requests } = await serveOdd(t, { forgets: true });
    const backend = open(t, address);
    await backend.score(itemsOf(prompt, ['1']), soon());
    const [score] = await backend.score(itemsOf(prompt, ['22']), soon());
    assert.equal(score?.tokens, 2);
    assert.deepEqual(
      requests.map(({ problem }) => problem !== null),
      [true, false, true],
    );
  });
});

describe('a worker that breaks the contract gives no score', { timeout: timeoutMs }, () => {
  const first = (change: VerdictInit) => (verdicts: VerdictInit[]) =>
    verdicts.map((verdict, at) => (at === 0 ? { ...verdict, ...change } : verdict));
  const refuse = (code: status, details: string, reason?: string) => (stream: Stream) =>
    void stream.emit('error', grpcError(code, details, reason));
  const partOf = (part: object) => first({ parts: [{ name: 'p', status: 'SCORED', ...part }] });

  const cases: Record<string, [BackendFault, Oddities]> = {
    'a missing verdict': ['garbage', { alter: (verdicts) => verdicts.slice(1) }],
    'two of one candidate': ['garbage', { alter: (verdicts) => [...verdicts, verdicts[0] as VerdictInit] }],
    'one of no candidate': ['garbage', { alter: first({ index: 9 }) }],
    'no verdicts in a response': ['garbage', { alter: () => [] }],
    'the end before the first': ['garbage', { instead: (stream) => stream.end() }],
    'a score that is NaN': ['garbage', { alter: first({ score: Number.NaN }) }],
    'an infinite score': ['garbage', { alter: first({ score: Number.POSITIVE_INFINITY }) }],
    'SCORED without a score': [
      'garbage',
      { alter: ([{ score: _score, ...verdict } = {}, ...rest]) => [verdict, ...rest] },
    ],
    'a part without a score': ['garbage', { alter: partOf({ status: 'CORRECT' }) }],
    'a part of NaN': ['garbage', { alter: partOf({ score: Number.NaN }) }],
    'right and wrong': ['garbage', { alter: first({ status: 'CORRECT' }) }],
    'another model’s score': ['garbage', { alter: first({ message: 'model=org/other; tokens=1' }) }],
    'another revision’s score': [
      'garbage',
      { alter: first({ message: 'model=org/tiny; revision=ba9876543210; tokens=1' }) },
    ],
    'a candidate that is too long': [
      'too_long',
      { alter: first({ status: 'ERROR', reason: 'too_large', message: '9000 tokens' }) },
    ],
    'its own failure': [
      'server',
      { alter: first({ status: 'ERROR', reason: 'out_of_memory', retryable: true }) },
    ],
    'a refusal of one': ['rejected', { alter: first({ status: 'ERROR', reason: 'bad_problem' }) }],
    full: ['overloaded', { instead: refuse(status.RESOURCE_EXHAUSTED, 'no room', 'full') }],
    'a message larger than gRPC reads': [
      'too_long',
      { instead: refuse(status.RESOURCE_EXHAUSTED, 'Received message larger than max (9 vs. 8)') },
    ],
    drains: ['unavailable', { instead: refuse(status.UNAVAILABLE, 'draining', 'draining') }],
    'a deadline of its own': ['timeout', { instead: refuse(status.DEADLINE_EXCEEDED, 'late') }],
    'an exception': ['server', { instead: refuse(status.UNKNOWN, 'KeyError') }],
    'a bad request': ['rejected', { instead: refuse(status.INVALID_ARGUMENT, 'what?', 'bad_request') }],
    'a problem that it does not know although it was sent': [
      'rejected',
      { instead: refuse(status.FAILED_PRECONDITION, 'what?', 'problem_unknown') },
    ],
  };
  for (const [name, [fault, oddities]] of Object.entries(cases)) {
    test(`${name}: ${fault}`, async (t) => {
      const { address } = await serveOdd(t, oddities);
      await fails(open(t, address).score(itemsOf('?', ['1', '22']), soon()), fault);
    });
  }

  test('dies in the middle: unavailable', async (t) => {
    const odd = await serveOdd(t, {
      instead: (stream) => {
        stream.write({ verdicts: [{ index: 0, status: 'SCORED', score: 1 }] }, () => odd.stop());
      },
    });
    await fails(open(t, odd.address).score(itemsOf('?', ['1', '22']), soon()), 'unavailable');
  });
});

describe('an abort', { timeout: timeoutMs }, () => {
  test('cancels the calls at the worker', async (t) => {
    const aborted = new AbortController();
    const cancelled: Promise<unknown>[] = [];
    const { address } = await serveOdd(t, {
      instead(stream) {
        cancelled.push(once(stream, 'cancelled'));
        if (cancelled.length === 2) aborted.abort();
      },
    });
    const items = [...itemsOf('a', ['1']), ...itemsOf('b', ['1'])];
    await fails(open(t, address).score(items, aborted.signal), 'timeout');
    await Promise.all(cancelled);
    assert.equal(cancelled.length, 2);
  });

  test('before the start asks nothing', async (t) => {
    const { address, requests } = await serveOdd(t, {});
    const backend = open(t, address);
    await backend.identify(soon());
    await fails(backend.score(itemsOf('?', ['1']), AbortSignal.abort()), 'timeout');
    await fails(backend.identify(AbortSignal.abort()), 'timeout');
    await fails(backend.health(AbortSignal.abort()), 'timeout');
    assert.equal(requests.length, 0);
  });

  test('a call that fails ends the others', async (t) => {
    let other: Stream | undefined;
    const { address } = await serveOdd(t, {
      instead(stream) {
        if (other === undefined) other = stream;
        else stream.emit('error', grpcError(status.INTERNAL, 'broken'));
      },
    });
    const items = [...itemsOf('a', ['1']), ...itemsOf('b', ['1'])];
    await fails(open(t, address).score(items, soon()), 'server');
    assert.ok(other !== undefined);
    if (!other.cancelled) await once(other, 'cancelled');
  });
});

describe('identity and health', { timeout: timeoutMs }, () => {
  test('are those of the worker', async (t) => {
    const { address } = await serveGood(t);
    const backend = open(t, address);
    assert.deepEqual(await backend.identify(soon()), {
      model: 'org/tiny',
      revision: '0123456789ab',
      engine: 'reward-gpu ffeedd',
    });
    await backend.health(soon());
  });

  test('NOT_SERVING: unavailable', async (t) => {
    const { address } = await serveOdd(t, { health: 'NOT_SERVING' });
    await fails(open(t, address).health(soon()), 'unavailable', /NOT_SERVING/);
  });

  test('nobody there: unavailable', async (t) => {
    const { address, stop } = await serveOdd(t, {});
    stop();
    const backend = open(t, address);
    await fails(backend.identify(soon()), 'unavailable');
    await fails(backend.health(soon()), 'unavailable');
    await fails(backend.score(itemsOf('?', ['1']), soon()), 'unavailable');
  });

  for (const [what, odd] of Object.entries({
    'another kind': { kinds: ['math_answer'] },
    'a verifier that decides': { decides: true },
    'a version of another form': { version: '1' },
  })) {
    test(`${what}: misuse`, async (t) => {
      const { address } = await serveOdd(t, { describe: odd });
      const backend = open(t, address);
      await fails(backend.identify(soon()), 'misuse', /no reward worker.*services\/reward-gpu/);
      await fails(backend.score(itemsOf('?', ['1']), soon()), 'misuse');
    });
  }

  test('no address: misuse', () => {
    for (const address of ['', 'http://localhost:8000', 'a b']) {
      assert.throws(() => workerBackend({ address }), { fault: 'misuse', message: /HOST:PORT/ });
    }
  });

  test('a last turn that is not the user’s: rejected', async (t) => {
    const { address } = await serveGood(t);
    const messages = [{ role: 'tool', content: '4' }];
    const item = { messages, promptKey: 'tool', response: '4' };
    await fails(open(t, address).score([item], soon()), 'rejected', /tool/);
  });
});
