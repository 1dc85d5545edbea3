import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SubmitChunk } from '@assay/client';
import { AssayError, grpcError, type RunVerdict, status, type VerifyResponse } from '@assay/contract';
import type { Report } from '@assay/report';
import { openSqliteStore, type Store } from '@assay/store';
import { Meters } from './metrics.ts';
import type { OrchestratorOptions } from './options.ts';
import { Orchestrator } from './orchestrator.ts';
import { answerAll, type Script, ScriptedVerifier, verdictsOf } from './testing/scripted-verifier.ts';

/** Quick to lose patience. */
const options: Partial<OrchestratorOptions> = {
  stallSlackMs: 300,
  unavailableMs: 1_500,
  connectMs: 500,
  ejectMinMs: 30,
  ejectMaxMs: 300,
};

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function scripted(script: Script = {}): Promise<ScriptedVerifier> {
  const verifier = await new ScriptedVerifier(script).start();
  cleanups.push(() => verifier.stop());
  return verifier;
}

function orchestrate(verifiers: ScriptedVerifier[], more: Partial<OrchestratorOptions> = {}, store?: Store) {
  const used = store ?? openSqliteStore(':memory:');
  if (store === undefined) cleanups.push(() => used.close());
  const addresses = verifiers.map((verifier) => verifier.address);
  const orchestrator = new Orchestrator(used, addresses, { ...options, ...more });
  cleanups.push(() => orchestrator.close());
  return { orchestrator, store: used };
}

const problemOf = (id: string) => ({
  id,
  prompt: `prompt of ${id}`,
  mathAnswer: { gold: '1' },
  spec: 'mathAnswer' as const,
});

/** `texts(problem, i)` for n candidates each, in chunks. */
async function* input(
  problems: number,
  n: number,
  texts: (p: number, i: number) => string,
): AsyncGenerator<SubmitChunk> {
  for (let p = 0; p < problems; p++) {
    const problem = problemOf(`p${p}`);
    for (let from = 0; from < n; from += 100) {
      const size = Math.min(100, n - from);
      yield {
        problem,
        candidates: Array.from({ length: size }, (_, i) => ({ index: from + i, text: texts(p, from + i) })),
      };
    }
  }
}

/** Every third candidate is right; all texts differ. */
const thirds = (p: number, i: number) => `${p}/${i} ${i % 3 === 0 ? 'right' : 'wrong'}`;

async function run(orchestrator: Orchestrator, chunks: AsyncIterable<SubmitChunk>, more: object = {}) {
  await orchestrator.createRun({ id: 'run', verifiers: ['scripted'], ...more });
  const verdicts: RunVerdict[] = [];
  await orchestrator.submit('run', chunks, { complete: true, onVerdicts: (some) => verdicts.push(...some) });
  const report = JSON.parse(await orchestrator.getReport('run')) as Report;
  const [results] = report.results.verifiers;
  const [operations] = report.operations.verifiers;
  assert.ok(results && operations);
  return {
    verdicts,
    report,
    results,
    operations,
    faults: new Set(operations.faults.map((fault) => fault.kind)),
  };
}

const assayCode = (code: string) => (error: unknown) => error instanceof AssayError && error.code === code;

