import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type QueueOptions, ScoreQueue } from './queue.ts';
import { type Backend, BackendError, type Item, type RawScore } from './types.ts';

const never = new AbortController().signal;

type Answer = (responses: string[], signal: AbortSignal) => Promise<RawScore[]> | RawScore[];

/** Scores a response by its length; what it is sent, request by request, is in `requests`. */
class Stand implements Backend {
  maxItems = 8;
  readonly requests: string[][] = [];
  readonly #answer: Answer;

  constructor(answer: Answer = lengths) {
    this.#answer = answer;
  }

  async identify() {
    return { model: 'stand', revision: '1', engine: 'test' };
  }

  async score(items: readonly Item[], signal: AbortSignal): Promise<RawScore[]> {
    const responses = items.map(({ response }) => response);
    this.requests.push(responses);
    return this.#answer(responses, signal);
  }

  async health() {}
  async close() {}
}

function lengths(responses: readonly string[]): RawScore[] {
  return responses.map((response) => ({ logit: response.length }));
}

const item = (response: string): Item => ({
  messages: [{ role: 'user', content: 'p' }],
  promptKey: 'p',
  response,
});

const quick: Partial<QueueOptions> = { backoffMs: 1, lingerMs: 1, timeoutMs: 2_000 };

/** The logit of each, or the fault that it met. */
async function scores(queue: ScoreQueue, responses: readonly string[]): Promise<(number | string)[]> {
  return Promise.all(
    responses.map((response) =>
      queue.score(item(response), never).then(
        ({ raw }) => raw.logit,
        (error: BackendError) => error.fault,
      ),
    ),
  );
}

describe('gathering', () => {
  test('what comes in one turn goes out together, as many as the backend takes', async () => {
    const backend = new Stand();
    const texts = Array.from({ length: 20 }, (_, i) => 'x'.repeat(i));
    assert.deepEqual(
      await scores(new ScoreQueue(backend, quick), texts),
      texts.map(({ length }) => length),
    );
    assert.deepEqual(
      backend.requests.map(({ length }) => length),
      [8, 8, 4],
    );
  });

  test('no more requests at a time than allowed, and no item waits for others where none is under way', async () => {
    let now = 0;
    let most = 0;
    const backend = new Stand(async (responses) => {
      most = Math.max(most, ++now);
      await sleep(5);
      now--;
      return lengths(responses);
    });
    backend.maxItems = 1;
    await scores(new ScoreQueue(backend, { ...quick, requests: 3 }), Array(9).fill('x'));
    assert.equal(most, 3);
    assert.equal(backend.requests.length, 9);
    const lone = new Stand();
    await scores(new ScoreQueue(lone, { ...quick, lingerMs: 1e9 }), ['x']);
    assert.equal(lone.requests.length, 1);
  });
});

describe('turns', () => {
  test('a call of one item does not wait for all of a large one’s', async () => {
    const gate = Promise.withResolvers<void>();
    const backend = new Stand(async (responses) => {
      await gate.promise;
      return lengths(responses);
    });
    const queue = new ScoreQueue(backend, { ...quick, requests: 1 });
    const ask = (text: string, items: number) => {
      const { signal } = new AbortController();
      return Array.from({ length: items }, (_, i) => queue.score(item(`${text}${i}`), signal));
    };
    const all = [...ask('a', 20), ...ask('b', 20)];
    await sleep(5);
    all.push(...ask('c', 1));
    gate.resolve();
    await Promise.all(all);
    assert.deepEqual(
      backend.requests.slice(0, 2).map((responses) => responses.join(' ')),
      // Two of each at a time: a quarter of a request.
      ['a0 a1 b0 b1 a2 a3 b2 b3', 'a4 a5 b4 b5 c0 a6 a7 b6'],
    );
    assert.equal(new Set(backend.requests.flat()).size, 41);
    assert.equal(queue.waiting, 0);
  });
});

