/** Judging a share of a run again: what changes is told, what was not judged is not compared, and nothing is shared. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { RecheckResults } from '@assay/report';
import { serveVerifier, type VerdictBody } from '@assay/verifier-kit';
import { assay, startAssay } from '../support/assay.ts';
import { until } from '../support/process.ts';
import { sampleProblems, writeSamples } from '../support/samples.ts';
import { runIds, storedRows } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

const timeout = 120_000;

/** Half as many texts as candidates: many are equal. */
const problems = sampleProblems({ problems: 10, candidates: 60, distinct: 0.5 });

/** Right by the last word. */
function judge(gold: string | undefined, text: string): VerdictBody {
  return text.endsWith(` is ${gold}`)
    ? { status: 'CORRECT', answer: gold ?? '' }
    : { status: 'INCORRECT', reason: 'wrong_answer' };
}

interface Served {
  options: string[];
  calls: number;
}

/** A verifier in this process; `verdict` may be another one at each call. */
async function serve(
  t: TestContext,
  name: string,
  verdict: (steady: VerdictBody, call: number) => VerdictBody | Promise<VerdictBody> = (steady) => steady,
  version = '1',
): Promise<Served> {
  const served: Served = { options: [], calls: 0 };
  const running = await serveVerifier(
    {
      name,
      version,
      kinds: ['math_answer'],
      verify: async ({ mathAnswer }, { text }) => verdict(judge(mathAnswer?.gold, text), served.calls++),
    },
    { logLevel: 'fatal' },
  );
  t.after(() => running.close());
  served.options = ['--verifier-address', running.address];
  return served;
}

function prepare(t: TestContext) {
  const dir = tempDir(t);
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  const store = join(dir, 'store.db');
  return { dir, samples, store, rest: ['--store', store, '--quiet'] };
}

interface Printed {
  chosen: number;
  same: number;
  different: number;
  absent: number;
  rechecks: RecheckResults[];
}

async function ask(t: TestContext, args: string[], code = 0): Promise<Printed & { stderr: string }> {
  const ended = await assay(t, [...args, '--json']);
  assert.equal(ended.code, code, ended.stderr);
  return { ...(JSON.parse(ended.stdout) as Printed), stderr: ended.stderr };
}

const opposite = ({ status }: VerdictBody): VerdictBody =>
  status === 'CORRECT' ? { status: 'INCORRECT', reason: 'wrong_answer' } : { status: 'CORRECT', answer: 'x' };

test('a flaky verifier and a steady one', { timeout }, async (t) => {
  const { samples, store, rest } = prepare(t);
  const steady = await serve(t, 'steady');
  // One in three by chance, whatever it says of.
  const flaky = await serve(t, 'flaky', (own) => (Math.random() < 1 / 3 ? opposite(own) : own));
  const addresses = [...steady.options, ...flaky.options];
  const run = await assay(t, [
    'run',
    samples,
    '--verifier',
    'steady,flaky',
    ...addresses,
    '--run',
    'r',
    ...rest,
  ]);
  assert.equal(run.code, 0, run.stderr);
  const first = await storedRows(store, 'r', 1);
  steady.calls = 0;

  const recheck = ['recheck', 'r', '--count', '200', ...addresses, ...rest];
  const { chosen, same, rechecks } = await ask(t, recheck);
  assert.deepEqual([chosen, same], [200, 200]);
  // Equal texts are judged each for itself, and nothing comes from the cache.
  assert.equal(steady.calls, 200);
  const [quiet, loud] = rechecks;
  assert.deepEqual([quiet?.name, quiet?.rechecked, quiet?.changed], ['steady', 200, 0]);
  const again = await storedRows(store, 'r.recheck', 1);
  assert.equal(again.size, 200);
  const changed = [...again].filter(
    ([key, row]) => row.judgement?.verdict.status !== first.get(key)?.judgement?.verdict.status,
  );
  assert.deepEqual([loud?.name, loud?.rechecked, loud?.changed], ['flaky', 200, changed.length]);
  // 2 · 1/3 · 2/3 of 200 are 89; twelve standard deviations are 84.
  assert.ok(changed.length > 5 && changed.length < 173, `${changed.length} changed`);
  const keys = new Set(changed.map(([key]) => key));
  assert.equal(loud?.changes.length, Math.min(20, keys.size));
  for (const { problem, candidate } of loud?.changes ?? []) assert.ok(keys.has(`${problem}/${candidate}`));

  // The same command finds it done, with the same candidates; another choice is refused.
  assert.deepEqual((await ask(t, recheck)).rechecks, rechecks);
  assert.equal(steady.calls, 200);
  const other = await assay(t, ['recheck', 'r', '--count', '100', ...addresses, ...rest]);
  assert.match(other.stderr, /error \[run_exists\].*steady, flaky; count 200, seed 0/);
  assert.equal(other.code, 2);

  // Nothing of it is in the cache: a new run has the first verdicts.
  const calls = flaky.calls;
  const next = await assay(t, [
    'run',
    samples,
    '--verifier',
    'flaky',
    ...flaky.options,
    '--run',
    's',
    ...rest,
  ]);
  assert.equal(next.code, 0, next.stderr);
  assert.equal(flaky.calls, calls);
  const statuses = (rows: typeof first) => [...rows].map(([key, row]) => [key, row.judgement?.id]);
  assert.deepEqual(statuses(await storedRows(store, 's')), statuses(first));

  // Replaced, it is judged anew, and a fresh run takes its recheck with it.
  const replaced = [
    'recheck',
    'r',
    '--count',
    '30',
    '--verifier',
    'steady',
    ...addresses,
    ...rest,
    '--fresh',
  ];
  assert.equal((await ask(t, replaced)).rechecks.length, 1);
  assert.equal(steady.calls, 230);
  await ask(t, replaced);
  assert.equal(steady.calls, 260);
  const anew = ['run', samples, '--verifier', 'steady,flaky', ...addresses, '--run', 'r', '--fresh', ...rest];
  assert.equal((await assay(t, anew)).code, 0);
  assert.deepEqual(await runIds(store), ['s', 'r']);
});