describe('a quiet run', () => {
  test('every candidate gets its verdict once, stored and delivered', async () => {
    const verifier = await scripted();
    const { orchestrator, store } = orchestrate([verifier]);
    const { verdicts, results, report } = await run(orchestrator, input(3, 250, thirds));
    assert.equal(verdicts.length, 750);
    assert.equal(new Set(verdicts.map((v) => `${v.problem}/${v.candidate}`)).size, 750);
    for (const { candidate, verdict, source } of verdicts) {
      assert.equal(verdict?.status, candidate % 3 === 0 ? 'CORRECT' : 'INCORRECT');
      assert.equal(verdict?.index, candidate);
      assert.equal(source, 'JUDGED');
    }
    assert.equal(results.correct, 3 * 84);
    assert.equal(report.run.state, 'COMPLETE');
    assert.equal((await Array.fromAsync(store.verdicts('run'))).length, 750);
    assert.equal(verifier.texts.length, 750);
  });

  test('of 10,000 samples with 200 distinct texts the verifier sees 200', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([verifier]);
    const { verdicts, results, operations } = await run(
      orchestrator,
      input(2, 10_000, (_, i) => `${(i * 7919) % 200} ${i % 2 === 0 ? 'right' : 'wrong'}`),
    );
    assert.equal(verdicts.length, 20_000);
    assert.equal(verifier.texts.length, 2 * 200);
    assert.equal(results.correct, 10_000);
    assert.equal(operations.judged, 400);
    assert.equal(operations.shared, 19_600);
  });

  test('a second run over the same work asks the verifier nothing', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([verifier]);
    await run(orchestrator, input(1, 100, thirds));
    await orchestrator.createRun({ id: 'again', verifiers: ['scripted'] });
    await orchestrator.submit('again', input(1, 100, thirds), { complete: true });
    assert.equal(verifier.texts.length, 100);
    const report = JSON.parse(await orchestrator.getReport('again')) as Report;
    assert.equal(report.results.verifiers[0]?.correct, 34);
  });

  test('the same run again answers from the store', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([verifier]);
    const first = await run(orchestrator, input(1, 100, thirds));
    const second = await run(orchestrator, input(1, 100, thirds));
    assert.deepEqual(second.report.results, first.report.results);
    assert.ok(second.verdicts.every((v) => v.source === 'STORED'));
    assert.equal(verifier.texts.length, 100);
  });

  test('a candidate whose text has changed is judged again', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([verifier]);
    await run(orchestrator, input(1, 10, thirds));
    const { results } = await run(
      orchestrator,
      input(1, 10, (p, i) => (i === 5 ? 'now right' : thirds(p, i))),
    );
    assert.equal(results.correct, 5);
    assert.equal(results.candidates, 10);
    assert.equal(verifier.texts.length, 11);
  });

  test('two runs at once share work in flight', async () => {
    const gate = Promise.withResolvers<void>();
    const verifier = await scripted({
      verify: async (call) => {
        await gate.promise;
        answerAll(call);
      },
    });
    const { orchestrator } = orchestrate([verifier]);
    const ids = ['one', 'two'];
    for (const id of ids) await orchestrator.createRun({ id, verifiers: ['scripted'] });
    const both = ids.map((id) => orchestrator.submit(id, input(1, 50, thirds), { complete: true }));
    await sleep(100);
    gate.resolve();
    await Promise.all(both);
    assert.equal(verifier.texts.length, 50);
    for (const id of ids) {
      assert.equal(
        (JSON.parse(await orchestrator.getReport(id)) as Report).results.verifiers[0]?.correct,
        17,
      );
    }
  });

  test('several verifiers judge every candidate; the first is the oracle', async () => {
    const [one, two] = [await scripted(), await scripted({ describe: { name: 'other' } })];
    const { orchestrator } = orchestrate([one, two]);
    const { report, verdicts } = await run(orchestrator, input(2, 60, thirds), {
      verifiers: ['scripted', 'other'],
    });
    assert.equal(verdicts.length, 240);
    assert.deepEqual(
      report.results.verifiers.map(({ name, correct }) => [name, correct]),
      [
        ['scripted', 40],
        ['other', 40],
      ],
    );
  });

  test('early stop: what comes after a problem was solved is skipped', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([verifier], { maxOutstanding: 64 });
    const { results } = await run(
      orchestrator,
      input(5, 1_000, (p, i) => `${p}/${i} ${i === 40 ? 'right' : 'wrong'}`),
      {
        earlyStop: true,
      },
    );
    assert.equal(results.correct, 5);
    assert.equal(results.solved?.problems, 5);
    assert.equal(results.candidates, 5_000);
    assert.ok(results.skipped > 3_000, `${results.skipped} skipped`);
    assert.equal(results.coverage, null);
  });

  /** Answers right texts at once, and others when the gate opens. */
  const onlyRightAtOnce = (gate: Promise<void>, given: string[] = [], cancelled: string[] = []): Script => ({
    describe: { candidateTimeoutMs: 60_000 },
    verify: async (call) => {
      const texts = call.request.candidates.map(({ text }) => text);
      // Said of calls that have ended, too.
      call.on('cancelled', () => call.writableEnded || cancelled.push(...texts));
      given.push(...texts);
      const verdicts = verdictsOf(call);
      const right = verdicts.filter(({ status }) => status === 'CORRECT');
      if (right.length > 0) call.write({ verdicts: right } as VerifyResponse);
      await gate;
      if (call.cancelled) return;
      call.write({ verdicts: verdicts.filter((verdict) => !right.includes(verdict)) } as VerifyResponse);
      call.end();
    },
  });

  test('early stop: what replicas hold of a solved problem is given up, and nothing else', async () => {
    const gate = Promise.withResolvers<void>();
    const given: string[] = [];
    const cancelled: string[] = [];
    const verifier = await scripted(onlyRightAtOnce(gate.promise, given, cancelled));
    const { orchestrator, store } = orchestrate([verifier]);
    // p0 has a right one; p1 has none, and is there before p0 is solved.
    async function* both() {
      yield { problem: problemOf('p1'), candidates: [{ index: 0, text: '1/0 wrong' }] };
      yield* input(1, 100, (p, i) => `${p}/${i} ${i === 1 ? 'right' : 'wrong'}`);
    }
    await orchestrator.createRun({ id: 'run', verifiers: ['scripted'], earlyStop: true });
    const verdicts: RunVerdict[] = [];
    const running = orchestrator.submit('run', both(), {
      complete: true,
      onVerdicts: (some) => verdicts.push(...some),
    });
    while (verdicts.length < 100) await sleep(5);
    const ofP0 = verdicts.filter(({ problem }) => problem === 'p0');
    assert.equal(ofP0.length, 100, 'p0 is over while its wrong ones are still unanswered');
    assert.equal(ofP0.filter(({ verdict }) => verdict?.status === 'CORRECT').length, 1);
    assert.equal(ofP0.filter(({ source, verdict }) => source === 'SKIPPED' && verdict === null).length, 99);
    // What is given up is told to the replica, and on its way there.
    while (cancelled.length === 0) await sleep(5);
    gate.resolve();
    await running;
    assert.ok(
      cancelled.every((text) => text.startsWith('0/')),
      cancelled.join(),
    );
    assert.ok(given.length < 20, `${given.length} of 101 were sent`);
    assert.equal(verdicts.length, 101);
    assert.equal(verdicts.find(({ problem }) => problem === 'p1')?.verdict?.status, 'INCORRECT');
    assert.equal((await Array.fromAsync(store.verdicts('run'))).length, 101);
    const [status] = await orchestrator.listVerifiers();
    assert.deepEqual(status?.replicas[0]?.faults, {}, 'no fault of the replica');
    assert.equal(status?.replicas[0]?.inFlight, 0);
    const report = JSON.parse(await orchestrator.getReport('run')) as Report;
    assert.deepEqual(report.operations.verifiers[0]?.faults, []);
  });

  test('early stop: another run keeps the work that it shares', async () => {
    const gate = Promise.withResolvers<void>();
    const verifier = await scripted(onlyRightAtOnce(gate.promise));
    const { orchestrator } = orchestrate([verifier]);
    const texts = (p: number, i: number) => `${p}/${i} ${i === 1 ? 'right' : 'wrong'}`;
    await orchestrator.createRun({ id: 'early', verifiers: ['scripted'], earlyStop: true });
    await orchestrator.createRun({ id: 'whole', verifiers: ['scripted'] });
    const verdicts: RunVerdict[] = [];
    const both = [
      orchestrator.submit('early', input(1, 50, texts), { complete: true }),
      orchestrator.submit('whole', input(1, 50, texts), {
        complete: true,
        onVerdicts: (some) => verdicts.push(...some),
      }),
    ];
    while (verdicts.length === 0) await sleep(5);
    gate.resolve();
    await Promise.all(both);
    assert.equal(verdicts.length, 50);
    assert.ok(verdicts.every(({ verdict }) => verdict !== null));
    assert.equal(verifier.texts.length, 50, 'each was judged once');
  });

  test('large problems travel once, then by digest; one that was forgotten is sent again', async () => {
    let whole = 0;
    let refused = 0;
    const known = new Set<string>();
    const verifier = await scripted({
      verify: (call) => {
        const { problem, problemDigest } = call.request;
        if (problem !== null) {
          whole++;
          known.add(problemDigest);
        } else if (!known.has(problemDigest)) {
          refused++;
          call.emit('error', grpcError(status.FAILED_PRECONDITION, 'unknown', 'problem_unknown'));
          return;
        }
        if (call.request.candidates.some(({ text }) => text.startsWith('0/700 '))) known.clear();
        answerAll(call);
      },
    });
    const { orchestrator } = orchestrate([verifier]);
    async function* large() {
      for await (const chunk of input(1, 1_500, thirds)) yield { ...chunk, problem: bigProblem };
    }
    const bigProblem = { ...problemOf('p0'), prompt: 'x'.repeat(100_000) };
    const { results } = await run(orchestrator, large());
    assert.equal(results.correct, 500);
    assert.ok(
      refused >= 1 && whole >= 2 && whole <= 12,
      `${whole} whole, ${refused} refused, ${verifier.calls} calls`,
    );
  });
});

