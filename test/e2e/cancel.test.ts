/** Work that nobody waits for any more ends where it is done: in the verifier's own function. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OrchestratorClient, type SubmitChunk } from '@assay/client';
import { AssayError, type RunVerdict } from '@assay/contract';
import { Orchestrator, type OrchestratorOptions, serveOrchestrator } from '@assay/orchestrator';
import { openSqliteStore } from '@assay/store';
import { serveVerifier } from '@assay/verifier-kit';
import { defer } from '../support/cleanup.ts';
import { until } from '../support/process.ts';

/** A client, an orchestrator and a verifier that judges a candidate `quick` at once, and others until it is told to end. */
async function chain(t: TestContext, options: Partial<OrchestratorOptions> = {}) {
  const judging = new Set<string>();
  const ended: string[] = [];
  const verifier = await serveVerifier(
    {
      name: 'endless',
      version: '1',
      kinds: ['math_answer'],
      slots: 4,
      // A call ends as a whole.
      maxBatch: 1,
      verify: (_, { text }, { signal }) => {
        if (text.includes('quick')) return { status: 'CORRECT', answer: '1', answerClass: '1' };
        judging.add(text);
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            judging.delete(text);
            ended.push(text);
            reject(signal.reason);
          });
        });
      },
    },
    { logLevel: 'silent' },
  );
  defer(t, () => verifier.close());
  const store = openSqliteStore(':memory:');
  defer(t, () => store.close());
  const orchestrator = new Orchestrator(store, [verifier.address], options);
  defer(t, () => orchestrator.close());
  const server = await serveOrchestrator(orchestrator);
  defer(t, () => server.close());
  const client = new OrchestratorClient(server.address);
  defer(t, () => client.close());
  return { client, orchestrator, store, judging, ended };
}

async function* input(...texts: string[]): AsyncGenerator<SubmitChunk> {
  yield {
    problem: { id: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' },
    candidates: texts.map((text, index) => ({ index, text })),
  };
}

test('a run that is cancelled', async (t) => {
  const { client, orchestrator, judging, ended } = await chain(t);
  await client.createRun({ id: 'run', verifiers: ['endless'] });
  const failed = assert.rejects(
    client.submit('run', input('a', 'b', 'c')),
    (error) => error instanceof AssayError && error.code === 'run_cancelled',
  );
  await until('they are being judged', () => judging.size === 3);
  await client.cancelRun('run');
  await failed;
  await until('all have ended', () => judging.size === 0);
  assert.deepEqual(ended.toSorted(), ['a', 'b', 'c']);
  const [status] = await orchestrator.listVerifiers();
  assert.deepEqual(status?.replicas[0]?.faults, {});
});

test('a problem that is solved, where the run stops early', async (t) => {
  const { client, judging, ended } = await chain(t);
  await client.createRun({ id: 'run', verifiers: ['endless'], earlyStop: true });
  const verdicts: RunVerdict[] = [];
  await client.submit('run', input('a', 'b', 'quick'), {
    complete: true,
    onVerdicts: (some) => verdicts.push(...some),
  });
  await until('all have ended', () => judging.size === 0);
  assert.ok(ended.every((text) => ['a', 'b'].includes(text)));
  assert.deepEqual(verdicts.map(({ candidate, source }) => [candidate, source]).sort(), [
    [0, 'SKIPPED'],
    [1, 'SKIPPED'],
    [2, 'JUDGED'],
  ]);
});

test('a caller that is gone: nothing is stored of what was given up, and another keeps what it asked', async (t) => {
  const { client, orchestrator, store, judging, ended } = await chain(t, { lingerMs: 0 });
  await client.createRun({ id: 'run', verifiers: ['endless'] });
  const stays = orchestrator.submit('run', input('a'));
  const failed = assert.rejects(stays, (error) => error instanceof AssayError);
  await until('they are being judged', () => judging.size === 1);
  const leaving = new AbortController();
  const left = assert.rejects(client.submit('run', input('a', 'b', 'c'), { signal: leaving.signal }));
  await until('they are being judged', () => judging.size === 3);
  leaving.abort();
  await left;
  await until('the others have ended', () => ended.length === 2);
  assert.deepEqual(ended.toSorted(), ['b', 'c']);
  assert.deepEqual([...judging], ['a']);
  assert.deepEqual(await Array.fromAsync(store.verdicts('run')), []);
  await orchestrator.cancelRun('run');
  await failed;
});

test('a caller that is back soon finds its work under way', async (t) => {
  const { client, judging, ended, orchestrator } = await chain(t, { lingerMs: 300 });
  await client.createRun({ id: 'run', verifiers: ['endless'] });
  const leaving = new AbortController();
  const left = assert.rejects(client.submit('run', input('a', 'b'), { signal: leaving.signal }));
  await until('they are being judged', () => judging.size === 2);
  leaving.abort();
  await left;
  const again = assert.rejects(client.submit('run', input('a')));
  await until('the others have ended', () => ended.length === 1);
  assert.deepEqual(ended, ['b']);
  assert.deepEqual([...judging], ['a'], 'judged once, for who came back');
  await orchestrator.cancelRun('run');
  await again;
});
