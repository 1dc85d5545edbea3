/** Orchestrators on one Postgres store, each as a process would be, where something is wrong with what they share. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { SubmitChunk } from '@assay/client';
import { AssayError, type RunVerdict } from '@assay/contract';
import { openStore } from '@assay/store';
import { freshDatabase, noPostgres } from '@assay/store/testing';
import { Orchestrator } from './orchestrator.ts';
import { answerAll, type Script, ScriptedVerifier } from './testing/scripted-verifier.ts';
import { until } from './testing/site.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function scripted(script: Script = {}): Promise<ScriptedVerifier> {
  const verifier = await new ScriptedVerifier(script).start();
  cleanups.push(() => verifier.stop());
  return verifier;
}

async function orchestrate(url: string, verifier: ScriptedVerifier, unavailableMs = 60_000) {
  const store = await openStore(url, { leaseMs: 2_000 });
  cleanups.push(() => store.close());
  const api = new Orchestrator(store, [verifier.address], { unavailableMs, connectMs: 500, ejectMinMs: 30 });
  cleanups.push(() => api.close());
  return { api, store };
}

async function* chunk(texts: readonly string[]): AsyncGenerator<SubmitChunk> {
  const problem = { id: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
  yield { problem, candidates: texts.map((text, index) => ({ index, text })) };
}

async function submit(api: Orchestrator, id: string, texts: readonly string[]): Promise<RunVerdict[]> {
  const verdicts: RunVerdict[] = [];
  const onVerdicts = (some: RunVerdict[]) => void verdicts.push(...some);
  await api.submit(id, chunk(texts), { complete: true, onVerdicts });
  return verdicts;
}

/** A verifier that answers once it is let go. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const script: Script = {
    describe: { candidateTimeoutMs: 600_000, slots: 64 },
    verify: async (call) => {
      await promise;
      await answerAll(call);
    },
  };
  return { script, open: resolve };
}

const texts = Array.from({ length: 20 }, (_, i) => `${i} wrong`);
const reasonsOf = (verdicts: readonly RunVerdict[]) =>
  new Set(verdicts.map(({ verdict, source }) => verdict?.reason ?? source));

describe('where something is wrong in a shared store', { skip: noPostgres }, () => {
  test('a run that is deleted takes no other run with it', async () => {
    const { script, open } = gate();
    const verifier = await scripted(script);
    const { api, store } = await orchestrate(await freshDatabase(), verifier);
    for (const id of ['gone', 'other']) await api.createRun({ id, verifiers: ['scripted'] });
    const gone = assert.rejects(
      submit(api, 'gone', texts),
      // Whichever comes first: its verdicts, or its claim.
      (error) => error instanceof AssayError && ['store_refused', 'run_unknown'].includes(error.code),
    );
    const other = submit(
      api,
      'other',
      texts.map((text) => `other ${text}`),
    );
    await until(() => verifier.texts.length === 2 * texts.length);
    await store.deleteRun('gone');
    open();
    await gone;
    assert.deepEqual(reasonsOf(await other), new Set(['wrong_answer']));
    assert.equal((await store.tallies('other'))[0]?.incorrect, texts.length);
    // It can be run again at once.
    await api.createRun({ id: 'gone', verifiers: ['scripted'] });
    assert.deepEqual(reasonsOf(await submit(api, 'gone', texts)), new Set(['wrong_answer']));
  });

  test('what one has no replica for, another one judges', async () => {
    const url = await freshDatabase();
    const lost = await scripted(gate().script);
    const one = await orchestrate(url, lost, 1_000);
    await one.api.createRun({ id: 'run', verifiers: ['scripted'] });
    const submitted = submit(one.api, 'run', texts);
    await until(() => lost.texts.length === texts.length);
    const two = await orchestrate(url, await scripted());
    await until(async () => (await two.api.listVerifiers())[0]?.replicas[0]?.state === 'READY');
    lost.stop();
    assert.deepEqual(reasonsOf(await submitted), new Set(['wrong_answer']));
    await until(async () => (await two.store.getRun('run'))?.state === 'COMPLETE');
  });

  test('and where nobody has one it is said in the end', async () => {
    const url = await freshDatabase();
    const lost = await scripted(gate().script);
    const one = await orchestrate(url, lost, 1_000);
    await one.api.createRun({ id: 'run', verifiers: ['scripted'] });
    const submitted = submit(one.api, 'run', [...texts, ...texts]);
    await until(() => lost.texts.length === texts.length);
    lost.stop();
    assert.deepEqual(reasonsOf(await submitted), new Set(['unavailable']));
    assert.equal((await one.store.tallies('run'))[0]?.error, 2 * texts.length);
  });

  test('also where whoever took it over dies with it', async () => {
    const url = await freshDatabase();
    const lost = await scripted(gate().script);
    const one = await orchestrate(url, lost, 1_000);
    const other = await openStore(url, { leaseMs: 7_000 });
    cleanups.push(() => other.close());
    await one.api.createRun({ id: 'run', verifiers: ['scripted'] });
    const submitted = submit(one.api, 'run', texts);
    await until(() => lost.texts.length === texts.length);
    lost.stop();
    await other.shared?.beat();
    await until(async () => ((await other.shared?.take(['scripted'], 2)) ?? []).length > 0);
    assert.deepEqual(reasonsOf(await submitted), new Set(['unavailable']));
  });

  test('a problem that another one has solved is given up, where the run stops early', async () => {
    const url = await freshDatabase();
    const slow = await scripted(gate().script);
    const one = await orchestrate(url, slow);
    const two = await orchestrate(url, await scripted());
    await one.api.createRun({ id: 'run', verifiers: ['scripted'], earlyStop: true });
    const given = submit(one.api, 'run', texts);
    await until(() => slow.texts.length === texts.length);
    assert.deepEqual(reasonsOf(await submit(two.api, 'run', [...texts, 'right'])), new Set(['', 'SKIPPED']));
    assert.deepEqual(reasonsOf(await given), new Set(['SKIPPED']));
  });

  test('nothing is skipped for a success that is not stored yet', async () => {
    const { api, store } = await orchestrate(
      await freshDatabase(),
      await scripted({
        describe: { candidateTimeoutMs: 600_000, slots: 64, maxBatch: 1 },
        // The others are for ever.
        verify: (call) => {
          if (call.request.candidates[0]?.text === 'right') answerAll(call);
        },
      }),
    );
    const commit = store.commit.bind(store);
    const skipped: boolean[] = [];
    let [lost, solved] = [false, false];
    store.commit = async (rows, ...rest) => {
      for (const { judgement } of rows) if (judgement === undefined) skipped.push(solved);
      const success = rows.find((row) => row.judgement?.verdict.status === 'CORRECT');
      // As if another process had taken it over: it is refused, once.
      if (success && !lost) await store.shared?.release([success.judgement?.work ?? '']);
      lost ||= success !== undefined;
      const refused = await commit(rows, ...rest);
      solved ||= rows.some((row) => row.judgement?.verdict.status === 'CORRECT' && !refused.includes(row));
      return refused;
    };
    await api.createRun({ id: 'run', verifiers: ['scripted'], earlyStop: true });
    await submit(api, 'run', ['right', ...texts]);
    assert.ok(skipped.length > 0);
    assert.ok(skipped.every(Boolean), 'another process may store a skip of that success first');
  });

  test('work that kills whoever has it is an ERROR in the end, and no one else sees it', async () => {
    const url = await freshDatabase();
    const store = await openStore(url, { leaseMs: 60_000 });
    cleanups.push(() => store.close());
    const { shared } = store;
    assert.ok(shared);
    await store.openRun({ id: 'run', verifiers: ['scripted'], earlyStop: false, maxAttempts: 0, labels: {} });
    const problem = await store.putProblem('run', { id: 'p', dataset: '', promptTokens: 0 }, 'd');
    await shared.putContent('d', Buffer.from('no problem at all'));
    await shared.enqueue(
      [{ key: 'k', verifier: 'scripted', digest: 'd', text: 'deadly' }],
      [{ problem, verifier: 0, candidate: 3, tokens: 0, key: 'k' }],
    );
    await shared.release(['k'], true);
    const verifier = await scripted();
    const one = await orchestrate(url, verifier);
    const verdict = async () => (await store.findVerdicts(problem, 0, [3])).get(3)?.judgement?.verdict;
    // Its problem is none, so that each time it is taken that fails.
    await until(async () => (await verdict()) !== undefined);
    const { status, reason, retryable } = (await verdict()) ?? {};
    assert.deepEqual([status, reason, retryable], ['ERROR', 'poison', false]);
    assert.deepEqual(verifier.texts, []);
    // And it goes on with what is well.
    await one.api.createRun({ id: 'well', verifiers: ['scripted'] });
    assert.deepEqual(reasonsOf(await submit(one.api, 'well', texts)), new Set(['wrong_answer']));
  });
});
