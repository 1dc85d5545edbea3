import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { type Attempt, type Job, Scheduler, type SchedulerOptions } from './scheduler.ts';

interface Started {
  name: string;
  pass: 0 | 1;
  aborted: AbortSignal;
  end(attempt: Attempt<string>): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** A scheduler of which each attempt is ended by hand. */
function bench(options: Partial<SchedulerOptions> = {}) {
  let time = 0;
  const scheduler = new Scheduler<string>({ workers: 1, now: () => time, ...options });
  const started: Started[] = [];
  const results = new Map<string, string>();
  const submit = (name: string, more: Partial<Job<string>> = {}, signal?: AbortSignal) => {
    const attempt: Job<string>['attempt'] = (pass, aborted) =>
      new Promise((resolve, reject) => {
        const end = async (result: Attempt<string>) => {
          resolve(result);
          await turn();
        };
        const fail = async (error: Error) => {
          reject(error);
          await turn();
        };
        started.push({ name, pass, aborted, end, fail });
      });
    const job = { theorem: 'theorem', header: 'header', key: name, cost: 500, attempt, ...more };
    const running = scheduler.run(job, signal);
    running.then(
      (outcome) => results.set(name, outcome),
      (error) => results.set(name, `${error}`),
    );
    return running;
  };
  const names = () => started.map(({ name }) => name);
  /** Ends whatever runs, one after the other, until nothing is left. */
  const drain = async () => {
    await turn();
    for (let i = 0; i < started.length; i++)
      await (started[i] as Started).end(done(`by ${started[i]?.name}`));
  };
  const pass = (ms: number) => {
    time += ms;
  };
  const at = (index: number) => started.at(index) as Started;
  return { scheduler, submit, started, at, names, results, drain, pass };
}

const done = (outcome: string, cpuMs = 100): Attempt<string> => ({ kind: 'done', outcome, cpuMs });
const again: Attempt<string> = { kind: 'again', cpuMs: 1_000 };

describe('K12: order', () => {
  test('the shortest first, of what came together, whatever the order of coming', async () => {
    const { submit, names, drain } = bench();
    for (const [name, cost] of Object.entries({ c: 700, a: 100, d: 900, b: 400 }))
      void submit(name, { cost });
    await drain();
    assert.deepEqual(names(), ['a', 'b', 'c', 'd']);
  });

  test('as many at a time as there are workers', async () => {
    const { submit, started, scheduler, at } = bench({ workers: 3 });
    for (let i = 0; i < 10; i++) void submit(`${i}`);
    await turn();
    assert.deepEqual([started.length, scheduler.running, scheduler.queued], [3, 3, 7]);
    await at(1).end(done(''));
    assert.deepEqual([started.length, scheduler.running, scheduler.queued], [4, 3, 6]);
  });

  test('a long job goes before short ones that come much later', async () => {
    const { submit, names, drain, pass } = bench();
    void submit('first');
    await turn();
    void submit('long', { cost: 1_200 });
    void submit('short', { cost: 100 });
    pass(3_600_000);
    void submit('late', { cost: 100 });
    await drain();
    assert.deepEqual(names(), ['first', 'short', 'long', 'late']);
  });

  test('a job is overtaken only by what came within its limit, so that all are started', async () => {
    const job = fc.record({
      wait: fc.integer({ min: 0, max: 30_000 }),
      cost: fc.integer({ min: 1, max: 1_500 }),
      theorem: fc.integer({ min: 0, max: 5 }),
      header: fc.integer({ min: 0, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(job, { minLength: 1, maxLength: 120, size: 'max' }), async (jobs) => {
        const [patience, switchMs, theoremMs] = [2, 1_000, 60_000];
        let time = 0;
        const scheduler = new Scheduler<void>({ workers: 2, patience, switchMs, now: () => time });
        const started: { cameAt: number; ms: number }[] = [];
        const ends: (() => void)[] = [];
        const endOne = async () => {
          ends.shift()?.();
          await turn();
        };
        for (const [i, { wait, cost, theorem, header }] of jobs.entries()) {
          const cameAt = time;
          void scheduler.run({
            theorem: `${theorem}`,
            header: `${header}`,
            key: `${i}`,
            cost,
            attempt: (_pass, _signal, ms) => {
              started.push({ cameAt, ms });
              return new Promise((resolve) =>
                ends.push(() => resolve({ kind: 'done', outcome: undefined, cpuMs: 1_000 })),
              );
            },
          });
          await turn();
          time += wait;
          // More comes than can be done.
          if (i % 3 === 0) await endOne();
        }
        while (ends.length > 0) await endOne();
        assert.equal(started.length, jobs.length);
        let latest = 0;
        for (const { cameAt, ms } of started) {
          assert.ok(latest - cameAt <= patience * (ms + theoremMs + switchMs));
          latest = Math.max(latest, cameAt);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a theorem with thousands of jobs lets those of another go before', async () => {
    const { submit, names, drain } = bench();
    for (let i = 0; i < 2_000; i++) void submit(`many ${i}`, { theorem: 'many', cost: 300 });
    await turn();
    for (let i = 0; i < 5; i++) void submit(`few ${i}`, { theorem: 'few', cost: 600 });
    await drain();
    const last = names().findLastIndex((name) => name.startsWith('few'));
    assert.ok(last < 200, `the last of five was number ${last} of 2,005`);
  });

  test('a worker stays with its header while that is not much dearer, and no longer', async () => {
    const { submit, names, drain, pass } = bench({ switchMs: 5_000 });
    void submit('first', { header: 'a', theorem: 'a0' });
    await turn();
    void submit('other', { header: 'b', theorem: 'b', cost: 400 });
    for (let i = 1; i < 4; i++) void submit(`same ${i}`, { header: 'a', theorem: `a${i}`, cost: 500 });
    pass(3_600_000);
    void submit('late', { header: 'a', theorem: 'late', cost: 100 });
    await drain();
    assert.deepEqual(names(), ['first', 'same 1', 'same 2', 'same 3', 'other', 'late']);
  });
});

describe('two passes', () => {
  test('what used up its first budget comes again, after shorter ones, with the second', async () => {
    const { submit, started, at, results, drain } = bench();
    for (const cost of [100, 200, 300]) void submit(`${cost}`, { cost });
    await turn();
    await at(0).end(again);
    await at(1).end(done('two'));
    await at(2).end(done('three'));
    assert.deepEqual(
      started.map(({ name, pass }) => `${name} ${pass}`),
      ['100 0', '200 0', '300 0', '100 1'],
    );
    await at(3).end(done('one'));
    await drain();
    assert.deepEqual(
      [...results],
      [
        ['200', 'two'],
        ['300', 'three'],
        ['100', 'one'],
      ],
    );
  });

  test('where nothing waits, the long budget is given at once', async () => {
    const { submit, at } = bench({ workers: 2 });
    void submit('alone');
    await turn();
    assert.equal(at(0).pass, 1);
  });

  test('to want a third pass is a fault of the job, and not an endless loop', async () => {
    const { submit, at, results, started } = bench();
    void submit('alone');
    await turn();
    await at(0).end(again);
    assert.match(results.get('alone') ?? '', /second pass/);
    assert.equal(started.length, 1);
  });
});

describe('K12: the same job twice', () => {
  test('joins, waiting or running, and shares the outcome', async () => {
    const { submit, started, at, scheduler, results } = bench();
    void submit('a', { key: 'same' });
    void submit('b', { key: 'same' });
    await turn();
    void submit('c', { key: 'same' });
    void submit('other theorem', { key: 'same', theorem: 'another' });
    void submit('other header', { key: 'same', header: 'another' });
    assert.equal(scheduler.queued, 2);
    await at(0).end(done('one for all'));
    for (const name of ['a', 'b', 'c']) assert.equal(results.get(name), 'one for all');
    assert.equal(started.length, 2, 'jobs of another theorem or header are others');
    void submit('late', { key: 'same' });
    assert.equal(scheduler.queued, 2, 'what is over is not joined');
  });

  test("K3: does not share a machine's fault, nor an exception: each tries by himself", async () => {
    const { submit, started, at, results } = bench();
    for (const name of ['a', 'b', 'c']) void submit(name, { key: 'same' });
    await turn();
    await at(0).end({ kind: 'lost', outcome: 'no machine' });
    await at(1).fail(new Error('broken'));
    await at(2).end(done('judged'));
    assert.deepEqual(
      [...results],
      [
        ['a', 'no machine'],
        ['b', 'Error: broken'],
        ['c', 'judged'],
      ],
    );
    assert.equal(started.length, 3);
  });

  test('goes on while one of those who asked still waits', async () => {
    const { submit, at, results } = bench();
    const controller = new AbortController();
    void submit('a', { key: 'same' }, controller.signal);
    void submit('b', { key: 'same' });
    await turn();
    controller.abort(new Error('gone'));
    await turn();
    assert.equal(results.get('a'), 'Error: gone');
    assert.equal(at(0).aborted.aborted, false);
    await at(0).end(done('judged'));
    assert.equal(results.get('b'), 'judged');
  });
});

describe('K12: giving up', () => {
  test('takes what waits out at once, aborts what runs, and leaves others alone', async () => {
    const { submit, at, scheduler, results, names } = bench();
    const controller = new AbortController();
    for (let i = 0; i < 100; i++) void submit(`mine ${i}`, { cost: 100 }, controller.signal);
    void submit('yours', { theorem: 'another' });
    await turn();
    controller.abort(new Error('solved'));
    assert.deepEqual([scheduler.queued, scheduler.running], [1, 1]);
    assert.equal(at(0).aborted.aborted, true);
    await turn();
    assert.equal([...results.values()].filter((result) => result === 'Error: solved').length, 100);
    assert.equal(names().length, 1, 'the worker is taken until the aborted attempt has ended');
    await at(0).fail(new Error('aborted'));
    assert.deepEqual(names(), ['mine 0', 'yours']);
  });

  test('of a running job does not give its end to the same job that comes next', async () => {
    const { submit, at, results, started } = bench();
    const controller = new AbortController();
    void submit('a', { key: 'same' }, controller.signal);
    await turn();
    controller.abort(new Error('gone'));
    void submit('b', { key: 'same' });
    await at(0).end(done('of the aborted'));
    assert.equal(results.has('b'), false);
    assert.equal(started.length, 2);
    void submit('c', { key: 'same' });
    await at(1).end(done('its own'));
    assert.equal(results.get('b'), 'its own');
    assert.equal(results.get('c'), 'its own');
  });

  test('of several, which end one by one, does not hide what comes meanwhile', async () => {
    const { submit, at, started } = bench({ workers: 3 });
    const controller = new AbortController();
    void submit('a', {}, controller.signal);
    void submit('b', {}, controller.signal);
    await turn();
    controller.abort(new Error('gone'));
    await at(0).end(done(''));
    void submit('c', { key: 'same' });
    await at(1).end(done(''));
    void submit('d', { key: 'same' });
    await turn();
    assert.equal(started.length, 3, 'd has joined c');
  });

  test('before the start costs nothing', async () => {
    const { submit, started, results, scheduler } = bench();
    void submit('a', {}, AbortSignal.abort(new Error('before')));
    await turn();
    assert.equal(results.get('a'), 'Error: before');
    assert.deepEqual([started.length, scheduler.queued], [0, 0]);
  });

  test('leaves no listener behind', async () => {
    const { submit, drain } = bench();
    const controller = new AbortController();
    let listeners = 0;
    const { signal } = controller;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    for (let i = 0; i < 50; i++) void submit(`${i}`, {}, signal);
    assert.equal(listeners, 1);
    await drain();
    assert.equal(listeners, 0);
  });
});

test('K3, K13: whatever comes and goes: each is answered once, workers are never exceeded, and all come back', async () => {
  const job = fc.record({
    theorem: fc.integer({ min: 0, max: 3 }),
    header: fc.integer({ min: 0, max: 1 }),
    key: fc.integer({ min: 0, max: 5 }),
    cost: fc.integer({ min: 1, max: 1_000 }),
    signal: fc.integer({ min: 0, max: 2 }),
    end: fc.constantFrom('done', 'again', 'lost', 'throw'),
    turns: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(job, { maxLength: 60, size: 'max' }),
      fc.array(fc.nat(2), { maxLength: 2 }),
      async (jobs, aborts) => {
        const workers = 3;
        const scheduler = new Scheduler<string>({ workers });
        const controllers = [0, 1, 2].map(() => new AbortController());
        let busy = 0;
        const answers = jobs.map(async ({ theorem, header, key, cost, signal, end, turns }) => {
          const attempt: Job<string>['attempt'] = async (pass) => {
            busy++;
            assert.ok(busy <= workers);
            for (let i = 0; i < turns; i++) await turn();
            busy--;
            if (end === 'throw') throw new Error('thrown');
            if (end === 'again' && pass === 0) return again;
            return end === 'lost' ? { kind: 'lost', outcome: 'lost' } : done('done');
          };
          const own = { theorem: `${theorem}`, header: `${header}`, key: `${key}`, cost, attempt };
          return scheduler.run(own, controllers[signal]?.signal).catch((error: Error) => error.message);
        });
        await turn();
        for (const index of aborts) controllers[index]?.abort(new Error('aborted'));
        for (const answer of await Promise.all(answers)) {
          assert.ok(['done', 'lost', 'thrown', 'aborted'].includes(answer), answer);
        }
        for (let i = 0; i < 5; i++) await turn();
        assert.deepEqual([scheduler.queued, scheduler.running, busy], [0, 0, 0]);
      },
    ),
    { numRuns: 200 },
  );
});
