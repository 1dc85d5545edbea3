/** `assay sample` as a process: killed, against a server with every bad habit, and on into verdicts. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assay, readRows, reportOf, startAssay } from '../support/assay.ts';
import { startNode, until } from '../support/process.ts';
import { randomNumbers, seed } from '../support/random.ts';
import { judgedBy, Replica } from '../support/replica.ts';
import { storedVerdicts } from '../support/stored.ts';
import { repository, tempDir } from '../support/temp.ts';

interface Row {
  id: string;
  index: number;
  sample: string;
}

/** The stand-in for a server; what it says ends in a digit that follows from prompt and seed. */
async function standIn(t: TestContext, options: object = {}): Promise<string> {
  const main = join(repository, 'packages/sampler/src/testing/main.ts');
  const server = startNode(t, main, [JSON.stringify(options)], { timeoutMs: 180_000 });
  return (JSON.parse(await server.line(/"ready":true/)) as { url: string }).url;
}

function writeProblems(dir: string, count: number): string {
  const path = join(dir, 'problems.jsonl');
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ id: `p${i}`, prompt: `Say a digit, for the time number ${i}.`, gold: String(i % 10) },
  }));
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

/** Samples by `problem/index`; each is there once. */
function samplesIn(path: string): Map<string, string> {
  const rows = readRows<Row>(path);
  const samples = new Map(rows.map(({ id, index, sample }) => [`${id}/${index}`, sample]));
  assert.equal(samples.size, rows.length, 'no sample twice');
  return samples;
}

const faults = { drop: 0.02, cut: 0.02, truncate: 0.02, fail: 0.02, limit: 0.02 };
const more = { fewer: 0.03, empty: 0.02, twice: 0.03, abort: 0.03, hang: 0.002, stall: 0.002 };

test('killed again and again, at a server with every fault: the file is complete, and has nothing twice', {
  timeout: 180_000,
}, async (t) => {
  const dir = tempDir(t);
  const [count, n] = [50, 110];
  const problems = writeProblems(dir, count);
  const out = join(dir, 'samples.jsonl');
  const url = await standIn(t, { faults: { ...faults, ...more }, delayMs: 100 });
  const args = ['-n', String(n), '--seed', '5', '--form', 'plain'];
  const command = ['sample', problems, '--url', url, ...args, '--out', out];
  const rough = [...command, '--batch', '3', '--concurrency', '24', '--timeout', '2', '--retries', '20'];
  const random = randomNumbers(seed);
  let before = new Map<string, string>();
  for (let kill = 0; kill < 6; kill++) {
    const run = startAssay(t, rough);
    if (random() < 0.8)
      await until('the first samples', () => existsSync(out) && run.stderr.includes('; into '));
    await sleep(900 * random());
    run.kill();
    assert.equal((await run.ended).signal, 'SIGKILL', run.stderr);
    const whole = existsSync(out) ? readFileSync(out, 'utf8').split('\n').slice(0, -1) : [];
    const now = new Map(
      whole.map((line) => JSON.parse(line) as Row).map((row) => [`${row.id}/${row.index}`, row.sample]),
    );
    assert.equal(now.size, whole.length, 'no sample twice');
    for (const [key, sample] of before) assert.equal(now.get(key), sample, `${key}, once written`);
    before = now;
  }
  assert.ok(before.size > 0 && before.size < count * n, `${before.size} samples after the last kill`);
  t.diagnostic(`${before.size} of ${count * n} samples after the last kill`);
  const last = await assay(t, [...rough, '--json'], { timeoutMs: 120_000 });
  assert.equal(last.code, 0, last.stderr);
  assert.match(last.stderr, /asking again/);

  const quiet = join(dir, 'quiet.jsonl');
  const calm = await standIn(t);
  const other = await assay(t, ['sample', problems, '--url', calm, ...args, '--out', quiet, '--quiet']);
  assert.deepEqual([other.code, other.stderr], [0, '']);
  assert.deepEqual(samplesIn(out), samplesIn(quiet));
  assert.equal(samplesIn(out).size, count * n);
});

test('goes into verification, and stops early', { timeout: 120_000 }, async (t) => {
  const dir = tempDir(t);
  const problems = writeProblems(dir, 12);
  const out = join(dir, 'samples.jsonl');
  const store = join(dir, 'store.db');
  const url = await standIn(t, { delayMs: 5 });
  const replica = await Replica.start(t);
  const judges = [...judgedBy(replica), '--store', store, '--early-stop'];
  const command = [
    'sample',
    problems,
    '--model',
    url,
    '--form',
    'plain',
    '--out',
    out,
    '--concurrency',
    '4',
    ...judges,
  ];
  const first = await assay(t, [...command, '-n', '2', '--json']);
  assert.equal(first.code, 0, first.stderr);
  const summary = JSON.parse(first.stdout) as { run: string; solved: number };

  const second = await assay(t, [...command, '-n', '100', '--json']);
  assert.equal(second.code, 0, second.stderr);
  const { run, solved, samples, spared_samples: spared, spared_tokens: tokens } = JSON.parse(second.stdout);
  assert.equal(run, summary.run, 'one run');
  assert.equal(solved, 12);
  assert.ok(solved > summary.solved, 'some were not solved before');
  const rows = samplesIn(out);
  assert.equal(rows.size + spared, 1200);
  assert.ok(samples > 0 && spared > 600 && tokens > spared, JSON.stringify({ samples, spared, tokens }));
  assert.match(second.stderr, /12 problems solved, [\d,]+ samples \(about [\d,]+ tokens\) not asked for/);

  // The same run, and nothing left to judge.
  const again = await assay(t, ['run', out, '--problems', problems, ...judges, '--json']);
  assert.equal(again.code, 0, again.stderr);
  assert.equal(reportOf(again).run.id, run);
  const verdicts = await storedVerdicts(store, run);
  assert.ok([...verdicts].every(([key]) => rows.has(key)));
  for (const [key, verdict] of verdicts) {
    const isRight = rows.get(key)?.endsWith(` ${Number(key.split('/')[0]?.slice(1)) % 10}`);
    // What came behind a success is skipped.
    if (verdict !== 'SKIPPED') assert.equal(verdict, isRight ? 'CORRECT' : 'INCORRECT wrong_answer', key);
  }

  // Counts that depend on verdicts are no sample for pass@k, until the rest is drawn.
  const estimate = ['run', out, '--problems', problems, ...judges.slice(0, -1), '--run', 'all', '--quiet'];
  const refused = await assay(t, estimate);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /end at their problem's first success/);
  assert.equal((await assay(t, [...command.slice(0, -judges.length), '-n', '100'])).code, 0);
  const estimated = await assay(t, estimate);
  assert.equal(estimated.code, 0, estimated.stderr);
  assert.match(estimated.stdout, /1,200 candidates/);
});

