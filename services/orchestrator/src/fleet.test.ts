import assert from 'node:assert/strict';
import dns from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';
import { describe, type TestContext, test } from 'node:test';
import { Dialer, grpcError, status } from '@assay/contract';
import { answerAll, each, full, type Script } from './testing/scripted-verifier.ts';
import { type Site, scripted, site, texts, until } from './testing/site.ts';

const replicasOf = async ({ orchestrator }: Awaited<ReturnType<typeof site>>) =>
  (await orchestrator.listVerifiers()).flatMap(({ replicas }) => replicas);

describe('replicas that leave', () => {
  /** Names resolve to these addresses. */
  function names(t: TestContext, addresses: string[]): string[] {
    t.mock.method(dns, 'lookup', async () => addresses.map((address) => ({ address, family: 4 })));
    syncBuiltinESMExports();
    t.after(() => {
      t.mock.restoreAll();
      syncBuiltinESMExports();
    });
    return addresses;
  }

  test('gone from DNS, they end what they have; an empty answer takes nobody out', async (t) => {
    const gate = Promise.withResolvers<void>();
    const cancelled: unknown[] = [];
    const [verifier] = await scripted(t, {
      describe: { candidateTimeoutMs: 60_000 },
      verify: async (call) => {
        call.on('cancelled', () => call.writableEnded || cancelled.push(call));
        await gate.promise;
        answerAll(call);
      },
    });
    assert.ok(verifier);
    const addresses = names(t, ['127.0.0.1']);
    const here = await site(t, [], { dnsIntervalMs: 20, dialer: new Dialer({ insecure: true }) });
    here.orchestrator.addVerifier(`dns:verifiers.test:${verifier.address.split(':')[1]}`);
    const running = here.run('run', texts('', 4));
    await until(() => verifier.texts.length === 4);
    const asked = (dns.lookup as unknown as { mock: { callCount(): number } }).mock;
    addresses.length = 0;
    const before = asked.callCount();
    await until(() => asked.callCount() > before + 3);
    assert.equal((await replicasOf(here))[0]?.state, 'READY', 'nobody is taken out for an empty answer');
    addresses.push('127.0.0.2');
    await until(async () => (await replicasOf(here))[0]?.state === 'DRAINING');
    gate.resolve();
    const verdicts = await running;
    assert.equal(verdicts.length, 4);
    assert.equal(verifier.texts.length, 4, 'nothing was sent twice');
    assert.deepEqual(cancelled, []);
    await until(async () =>
      (await replicasOf(here)).every(({ address }) => !address.startsWith('127.0.0.1')),
    );
  });

  test('back before they have ended, they stay', async (t) => {
    const gate = Promise.withResolvers<void>();
    const [verifier] = await scripted(t, {
      describe: { candidateTimeoutMs: 60_000 },
      verify: async (call) => {
        await gate.promise;
        answerAll(call);
      },
    });
    assert.ok(verifier);
    const here = await site(t, []);
    await here.orchestrator.registerVerifier(verifier.address);
    const running = here.run('run', texts('', 4));
    await until(() => verifier.texts.length === 4);
    await here.orchestrator.registerVerifier(verifier.address, true);
    assert.equal((await replicasOf(here))[0]?.state, 'DRAINING');
    await here.orchestrator.registerVerifier(verifier.address);
    await until(async () => (await replicasOf(here))[0]?.state === 'READY');
    gate.resolve();
    assert.equal((await running).length, 4);
    assert.equal((await here.run('more', texts('more', 10))).length, 10);
  });

  test('connections that are let go for their age lose nothing and are no fault', async (t) => {
    const [verifier] = await scripted(t, {
      describe: { candidateTimeoutMs: 60_000 },
      connectionAgeMs: 150,
      verify: each(() => 30),
    });
    assert.ok(verifier);
    const here = await site(t, [verifier]);
    const verdicts = await here.run('run', texts('', 200));
    assert.equal(verdicts.length, 200);
    assert.ok(verdicts.every(({ verdict }) => verdict?.status !== 'ERROR'));
    assert.equal(verifier.texts.length, 200, 'nothing was judged twice');
    assert.deepEqual((await replicasOf(here))[0]?.faults, {});
    assert.deepEqual((await here.report('run')).operations.verifiers[0]?.faults, []);
  });
});

