/** The disk of the store is full: told with its mend, nothing stored before is lost, and it goes on once there is room. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assay, resultsOf, serve } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import type { Ended } from '../support/process.ts';
import { judgedBy, Replica } from '../support/replica.ts';
import { expectedVerdicts, sampleProblems, writeSamples } from '../support/samples.ts';
import { storedVerdicts } from '../support/stored.ts';
import { tempDir } from '../support/temp.ts';

const problems = sampleProblems({ problems: 40, candidates: 500 });
const expected = expectedVerdicts(problems);

test('a full disk under assay run', async (t) => {
  const { dir, disk, samples, replica } = await prepare(t);
  if (disk === undefined) return;
  const store = join(disk, 'store.db');
  const command = ['run', samples, ...judgedBy(replica), '--store', store, '--run', 'r', '--quiet', '--json'];
  command.push('--report', join(dir, 'report.json'));
  assertFull(await assay(t, command));
  assertFull(await assay(t, command));
  resize(disk, '64m');
  const kept = await storedVerdicts(store, 'r');
  assert.ok(kept.size > 0 && kept.size < expected.size, `${kept.size} verdicts before the disk was full`);
  for (const [key, verdict] of kept) assert.equal(verdict, expected.get(key), key);
  const ended = await assay(t, command);
  assert.equal(ended.code, 0, ended.stderr);
  await assertComplete(ended, store);
});

test('a full disk under assay serve', async (t) => {
  const { dir, disk, samples, replica } = await prepare(t);
  if (disk === undefined) return;
  const store = join(disk, 'store.db');
  const server = await serve(t, ['--port', '0', '--store', store, '--verifier-address', replica.address]);
  const command = ['run', samples, '--verifier', 'stub', '--orchestrator', server.address, '--run', 'r'];
  command.push('--quiet', '--json', '--report', join(dir, 'report.json'));
  assertFull(await assay(t, command));
  resize(disk, '64m');
  const ended = await assay(t, command);
  assert.equal(ended.code, 0, ended.stderr);
  await assertComplete(ended, store);
});

/** A small disk of its own in memory; undefined, and the test is skipped, where this may not be made. */
async function prepare(t: TestContext) {
  const dir = tempDir(t);
  const disk = join(dir, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'assay-test', disk], { stdio: 'pipe' });
  } catch (error) {
    t.skip(`no tmpfs can be mounted: ${(error as { stderr?: Buffer }).stderr ?? error}`);
    return {};
  }
  defer(t, () => execFileSync('umount', ['--lazy', disk]));
  const samples = writeSamples(join(dir, 'samples.jsonl'), problems);
  return { dir, disk, samples, replica: await Replica.start(t) };
}

function resize(disk: string, size: string): void {
  execFileSync('mount', ['-o', `remount,size=${size}`, disk], { stdio: 'pipe' });
}

function assertFull({ code, stdout, stderr }: Ended): void {
  assert.equal(code, 1, stderr);
  assert.match(stderr, /^error \[store_write\]: .*full.*\n {2}.*Make room.*run the same command again/m);
  assert.equal(stdout, '');
}

async function assertComplete(ended: Ended, store: string): Promise<void> {
  const [oracle] = resultsOf(ended).verifiers;
  const right = [...expected.values()].filter((verdict) => verdict === 'CORRECT').length;
  assert.deepEqual([oracle?.candidates, oracle?.correct, oracle?.error], [expected.size, right, 0]);
  assert.deepEqual(await storedVerdicts(store, 'r'), expected);
}
