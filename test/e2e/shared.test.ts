/** Orchestrators that share a Postgres store, each as a process would be: what they do for each other. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { SubmitChunk } from '@assay/client';
import { AssayError, type RunVerdict } from '@assay/contract';
import { Orchestrator } from '@assay/orchestrator';
import { openStore, type Store } from '@assay/store';
import { serveVerifier, type VerdictBody } from '@assay/verifier-kit';
import { defer } from '../support/cleanup.ts';
import { freshDatabase, noPostgres } from '../support/postgres.ts';
import { until } from '../support/process.ts';
import { wordsOf } from '../support/stored.ts';

const leaseMs = 1_000;
const problem = { id: 'p', mathAnswer: { gold: 'right' }, spec: 'mathAnswer' as const };

/** A verifier whose judgements wait until they are let go. */
class Gate {
  readonly texts: string[] = [];
  #open = Promise.withResolvers<void>();

  let(): void {
    this.#open.resolve();
  }

  async judge(text: string): Promise<VerdictBody> {
    this.texts.push(text);
    await this.#open.promise;
    return text.endsWith('right')
      ? { status: 'CORRECT', answer: 'right', answerClass: 'right' }
      : { status: 'INCORRECT', reason: 'wrong_answer', answer: 'wrong', answerClass: 'wrong' };
  }
}

async function verifier(t: TestContext, gate: Gate, version = '1'): Promise<string> {
  const running = await serveVerifier(
    {
      name: 'gated',
      version,
      kinds: ['math_answer'],
      verify: (_, { text }) => gate.judge(text),
    },
    { slots: 64, logLevel: 'error' },
  );
  defer(t, () => running.close());
  return running.address;
}

/** An orchestrator with connections of its own to the database. */
async function orchestrator(t: TestContext, url: string, verifiers: string[]) {
  const store = await openStore(url, { leaseMs });
  defer(t, () => store.close());
  const api = new Orchestrator(store, verifiers);
  defer(t, () => api.close());
  return { api, store };
}

async function* chunk(texts: readonly string[]): AsyncGenerator<SubmitChunk> {
  yield { problem, candidates: texts.map((text, index) => ({ index, text })) };
}

const texts = Array.from({ length: 30 }, (_, i) => `${i} ${i % 3 === 0 ? 'right' : 'wrong'}`);

/** What is in the store, by candidate; one row each. */
async function stored(store: Store, run: string): Promise<string[]> {
  const rows = await Array.fromAsync(store.verdicts(run));
  assert.deepEqual(
    rows.map(({ candidate }) => candidate),
    rows.map((_, i) => i),
  );
  return rows.map(({ judgement }) => wordsOf(judgement?.verdict));
}

const hasCode = (code: string) => (error: unknown) => error instanceof AssayError && error.code === code;

const expected = texts.map((text) => (text.endsWith('right') ? 'CORRECT' : 'INCORRECT wrong_answer'));
const run = { id: 'run', verifiers: ['gated'] };