describe('backpressure and limits', () => {
  test('the input is read no faster than verdicts come', async () => {
    const gate = Promise.withResolvers<void>();
    const verifier = await scripted({
      verify: async (call) => {
        await gate.promise;
        answerAll(call);
      },
      describe: { candidateTimeoutMs: 60_000 },
    });
    const { orchestrator } = orchestrate([verifier], { maxOutstanding: 300 });
    let read = 0;
    async function* counted() {
      for await (const chunk of input(1, 5_000, thirds)) {
        read += chunk.candidates.length;
        yield chunk;
      }
    }
    const running = run(orchestrator, counted());
    await sleep(300);
    assert.ok(read <= 400 + 100, `${read} read while nothing was judged`);
    gate.resolve();
    assert.equal((await running).results.candidates, 5_000);
  });

  test('a verifier never has more than its capacity, nor a batch more than it takes', async () => {
    let inFlight = 0;
    let most = 0;
    let largest = 0;
    const verifier = await scripted({
      verify: async (call) => {
        const size = call.request.candidates.length;
        inFlight += size;
        most = Math.max(most, inFlight);
        largest = Math.max(largest, size);
        await sleep(1);
        inFlight -= size;
        answerAll(call);
      },
    });
    const { orchestrator } = orchestrate([verifier]);
    await run(orchestrator, input(2, 2_000, thirds));
    assert.ok(most <= 64 && largest <= 16, `${most} at once, ${largest} in a batch`);
    assert.equal(largest, 16, 'a quick verifier gets whole batches');
  });

  test('a slow verifier gets no more than its slots', async () => {
    let inFlight = 0;
    let most = 0;
    const verifier = await scripted({
      describe: { slots: 3, candidateTimeoutMs: 5_000 },
      verify: async (call) => {
        for (const { index } of call.request.candidates) {
          inFlight++;
          most = Math.max(most, inFlight);
          void sleep(80).then(() => {
            inFlight--;
            call.write({ verdicts: [{ index, status: 'CORRECT' }] } as VerifyResponse);
          });
        }
        await sleep(100);
        call.end();
      },
    });
    const { orchestrator } = orchestrate([verifier]);
    await run(orchestrator, input(1, 30, thirds));
    assert.equal(most, 3);
  });

  test('RESOURCE_EXHAUSTED is no failure: the work waits, the window shrinks', async () => {
    let inFlight = 0;
    const verifier = await scripted({
      verify: async (call) => {
        if (inFlight + call.request.candidates.length > 20) {
          call.emit('error', grpcError(status.RESOURCE_EXHAUSTED, 'full', 'full'));
          return;
        }
        inFlight += call.request.candidates.length;
        await sleep(2);
        inFlight -= call.request.candidates.length;
        answerAll(call);
      },
    });
    const { orchestrator } = orchestrate([verifier]);
    const { results } = await run(orchestrator, input(1, 500, thirds));
    assert.equal(results.correct, 167);
    assert.equal(results.error, 0);
  });

  test('a verifier with little room that also fails now and then: nothing hangs, everything is judged', async () => {
    let inside = 0;
    const moody = await scripted({
      describe: { slots: 8, maxBatch: 64, candidateTimeoutMs: 2_000 },
      verify: async (call) => {
        const { candidates } = call.request;
        if (inside + candidates.length > 10) {
          call.emit('error', grpcError(status.RESOURCE_EXHAUSTED, 'full', 'full'));
          return;
        }
        inside += candidates.length;
        await sleep(3);
        inside -= candidates.length;
        call.write({
          verdicts: verdictsOf(call).map((verdict, i) =>
            (i * 7 + call.request.candidates.length) % 5 === 0 && moody.calls % 2 === 0
              ? { index: verdict.index, status: 'ERROR', reason: 'verifier_failure', retryable: true }
              : verdict,
          ),
        } as VerifyResponse);
        call.end();
      },
    });
    const { orchestrator } = orchestrate([moody], { unavailableMs: 20_000 });
    const { results } = await run(orchestrator, input(1, 300, thirds), { maxAttempts: 50 });
    assert.equal(results.correct, 100);
    assert.equal(results.error, 0);
  });

  test('a candidate too large for the verifier gets ERROR too_large, the others are judged', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([verifier]);
    const { results } = await run(
      orchestrator,
      input(1, 20, (p, i) => (i === 7 ? `${'x'.repeat(1_100_000)} right` : thirds(p, i))),
    );
    assert.deepEqual(
      results.reasons.find((r) => r.status === 'ERROR'),
      { status: 'ERROR', reason: 'too_large', count: 1 },
    );
    assert.equal(results.correct + results.incorrect, 19);
  });
});

