import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attempt, type Shared } from './judge.ts';
import { partOf, type Task } from './task.ts';
import { answered, ScriptedBackend } from './testing/backend.ts';
import { proof, task } from './testing/task.ts';
import type { Outcome } from './types.ts';

const lost: Outcome = { kind: 'lost', detail: 'SIGKILL' };
const crash: Outcome = { kind: 'crash', detail: 'SIGSEGV' };
const forged: Outcome = { kind: 'forged', detail: 'surplus bytes' };
const memory: Outcome = { kind: 'limit', limit: 'memory', detail: 'd' };
const cpu: Outcome = { kind: 'limit', limit: 'cpu', detail: 'd' };
const heartbeats = answered(undefined, [
  { severity: 'error', line: 1, column: 0, text: '(deterministic) timeout at `whnf`' },
]);
const sorry = answered({ found: true, kind: 'theorem', axioms: ['sorryAx'], type: '∀ the type' });

const fresh = (): Shared => ({ reference: undefined, independent: undefined });

function judge(
  backend: ScriptedBackend,
  {
    task: given = task as Task,
    budget = partOf(given.budget, 10_000),
    shared = fresh(),
    independentCheck = async (): Promise<{ accepted: boolean | undefined; detail: string }> => {
      throw new Error('not asked for');
    },
    signal = new AbortController().signal,
    took = { cpuMs: 0, wallMs: 0 },
  } = {},
) {
  return attempt({ task: given, proof, shared, backend, independentCheck, signal }, budget, took);
}

test('a proof that Lean answers for is checked once, on a warm process', async () => {
  const backend = new ScriptedBackend([answered()]);
  const took = { cpuMs: 0, wallMs: 0 };
  assert.equal((await judge(backend, { took }))?.status, 'CORRECT');
  assert.deepEqual(
    backend.checks.map((check) => check.fresh),
    [false],
  );
  assert.deepEqual(took, { cpuMs: 3, wallMs: 5 });
});

for (const [what, outcome] of Object.entries({ lost, crash, forged, memory })) {
  test(`${what}: a fresh process decides`, async () => {
    const backend = new ScriptedBackend([outcome, answered()]);
    assert.equal((await judge(backend))?.status, 'CORRECT');
    assert.deepEqual(
      backend.checks.map((check) => check.fresh),
      [false, true],
    );
  });
}

for (const [outcome, status, reason] of [
  [lost, 'ERROR', 'verifier_crash'],
  [crash, 'INCORRECT', 'runtime_error'],
  [forged, 'INCORRECT', 'forged_answer'],
  [memory, 'INCORRECT', 'memory_limit'],
] as const) {
  test(`${outcome.kind} twice is ${status} ${reason}, after two tries and no more`, async () => {
    const backend = new ScriptedBackend([outcome]);
    const verdict = await judge(backend);
    assert.deepEqual([verdict?.status, verdict?.reason], [status, reason]);
    assert.equal(backend.checks.length, 2);
  });
}

for (const [what, outcome, reason] of [
  ['CPU time', cpu, 'time_limit'],
  ['heartbeats', heartbeats, 'heartbeats'],
] as const) {
  test(`who runs out of ${what} gets the whole budget, and then a verdict`, async () => {
    const backend = new ScriptedBackend([outcome]);
    assert.equal(await judge(backend), undefined);
    assert.equal((await judge(backend, { budget: task.budget }))?.reason, reason);
    assert.deepEqual(
      backend.checks.map((check) => check.budget.cpuMs),
      [10_000, 60_000],
    );
  });
}

test('where the part is the whole budget, it decides', async () => {
  const small = { ...task, budget: { ...task.budget, cpuMs: 10_000, heartbeats: 400 } };
  assert.equal((await judge(new ScriptedBackend([cpu]), { task: small }))?.reason, 'time_limit');
  assert.equal((await judge(new ScriptedBackend([heartbeats]), { task: small }))?.reason, 'heartbeats');
});

test('heartbeats of the header are final', async () => {
  const own = { ...task, budget: { ...task.budget, heartbeats: undefined } };
  assert.equal((await judge(new ScriptedBackend([heartbeats]), { task: own }))?.reason, 'heartbeats');
});

test('the statement is checked once for all candidates, also at the same time', async () => {
  const backend = new ScriptedBackend([answered()]);
  const shared = fresh();
  await Promise.all([judge(backend, { shared }), judge(backend, { shared })]);
  await judge(backend, { shared });
  assert.equal(backend.references, 1);
});

test('a statement that does not compile is the problem’s fault, and no proof is checked', async () => {
  const message = { severity: 'error', line: 2, column: 7, text: 'unknown identifier' } as const;
  const backend = new ScriptedBackend([answered()], [answered(undefined, [message])]);
  const verdict = await judge(backend);
  assert.deepEqual([verdict?.status, verdict?.reason, verdict?.retryable], ['ERROR', 'bad_problem', false]);
  assert.match(verdict?.message ?? '', /2:7: unknown identifier/);
  assert.equal(backend.checks.length, 0);
});

test('a statement that was lost is asked for again', async () => {
  const backend = new ScriptedBackend([answered()], [lost, answered()]);
  const shared = fresh();
  const first = await judge(backend, { shared });
  assert.deepEqual([first?.status, first?.retryable], ['ERROR', true]);
  assert.equal((await judge(backend, { shared }))?.status, 'CORRECT');
});

test('whoever gives up while the statement is checked leaves it to the others', async () => {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const backend = new ScriptedBackend([answered()], [() => promise, answered()]);
  const shared = fresh();
  const gone = new AbortController();
  const first = judge(backend, { shared, signal: gone.signal });
  const second = judge(backend, { shared });
  gone.abort(new Error('gone'));
  resolve(answered());
  await assert.rejects(first, /gone/);
  assert.equal((await second)?.status, 'CORRECT');
});

test('the independent checker sees accepted proofs only, and its refusal is final', async () => {
  const all = { ...task, independent: 'all' as const };
  let asked = 0;
  const check = (accepted: boolean | undefined) => async () => {
    asked++;
    return { accepted, detail: 'd' };
  };
  const of = async (outcome: Outcome, accepted: boolean | undefined) => {
    const verdict = await judge(new ScriptedBackend([outcome]), {
      task: all,
      independentCheck: check(accepted),
    });
    return [verdict?.status, verdict?.reason];
  };
  assert.deepEqual(await of(sorry, true), ['INCORRECT', 'has_sorry']);
  assert.equal(asked, 0);
  assert.deepEqual(await of(answered(), true), ['CORRECT', 'proved_tier2']);
  assert.deepEqual(await of(answered(), false), ['INCORRECT', 'checker_refused']);
  assert.deepEqual(await of(answered(), undefined), ['ERROR', 'verifier_failure']);
});

test('`first`: one accepted proof of a theorem is enough, a refused one is not', async () => {
  const first = { ...task, independent: 'first' as const };
  const shared = fresh();
  const answers = [false, undefined, true];
  let asked = 0;
  const independentCheck = async () => ({ accepted: answers[asked++], detail: 'd' });
  const backend = new ScriptedBackend([answered()]);
  const verdicts = await Promise.all(
    Array.from({ length: 5 }, () => judge(backend, { task: first, shared, independentCheck })),
  );
  assert.equal(asked, 3);
  assert.deepEqual(
    verdicts.map((verdict) => `${verdict?.status} ${verdict?.reason}`),
    [
      'INCORRECT checker_refused',
      'ERROR verifier_failure',
      'CORRECT proved_tier2',
      'CORRECT proved_tier1',
      'CORRECT proved_tier1',
    ],
  );
});