describe('faults', () => {
  for (const fault of ['timeout', 'unavailable', 'server', 'garbage', 'overloaded'] as const) {
    test(`${fault}: tried again`, async () => {
      let calls = 0;
      const backend = new Stand((responses) => {
        if (++calls < 3) throw new BackendError(fault, 'not now');
        return lengths(responses);
      });
      assert.deepEqual(await scores(new ScoreQueue(backend, quick), ['a', 'bb']), [1, 2]);
      assert.equal(calls, 3);
    });
  }

  test('timeout, unavailable: given up after the attempts, without halving', async () => {
    for (const fault of ['timeout', 'unavailable'] as const) {
      const backend = new Stand(() => {
        throw new BackendError(fault, 'never');
      });
      assert.deepEqual(
        await scores(new ScoreQueue(backend, quick), Array(8).fill('x')),
        Array(8).fill(fault),
      );
      assert.equal(backend.requests.length, 3);
    }
  });

  test('not there: no attempt until it is there again, or its time is over', async () => {
    let asked = 0;
    const backend = new Stand((responses) => {
      if (asked < 2) throw new BackendError('unavailable', 'refused');
      return lengths(responses);
    });
    backend.health = async () => {
      if (++asked < 2) throw new BackendError('unavailable', 'refused');
    };
    assert.deepEqual(await scores(new ScoreQueue(backend, { ...quick, attempts: 2 }), ['a', 'bb']), [1, 2]);
    assert.deepEqual([backend.requests.length, asked], [2, 2]);

    asked = Number.NEGATIVE_INFINITY;
    assert.deepEqual(await scores(new ScoreQueue(backend, { ...quick, patienceMs: 50 }), ['a']), [
      'unavailable',
    ]);
    assert.equal(backend.requests.length, 3);
  });

  test('overloaded: given up after its time, with the pause that was asked for', async () => {
    const backend = new Stand(() => {
      throw new BackendError('overloaded', 'full', { retryAfterMs: 20 });
    });
    const start = performance.now();
    assert.deepEqual(await scores(new ScoreQueue(backend, { ...quick, patienceMs: 50 }), ['x']), [
      'overloaded',
    ]);
    assert.ok(performance.now() - start >= 39);
    assert.ok(backend.requests.length <= 3);
  });

  test('where nothing is answered, what waits fails with what was tried; later items are tried again', async () => {
    for (const fault of ['timeout', 'unavailable'] as const) {
      let well = false;
      const backend = new Stand((responses) => {
        if (!well) throw new BackendError(fault, 'not now');
        return lengths(responses);
      });
      backend.health = async () => {
        if (!well) throw new BackendError('unavailable', 'not now');
      };
      const queue = new ScoreQueue(backend, { ...quick, requests: 1, patienceMs: 1 });
      assert.deepEqual(await scores(queue, Array(80).fill('x')), Array(80).fill(fault));
      assert.equal(backend.requests.length, 1);
      well = true;
      assert.deepEqual(await scores(queue, ['bb']), [2]);
    }
  });

  test('a request that fails while others succeed fails alone', async () => {
    const backend = new Stand(async (responses) => {
      if (responses.includes('slow')) {
        await sleep(20);
        throw new BackendError('timeout', 'too much');
      }
      return lengths(responses);
    });
    backend.maxItems = 1;
    const texts = ['slow', ...Array(200).fill('x')];
    const outcomes = await scores(new ScoreQueue(backend, { ...quick, requests: 2, attempts: 1 }), texts);
    assert.deepEqual(outcomes, ['timeout', ...Array(200).fill(1)]);
  });

  test('misuse: told at once', async () => {
    const backend = new Stand(() => {
      throw new BackendError('misuse', 'two labels');
    });
    assert.deepEqual(await scores(new ScoreQueue(backend, quick), ['a', 'b']), ['misuse', 'misuse']);
    assert.equal(backend.requests.length, 1);
  });

  for (const fault of ['server', 'garbage', 'rejected', 'too_long'] as const) {
    test(`${fault} by one item of many: the others are scored`, async () => {
      const backend = new Stand((responses) => {
        if (responses.includes('guilty')) throw new BackendError(fault, 'this one');
        return lengths(responses);
      });
      const texts = ['a', 'bb', 'ccc', 'guilty', 'd', 'ee', 'fff', 'gggg'];
      assert.deepEqual(await scores(new ScoreQueue(backend, quick), texts), [1, 2, 3, fault, 1, 2, 3, 4]);
    });
  }

  test('many items too long: each is told so, the others are scored', async () => {
    const backend = new Stand((responses) => {
      if (responses.some(({ length }) => length > 3)) throw new BackendError('too_long', 'cut it');
      return lengths(responses);
    });
    backend.maxItems = 64;
    const texts = Array.from({ length: 64 }, (_, i) => 'x'.repeat((i % 5) + 1));
    assert.deepEqual(
      await scores(new ScoreQueue(backend, quick), texts),
      texts.map(({ length }) => (length > 3 ? 'too_long' : length)),
    );
  });

  test('a broken backend is not asked without end', async () => {
    const backend = new Stand(() => {
      throw new BackendError('server', 'broken');
    });
    backend.maxItems = 64;
    const outcomes = await scores(new ScoreQueue(backend, quick), Array(64).fill('x'));
    assert.deepEqual(new Set(outcomes), new Set(['server']));
    assert.ok(backend.requests.length < 150, String(backend.requests.length));
  });

  test('what is no score is never passed on', async () => {
    const answers: Record<string, RawScore[]> = {
      none: [],
      more: [{ logit: 1 }, { logit: 2 }],
      NaN: [{ logit: Number.NaN }],
      infinite: [{ logit: Number.POSITIVE_INFINITY }],
      part: [{ logit: 1, parts: [{ name: 'step 1', score: Number.NaN }] }],
    };
    for (const [name, answer] of Object.entries(answers)) {
      assert.deepEqual(
        await scores(new ScoreQueue(new Stand(() => answer), quick), ['x']),
        ['garbage'],
        name,
      );
    }
  });

  test('a backend that never answers, and does not heed the signal', async () => {
    const backend = new Stand(() => new Promise(() => {}));
    const queue = new ScoreQueue(backend, { ...quick, timeoutMs: 5 });
    assert.deepEqual(await scores(queue, ['x']), ['timeout']);
    assert.equal(queue.stats.faults.get('timeout'), 3);
  });

  test('any other error is the backend’s failure', async () => {
    const backend = new Stand(() => {
      throw new TypeError('a bug');
    });
    assert.deepEqual(await scores(new ScoreQueue(backend, quick), ['x']), ['server']);
  });
});