describe('one replica of three goes wrong: the run ends right and the report says what happened', () => {
  const cases: Record<string, { script: Script; fault?: string }> = {
    hangs: { script: { verify: () => {} }, fault: 'stall' },
    'hangs after half': {
      script: {
        verify: (call) => {
          const verdicts = verdictsOf(call);
          call.write({ verdicts: verdicts.slice(0, Math.floor(verdicts.length / 2)) } as VerifyResponse);
        },
      },
      fault: 'stall',
    },
    crashes: { script: { verify: (_, verifier) => verifier.crash() }, fault: 'crash' },
    'answers for others': {
      script: {
        verify: (call) => {
          call.write({ verdicts: [{ index: 999_999, status: 'CORRECT' }] } as VerifyResponse);
          call.end();
        },
      },
      fault: 'garbage',
    },
    'answers without a status': {
      script: {
        verify: (call) => {
          call.write({ verdicts: verdictsOf(call).map(({ index }) => ({ index })) } as VerifyResponse);
          call.end();
        },
      },
      fault: 'garbage',
    },
    'answers INCORRECT without a reason': {
      script: {
        verify: (call) => {
          call.write({
            verdicts: verdictsOf(call).map(({ index }) => ({ index, status: 'INCORRECT' })),
          } as VerifyResponse);
          call.end();
        },
      },
      fault: 'garbage',
    },
    'answers twice': {
      script: {
        verify: (call) => {
          call.write({ verdicts: verdictsOf(call) } as VerifyResponse);
          answerAll(call);
        },
      },
      fault: 'garbage',
    },
    'ends without answers': { script: { verify: (call) => void call.end() }, fault: 'garbage' },
    'always says ERROR': {
      script: {
        verify: (call) => {
          call.write({
            verdicts: verdictsOf(call).map(({ index }) => ({
              index,
              status: 'ERROR',
              reason: 'verifier_failure',
              retryable: true,
            })),
          } as VerifyResponse);
          call.end();
        },
      },
      fault: 'error',
    },
    'is always full': {
      script: {
        verify: (call) => void call.emit('error', grpcError(status.RESOURCE_EXHAUSTED, 'full', 'full')),
      },
      fault: 'overload',
    },
    'is always draining': {
      script: {
        verify: (call) => void call.emit('error', grpcError(status.UNAVAILABLE, 'draining', 'draining')),
      },
    },
    'has no such method': {
      script: { verify: (call) => void call.emit('error', grpcError(status.UNIMPLEMENTED, 'what?')) },
      fault: 'garbage',
    },
    'is 100 times slower': {
      script: {
        describe: { candidateTimeoutMs: 10_000 },
        verify: async (call) => {
          for (const verdict of verdictsOf(call)) {
            await sleep(100);
            call.write({ verdicts: [verdict] } as VerifyResponse);
          }
          call.end();
        },
      },
    },
  };
  const normal: Script = {
    verify: async (call) => {
      await sleep(call.request.candidates.length);
      answerAll(call);
    },
  };
  for (const [name, { script, fault }] of Object.entries(cases)) {
    test(name, async () => {
      const replicas = [await scripted(normal), await scripted(script), await scripted(normal)];
      const { orchestrator, store } = orchestrate(replicas);
      const { verdicts, results, faults } = await run(orchestrator, input(4, 300, thirds));
      assert.equal(results.correct, 400);
      assert.equal(results.incorrect, 800);
      assert.equal(results.error, 0);
      assert.equal(verdicts.length, 1_200);
      assert.equal((await Array.fromAsync(store.verdicts('run'))).length, 1_200);
      assert.ok((replicas[1]?.calls ?? 0) > 0, 'the bad replica was given work');
      if (fault !== undefined) assert.ok(faults.has(fault), `faults: ${[...faults].join(', ') || 'none'}`);
    });
  }
});

