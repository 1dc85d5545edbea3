import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { bundle } from './bundle.ts';
import { type Outcome, Pool, type PoolOptions } from './pool.ts';

/** What the isolates run: the loop, around an item that does what it is told. */
const source = await bundle(join(import.meta.dirname, 'pool.fixture.ts'));

/** A value, or the kind of fault. */
const short = (outcome: Outcome) => ('value' in outcome ? outcome.value : outcome.fault);

async function judge(pool: Pool, items: string[], head = '', signal?: AbortSignal): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for await (const some of pool.judge(head, items, signal)) outcomes.push(...some.map(short));
  return outcomes;
}

async function started(t: TestContext, options: Partial<PoolOptions> = {}): Promise<Pool> {
  const pool = new Pool({ source, slots: 1, ...options });
  t.after(() => pool.close());
  await pool.start();
  return pool;
}

/** Whether it goes well, and within `limit` ms at least once in three times: other tests need the processor, too. */
async function within(limit: number, attempt: () => Promise<void>): Promise<void> {
  const took: number[] = [];
  do {
    const start = performance.now();
    await attempt();
    took.push(performance.now() - start);
    if ((took.at(-1) ?? 0) < limit) return;
  } while (took.length < 5);
  assert.fail(`${took.map((ms) => ms.toFixed(0)).join(', ')} ms, all above ${limit}`);
}

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  return [await work, performance.now() - start];
}

const timeoutMs = 300;

describe('pool', () => {
  const pool = new Pool({ source, slots: 2, timeoutMs, memoryMb: 32 });
  before(() => pool.start());
  after(() => pool.close());

  test('items are answered in order, in calls of every size', async () => {
    for (const count of [0, 1, 7, 512, 1_500]) {
      const texts = Array.from({ length: count }, (_, at) => `\ufefftext ${at} ☃ 🙂 \ud800 "\n`);
      assert.deepEqual(
        await judge(pool, texts),
        texts.map((text) => text.toWellFormed()),
      );
    }
  });

  test('long results, in several parts', async (t) => {
    const pool = await started(t);
    const items = Array.from({ length: 40 }, (_, at) => `long ${20_000 + at}`);
    const lengths = (await judge(pool, items)).map((value) => String(value).length);
    assert.deepEqual(
      lengths,
      items.map((_, at) => 20_000 + at),
    );
    assert.deepEqual(await judge(pool, ['a', 'long 600000', 'b']), ['a', 'failure', 'b']);
  });

  test('nothing of Node is inside', async () => {
    const [globals] = await judge(pool, ['globals']);
    for (const name of ['process', 'require', 'fetch', 'setTimeout'])
      assert.equal(String(globals).split(',').includes(name), false);
  });

  test('a head is read once', async (t) => {
    const one = await started(t, { spares: 0 });
    assert.deepEqual(await judge(one, ['head', 'heads'], 'first'), ['first', 1]);
    assert.deepEqual(await judge(one, ['head', 'heads'], 'second'), ['second', 2]);
    assert.deepEqual(await judge(one, ['head', 'heads'], 'first'), ['first', 2]);
  });

  test('an isolate is warm when it is first called, and where that fails, cold', async (t) => {
    const warm = await started(t, { spares: 0, warmUp: [{ head: '', items: ['a', 'b'] }] });
    assert.deepEqual(await judge(warm, ['calls', 'throw', 'calls']), [3, 'failure', 3]);
    const cold = await started(t, { spares: 0, warmUp: [{ head: '', items: ['a', 'throw'] }] });
    assert.deepEqual(await judge(cold, ['calls']), [1]);
  });

  test('an endless loop ends with its isolate; what came before it counts, what comes after goes on', async () => {
    await within(2 * timeoutMs + 100, async () => {
      const [outcomes, ms] = await timed(judge(pool, ['a', 'b', 'loop', 'c', 'loop', 'd']));
      assert.deepEqual(outcomes, ['a', 'b', 'timeout', 'c', 'timeout', 'd']);
      assert.ok(ms >= 2 * timeoutMs);
    });
  });

  test('the time is that of each item, not of the call', async () => {
    const items = Array.from({ length: 8 }, () => 'spin 100');
    assert.deepEqual(
      await judge(pool, items),
      items.map(() => 'spun'),
    );
  });

  test('what is finished is reported while the call goes on', async () => {
    // 'loop' ends with its time: what came before it is there until then, unless the machine stood still.
    await within(timeoutMs, async () => {
      const judged = pool.judge('', ['a', 'loop']);
      const first = (await judged.next()).value?.map(short);
      assert.equal(first?.[0], 'a');
      await judged.return?.(undefined);
    });
  });

  test('a native operation ends with its process; another takes over at once', async () => {
    const pids = pool.pids;
    await within(timeoutMs + 50, async () => {
      assert.deepEqual(await judge(pool, ['a', 'native', 'b', 'c']), ['a', 'timeout', 'b', 'c']);
    });
    await within(timeoutMs + 150, async () => {
      const before = pool.pids;
      assert.deepEqual(await judge(pool, ['native']), ['timeout']);
      // The verdict does not wait for the process: that has some time to end what it does.
      while (before.every((pid) => pool.pids.includes(pid)))
        await new Promise((resolve) => setTimeout(resolve, 5));
    });
    assert.ok(pids.some((pid) => !pool.pids.includes(pid)));
  });

  test('memory is bounded', async () => {
    const [before, bomb, behind] = await judge(pool, ['a', 'bomb', 'b']);
    assert.deepEqual([before, behind], ['a', 'b']);
    assert.match(String(bomb), /^(memory|timeout|crash)$/);
  });

  test('exceptions and endless recursion cost their item only', async () => {
    assert.deepEqual(await judge(pool, ['a', 'throw', 'b', 'deep', 'c']), [
      'a',
      'failure',
      'b',
      'failure',
      'c',
    ]);
  });

  test('a head that hangs or throws costs its batch', async () => {
    await within(timeoutMs + 50, async () => {
      assert.deepEqual(await judge(pool, ['a', 'b', 'c'], 'loop'), ['timeout', 'timeout', 'timeout']);
    });
    assert.deepEqual(await judge(pool, ['a', 'b'], 'throw'), ['failure', 'failure']);
  });

  test('a call that is cancelled ends soon', async () => {
    const slow = Array.from({ length: 200 }, () => 'spin 20');
    for (const items of [slow, ['loop', ...slow], ['native', ...slow]]) {
      await within(60 + 100, async () => {
        await assert.rejects(judge(pool, items, '', AbortSignal.timeout(60)), { name: 'TimeoutError' });
      });
    }
    await assert.rejects(judge(pool, ['a'], '', AbortSignal.abort()), { name: 'AbortError' });
    assert.deepEqual(await judge(pool, ['a']), ['a']);
  });

  test('a call that is cancelled while it waits ends at once', async () => {
    const busy = Promise.all(Array.from({ length: 4 }, () => judge(pool, ['spin 200'])));
    // The first is sent with others before it, the second is not sent at all.
    const sent = judge(pool, ['a'], '', AbortSignal.timeout(20)).catch(() => 'cancelled');
    await new Promise((resolve) => setTimeout(resolve, 10));
    const waits = judge(pool, ['a'], '', AbortSignal.timeout(20)).catch(() => 'cancelled');
    assert.equal(await Promise.race([waits, busy]), 'cancelled');
    assert.equal(await Promise.race([sent, busy]), 'cancelled');
    assert.deepEqual(await busy, [['spun'], ['spun'], ['spun'], ['spun']]);
  });

  test('a reader that goes away ends its call', async () => {
    const slow = Array.from({ length: 100 }, () => 'spin 100');
    for await (const _ of pool.judge('', ['a', ...slow])) break;
    const [, ms] = await timed(Promise.all([judge(pool, ['a']), judge(pool, ['b'])]));
    assert.ok(ms < 5_000, `${ms} ms`);
  });
});