describe('the end', () => {
  test('what nobody waits for is not sent, and cancelled under way', async () => {
    const started = Promise.withResolvers<AbortSignal>();
    const backend = new Stand((_, signal) => {
      started.resolve(signal);
      return new Promise(() => {});
    });
    const queue = new ScoreQueue(backend, { ...quick, requests: 1 });
    const caller = new AbortController();
    const first = queue.score(item('a'), caller.signal);
    const signal = await started.promise;
    const second = queue.score(item('b'), caller.signal);
    caller.abort(new Error('gone'));
    await assert.rejects(first, /gone/);
    await assert.rejects(second, /gone/);
    assert.ok(signal.aborted);
    await sleep(20);
    assert.deepEqual(backend.requests, [['a']]);
  });

  test('a pause before another attempt ends with what it is for', async () => {
    const asked = Promise.withResolvers<void>();
    const backend = new Stand((responses) => {
      if (!responses.includes('gone')) return lengths(responses);
      asked.resolve();
      throw new BackendError('overloaded', 'full', { retryAfterMs: 30_000 });
    });
    const queue = new ScoreQueue(backend, { ...quick, requests: 1 });
    const caller = new AbortController();
    const gone = queue.score(item('gone'), caller.signal);
    await asked.promise;
    const other = scores(queue, ['bb']);
    caller.abort(new Error('no more'));
    await assert.rejects(gone, /no more/);
    assert.deepEqual(await other, [2]);
  });

  test('closing rejects what waits and what is under way', async () => {
    const queue = new ScoreQueue(new Stand(() => new Promise(() => {})), { ...quick, requests: 1 });
    const both = scores(queue, ['a', 'b']);
    await sleep(5);
    const late = scores(queue, ['c']);
    queue.close();
    assert.deepEqual([...(await both), ...(await late)], Array(3).fill('unavailable'));
  });
});
