import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Allowance } from './allowance.ts';
import type { Lane } from './lane.ts';
import { Batch, type Scope, Task } from './task.ts';
import { WorkQueue } from './work-queue.ts';

const none: ReadonlySet<Lane> = new Set();

/** Numbers in [0, 1) that are the same for the same seed (Park and Miller). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fffffff;
    return (state - 1) / 0x7ffffffe;
  };
}

class Run implements Scope {
  readonly maxAttempts = 1;
  readonly priority: number;
  readonly weight: number;
  readonly limit: number;
  readonly tenant: Allowance;
  readonly allowance: Allowance;
  waiting = 0;
  inFlight = 0;
  wanted = true;

  constructor({ priority = 0, weight = 1, limit = 0, tenant = new Allowance(() => 0) } = {}) {
    this.priority = priority;
    this.weight = weight;
    this.limit = limit || Number.POSITIVE_INFINITY;
    this.tenant = tenant;
    this.allowance = new Allowance(() => limit, tenant);
  }

  fault(): void {}
}

let made = 0;
function task(run: Run, problem = 'p'): Task {
  const fresh = new Task(`${made++}`, problem, { digest: problem, message: {}, bytes: 10 }, 'text');
  wait(fresh, run);
  return fresh;
}

function wait(task: Task, run: Run): void {
  task.waiters.push({ scope: run, wanted: () => run.wanted, settle: () => {} });
}

/** The next task, as the dispatcher takes it for one free slot. */
function take(queue: WorkQueue): { task: Task; lane: Lane } | undefined {
  for (let lane = queue.next(none); lane !== undefined; lane = queue.next(none)) {
    for (const batch of [...lane.batches]) {
      if (!queue.waitsFor(batch, lane)) continue;
      const [first] = queue.take(batch, 1);
      if (first !== undefined) return { task: first, lane };
    }
    for (const [digest, waiting] of lane.queues) {
      const [first] = queue.takeFresh(lane, digest, waiting, 1, Number.POSITIVE_INFINITY);
      if (first !== undefined) return { task: first, lane };
    }
  }
  return undefined;
}

const queueOf = () =>
  new WorkQueue(
    (dropped) => dropped.settle(undefined),
    () => {},
  );

describe('whose turn it is', () => {
  test('with random arrivals: urgent first, nobody beyond its limit, no slot idle, everything once', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const next = random(seed);
      const int = (below: number) => Math.floor(next() * below);
      const tenantLimit = 1 + int(4);
      const tenant = new Allowance(() => tenantLimit);
      const runs = Array.from({ length: 1 + int(6) }, () => {
        const priority = int(3);
        return new Run({ priority, weight: 1 + int(4), limit: int(4), ...(int(2) === 0 && { tenant }) });
      });
      const inTenant = () =>
        runs.filter((run) => run.tenant === tenant).reduce((n, run) => n + run.inFlight, 0);
      const queue = queueOf();
      const slots = 1 + int(6);
      const busy: { end: number; ms: number; run: Run; lane: Lane }[] = [];
      const sent = new Set<Task>();
      let arrived = 0;
      for (let now = 0; now < 2_000; now++) {
        for (const run of runs) {
          if (now > 1_000 || next() > 0.1) continue;
          for (let n = int(5); n > 0; n--, arrived++) {
            run.waiting++;
            queue.add(task(run, `p${int(3)}`), run);
          }
        }
        for (const done of busy.filter(({ end }) => end <= now)) {
          busy.splice(busy.indexOf(done), 1);
          done.run.inFlight--;
          done.lane.charge(done.ms);
          done.lane.returned(1);
        }
        while (busy.length < slots) {
          const allowed = runs.filter(({ waiting, allowance }) => waiting > 0 && allowance.left > 0);
          const got = take(queue);
          assert.equal(got === undefined, allowed.length === 0, 'a slot is idle only where nothing may go');
          if (got === undefined) break;
          const run = got.lane.scope as Run;
          assert.equal(run.priority, Math.max(...allowed.map(({ priority }) => priority)));
          assert.ok(!sent.has(got.task));
          sent.add(got.task);
          const ms = 1 + int(20);
          queue.serve(got.lane);
          got.lane.sent(1);
          run.waiting--;
          run.inFlight++;
          assert.ok(run.inFlight <= run.limit && inTenant() <= tenantLimit);
          busy.push({ end: now + ms, ms, run, lane: got.lane });
        }
      }
      assert.equal(sent.size + queue.size, arrived);
    }
  });

  test('slots’ time is shared by weight, whatever a candidate costs', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const next = random(seed);
      const runs = Array.from({ length: 4 }, () => {
        return { run: new Run({ weight: 1 + Math.floor(next() * 5) }), cost: 10 ** (next() * 2) };
      });
      const most = Math.max(...runs.map(({ cost }) => cost));
      const queue = queueOf();
      const slots = 3;
      const busy: { end: number; ms: number; lane: Lane }[] = [];
      const served = new Map<unknown, number>();
      for (let now = 0; now < 200 * most; ) {
        for (const { run } of runs) for (; run.waiting < 10; run.waiting++) queue.add(task(run), run);
        while (busy.length < slots) {
          const got = take(queue);
          assert.ok(got !== undefined);
          const run = got.lane.scope as Run;
          run.waiting--;
          const ms = (runs.find((each) => each.run === run)?.cost ?? 0) * (0.5 + next());
          queue.serve(got.lane);
          got.lane.sent(1);
          busy.push({ end: now + ms, ms, lane: got.lane });
        }
        busy.sort((a, b) => a.end - b.end);
        const done = busy.shift();
        assert.ok(done !== undefined);
        now = done.end;
        done.lane.charge(done.ms);
        done.lane.returned(1);
        served.set(done.lane.scope, (served.get(done.lane.scope) ?? 0) + done.ms);
      }
      const shares = runs.map(({ run }) => (served.get(run) ?? 0) / run.weight);
      // What is at replicas at a moment is all that anyone can be ahead by.
      const slack = (2 * slots + 2) * most;
      assert.ok(Math.max(...shares) - Math.min(...shares) <= slack, `${shares} differ by more than ${slack}`);
    }
  });

  test('who comes late gets its share from then on, not what it has missed', () => {
    const queue = queueOf();
    const [early, late] = [new Run(), new Run()];
    const serve = (count: number) => {
      const order: Run[] = [];
      for (let i = 0; i < count; i++) {
        const got = take(queue);
        assert.ok(got !== undefined);
        queue.serve(got.lane);
        got.lane.sent(1);
        got.lane.charge(10);
        got.lane.returned(1);
        order.push(got.lane.scope as Run);
      }
      return order;
    };
    for (let i = 0; i < 1_500; i++) queue.add(task(early), early);
    serve(1_000);
    for (let i = 0; i < 500; i++) queue.add(task(late), late);
    const order = serve(100);
    const ofLate = order.filter((run) => run === late).length;
    assert.ok(Math.abs(ofLate - 50) <= 5, `${ofLate} of 100`);
  });
});