describe('calls that share a child', () => {
  const pool = new Pool({ source, slots: 1, timeoutMs, memoryMb: 32 });
  before(() => pool.start());
  after(() => pool.close());

  test('get what is theirs, in many sizes', async () => {
    const calls = Array.from({ length: 200 }, (_, call) =>
      Array.from({ length: (7 * call) % 11 }, (_, at) => `${call}/${at} ☃`),
    );
    assert.deepEqual(await Promise.all(calls.map((items) => judge(pool, items))), calls);
    const long = calls.slice(0, 20).map((_, at) => [`long ${40_000 + at}`, 'a']);
    const outcomes = await Promise.all(long.map((items) => judge(pool, items)));
    assert.deepEqual(
      outcomes.map(([text]) => String(text).length),
      long.map((_, at) => 40_000 + at),
    );
  });

  test('and heads', async () => {
    const heads = ['one', 'two', 'loop', 'throw', 'three'];
    const outcomes = await Promise.all(heads.map((head) => judge(pool, ['head', 'a'], head)));
    assert.deepEqual(outcomes, [
      ['one', 'a'],
      ['two', 'a'],
      ['timeout', 'timeout'],
      ['failure', 'failure'],
      ['three', 'a'],
    ]);
  });

  test('one with bombs holds up the others for the first of them', async () => {
    await within(timeoutMs + 100, async () => {
      const ends = new AbortController();
      const bombs = judge(pool, ['a', 'loop', 'b', 'loop', 'loop', 'loop'], '', ends.signal);
      const others = Promise.all(Array.from({ length: 20 }, (_, at) => judge(pool, [`${at}`, 'x'])));
      assert.deepEqual(
        await others,
        Array.from({ length: 20 }, (_, at) => [`${at}`, 'x']),
      );
      ends.abort();
      await assert.rejects(bombs, { name: 'AbortError' });
    });
  });

  test('only the guilty get a fault, whatever it is', async () => {
    const calls = ['throw', 'loop', 'native', 'deep'].flatMap((bomb) => [
      ['a'],
      ['b', bomb, 'c'],
      ['d', 'e'],
    ]);
    const outcomes = await Promise.all(calls.map((items) => judge(pool, items)));
    const faults: Record<string, string> = {
      throw: 'failure',
      deep: 'failure',
      loop: 'timeout',
      native: 'timeout',
    };
    assert.deepEqual(
      outcomes,
      calls.map((items) => items.map((item) => faults[item] ?? item)),
    );
  });

  test('one that is cancelled leaves the others alone', async () => {
    const slow = Array.from({ length: 50 }, () => 'spin 10');
    const before = judge(pool, ['spin 100']);
    const running = judge(pool, slow, '', AbortSignal.timeout(150));
    const waiting = judge(pool, slow, '', AbortSignal.timeout(50)).catch(() => 'cancelled');
    const behind = judge(pool, ['a', 'b']);
    assert.equal(await Promise.race([waiting, before]), 'cancelled');
    await assert.rejects(running, { name: 'TimeoutError' });
    const [outcomes, ms] = await timed(behind);
    assert.deepEqual(outcomes, ['a', 'b']);
    assert.ok(ms < 450, `${ms} ms`);
  });

  test('hear that others go on', async () => {
    const busy = judge(pool, ['spin 250', 'spin 250', 'spin 250']);
    let beats = 0;
    for await (const some of pool.judge('', ['a'])) if (some.length === 0) beats++;
    assert.ok(beats >= 2, `${beats}`);
    await busy;
  });

  test('are told from the one that kills it', async (t) => {
    const pool = await started(t, { timeoutMs: 10_000 });
    const killer = setInterval(() => {
      for (const pid of pool.pids) if (cpuSeconds(pid) > 0.8) process.kill(pid, 'SIGKILL');
    }, 50);
    t.after(() => clearInterval(killer));
    const calls = Array.from({ length: 8 }, (_, at) => (at === 3 ? ['x', 'loop', 'y'] : [`${at}`, 'z']));
    const outcomes = await Promise.all(calls.map((items) => judge(pool, items)));
    assert.deepEqual(
      outcomes,
      calls.map((items) => items.map((item) => (item === 'loop' ? 'crash' : item))),
    );
  });
});

