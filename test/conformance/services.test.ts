/** Every verifier that comes with Assay keeps the contract, as a process; and so does a new one, as it is written. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtinVerifiers } from '@assay/cli';
import { assay, reportOf } from '../support/assay.ts';
import { checkService } from '../support/conformance.ts';
import { withoutSandbox } from '../support/docker.ts';
import { testLean } from '../support/lean.ts';
import { startNode } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { repository, tempDir } from '../support/temp.ts';
import { rewardWorker, withoutWorker } from '../support/worker.ts';

const lean = testLean();
/** What a verifier needs to start. */
const envs: Record<string, Readonly<Record<string, string>>> = {
  lean: typeof lean === 'string' ? {} : lean.env,
  reward: { ASSAY_REWARD_MODEL: join(repository, 'examples/reward') },
};
/** Why a verifier cannot be tried here. */
const without: Record<string, string | false> = {
  code: await withoutSandbox(),
  lean: typeof lean === 'string' ? lean : lean.isSlow && 'this Lean is too slow',
};

for (const [name, verifier] of Object.entries(builtinVerifiers)) {
  test(`${name} keeps the contract, and drains`, { skip: without[name] ?? false }, async (t) => {
    const { entry } = await verifier.program();
    await checkService(t, await Replica.start(t, { entry, env: envs[name] ?? {} }));
  });
}

test('the GPU worker keeps the contract, and drains', { skip: withoutWorker }, async (t) => {
  await checkService(t, await rewardWorker(t));
});

test('the stub of these tests keeps the contract, and drains', async (t) => {
  await checkService(t, await Replica.start(t, { meanMs: 2 }));
});

test('a new verifier: right types and form, its tests pass, it keeps the contract, it judges a run', async (t) => {
  // In the repository, as its imports must be found; two folders deep like those beside which it will stand.
  const dir = tempDir(t, join(repository, 'test'));
  const written = await assay(t, ['new-verifier', 'last-line', '--dir', dir]);
  assert.equal(written.code, 0, written.stderr);

  const bin = (name: string) => join(repository, 'node_modules/.bin', name);
  execFileSync(bin('tsc'), ['--project', dir], { stdio: 'pipe', timeout: 60_000 });
  execFileSync(bin('biome'), ['check', dir], { cwd: repository, stdio: 'pipe', timeout: 60_000 });
  const tests = await startNode(t, '--test', [join(dir, 'src/verifier.test.ts')]).ended;
  assert.equal(tests.code, 0, tests.stdout);

  const problem = { custom: { kind: 'last_line', json: '{"answer":"42"}' } };
  const sample = join(dir, 'problem.json');
  writeFileSync(sample, JSON.stringify({ problem, candidates: ['Say\n42', '41', ''] }));
  const replica = await Replica.start(t, { entry: join(dir, 'src/main.ts') });

  const samples = join(dir, 'samples.jsonl');
  writeFileSync(samples, `${JSON.stringify({ id: 'p', problem, samples: ['Say\n42', '41', '', '42'] })}\n`);
  const place = ['--verifier-address', replica.address, '--store', join(dir, 'store.db')];
  const run = await assay(t, ['run', samples, '--verifier', 'last-line', ...place, '--json']);
  assert.equal(run.code, 0, run.stderr);
  const [oracle] = reportOf(run).results.verifiers;
  assert.deepEqual([oracle?.correct, oracle?.incorrect], [2, 2]);

  await checkService(t, replica, ['--problem', sample]);
});
