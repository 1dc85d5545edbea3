import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dialer } from '@assay/contract';
import { serveVerifier } from '@assay/verifier-kit';
import { DirectVerifiers } from './direct.ts';

const problem = { id: 'p', mathAnswer: { gold: '1' } };

/** A verifier that takes its time, and who asks it. */
async function slowVerifier(t: TestContext, ms: number) {
  let judged = 0;
  const verifier = await serveVerifier(
    {
      name: 'slow',
      version: '1',
      kinds: ['math_answer'],
      async verify(_, { text }, { signal }) {
        await sleep(ms, undefined, { signal });
        judged++;
        return { status: 'CORRECT', answer: text, answerClass: text };
      },
    },
    { slots: 64, logLevel: 'silent' },
  );
  t.after(() => verifier.close());
  const verifiers = new DirectVerifiers([verifier.address], Dialer.ofVerifiers());
  t.after(() => verifiers.close());
  const ask = (text: string, timeoutMs = 10_000) => {
    const { signal } = new AbortController();
    return verifiers.judge({ kind: 'math_answer', problem, texts: [text], timeoutMs, signal });
  };
  return { verifier, ask, judged: () => judged };
}

test('requests that come first together share one connection', { timeout: 20_000 }, async (t) => {
  const { ask, judged } = await slowVerifier(t, 200);
  const all = await Promise.all(Array.from({ length: 64 }, (_, i) => ask(`${i}`)));
  assert.deepEqual(
    all.map(([verdict]) => verdict?.answer),
    all.map((_, i) => `${i}`),
  );
  assert.equal(judged(), 64);
});

test('a verifier that drains answers what it has', { timeout: 20_000 }, async (t) => {
  const { verifier, ask } = await slowVerifier(t, 600);
  const first = Promise.all(Array.from({ length: 8 }, (_, i) => ask(`${i}`)));
  while (!(await verifier.metrics()).includes('assay_verifier_in_flight_candidates 8')) await sleep(10);
  void verifier.drain();
  await assert.rejects(ask('late'), /verifier/);
  assert.equal((await first).flat().filter((verdict) => verdict?.status === 'CORRECT').length, 8);
});

test('time that is over ends the wait for a verifier that is not there', { timeout: 20_000 }, async (t) => {
  const { verifier, ask } = await slowVerifier(t, 1);
  await verifier.close();
  assert.deepEqual(await ask('x', 50), [undefined]);
});