test('a process that dies is replaced, and what it worked on is done again', async (t) => {
  const pool = await started(t, { timeoutMs: 1_000 });
  const calls = judge(pool, ['spin 100']);
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
  assert.deepEqual(await calls, ['spun']);
  const items = Array.from({ length: 20 }, (_, at) => `spin ${10 + at}`);
  const many = judge(pool, items);
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const pid of pool.pids) process.kill(pid, 'SIGKILL');
  assert.deepEqual(
    await many,
    items.map(() => 'spun'),
  );
});

/** User and system time, in clock ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    // It has ended.
    return 0;
  }
}

test('an item that takes its process along each time is told from the others', async (t) => {
  const pool = await started(t, { timeoutMs: 10_000 });
  const items = Array.from({ length: 12 }, (_, at) => (at === 7 ? 'loop' : `${at}`));
  // Nothing else needs so much time of the processor.
  const killer = setInterval(() => {
    for (const pid of pool.pids) if (cpuSeconds(pid) > 0.8) process.kill(pid, 'SIGKILL');
  }, 50);
  t.after(() => clearInterval(killer));
  assert.deepEqual(
    await judge(pool, items),
    items.map((item) => (item === 'loop' ? 'crash' : item)),
  );
});

test('a process that stands still is ended', async (t) => {
  const pool = await started(t, { timeoutMs: 200 });
  for (const pid of pool.pids) process.kill(pid, 'SIGSTOP');
  const outcomes: Outcome[] = [];
  for await (const some of pool.judge('', ['hello'])) outcomes.push(...some);
  assert.deepEqual(outcomes.map(short), ['timeout']);
  assert.ok(outcomes.every((outcome) => 'fault' in outcome && outcome.byChance));
});

test('a script that cannot start is said at the start', async () => {
  const pool = new Pool({ source: 'throw new Error("broken")', slots: 1 });
  await assert.rejects(pool.start(), { code: 'no_isolates', message: /broken/ });
});

test('a closed pool rejects what waits and what runs', async (t) => {
  const pool = await started(t);
  const calls = Promise.allSettled([judge(pool, ['loop']), judge(pool, ['waits'])]);
  await new Promise((resolve) => setTimeout(resolve, 50));
  pool.close();
  for (const outcome of await calls) assert.equal(outcome.status, 'rejected');
  await assert.rejects(judge(pool, ['late']), /closed/);
});
