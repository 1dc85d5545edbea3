/** docs/verifier-guide.md, followed: its files are written, its commands run, as far as that goes without a cluster. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { assay, reportOf } from '../support/assay.ts';
import { checkService } from '../support/conformance.ts';
import { startNode } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { repository, tempDir } from '../support/temp.ts';

const guide = readFileSync(join(repository, 'docs/verifier-guide.md'), 'utf8');

/** Blocks of code, by the file that each is, or without one. */
const blocks = [...guide.matchAll(/^```(\w+) ?(\S*)\n(.*?)^```$/gms)].map(
  ([, language = '', file = '', text = '']) => ({
    ...{ language, file, text },
  }),
);
const fileOf = (name: string) => {
  const found = blocks.find(({ file }) => file === name);
  assert.ok(found, `no block ${name}`);
  return found.text;
};

/** What the guide has people type. */
const commands = blocks
  .filter(({ language, file }) => language === 'sh' && file === '')
  .flatMap(({ text }) => text.trim().split('\n'));

async function judges(t: import('node:test').TestContext, replica: Replica, dir: string): Promise<void> {
  const samples = join(dir, 'samples.jsonl');
  writeFileSync(samples, fileOf('samples.jsonl'));
  const place = ['--verifier-address', replica.address, '--store', join(dir, 'store.db')];
  const run = await assay(t, ['run', samples, '--verifier', 'mentions', ...place, '--json']);
  assert.equal(run.code, 0, run.stderr);
  const [oracle] = reportOf(run).results.verifiers;
  assert.deepEqual([oracle?.correct, oracle?.incorrect], [1, 1]);
  const problem = join(dir, 'problem.json');
  writeFileSync(problem, fileOf('services/mentions/problem.json'));
  await checkService(t, replica, ['--problem', problem]);
}

test('its commands are those that are tried here', () => {
  assert.deepEqual(commands, [
    './assay new-verifier mentions',
    './assay node --test services/mentions/src/verifier.test.ts',
    './assay node services/mentions/src/main.ts --port 7001 &',
    "python3 -m venv venv && venv/bin/pip install './clients/python[verifier]'",
    'venv/bin/python mentions.py --port 7002 &',
    './assay conformance 127.0.0.1:7001 --problem services/mentions/problem.json',
    './assay run samples.jsonl --verifier mentions --verifier-address 127.0.0.1:7001',
  ]);
});

test('a verifier in TypeScript', async (t) => {
  // In the repository, as its imports must be found; two folders deep like services/mentions.
  const dir = tempDir(t, join(repository, 'test'));
  const written = await assay(t, ['new-verifier', 'mentions', '--dir', dir]);
  assert.equal(written.code, 0, written.stderr);
  for (const { file, text } of blocks) {
    const inside = /^services\/mentions\/(.+)$/.exec(file)?.[1];
    if (inside === undefined) continue;
    assert.ok(existsSync(join(dir, dirname(inside))), file);
    writeFileSync(join(dir, inside), text);
  }
  const bin = (name: string) => join(repository, 'node_modules/.bin', name);
  execFileSync(bin('tsc'), ['--project', dir], { stdio: 'pipe', timeout: 60_000 });
  execFileSync(bin('biome'), ['check', dir], { cwd: repository, stdio: 'pipe', timeout: 60_000 });
  const tests = await startNode(t, '--test', [join(dir, 'src/verifier.test.ts')]).ended;
  assert.equal(tests.code, 0, tests.stdout);
  await judges(t, await Replica.start(t, { entry: join(dir, 'src/main.ts') }), tempDir(t));
});

/** With what assay_client needs: what ASSAY_TEST_CLIENT_PYTHON names, or what scripts/python.ts has made. */
const python = process.env.ASSAY_TEST_CLIENT_PYTHON || join(repository, '.python/client/bin/python');

test('a verifier in Python', {
  skip: !existsSync(python) && 'no Python for the client: `./assay test Python` makes one',
}, async (t) => {
  const dir = tempDir(t);
  const file = join(dir, 'mentions.py');
  writeFileSync(file, fileOf('mentions.py'));
  const env = { PYTHONPATH: join(repository, 'clients/python/src'), PYTHONDONTWRITEBYTECODE: '1' };
  await judges(t, await Replica.start(t, { program: [python, file], env }), dir);
});