describe('candidates that bring a verifier down', () => {
  const killer: Script = {
    verify: async (call, verifier) => {
      if (call.request.candidates.some(({ text }) => text.includes('POISON'))) {
        verifier.crash();
        return;
      }
      await sleep(2);
      answerAll(call);
    },
  };

  for (const replicas of [1, 3]) {
    test(`the poisonous one alone gets ERROR poison (${replicas} replicas)`, async () => {
      const verifiers = await Promise.all(Array.from({ length: replicas }, () => scripted(killer)));
      const { orchestrator } = orchestrate(verifiers, { unavailableMs: 20_000 });
      const { results } = await run(
        orchestrator,
        input(3, 100, (p, i) => (p === 1 && i === 42 ? 'POISON right' : thirds(p, i))),
      );
      assert.deepEqual(
        results.reasons.filter((r) => r.status === 'ERROR'),
        [{ status: 'ERROR', reason: 'poison', count: 1 }],
      );
      assert.equal(results.correct, 3 * 34 - 1);
      assert.equal(results.incorrect, 3 * 66);
    });
  }

  test('one that makes every replica hang gets ERROR verifier_stall, the others their verdicts', async () => {
    const hanging: Script = {
      verify: (call) => {
        if (!call.request.candidates.some(({ text }) => text.includes('HANG'))) answerAll(call);
      },
    };
    const { orchestrator } = orchestrate([await scripted(hanging), await scripted(hanging)], {
      unavailableMs: 20_000,
    });
    const { results } = await run(
      orchestrator,
      input(1, 40, (p, i) => (i === 20 ? 'HANG' : thirds(p, i))),
    );
    assert.deepEqual(
      results.reasons.filter((r) => r.status === 'ERROR'),
      [{ status: 'ERROR', reason: 'verifier_stall', count: 1 }],
    );
    assert.equal(results.correct + results.incorrect, 39);
  });

  test('one that every replica answers with garbage gets ERROR verifier_garbage, the others their verdicts', async () => {
    const confused: Script = {
      verify: (call) => {
        const verdicts = verdictsOf(call).map((verdict, at) =>
          call.request.candidates[at]?.text.includes('NAN') ? { ...verdict, score: Number.NaN } : verdict,
        );
        call.write({ verdicts } as VerifyResponse);
        call.end();
      },
    };
    const { orchestrator } = orchestrate([await scripted(confused), await scripted(confused)], {
      unavailableMs: 20_000,
    });
    const { results } = await run(
      orchestrator,
      input(1, 64, (p, i) => (i === 9 ? 'NAN' : thirds(p, i))),
    );
    assert.deepEqual(
      results.reasons.filter((r) => r.status === 'ERROR'),
      [{ status: 'ERROR', reason: 'verifier_garbage', count: 1 }],
    );
    assert.equal(results.correct + results.incorrect, 63);
  });

  test('one that the verifier refuses is found by halving, and not retried', async () => {
    const picky = await scripted({
      verify: (call) => {
        if (call.request.candidates.some(({ text }) => text.includes('BAD'))) {
          call.emit('error', grpcError(status.INVALID_ARGUMENT, 'no thanks'));
        } else answerAll(call);
      },
    });
    const { orchestrator } = orchestrate([picky]);
    const { results } = await run(
      orchestrator,
      input(1, 64, (p, i) => (i === 9 ? 'BAD' : thirds(p, i))),
    );
    assert.equal(results.error, 1);
    assert.equal(results.correct + results.incorrect, 63);
    assert.ok(picky.calls < 40, `${picky.calls} calls`);
  });
});