describe('orchestrators that share a store', { skip: noPostgres }, () => {
  test('what two of them are asked at the same time is judged once, and both deliver it once', async (t) => {
    const url = await freshDatabase();
    const gate = new Gate();
    const address = await verifier(t, gate);
    const [one, two] = [await orchestrator(t, url, [address]), await orchestrator(t, url, [address])];
    const delivered: RunVerdict[][] = [[], []];
    const submit = (api: Orchestrator, id: string, at: number) =>
      api.createRun({ ...run, id }).then(() =>
        api.submit(id, chunk(texts), {
          complete: true,
          onVerdicts: (some) => void delivered[at]?.push(...some),
        }),
      );
    const both = [submit(one.api, 'run', 0), submit(two.api, 'other', 1)];
    await until('all work is at the verifier', () => gate.texts.length >= texts.length);
    gate.let();
    await Promise.all(both);
    assert.equal(gate.texts.length, texts.length);
    for (const verdicts of delivered) {
      assert.deepEqual(
        verdicts.map(({ candidate }) => candidate).sort((a, b) => a - b),
        texts.map((_, i) => i),
      );
    }
    for (const id of ['run', 'other']) {
      assert.deepEqual(await stored(one.store, id), expected);
      assert.equal((await one.store.getRun(id))?.state, 'COMPLETE');
    }
  });

  test('the work of one that is gone is taken over, also where its client is gone', async (t) => {
    const url = await freshDatabase();
    const [lost, found] = [new Gate(), new Gate()];
    const first = await orchestrator(t, url, [await verifier(t, lost)]);
    await first.api.createRun(run);
    const submitting = first.api.submit('run', chunk(texts), { complete: true });
    const told = assert.rejects(submitting, hasCode('closed'));
    await until('all work is at the verifier', () => lost.texts.length === texts.length);
    found.let();
    const second = await orchestrator(t, url, [await verifier(t, found)]);
    // As if it were killed: it says nothing more, and what it does has no effect.
    await first.api.close();
    await told;
    await until('the run is complete', async () => (await second.store.getRun('run'))?.state === 'COMPLETE');
    assert.deepEqual(await stored(second.store, 'run'), expected);
    assert.equal(found.texts.length, texts.length);
    const sources = (await Array.fromAsync(second.store.verdicts('run'))).map(({ source }) => source);
    assert.deepEqual(new Set(sources), new Set(['JUDGED']));
  });

  test('a verifier of another version settles what was asked of the one before', async (t) => {
    const url = await freshDatabase();
    const [lost, found] = [new Gate(), new Gate()];
    const first = await orchestrator(t, url, [await verifier(t, lost)]);
    await first.api.createRun({ ...run, uncached: true });
    const submitting = first.api.submit('run', chunk(texts), { complete: true });
    const told = assert.rejects(submitting, hasCode('closed'));
    await until('all work is at the verifier', () => lost.texts.length === texts.length);
    found.let();
    const second = await orchestrator(t, url, [await verifier(t, found, '2')]);
    await first.api.close();
    await told;
    await until('the run is complete', async () => (await second.store.getRun('run'))?.state === 'COMPLETE');
    assert.deepEqual(await stored(second.store, 'run'), expected);
    // Submitted again it is there, under the keys of the version that judged.
    await second.api.submit('run', chunk(texts), { complete: true });
    assert.equal(found.texts.length, texts.length);
  });

  test('nothing of a cancelled run is taken over, and others stop working on it', async (t) => {
    const url = await freshDatabase();
    const [lost, idle] = [new Gate(), new Gate()];
    const first = await orchestrator(t, url, [await verifier(t, lost)]);
    const second = await orchestrator(t, url, [await verifier(t, idle)]);
    await first.api.createRun(run);
    const submitting = first.api.submit('run', chunk(texts));
    const told = assert.rejects(submitting, hasCode('run_cancelled'));
    await until('all work is at the verifier', () => lost.texts.length === texts.length);
    await second.api.cancelRun('run');
    await told;
    await first.api.close();
    const shared = second.store.shared;
    assert.ok(shared);
    await until('nothing is left', async () => (await shared.take(['gated'], 1)).length === 0);
    assert.deepEqual(await stored(second.store, 'run'), []);
    assert.deepEqual(idle.texts, []);
    // And it goes on where it is submitted again.
    idle.let();
    await second.api.submit('run', chunk(texts), { complete: true });
    assert.deepEqual(await stored(second.store, 'run'), expected);
  });

  test('a run that stops early skips what others were still to judge', async (t) => {
    const url = await freshDatabase();
    const [slow, quick] = [new Gate(), new Gate()];
    const first = await orchestrator(t, url, [await verifier(t, slow)]);
    const second = await orchestrator(t, url, [await verifier(t, quick)]);
    await first.api.createRun({ ...run, earlyStop: true });
    const wrong = texts.map((text) => text.replace('right', 'wrong'));
    const one = first.api.submit('run', chunk(wrong.slice(0, 29)));
    await until('all work is at the verifier', () => slow.texts.length === 29);
    quick.let();
    const verdicts: RunVerdict[] = [];
    await second.api.submit('run', chunk(wrong.with(29, 'this is right')), {
      complete: true,
      onVerdicts: (some) => void verdicts.push(...some),
    });
    assert.equal(verdicts.length, 30);
    const sources = Object.groupBy(verdicts, ({ source }) => source);
    assert.deepEqual([sources.SKIPPED?.length, sources.JUDGED?.length], [29, 1]);
    slow.let();
    await one;
    assert.equal((await stored(second.store, 'run'))[29], 'CORRECT');
  });
});
