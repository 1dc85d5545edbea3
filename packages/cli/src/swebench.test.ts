/** `assay swebench` as its users run it, without Docker. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { assay, scratch } from './testing/cli.ts';
import { fakeEngine } from './testing/engine.ts';
import { type Said, storePatches, tests } from './testing/patches.ts';

const groups = { new: 'FAIL_TO_PASS', old: 'PASS_TO_PASS' } as const;
const resolved: Said = { parts: tests(groups) };
const unresolved: Said = { status: 'INCORRECT', reason: 'tests_failed', parts: tests(groups, ['new']) };
const empty: Said = { status: 'INCORRECT', reason: 'no_answer', message: 'the patch is empty' };
const timedOut: Said = { status: 'INCORRECT', reason: 'time_limit', message: 'the tests ran for 5 s' };
const failed: Said = { status: 'ERROR', reason: 'verifier_failure', message: 'no image' };

const nowhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
const read = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

function instances(folder: string, rows: Record<string, string>): void {
  const lines = Object.entries(rows).map(([instance_id, image]) =>
    JSON.stringify({
      ...{ instance_id, image, repo: 'a/b', base_commit: '0123abc', test_patch: 'x' },
      ...{ FAIL_TO_PASS: ['new'], PASS_TO_PASS: ['old'] },
    }),
  );
  writeFileSync(join(folder, 'instances.jsonl'), `${lines.join('\n')}\n`);
}

async function workplace(t: { after(fn: () => void): void }): Promise<string> {
  const folder = scratch(t);
  const store = join(folder, '.assay/store.db');
  await storePatches(store, 'one', {
    'a__b-1': [[resolved]],
    'a__b-2': [[unresolved]],
    'a__b-3': [[empty]],
    'a__b-4': [[timedOut]],
    'a__b-5': [[failed]],
  });
  await storePatches(store, 'many', { 'a__b-1': [[unresolved, resolved, undefined]], 'a__b-2': [[failed]] });
  await storePatches(store, 'math', { p: [[{ status: 'INCORRECT', reason: 'wrong_answer' }]] }, ['math']);
  await storePatches(store, 'paths', { '../../x': [[resolved]] });
  await storePatches(
    store,
    'second',
    { 'a__b-1': [[{ status: 'SCORED', score: 1, _score: 'score' }], [resolved]] },
    ['reward', 'code'],
  );
  return folder;
}

describe('assay swebench report', { concurrency: 3 }, () => {
  test("the harness's files", async (t) => {
    const folder = await workplace(t);
    instances(folder, { 'a__b-1': '', 'a__b-6': '' });
    const options = ['--model', 'lab/best', '--out', 'out', '--problems', 'instances.jsonl'];
    const { code, stdout, stderr } = await assay(['swebench', 'report', 'one', ...options], folder);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout,
      `Run one (complete): 6 instances

resolved  unresolved  empty  errors  infra  incomplete
       1           1      1       2      1           1

summary  out/lab__best.one.json
reports  out/logs/run_evaluation/one/lab__best
`,
    );
    assert.deepEqual(read(folder, 'out/lab__best.one.json'), {
      total_instances: 6,
      submitted_instances: 5,
      completed_instances: 2,
      resolved_instances: 1,
      unresolved_instances: 1,
      infra_failure_instances: 1,
      ambiguous_failure_instances: 1,
      empty_patch_instances: 1,
      error_instances: 2,
      completed_ids: ['a__b-1', 'a__b-2'],
      incomplete_ids: ['a__b-6'],
      empty_patch_ids: ['a__b-3'],
      submitted_ids: ['a__b-1', 'a__b-2', 'a__b-3', 'a__b-4', 'a__b-5'],
      resolved_ids: ['a__b-1'],
      unresolved_ids: ['a__b-2'],
      infra_failure_ids: ['a__b-5'],
      ambiguous_failure_ids: ['a__b-4'],
      error_ids: ['a__b-4', 'a__b-5'],
      failure_reasons: { 'a__b-4': 'timeout', 'a__b-5': 'verifier_failure' },
      schema_version: 2,
    });
    const logs = join(folder, 'out/logs/run_evaluation/one/lab__best');
    assert.deepEqual(readdirSync(logs).sort(), ['a__b-1', 'a__b-2']);
    const none = { success: [], failure: [] };
    assert.deepEqual(read(logs, 'a__b-2/report.json'), {
      'a__b-2': {
        patch_is_None: false,
        patch_exists: true,
        patch_successfully_applied: true,
        resolved: false,
        tests_status: {
          FAIL_TO_PASS: { success: [], failure: ['new'] },
          PASS_TO_PASS: { success: ['old'], failure: [] },
          FAIL_TO_FAIL: none,
          PASS_TO_FAIL: none,
        },
      },
    });
  });

  test('several samples: a run for each index', async (t) => {
    const folder = await workplace(t);
    const { code, stdout } = await assay(['swebench', 'report', 'many'], folder);
    assert.equal(code, 0);
    assert.match(stdout, /^sample {2}resolved .*\n {5}0 +0 +1 +0 +1 +1 +0\n {5}1 +1 +0 +0 +0 +0 +1\n\n/m);
    assert.match(stdout, /\nsummary {2}model\.many\.0\.json … model\.many\.1\.json\n/);
    assert.match(stdout, /\npass@k {3}assay report many\n$/);
    assert.deepEqual(read(folder, 'model.many.0.json').unresolved_ids, ['a__b-1']);
    const second = read(folder, 'model.many.1.json');
    assert.deepEqual([second.resolved_ids, second.incomplete_ids], [['a__b-1'], ['a__b-2']]);
    assert.ok(read(folder, 'logs/run_evaluation/many.1/model/a__b-1/report.json')['a__b-1'].resolved);
    assert.ok(!existsSync(join(folder, 'model.many.2.json')), 'skipped');
  });

  test('again: what has no report any more has no file any more', async (t) => {
    const folder = await workplace(t);
    const file = join(folder, 'logs/run_evaluation/one/model/a__b-4/report.json');
    await assay(['swebench', 'report', 'one'], folder);
    writeFileSync(join(folder, 'logs/run_evaluation/one/model/a__b-2/report.json'), 'old');
    const stale = join(folder, 'logs/run_evaluation/one/model/a__b-4');
    mkdirSync(stale);
    writeFileSync(file, 'old');
    assert.equal((await assay(['swebench', 'report', 'one'], folder)).code, 0);
    assert.ok(!existsSync(file));
    assert.ok(read(folder, 'logs/run_evaluation/one/model/a__b-2/report.json')['a__b-2']);
  });

  test('the verdicts of the code verifier, wherever it stands', async (t) => {
    const { code, stdout } = await assay(['swebench', 'report', 'second'], await workplace(t));
    assert.deepEqual([code, /\n +1 +0 +0 +0 +0 +0\n/.test(stdout)], [0, true], stdout);
  });

  test('it cannot be written', async (t) => {
    const folder = await workplace(t);
    writeFileSync(join(folder, 'file'), '');
    const { code, stderr } = await assay(['swebench', 'report', 'one', '--out', 'file'], folder);
    assert.match(stderr, /^error \[report_write\]: Cannot write file\/.*\n {2}.*--out FOLDER/);
    assert.equal(code, 1);
  });
});

describe('assay swebench, wrong usage', { concurrency: 3 }, () => {
  const cases: [args: string[], stderr: RegExp][] = [
    [[], /^Usage: assay swebench /],
    [['reprot'], /unknown command 'reprot'/],
    [['report'], /missing required argument 'run'/],
    [
      ['report', 'none'],
      /error \[run_unknown\]: There is no run none in .*\n {2}List the runs with: assay report/,
    ],
    [['report', 'one', '--store', 'none.db'], /error \[store_missing\]/],
    [['report', 'one', '--model', '..'], /The model name "\.\." cannot name files/],
    [['report', 'one', '--problems', 'none.jsonl'], /error \[no_such_file\]/],
    [
      ['report', 'math'],
      /Run math is not one of patches only: "p" was judged in another way\.\n {2}.*assay report math/,
    ],
    [['report', 'paths'], /The instance id "\.\.\/\.\.\/x" cannot name a folder/],
    [['pull'], /missing required argument 'instances'/],
    [['pull', 'none.jsonl'], /error \[no_such_file\]/],
    [['pull', 'math.jsonl'], /"m" is no SWE-bench instance/],
    [
      ['pull', 'predictions.jsonl'],
      /There is no instance in predictions\.jsonl\.\n {2}.*predictions only refer/,
    ],
    [['prune'], /required option '--keep <size>' not specified/],
    [['prune', '--keep', '50'], /Give 0, or 1M or more/],
    [['prune', '--keep', '1G', '--yes', '--dry-run'], /cannot be used with option/],
  ];
  // None of them gets as far as writing anything.
  const place = workplace({ after }).then((folder) => {
    writeFileSync(join(folder, 'math.jsonl'), '{"id": "m", "gold": "4", "samples": ["4"]}\n');
    const prediction = { instance_id: 'a__b-1', model_name_or_path: 'm', model_patch: 'x' };
    writeFileSync(join(folder, 'predictions.jsonl'), `${JSON.stringify(prediction)}\n`);
    return folder;
  });
  for (const [args, stderr] of cases) {
    test(`assay swebench ${args.join(' ')}`, async () => {
      const outcome = await assay(['swebench', ...args], await place, nowhere);
      assert.match(outcome.stderr, stderr);
      assert.doesNotMatch(outcome.stderr, /\n {4}at /, 'no stack');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
    });
  }

  test('without an engine', async (t) => {
    const folder = scratch(t);
    instances(folder, { 'a__b-1': '' });
    for (const args of [
      ['pull', 'instances.jsonl'],
      ['prune', '--keep', '1G'],
    ]) {
      const { code, stderr } = await assay(['swebench', ...args], folder, nowhere);
      assert.match(stderr, /^error \[no_docker\]: No Docker engine answers: .*\n {2}.*assay doctor/);
      assert.equal(code, 1);
    }
  });
});

describe('images of instances', { concurrency: 3 }, () => {
  const image = (id: string) => `swebench/sweb.eval.x86_64.${id}:latest`;

  async function place(t: TestContext, images: Parameters<typeof fakeEngine>[2]) {
    const folder = scratch(t);
    const engine = await fakeEngine(t, folder, images);
    const env = { DOCKER_HOST: engine.host, XDG_CACHE_HOME: join(folder, 'cache') };
    const swebench = (...args: string[]) => assay(['swebench', ...args], folder, env);
    return { folder, engine, swebench };
  }

  test('pull: each once, with progress, and what failed', async (t) => {
    const { folder, engine, swebench } = await place(t, { 'here:latest': { bytes: 1, created: 1 } });
    instances(folder, {
      'a__b-1': 'here:latest',
      'a__b-2': '',
      'a__b-3': 'x/absent:1',
      'a__b-4': 'here:latest',
    });
    const all = await swebench('pull', 'instances.jsonl');
    assert.equal(all.code, 1);
    assert.match(
      all.stdout,
      /^3 images: 1 pulled, 1 here already, 1 failed\n {2}x\/absent:1: .*cannot be pulled: .*not found.*\n$/,
    );
    assert.match(all.stderr, /^4 instances, 3 images, 4 at a time\n/);
    assert.match(all.stderr, /^\[\d\/3\] here:latest is here already \(\d:\d\d\)$/m);
    assert.match(all.stderr, /^\[\d\/3\] x\/absent:1 failed: .*not found/m);
    const pulled = [...engine.images.keys()];
    assert.ok(
      pulled.some((name) => /^swebench\/sweb\.eval\.(?:x86_64|arm64)\.a_1776_b-2:latest$/.test(name)),
    );
    const two = await swebench('pull', 'instances.jsonl', '--limit', '2');
    assert.deepEqual([two.code, two.stdout], [0, '2 images: 0 pulled, 2 here already, 0 failed\n']);
  });

  const gib = 2 ** 30;
  const stored = {
    [image('new')]: { bytes: 2 * gib, created: 30 },
    [image('old')]: { bytes: 3 * gib, created: 10 },
    [image('busy')]: { bytes: gib, created: 5, used: true },
    'debian:stable': { bytes: 9 * gib, created: 1 },
  };

  test('prune: --dry-run lists, --yes removes, and without them nobody is asked here', async (t) => {
    const { engine, swebench } = await place(t, stored);
    const dry = await swebench('prune', '--keep', '3G', '--dry-run');
    assert.equal(dry.code, 0, dry.stderr);
    assert.match(dry.stdout, /^3 images of instances, 6\.0 GiB; 3\.0 GiB may stay\n\n {2}image/);
    assert.match(dry.stdout, /\n {2}swebench\/\S+\.old:latest +3\.0 GiB +1970-01-01 00:00\n\n$/);
    const unasked = await swebench('prune', '--keep', '3G');
    assert.deepEqual([unasked.code, unasked.stdout], [2, dry.stdout]);
    assert.match(unasked.stderr, /Nothing was removed: there is nobody to ask\.\n {2}Add --yes/);
    assert.equal(engine.images.size, 4);
    const done = await swebench('prune', '--keep', '3G', '--yes');
    assert.deepEqual([done.code, done.stderr], [0, '']);
    assert.match(done.stdout, /\n1 image removed, about 3\.0 GiB\n$/);
    assert.deepEqual([...engine.images.keys()], [image('new'), image('busy'), 'debian:stable']);
    const again = await swebench('prune', '--keep', '3G', '--yes');
    assert.deepEqual([again.code, /\nNothing is to be removed\.\n$/.test(again.stdout)], [0, true]);
  });

  test('prune: a use by pull counts, and images that containers use may keep too much', async (t) => {
    const { folder, engine, swebench } = await place(t, stored);
    instances(folder, { 'a__b-1': image('old') });
    assert.equal((await swebench('pull', 'instances.jsonl')).code, 0);
    assert.match((await swebench('prune', '--keep', '4G', '--yes')).stdout, /\.new:latest +2\.0 GiB/);
    const busy = await swebench('prune', '--keep', '0', '--yes');
    assert.equal(busy.code, 1);
    assert.match(busy.stdout, /\n1 image that containers use stay.*1\.0 GiB/);
    assert.deepEqual([...engine.images.keys()], [image('busy'), 'debian:stable']);
  });
});