test('killed, it goes on: no verdict is lost or judged again', { timeout }, async (t) => {
  const { samples, store, rest } = prepare(t);
  const gate = Promise.withResolvers<void>();
  let stopAt = Number.POSITIVE_INFINITY;
  const verifier = await serve(t, 'gated', async (own, call) => {
    if (call >= stopAt) await gate.promise;
    return own;
  });
  const { options } = verifier;
  const run = await assay(t, ['run', samples, '--verifier', 'gated', ...options, '--run', 'r', ...rest]);
  assert.equal(run.code, 0, run.stderr);
  stopAt = verifier.calls + 40;
  const command = ['recheck', 'r', '--share', '0.25', '--seed', '3', ...options, ...rest];
  const killed = startAssay(t, command);
  const stored = async () => {
    const rows = await storedRows(store, 'r.recheck').catch(() => new Map<string, never>());
    return new Map([...rows].map(([key, { judgement }]) => [key, judgement?.id]));
  };
  await until('verdicts', async () => (await stored()).size >= 20);
  killed.kill();
  assert.equal((await killed.ended).signal, 'SIGKILL', killed.stderr);
  const before = await stored();
  assert.ok(before.size < 150);
  stopAt = Number.POSITIVE_INFINITY;
  gate.resolve();
  const { chosen, rechecks } = await ask(t, command);
  assert.equal(chosen, 150);
  assert.deepEqual([rechecks[0]?.rechecked, rechecks[0]?.changed], [150, 0]);
  const after = await stored();
  assert.equal(after.size, 150);
  for (const [key, judgement] of before) assert.equal(after.get(key), judgement, key);
});

test('what is not what was judged is told, and not compared', { timeout }, async (t) => {
  const { dir, samples, rest } = prepare(t);
  const { options } = await serve(t, 'judge');
  const run = await assay(t, ['run', samples, '--verifier', 'judge', ...options, '--run', 'r', ...rest]);
  assert.equal(run.code, 0, run.stderr);
  // Of each problem 10 other texts, and 10 candidates less.
  const edited = problems.map((problem) => ({
    ...problem,
    samples: problem.samples.slice(0, 50).map((text, i) => (i < 10 ? `Now ${text}` : text)),
  }));
  const others = writeSamples(join(dir, 'others.jsonl'), edited);
  const all = ['--share', '1', ...rest];
  const { stderr, ...found } = await ask(t, ['recheck', 'r', others, ...options, ...all], 3);
  assert.deepEqual([found.chosen, found.same, found.different, found.absent], [600, 400, 100, 100]);
  assert.deepEqual([found.rechecks[0]?.rechecked, found.rechecks[0]?.changed], [400, 0]);
  assert.match(stderr, /is another one: 100 \(100 for judge\)/);
  assert.match(stderr, /do not have them: 100 candidates/);

  const newer = await serve(t, 'judge', undefined, '2');
  const none = await assay(t, ['recheck', 'r', ...newer.options, ...all]);
  assert.match(none.stderr, /None of the 600 candidates found .* version of judge/);
  assert.equal(none.code, 2);
  const strangers = writeSamples(join(dir, 'strangers.jsonl'), [
    { ...edited[0], id: 'x' } as (typeof edited)[0],
  ]);
  const nowhere = await assay(t, ['recheck', 'r', strangers, ...options, ...all]);
  assert.match(nowhere.stderr, /None of the 600 candidates chosen of run r is in the samples/);
  for (const [args, message] of [
    [['recheck', 'nix'], /error \[run_unknown\]/],
    [['recheck', 'r.recheck'], /judges run r again/],
    [['recheck', 'r', '--verifier', 'nix'], /has no verifier nix/],
    [['recheck', 'r', '--share', '0'], /Give a share above 0/],
    [['recheck', 'r', '--share', '0.1', '--count', '3'], /cannot be used with/],
  ] as const) {
    const ended = await assay(t, [...args, ...rest]);
    assert.match(ended.stderr, message);
    assert.equal(ended.code, 2, ended.stderr);
  }
});