describe('verdicts that are missing', () => {
  test('ERROR that may be retried is retried, then stored; the next sitting tries again', async () => {
    let healthy = false;
    const moody = await scripted({
      verify: (call) => {
        call.write({
          verdicts: verdictsOf(call).map((verdict) =>
            healthy || (verdict.index ?? 0) > 0 || call.request.candidates.length > 1
              ? verdict
              : { index: verdict.index, status: 'ERROR', reason: 'verifier_failure', retryable: true },
          ),
        } as VerifyResponse);
        call.end();
      },
    });
    const { orchestrator } = orchestrate([moody]);
    const one = () => input(1, 1, () => 'a right');
    const first = await run(orchestrator, one(), { maxAttempts: 2 });
    assert.equal(first.results.error, 1);
    assert.equal(moody.calls, 2);
    assert.equal(first.results.coverage, null);
    healthy = true;
    const second = await run(orchestrator, one(), { maxAttempts: 2 });
    assert.equal(second.results.error, 0);
    assert.equal(second.results.correct, 1);
  });

  test('with no replica left, what waits gets ERROR unavailable, and the next sitting heals it', async () => {
    const verifier = await scripted({ verify: (_, self) => self.stop() });
    const store = openSqliteStore(':memory:');
    cleanups.push(() => store.close());
    const { orchestrator } = orchestrate([verifier], {}, store);
    const first = await run(orchestrator, input(1, 30, thirds));
    assert.deepEqual(first.results.reasons, [{ status: 'ERROR', reason: 'unavailable', count: 30 }]);
    const message = first.verdicts[0]?.verdict?.message ?? '';
    assert.match(message, /gave a verdict for \d+ ms: 1 EJECTED \((crash|describe)\)$/);
    assert.ok(!message.includes('127.0.0.1'), 'a tenant may read it');
    await orchestrator.close();
    const healthy = orchestrate([await scripted()], {}, store);
    const second = await run(healthy.orchestrator, input(1, 30, thirds));
    assert.equal(second.results.error, 0);
    assert.equal(second.results.correct, 10);
  });

  test('a verifier that takes everything and never answers: ERROR in bounded time', async () => {
    const { orchestrator } = orchestrate([await scripted({ verify: () => {} })]);
    const { results } = await run(orchestrator, input(1, 200, thirds));
    assert.equal(results.error, 200);
  });

  test('a verifier that always drains: ERROR in bounded time', async () => {
    const draining = await scripted({
      verify: (call) => void call.emit('error', grpcError(status.UNAVAILABLE, 'draining', 'draining')),
    });
    const { orchestrator } = orchestrate([draining]);
    const { results } = await run(orchestrator, input(1, 200, thirds));
    assert.deepEqual(results.reasons, [{ status: 'ERROR', reason: 'unavailable', count: 200 }]);
  });

  test('the range that missing verdicts leave open is in the report', async () => {
    const verifier = await scripted({
      verify: (call) => {
        call.write({
          verdicts: verdictsOf(call).map((verdict, at) =>
            (call.request.candidates[at]?.text ?? '').startsWith('0/7 ')
              ? { index: verdict.index, status: 'ERROR', reason: 'undecided', retryable: false }
              : verdict,
          ),
        } as VerifyResponse);
        call.end();
      },
    });
    const { orchestrator } = orchestrate([verifier]);
    const { results } = await run(orchestrator, input(1, 10, thirds));
    assert.equal(results.error, 1);
    const [first] = results.coverage?.table.points ?? [];
    assert.equal(first?.low, 0.4);
    assert.equal(first?.high, 0.5);
    assert.equal(first?.judged?.estimate, 4 / 9);
  });

  test('a verifier that nobody has heard of is an error that says so', async () => {
    const { orchestrator } = orchestrate([await scripted()], { unavailableMs: 200 });
    await orchestrator.createRun({ id: 'run', verifiers: ['nobody'] });
    await assert.rejects(
      orchestrator.submit('run', input(1, 1, thirds)),
      (error) => assayCode('verifier_unknown')(error) && /127\.0\.0\.1:\d+: scripted/.test(String(error)),
    );
    await orchestrator.createRun({ id: 'of-a', verifiers: ['nobody'] }, 'a');
    await assert.rejects(
      orchestrator.submit('of-a', input(1, 1, thirds)),
      (error) => assayCode('verifier_unknown')(error) && !String(error).includes('127.0.0.1'),
    );
  });

  test('verifiers of one run are waited for together, and what stays unheard is forgotten', async () => {
    const meters = new Meters();
    const { orchestrator } = orchestrate([await scripted()], { unavailableMs: 60_000, meters });
    const names = async () => (await orchestrator.listVerifiers()).map(({ name }) => name).sort();
    await orchestrator.createRun({ id: 'run', verifiers: ['nobody', 'scripted', 'stranger'] });
    const aborter = new AbortController();
    const { signal } = aborter;
    const given = assert.rejects(orchestrator.submit('run', input(1, 1, thirds), { signal }));
    const unheard = async () =>
      (await orchestrator.listVerifiers()).filter((each) => each.waiting === 1).map(({ name }) => name);
    while ((await unheard()).join() !== 'nobody,stranger') await sleep(5);
    const text = await meters.registry.metrics();
    assert.ok(!/nobody|stranger/.test(text), 'callers choose no label');
    assert.match(text, /waiting_submissions\{verifier="others"\} 2/);
    aborter.abort();
    await given;
    while ((await names()).join() !== 'scripted') await sleep(20);
  });
});