test('where another verifier comes to an address, nothing of the old one’s is judged by it', async (t) => {
  const described = { name: 'scripted', candidateTimeoutMs: 60_000 };
  const gate = Promise.withResolvers<void>();
  const answering = each((text) => (text.startsWith('late') ? 600_000 : 5));
  const [changing, staying] = await scripted(
    t,
    {
      describe: described,
      connectionAgeMs: 300,
      verify: async (call, verifier) => {
        if (!call.request.candidates.some(({ text }) => text.startsWith('slow')))
          return answering(call, verifier);
        await gate.promise;
        call.emit('error', grpcError(status.UNAVAILABLE, 'draining', 'draining'));
      },
    },
    { describe: { candidateTimeoutMs: 60_000 } },
  );
  assert.ok(changing && staying);
  const here = await site(t, [changing]);
  const slow = here.run('slow', texts('slow', 1));
  await until(() => changing.texts.length === 1);
  here.orchestrator.addVerifier(staying.address);
  described.name = 'other';
  const isOther = async () => {
    const all = await here.orchestrator.listVerifiers();
    return all.some(({ name, replicas }) => name === 'other' && replicas.length === 1);
  };
  // Its connection is let go for its age, and whoever answers then is asked anew.
  for (let i = 0; !(await isOther()); i++) await here.run(`more${i}`, texts(`more${i}`, 20));
  gate.resolve();
  const [verdict] = await slow;
  assert.equal(verdict?.verdict?.status, 'CORRECT');
  assert.equal(verdict?.verifier, 'scripted');
  assert.equal(changing.texts.filter((text) => text.startsWith('slow')).length, 1);
  assert.equal(staying.texts.filter((text) => text.startsWith('slow')).length, 1);
});

describe('replicas that several orchestrators fill', () => {
  test('have time for what the others have there, too', async (t) => {
    const left: number[] = [];
    const [verifier] = await scripted(t, {
      describe: { slots: 1, capacity: 20, maxBatch: 1, candidateTimeoutMs: 60_000 },
      verify: (call, { calls }) => {
        left.push(Number(call.getDeadline()) - Date.now());
        setTimeout(() => answerAll(call), calls === 1 ? 1_000 : 0);
      },
    });
    assert.ok(verifier);
    const { run } = await site(t, [verifier]);
    await run('first', texts('first', 1));
    await run('second', texts('second', 1));
    // Twenty of the others may be before it, each of a second.
    const [first = 0, second = 0] = left;
    assert.ok(second - first > 10_000, `${left}`);
  });

  test('are shared fairly, without thrash, and nobody takes that for a fault', async (t) => {
    const gate = Promise.withResolvers<void>();
    const work = each(() => 10);
    const script: Script = {
      describe: { slots: 2, capacity: 4, maxBatch: 4, candidateTimeoutMs: 60_000 },
      verify: full(4, async (call, verifier) => {
        await gate.promise;
        await work(call, verifier);
      }),
    };
    const verifiers = await scripted(t, ...Array.from({ length: 6 }, () => script));
    const names = ['a', 'b', 'c'];
    const sites = await Promise.all(names.map(() => site(t, verifiers)));
    const done = sites.map(({ run }, i) => run('run', texts(names[i] ?? '', 600)));
    // Nobody works before all have something to do: else the first would be far ahead.
    const waiting = async ({ orchestrator }: Site) => (await orchestrator.listVerifiers())[0]?.queued ?? 0;
    await until(async () => (await Promise.all(sites.map(waiting))).every((queued) => queued > 500));
    gate.resolve();
    await until(() => verifiers.reduce((sum, { texts }) => sum + texts.length, 0) > 900);
    const seen = verifiers.flatMap(({ texts }) => texts).slice(100);
    const counts = names.map((name) => seen.filter((text) => text.startsWith(name)).length);
    for (const verdicts of await Promise.all(done)) {
      assert.equal(verdicts.length, 600);
      assert.ok(verdicts.every(({ verdict }) => verdict?.status !== 'ERROR'));
    }
    const refused = verifiers.reduce((sum, verifier) => sum + verifier.refused, 0);
    t.diagnostic(`${counts} of the first; ${refused} of 1800 were refused`);
    assert.ok(Math.min(...counts) > Math.max(...counts) / 3);
    assert.ok(refused < 0.25 * 1_800);
    for (const here of sites) {
      for (const { faults } of await replicasOf(here)) assert.deepEqual(faults, {});
      assert.deepEqual((await here.report('run')).operations.verifiers[0]?.faults, []);
    }
  });
});