describe('work that several runs want', () => {
  test('goes with the most urgent of them, once', () => {
    const queue = queueOf();
    const [low, high] = [new Run(), new Run({ priority: 5 })];
    const others = Array.from({ length: 10 }, () => task(low));
    const joined = task(low);
    for (const each of [...others, joined]) queue.add(each, low);
    wait(joined, high);
    queue.join(joined, high);
    const first = take(queue);
    assert.equal(first?.task, joined);
    assert.equal(first?.lane.scope, high);
    const rest = Array.from({ length: 10 }, () => take(queue)?.task);
    assert.deepEqual(new Set(rest), new Set(others));
    assert.equal(take(queue), undefined);
    assert.equal(queue.size, 0);
  });

  test('goes on with the others where the urgent one gives it up, or may have no more', () => {
    for (const limit of [0, 1]) {
      const queue = queueOf();
      const [low, high] = [new Run(), new Run({ priority: 5, limit })];
      const joined = task(low);
      queue.add(joined, low);
      wait(joined, high);
      queue.join(joined, high);
      if (limit === 0) high.wanted = false;
      else high.allowance.take(1);
      assert.equal(take(queue)?.lane.scope, low);
    }
  });

  test('tried before, it waits in a lane of each run, and joins one that asks later', () => {
    const queue = queueOf();
    const [low, high] = [new Run(), new Run({ priority: 5 })];
    queue.add(task(low), low);
    const failed = task(low);
    queue.push(new Batch([failed]));
    wait(failed, high);
    queue.join(failed, high);
    const first = take(queue);
    assert.equal(first?.task, failed);
    assert.equal(first?.lane.scope, high);
    assert.equal(queue.size, 1);
  });

  test('what nobody wants is dropped and told', () => {
    const dropped: Task[] = [];
    const queue = new WorkQueue(
      (each) => dropped.push(each),
      () => {},
    );
    const [one, two] = [new Run(), new Run()];
    const both = task(one);
    queue.add(both, one);
    wait(both, two);
    queue.join(both, two);
    const retried = task(two);
    queue.push(new Batch([retried]));
    one.wanted = false;
    two.wanted = false;
    assert.equal(take(queue), undefined);
    assert.deepEqual(new Set(dropped), new Set([both, retried]));
    assert.equal(queue.size, 0);
  });

  test('a lane that others empty keeps no trace of it', () => {
    const queue = queueOf();
    const [low, high] = [new Run(), new Run({ priority: 5 })];
    const blocker = task(low, 'other');
    queue.add(blocker, low);
    for (let i = 0; i < 100_000; i++) {
      const joined = task(low);
      queue.add(joined, low);
      wait(joined, high);
      queue.join(joined, high);
      assert.equal(take(queue)?.task, joined);
    }
    const lane = queue.next(none);
    assert.equal(lane?.scope, low);
    const kept = lane?.queues.values().reduce((sum, { tasks }) => sum + tasks.length, 0) ?? 0;
    assert.ok(kept < 1_000, `${kept} entries for 1 task`);
    assert.equal(take(queue)?.task, blocker);
  });
});