describe('runs', () => {
  test('bad requests are refused', async () => {
    const { orchestrator } = orchestrate([]);
    await assert.rejects(orchestrator.createRun({ id: 'a/b', verifiers: ['x'] }), assayCode('invalid_run'));
    await assert.rejects(orchestrator.createRun({ id: 'a', verifiers: [] }), assayCode('invalid_run'));
    await assert.rejects(
      orchestrator.createRun({ id: 'a', verifiers: ['x', 'x'] }),
      assayCode('invalid_run'),
    );
    await assert.rejects(orchestrator.submit('none', input(1, 1, thirds)), assayCode('run_unknown'));
    await assert.rejects(orchestrator.getReport('none'), assayCode('run_unknown'));
    assert.throws(() => orchestrator.addVerifier('nowhere'), assayCode('bad_address'));
    assert.match((await orchestrator.createRun({ verifiers: ['x'] })).id, /^[0-9a-f-]{36}$/);
  });

  test('cancelling ends the submission, keeps what is stored, and the run can go on', async () => {
    let slow = true;
    const verifier = await scripted({
      describe: { candidateTimeoutMs: 60_000 },
      verify: async (call) => {
        if (slow) await sleep(20);
        answerAll(call);
      },
    });
    const { orchestrator, store } = orchestrate([verifier]);
    const running = run(orchestrator, input(2, 1_000, thirds));
    const failure = assert.rejects(running, assayCode('run_cancelled'));
    await sleep(200);
    assert.equal((await orchestrator.cancelRun('run')).state, 'CANCELLED');
    await failure;
    const kept = (await Array.fromAsync(store.verdicts('run'))).length;
    assert.ok(kept > 0 && kept < 2_000, `${kept} kept`);
    slow = false;
    const { results, verdicts } = await run(orchestrator, input(2, 1_000, thirds));
    assert.equal(results.correct, 668);
    assert.ok(verdicts.filter((v) => v.source === 'STORED').length >= kept);
    assert.equal(results.skipped, 0);
  });

  test('an input that fails ends the submission with its error; what came before is stored', async () => {
    const { orchestrator, store } = orchestrate([await scripted()]);
    async function* broken() {
      yield* input(1, 100, thirds);
      throw new Error('disk unplugged');
    }
    await assert.rejects(run(orchestrator, broken()), /disk unplugged/);
    await sleep(200);
    assert.equal((await Array.fromAsync(store.verdicts('run'))).length, 100);
    assert.equal((await store.getRun('run'))?.state, 'OPEN');
  });

  test('a store that fails ends the run with its error; when it works again, so does the run', async () => {
    const store = openSqliteStore(':memory:');
    cleanups.push(() => store.close());
    const commit = store.commit.bind(store);
    let commits = 0;
    store.commit = (...args) => {
      if (++commits > 2) throw new AssayError('store_write', 'No space left on the device.');
      return commit(...args);
    };
    const { orchestrator } = orchestrate([await scripted()], { commitRows: 20 }, store);
    await assert.rejects(run(orchestrator, input(1, 1_000, thirds)), assayCode('store_write'));
    store.commit = commit;
    const { results } = await run(orchestrator, input(1, 1_000, thirds));
    assert.equal(results.correct, 334);
    assert.equal(results.incorrect, 666);
  });

  test('a submission whose input is silent ends when its run is cancelled, or its signal aborts', async () => {
    const { orchestrator } = orchestrate([await scripted()]);
    async function* silent() {
      yield* input(1, 10, thirds);
      await new Promise(() => {});
    }
    await orchestrator.createRun({ id: 'run', verifiers: ['scripted'] });
    const cancelled = assert.rejects(orchestrator.submit('run', silent()), assayCode('run_cancelled'));
    await sleep(50);
    await orchestrator.cancelRun('run');
    await cancelled;
    const aborter = new AbortController();
    const aborted = assert.rejects(
      orchestrator.submit('run', silent(), { signal: aborter.signal }),
      /enough/,
    );
    await sleep(50);
    aborter.abort(new Error('enough'));
    await aborted;
    await assert.rejects(orchestrator.submit('run', silent(), { signal: aborter.signal }), /enough/);
  });

  test('a run that is cancelled while it waits for its verifier does not begin', async () => {
    const { orchestrator } = orchestrate([]);
    await orchestrator.createRun({ id: 'run', verifiers: ['scripted'] });
    const waiting = assert.rejects(
      orchestrator.submit('run', input(1, 10, thirds)),
      assayCode('run_cancelled'),
    );
    await sleep(50);
    await orchestrator.cancelRun('run');
    const verifier = await scripted();
    orchestrator.addVerifier(verifier.address);
    await waiting;
    assert.equal(verifier.texts.length, 0);
  });

  test('bad candidates are refused', async () => {
    const { orchestrator } = orchestrate([await scripted()]);
    await orchestrator.createRun({ id: 'run', verifiers: ['scripted'] });
    const submit = (...candidates: { index: number; tokens?: number; text?: string }[]) =>
      orchestrator.submit(
        'run',
        (async function* () {
          yield { problem: problemOf('p0'), candidates };
        })(),
      );
    await assert.rejects(submit({ index: 1.5 }), assayCode('invalid_candidate'));
    await assert.rejects(submit({ index: -1 }), assayCode('invalid_candidate'));
    await assert.rejects(submit({ index: 0, tokens: 2 ** 40 }), assayCode('invalid_candidate'));
    await assert.rejects(submit({ index: 3 }, { index: 3 }), assayCode('invalid_candidate'));
    await submit({ index: 4_294_967_295, text: 'right' });
  });

  test('a problem that comes with two contents is refused', async () => {
    const { orchestrator } = orchestrate([await scripted()]);
    async function* two() {
      yield { problem: problemOf('p'), candidates: [{ index: 0, text: 'right' }] };
      yield { problem: { ...problemOf('p'), prompt: 'another' }, candidates: [{ index: 1, text: 'right' }] };
    }
    await assert.rejects(run(orchestrator, two()), assayCode('problem_differs'));
  });

  test('progress is watched until the run ends', async () => {
    const { orchestrator } = orchestrate([await scripted()]);
    await orchestrator.createRun({ id: 'run', verifiers: ['scripted'] });
    const watching = Array.fromAsync(orchestrator.watchRun('run', { intervalMs: 5 }));
    await orchestrator.submit('run', input(3, 500, thirds), { complete: true });
    const seen = await watching;
    assert.equal(seen.at(-1)?.run?.state, 'COMPLETE');
    assert.ok(seen.every((p, i) => i === 0 || p.done >= (seen[i - 1]?.done ?? 0)));
  });
});

