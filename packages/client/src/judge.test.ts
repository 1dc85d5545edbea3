import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AssayError, type CreateRunRequestInit } from '@assay/contract';
import type { OrchestratorApi, SubmitChunk, SubmitOptions } from './api.ts';
import { judge, OnlineJudge } from './judge.ts';

const request = { problem: { id: 'p' }, candidates: ['a', 'b'] };
const options = { verifiers: ['v'] };

/** Knows the runs that were made since it lost its store, and answers all but `wait`. */
class Scripted {
  readonly runs = new Set<string>();
  readonly made: string[] = [];
  readonly completed: string[] = [];
  readonly cancelled: string[] = [];
  creating: Promise<void> = Promise.resolve();
  readonly api = this as unknown as OrchestratorApi;

  async createRun({ id = '' }: CreateRunRequestInit) {
    await this.creating;
    this.runs.add(id);
    this.made.push(id);
    return { id };
  }

  async submit(run: string, input: AsyncIterable<SubmitChunk>, { signal, ...rest }: SubmitOptions) {
    signal?.throwIfAborted();
    for await (const { problem, candidates } of input) {
      for (const { index: candidate = 0, text } of candidates) {
        if (text === 'wait')
          await new Promise((_, no) => signal?.addEventListener('abort', () => no(signal.reason)));
        const place = { problem: problem.id ?? '', candidate, verifier: 'v' };
        rest.onVerdicts?.([{ ...place, source: 'JUDGED', verdict: null }]);
      }
    }
    if (!this.runs.has(run)) throw new AssayError('run_unknown', run);
    if (rest.complete) this.completed.push(run);
  }

  async cancelRun(run: string) {
    this.cancelled.push(run);
    return {};
  }
}

test('a run is complete whenever nobody uses it, and is kept for the next problem', async () => {
  const orchestrator = new Scripted();
  const online = new OnlineJudge(orchestrator.api, options);
  for (let i = 0; i < 3; i++) assert.equal((await online.judge(request)).verdicts.length, 2);
  const [run] = orchestrator.made;
  assert.deepEqual([orchestrator.made, orchestrator.completed], [[run], [run, run, run]]);
});

test('where the store is another one, a new run is made, and each verdict is there once', async () => {
  const orchestrator = new Scripted();
  const online = new OnlineJudge(orchestrator.api, options);
  await online.judge(request);
  orchestrator.runs.clear();
  const all = await Promise.all([online.judge(request), online.judge(request)]);
  assert.deepEqual(
    all.map(({ verdicts, complete }) => [complete, ...verdicts.map(({ candidate }) => candidate)]),
    [
      [true, 0, 1],
      [true, 0, 1],
    ],
  );
  assert.equal(orchestrator.made.length, 2);
  orchestrator.createRun = async () => ({ id: 'lost' });
  orchestrator.runs.clear();
  await assert.rejects(online.judge(request), { code: 'run_unknown' });
});

test('the time for judging is also that for making the run', async () => {
  const orchestrator = new Scripted();
  const { promise, resolve } = Promise.withResolvers<void>();
  orchestrator.creating = promise;
  const online = new OnlineJudge(orchestrator.api, options);
  assert.deepEqual(await online.judge({ ...request, timeoutMs: 20 }), { verdicts: [], complete: false });
  const aborter = new AbortController();
  const asked = online.judge({ ...request, signal: aborter.signal });
  aborter.abort(new Error('enough'));
  await assert.rejects(asked, /enough/);
  resolve();
  assert.equal((await online.judge(request)).complete, true);
  assert.equal(orchestrator.made.length, 1);
});

test('judged alone, what is late ends its run', async () => {
  const orchestrator = new Scripted();
  const late = { ...request, ...options, candidates: ['a', 'wait'], timeoutMs: 20 };
  const { verdicts, complete } = await judge(orchestrator.api, late);
  assert.deepEqual([verdicts.length, complete], [1, false]);
  await judge(orchestrator.api, { ...request, ...options });
  assert.deepEqual(orchestrator.cancelled, [orchestrator.made[0]]);
});
