import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { VerifyResponse } from '@assay/contract';
import { Hedging } from './hedging.ts';
import { answerAll, each, type Script, verdictsOf } from './testing/scripted-verifier.ts';
import { scripted, site, texts, until } from './testing/site.ts';

const described = { pure: true, slots: 2, capacity: 8, maxBatch: 4, candidateTimeoutMs: 60_000 };
const good: Script = { describe: described, verify: each(() => 5) };

/** As `good`, but candidates whose text `hangs` never get a verdict here. */
function hanging(hangs: (text: string) => boolean, describe = described): Script {
  return {
    describe,
    verify: (call) => {
      const stays = call.request.candidates.filter(({ text }) => hangs(text)).map(({ index }) => index);
      const verdicts = verdictsOf(call).filter(({ index = 0 }) => !stays.includes(index));
      if (verdicts.length > 0) call.write({ verdicts } as VerifyResponse);
      if (stays.length === 0) call.end();
    },
  };
}

/** Every candidate of the first replica hangs once a hundred have been answered. */
function hangsLater(describe = described): Script {
  let seen = 0;
  return hanging(() => ++seen > 100, describe);
}

const patient = { stallSlackMs: 60_000, hedgeMinMs: 50, hedgeShare: 0.05 };

describe('a candidate that takes long', () => {
  test('is given to another replica, and gets one verdict', async (t) => {
    const verifiers = await scripted(t, hangsLater(), good, good);
    const { run, store, orchestrator } = await site(t, verifiers, patient);
    // Ends before the minutes after which a stall would be found.
    const verdicts = await run('run', texts('', 600));
    assert.equal(verdicts.length, 600);
    assert.equal(new Set(verdicts.map(({ candidate }) => candidate)).size, 600);
    assert.ok(verdicts.every(({ verdict }) => verdict?.status !== 'ERROR'));
    assert.equal((await Array.fromAsync(store.verdicts('run'))).length, 600);
    const sent = verifiers.reduce((sum, verifier) => sum + verifier.texts.length, 0);
    assert.ok(sent > 600 && sent <= 600 * 1.05 + 1, `${sent} sent`);
    // The loser's slots count as busy until it ends.
    const [status] = await orchestrator.listVerifiers();
    const loser = status?.replicas.find(({ address }) => address === verifiers[0]?.address);
    assert.ok((loser?.inFlight ?? 0) > 0 && (loser?.occupied ?? 0) > 0);
    assert.deepEqual(loser?.faults, {});
  });

  test('answered by both: the first verdict counts, the other is dropped', async (t) => {
    const gate = Promise.withResolvers<void>();
    let held = 0;
    const verifiers = await scripted(
      t,
      {
        describe: described,
        verify: async (call, { texts }) => {
          if (texts.length > 60) {
            held++;
            await gate.promise;
          }
          answerAll(call);
        },
      },
      good,
    );
    const { run, orchestrator } = await site(t, verifiers, patient);
    const verdicts = await run('run', texts('', 400));
    assert.equal(new Set(verdicts.map(({ candidate }) => candidate)).size, 400);
    assert.ok(held > 0);
    gate.resolve();
    await until(async () => {
      const [status] = await orchestrator.listVerifiers();
      return status?.replicas.every(({ inFlight }) => inFlight === 0) ?? false;
    });
    assert.equal(verdicts.length, 400);
    const again = await run('again', texts('', 400));
    assert.ok(again.every(({ source }) => source === 'SHARED'));
  });

  test('is not, where the verifier is not pure, or no other replica has a free slot', async (t) => {
    const impure = { ...described, pure: false };
    const cases: Script[][] = [[hangsLater(impure), { ...good, describe: impure }], [hangsLater()]];
    for (const scripts of cases) {
      const verifiers = await scripted(t, ...scripts);
      const { run } = await site(t, verifiers, { ...patient, stallSlackMs: 500 });
      const running = run('run', texts('', 300)).catch(() => undefined);
      await until(() => (verifiers[0]?.texts.length ?? 0) > 100);
      await new Promise((resolve) => setTimeout(resolve, 700));
      const sent = verifiers.flatMap(({ texts }) => texts);
      assert.equal(sent.length, new Set(sent).size, 'each was sent once');
      void running;
    }
  });

  test('that fails at one of the two is left to the other', async (t) => {
    const failing = new Set<string>();
    const [slow, quick] = await scripted(
      t,
      {
        describe: described,
        verify: (call, { texts }) => {
          if (texts.length <= 60) {
            answerAll(call);
            return;
          }
          setTimeout(() => {
            for (const { text } of call.request.candidates) failing.add(text);
            const verdicts = verdictsOf(call).map(({ index }) => ({
              ...{ index, status: 'ERROR', reason: 'verifier_failure', retryable: true },
            }));
            call.write({ verdicts } as VerifyResponse);
            call.end();
          }, 400);
        },
      },
      good,
    );
    assert.ok(slow && quick);
    const { run } = await site(t, [slow, quick], { ...patient, outlierShare: 0 });
    const verdicts = await run('run', texts('', 300), { maxAttempts: 20 });
    assert.equal(new Set(verdicts.map(({ candidate }) => candidate)).size, 300);
    assert.ok(verdicts.every(({ verdict }) => verdict?.status !== 'ERROR'));
    for (const text of failing) {
      assert.equal(quick.texts.filter((each) => each === text).length, 1, 'not judged a third time');
    }
  });
});

describe('how many', () => {
  test('a few percent of what was sent, and few after a quiet time', () => {
    const hedging = new Hedging(0.03, 10);
    const spend = () => {
      let spent = 0;
      while (hedging.spend()) spent++;
      return spent;
    };
    assert.equal(spend(), 1);
    hedging.earn(1_000);
    assert.equal(spend(), 30);
    hedging.earn(1_000_000);
    assert.ok(spend() <= 32);
    assert.equal(new Hedging(0, 10).limitMs, undefined);
  });

  test('the limit is far from what is usual, and a few that take ages do not move it', () => {
    const hedging = new Hedging(0.03, 10);
    for (let i = 0; i < 31; i++) hedging.record(20);
    assert.equal(hedging.limitMs, undefined);
    for (let i = 0; i < 1_000; i++) hedging.record(i % 25 === 0 ? 100_000 : 20);
    assert.equal(hedging.limitMs, 60);
    for (let i = 0; i < 1_000; i++) hedging.record(0.1);
    assert.equal(hedging.limitMs, 10);
  });
});