describe('replicas come and go', () => {
  test('a registered replica gets work, and is gone when its lease ends or it drains', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([], { leaseS: 0.6 });
    assert.equal(await orchestrator.registerVerifier(verifier.address), 0.6);
    const { results } = await run(orchestrator, input(1, 30, thirds));
    assert.equal(results.correct, 10);
    const replicas = async () => (await orchestrator.listVerifiers()).flatMap((v) => v.replicas).length;
    assert.equal(await replicas(), 1);
    await sleep(1_200);
    assert.equal(await replicas(), 0);
    await orchestrator.registerVerifier(verifier.address);
    assert.equal(await replicas(), 1);
    await orchestrator.registerVerifier(verifier.address, true);
    assert.equal(await replicas(), 0);
  });

  test('a name stands for every address behind it', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([]);
    orchestrator.addVerifier(`dns:localhost:${verifier.address.split(':')[1]}`);
    const { results } = await run(orchestrator, input(1, 30, thirds));
    assert.equal(results.correct, 10);
  });

  test('a replica of another version: its verdicts are cached under its own', async () => {
    const old = await scripted();
    const { orchestrator, store } = orchestrate([old]);
    await run(orchestrator, input(1, 30, thirds));
    await orchestrator.close();
    const next = await scripted({ describe: { version: '2' } });
    const second = orchestrate([next], {}, store);
    const { results } = await run(second.orchestrator, input(1, 30, thirds));
    assert.equal(results.correct, 10);
    assert.equal(next.texts.length, 30, 'verdicts of the old version are not taken for the new one');
  });

  test('what one version was asked for and another one judged is cached under that one', async () => {
    const asked = Promise.withResolvers<void>();
    const old = await scripted({ verify: () => asked.resolve() });
    const { orchestrator, store } = orchestrate([old]);
    const done = run(orchestrator, input(1, 1, thirds));
    await asked.promise;
    const next = await scripted({ describe: { version: '2' } });
    orchestrator.addVerifier(next.address);
    while (next.calls === 0) {
      old.stop();
      await sleep(20);
    }
    await done;
    await orchestrator.close();
    const again = await scripted();
    await run(orchestrate([again], {}, store).orchestrator, input(1, 1, thirds));
    assert.equal(again.texts.length, 1, 'the old version has said nothing');
  });

  test('a success by an older version does not make the run skip what was judged then', async () => {
    const of = (version: string) => scripted({ describe: { version } });
    const { orchestrator, store } = orchestrate([await of('1')]);
    const texts = (p: number, i: number) => `${p}/${i} ${i === 7 ? 'right' : 'wrong'}`;
    const first = await run(orchestrator, input(1, 10, texts), { earlyStop: true });
    assert.equal(first.results.solved?.problems, 1);
    await orchestrator.close();
    const next = orchestrate([await of('2')], {}, store);
    const second = await run(next.orchestrator, input(1, 10, texts), { earlyStop: true });
    assert.equal(second.results.solved?.problems, 1);
    assert.equal(second.results.correct, 1);
  });

  test('a replica that is configured and registers, too, stays when its lease ends', async () => {
    const verifier = await scripted();
    const { orchestrator } = orchestrate([verifier], { leaseS: 0.2 });
    await orchestrator.registerVerifier(verifier.address);
    await sleep(700);
    const { results } = await run(orchestrator, input(1, 30, thirds));
    assert.equal(results.correct, 10);
  });

  test('the load goes to whoever is free: a quick replica does more than a slow one', async () => {
    const pace = (ms: number): Script => ({
      describe: { slots: 1, candidateTimeoutMs: 10_000 },
      verify: async (call) => {
        for (const verdict of verdictsOf(call)) {
          await sleep(ms);
          call.write({ verdicts: [verdict] } as VerifyResponse);
        }
        call.end();
      },
    });
    const [quick, slow] = [await scripted(pace(2)), await scripted(pace(60))];
    const { orchestrator } = orchestrate([quick, slow]);
    await run(orchestrator, input(1, 400, thirds));
    assert.ok(quick.texts.length > 5 * slow.texts.length, `${quick.texts.length} and ${slow.texts.length}`);
    assert.ok(slow.texts.length > 0);
  });
});
