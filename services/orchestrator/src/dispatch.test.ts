import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AssayError, grpcError, status, type VerifyResponse } from '@assay/contract';
import { answerAll, each, type Script, verdictsOf } from './testing/scripted-verifier.ts';
import { scripted, site, texts, until } from './testing/site.ts';

/** As many candidates as slots, each alone in its call, and no more. */
const oneByOne = { targetBatchMs: 0 };
const describeSlow = { slots: 1, maxBatch: 1, candidateTimeoutMs: 60_000 };

/** Answers nothing until the gate opens, then at once. */
function gated() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const script: Script = {
    describe: describeSlow,
    verify: async (call) => {
      await promise;
      answerAll(call);
    },
  };
  return { script, open: resolve };
}

describe('priorities', () => {
  test('an urgent run goes before what waits already, and nothing of the other is lost', async (t) => {
    const { script, open } = gated();
    const [verifier] = await scripted(t, script);
    assert.ok(verifier);
    const { run } = await site(t, [verifier], oneByOne);
    const low = run('low', texts('low', 30), { priority: -1 });
    await until(() => verifier.texts.length > 0);
    const before = verifier.texts.length;
    const high = run('high', texts('high', 20), { priority: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    open();
    assert.equal((await high).length, 20);
    assert.equal((await low).length, 30);
    const first = verifier.texts.slice(before, before + 20);
    assert.ok(
      first.every((text) => text.startsWith('high')),
      first.join(),
    );
    assert.equal(verifier.texts.length, 50);
  });

  test('what an urgent run waits for goes with it, also where another asked first', async (t) => {
    const { script, open } = gated();
    const [verifier] = await scripted(t, script);
    assert.ok(verifier);
    const { run } = await site(t, [verifier], oneByOne);
    const low = run('low', texts('', 40));
    await until(() => verifier.texts.length > 0);
    const [all] = [...texts('', 40)];
    assert.ok(all);
    // The low run's last ones.
    const high = run('high', [{ ...all, candidates: all.candidates.slice(35) }], { priority: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    open();
    await Promise.all([low, high]);
    const next = verifier.texts.slice(1, 6).map((text) => Number(/\/(\d+) /.exec(text)?.[1]));
    assert.deepEqual(next, [35, 36, 37, 38, 39]);
    assert.equal(verifier.texts.length, 40);
  });

  test('retries keep to it', async (t) => {
    const failed = new Set<string>();
    const order: string[] = [];
    const [verifier] = await scripted(t, {
      describe: describeSlow,
      verify: (call) => {
        const [{ text = '' } = {}] = call.request.candidates;
        order.push(text);
        const first = text.startsWith('low') && !failed.has(text);
        failed.add(text);
        const verdicts = first
          ? verdictsOf(call).map(({ index }) => ({
              ...{ index, status: 'ERROR', reason: 'verifier_failure', retryable: true },
            }))
          : verdictsOf(call);
        setTimeout(() => {
          call.write({ verdicts } as VerifyResponse);
          call.end();
        }, 5);
      },
    });
    assert.ok(verifier);
    const { run, store } = await site(t, [verifier], oneByOne);
    const low = run('low', texts('low', 5));
    await until(() => failed.size === 5);
    const high = run('high', texts('high', 200), { priority: 1 });
    await Promise.all([low, high]);
    const last = order.findLastIndex((text) => text.startsWith('high'));
    const retried = order.slice(5);
    const early = retried.slice(0, last - 5).filter((text) => text.startsWith('low')).length;
    // One may have gone before the urgent run's first came.
    assert.ok(early <= 1, `${early} retries went before the urgent run`);
    assert.equal((await Array.fromAsync(store.verdicts('low'))).length, 5);
  });
});

describe('shares', () => {
  test('runs of unlike candidates have the slots for like times', async (t) => {
    /** Milliseconds that candidates were at the verifier, however long its timers took. */
    const spent = { slow: 0, quick: 0 };
    const [verifier] = await scripted(t, {
      describe: { ...describeSlow, slots: 4 },
      verify: (call) => {
        const name = call.request.candidates[0]?.text.startsWith('slow') ? 'slow' : 'quick';
        const start = performance.now();
        setTimeout(
          () => {
            spent[name] += performance.now() - start;
            answerAll(call);
          },
          name === 'slow' ? 40 : 4,
        );
      },
    });
    assert.ok(verifier);
    const { run, orchestrator } = await site(t, [verifier], oneByOne);
    const both = [run('slow', texts('slow', 1_000)), run('quick', texts('quick', 4_000))].map((each) =>
      assert.rejects(each, (error) => error instanceof AssayError),
    );
    await until(() => verifier.texts.length > 600);
    for (const id of ['slow', 'quick']) await orchestrator.cancelRun(id);
    await Promise.all(both);
    // By turns the slow one would have ten times as much on an idle machine.
    const ratio = spent.slow / spent.quick;
    assert.ok(ratio > 0.5 && ratio < 2, `${ratio}`);
  });

  test('by weight', async (t) => {
    const [verifier] = await scripted(t, {
      describe: { ...describeSlow, slots: 4 },
      verify: each(() => 4),
    });
    assert.ok(verifier);
    const { run } = await site(t, [verifier], oneByOne);
    const both = [run('a', texts('a', 400), { weight: 3 }), run('b', texts('b', 400), { weight: 1 })];
    await Promise.all(both);
    // Both have work until the heavier one is done.
    const end = verifier.texts.findLastIndex((text) => text.startsWith('a'));
    const shared = verifier.texts.slice(50, end);
    const ratio = shared.filter((text) => text.startsWith('a')).length / shared.length;
    assert.ok(ratio > 0.65 && ratio < 0.85, `${ratio}`);
  });
});

describe('limits', () => {
  test('a run has no more at its verifiers than it may, and as much', async (t) => {
    const verify = each(() => 3);
    const verifiers = await scripted(
      t,
      { describe: { name: 'one' }, verify },
      { describe: { name: 'two' }, verify },
    );
    const [one, two] = verifiers;
    assert.ok(one && two);
    let most = 0;
    for (const verifier of verifiers) {
      let inside = 0;
      Object.defineProperty(verifier, 'inside', {
        get: () => inside,
        set: (now: number) => {
          inside = now;
          most = Math.max(most, one.inside + two.inside);
        },
      });
    }
    const { run } = await site(t, verifiers);
    const verdicts = await run('run', texts('', 100), { verifiers: ['one', 'two'], maxInFlight: 5 });
    assert.equal(verdicts.length, 200);
    assert.equal(most, 5);
  });

  test('a tenant has no more with all its runs than it may; others have the rest', async (t) => {
    const inside = new Map<string, number>();
    const most = new Map<string, number>();
    const [verifier] = await scripted(t, {
      describe: { ...describeSlow, slots: 8 },
      verify: (call) => {
        const tenant = call.request.candidates[0]?.text[0] ?? '';
        inside.set(tenant, (inside.get(tenant) ?? 0) + 1);
        most.set(tenant, Math.max(most.get(tenant) ?? 0, inside.get(tenant) ?? 0));
        setTimeout(() => {
          inside.set(tenant, (inside.get(tenant) ?? 0) - 1);
          answerAll(call);
        }, 3);
      },
    });
    assert.ok(verifier);
    const limits: Record<string, number> = { a: 3 };
    const { orchestrator } = await site(t, [verifier], {
      ...oneByOne,
      tenantLimits: (tenant) => ({ maxInFlight: limits[tenant] ?? 0 }),
    });
    const submit = async (id: string, tenant: string) => {
      await orchestrator.createRun({ id, verifiers: ['scripted'] }, tenant);
      await orchestrator.submit(
        id,
        (async function* () {
          yield* texts(id, 60);
        })(),
        { complete: true },
      );
    };
    await Promise.all([submit('a1', 'a'), submit('a2', 'a'), submit('b', 'b')]);
    assert.equal(most.get('a'), 3);
    assert.ok((most.get('b') ?? 0) >= 5, `${most.get('b')}`);
    assert.equal(verifier.texts.length, 180);
  });

  test('settings that make no sense are refused, and say what would', async (t) => {
    const { orchestrator } = await site(t, []);
    const bad = [
      { priority: 1.5 },
      { priority: 1_001 },
      { priority: -1_001 },
      { weight: -1 },
      { weight: Number.NaN },
      { weight: Number.POSITIVE_INFINITY },
      { weight: 1e9 },
      { maxInFlight: -1 },
      { maxInFlight: 2 ** 32 },
      { maxAttempts: 0.5 },
      { verifiers: ['Not a name'] },
      { verifiers: Array.from({ length: 17 }, (_, i) => `v${i}`) },
      { labels: { text: 'x'.repeat(70_000) } },
    ];
    for (const settings of bad) {
      await assert.rejects(
        orchestrator.createRun({ id: 'run', verifiers: ['x'], ...settings }),
        (error) => error instanceof AssayError && error.code === 'invalid_run' && error.mend !== undefined,
        JSON.stringify(settings),
      );
    }
    const { priority, weight } = await orchestrator.createRun({
      verifiers: ['x'],
      priority: -1_000,
      weight: 0,
    });
    assert.deepEqual([priority, weight], [-1_000, 1]);
  });

  test('a run that may have nothing more waits; it is not told that the verifier is gone', async (t) => {
    const { script, open } = gated();
    const [slow, quick] = await scripted(t, script, { describe: { name: 'quick' } });
    assert.ok(slow && quick);
    const { run, orchestrator } = await site(t, [slow, quick], { unavailableMs: 100 });
    const running = run('run', texts('', 3), { verifiers: ['scripted', 'quick'], maxInFlight: 1 });
    await until(() => slow.texts.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    assert.ok(
      (await orchestrator.listVerifiers()).some(({ name, queued }) => name === 'quick' && queued === 3),
    );
    open();
    assert.ok((await running).every(({ verdict }) => verdict?.status !== 'ERROR'));
  });
});

test('a call that nobody pays for any more gives its place back', async (t) => {
  const [verifier] = await scripted(t, {
    describe: { ...describeSlow, slots: 4 },
    verify: (call, { calls }) => {
      if (calls % 3 === 0) call.emit('error', grpcError(status.UNAVAILABLE, 'draining', 'draining'));
      else if (calls % 3 === 1) call.emit('error', grpcError(status.RESOURCE_EXHAUSTED, 'full', 'full'));
      else answerAll(call);
    },
  });
  assert.ok(verifier);
  const { run } = await site(t, [verifier], { ...oneByOne, ejectMinMs: 1 });
  assert.equal((await run('run', texts('', 20), { maxInFlight: 1 })).length, 20);
});