test('judges all of them where it does not stop early, also those that were there', {
  timeout: 120_000,
}, async (t) => {
  const dir = tempDir(t);
  const problems = writeProblems(dir, 5);
  const out = join(dir, 'samples.jsonl');
  const store = join(dir, 'store.db');
  const command = ['sample', problems, '--url', await standIn(t), '--form', 'plain', '--out', out, '-n'];
  assert.equal((await assay(t, [...command, '10'])).code, 0);
  const judges = [...judgedBy(await Replica.start(t)), '--store', store, '--run', 'r'];
  const judged = await assay(t, [...command, '40', ...judges]);
  assert.equal(judged.code, 0, judged.stderr);
  assert.match(judged.stdout, /200 candidates: .* 5 of 5 problems/s);
  const verdicts = await storedVerdicts(store, 'r');
  assert.deepEqual([...verdicts.keys()].sort(), [...samplesIn(out).keys()].sort());
});

test('stopped by SIGINT it says how it goes on, also where it judges', { timeout: 60_000 }, async (t) => {
  const dir = tempDir(t);
  const problems = writeProblems(dir, 5);
  const out = join(dir, 'samples.jsonl');
  const judges = [...judgedBy(await Replica.start(t)), '--store', join(dir, 'store.db')];
  const url = await standIn(t, { delayMs: 200 });
  const run = startAssay(t, [
    'sample',
    problems,
    '--url',
    url,
    '--form',
    'plain',
    '--out',
    out,
    '-n',
    '400',
    ...judges,
  ]);
  await until('the first samples', () => existsSync(out) && readFileSync(out, 'utf8').includes('\n'));
  run.kill('SIGINT');
  const { code, stderr } = await run.ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /stopped: the samples so far are kept, and the same command goes on/);
  assert.ok(!existsSync(`${out}.lock`));
  assert.ok(samplesIn(out).size > 0);
});

test('never tells the key', { timeout: 120_000 }, async (t) => {
  const dir = tempDir(t);
  const key = 'sk-a-secret-of-mine';
  const problems = writeProblems(dir, 2);
  const url = await standIn(t, { apiKey: key });
  const command = ['sample', problems, '--url', url, '--form', 'plain', '--out', join(dir, 'samples.jsonl')];
  const ASSAY_DEBUG = '1';
  const wrong = await assay(t, command, { env: { OPENAI_API_KEY: `${key}-but-wrong`, ASSAY_DEBUG } });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /server_refused.*Incorrect API key provided/);
  const right = await assay(t, [...command, '--json', '--api-key-env', 'MINE'], {
    env: { MINE: key, ASSAY_DEBUG },
  });
  assert.equal(right.code, 0, right.stderr);
  const written = globSync(join(dir, '*')).map((path) => readFileSync(path, 'utf8'));
  assert.ok(
    ![wrong.stdout, wrong.stderr, right.stdout, right.stderr, ...written].join('').includes('secret'),
  );
});

test('says what is wrong before it asks anybody', { timeout: 180_000 }, async (t) => {
  const dir = tempDir(t);
  const problems = writeProblems(dir, 2);
  const out = join(dir, 'samples.jsonl');
  const url = await standIn(t);
  const sample = (...args: string[]) =>
    assay(t, ['sample', problems, '--form', 'plain', '--out', out, ...args]);
  const expect = async (args: string[], code: number, words: RegExp) => {
    const ended = await sample(...args);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, words);
  };
  await expect([], 2, /Nothing says where the model is served/);
  await expect(['--url', url, '--early-stop'], 2, /--early-stop needs/);
  await expect(['--url', 'http://user:secret@host/v1'], 2, /more than host, port and path/);
  await expect(['--url', url, '--few-shot', join(dir, 'none.jsonl')], 2, /no such file/);
  await expect(['--url', url, '--body', '{"seed": 1}'], 2, /seed is given by an option of its own/);
  await expect(['--url', 'http://127.0.0.1:9/v1'], 1, /server_unreachable/);
  assert.ok(!existsSync(out));
  assert.equal((await sample('--url', url)).code, 0);
  await expect(['--url', url, '--temperature', '0.9'], 2, /samples_differ.*plain temperature 0\.6, now 0\.9/);
  await expect(['--url', url, '--model', 'other'], 2, /samples_differ.*model "stand-in", now "other"/);
  writeFileSync(problems, readFileSync(problems, 'utf8').replace('number 1', 'number one'));
  await expect(['--url', url], 2, /samples_differ.*"p1" were drawn with another prompt/);
});
