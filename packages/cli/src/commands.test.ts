import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningVerifier, serveVerifier, type VerifierDefinition } from '@assay/verifier-kit';
import { assay, type Outcome, scratch, startAssay } from './testing/cli.ts';

/** Judges equality; `bug` is its own fault, `wait` never ends. */
const tiny: VerifierDefinition = {
  name: 'tiny',
  version: '1',
  kinds: ['math_answer'],
  candidateTimeoutMs: 60_000,
  checkProblem: ({ mathAnswer }) => (mathAnswer?.gold === 'odd' ? 'its reference is odd' : undefined),
  async verify({ mathAnswer }, { text }, { signal }) {
    if (text === 'bug') return { status: 'ERROR', reason: 'verifier_failure', retryable: false };
    if (text === 'wait') await once(signal, 'abort');
    const common = { answer: text, answerClass: text };
    if (text === mathAnswer?.gold) return { status: 'CORRECT', ...common };
    return { status: 'INCORRECT', reason: 'wrong_answer', ...common };
  },
};

let running: Promise<RunningVerifier> | undefined;
async function tinyAddress(): Promise<string> {
  running ??= serveVerifier(tiny, { logLevel: 'fatal' });
  return (await running).address;
}
after(async () => (await running)?.close());

/** A folder with samples of two problems, and further lines. */
function workplace(t: TestContext, ...lines: string[]): string {
  const folder = scratch(t);
  const rows = [
    { id: 'p1', gold: '4', samples: ['4', '5', '4'] },
    { id: 'p2', gold: '7', samples: ['1', '2', '3'] },
  ];
  const text = [...rows.map((row) => JSON.stringify(row)), ...lines, ''].join('\n');
  writeFileSync(join(folder, 's.jsonl'), text);
  return folder;
}

async function judge(folder: string, ...args: string[]): Promise<Outcome> {
  const address = await tinyAddress();
  return assay(['run', 's.jsonl', '--verifier', 'tiny', '--verifier-address', address, ...args], folder);
}

describe('wrong usage', { concurrency: 4 }, () => {
  const cases: [args: string[], stderr: RegExp][] = [
    [[], /^Usage: assay /],
    [['rnu'], /^error \[usage\]: unknown command 'rnu'\n\(Did you mean run\?\)/],
    [['run', '--verifier', 'math'], /error \[usage\]: missing required argument 'samples'/],
    [['run', 's.jsonl'], /required option '--verifier <names>' not specified/],
    [
      ['run', 's.jsonl', '--verifier', 'math', '--limti', '3'],
      /unknown option '--limti'\n\(Did you mean --limit\?\)/,
    ],
    [['run', 's.jsonl', '--verifier', 'math', '--limit', '0'], /Give a whole number of 1 or more/],
    [['run', 's.jsonl', '--verifier', 'math', '--level', '95'], /Give a share between 0 and 1/],
    [['run', 's.jsonl', '--verifier', 'math', '--fresh', '--orchestrator', 'x:1'], /cannot be used with/],
    [
      ['run', 's.jsonl', '--verifier', 'math', '--selector', 'reward,math'],
      /math is the oracle, which cannot select as well/,
    ],
    [['run', 'missing.jsonl', '--verifier', 'math'], /error \[no_such_file\]: missing\.jsonl/],
    [
      ['run', 's.jsonl', '--verifier', 'maths'],
      /error \[verifier_unknown\]: There is no verifier maths\.\n {2}Built in: math/,
    ],
    [['run', 's.jsonl', '--verifier', 'x', '--verifier-address', 'nonsense'], /Give HOST:PORT/],
    [['report', '--store', 'none.db'], /error \[store_missing\]/],
    [['conformance', '127.0.0.1:1'], /error \[verifier_unreachable\]/],
    [['new-verifier', 'Bad_Name', '--dir', 'd'], /error \[bad_name\]/],
    [['bench', 'no-such-benchmark'], /error \[usage\]: There is no benchmark/],
  ];
  for (const [args, stderr] of cases) {
    test(`assay ${args.join(' ')}`, async (t) => {
      const folder = workplace(t);
      const outcome = await assay(args, folder);
      assert.match(outcome.stderr, stderr);
      assert.doesNotMatch(outcome.stderr, /\n {4}at /, 'no stack');
      assert.deepEqual([outcome.code, outcome.stdout], [2, '']);
      assert.deepEqual(readdirSync(folder), ['s.jsonl'], 'nothing is left behind');
    });
  }

  test('ASSAY_DEBUG=1 shows the stack', async (t) => {
    const { stderr } = await assay(['report', '--store', 'none.db'], scratch(t), { ASSAY_DEBUG: '1' });
    assert.match(stderr, /\n {4}at /);
  });
});

test('help and version', async (t) => {
  const folder = scratch(t);
  const [help, runHelp, version] = await Promise.all(
    [['--help'], ['run', '--help'], ['--version']].map((args) => assay(args, folder)),
  );
  assert.match(help?.stdout ?? '', /Examples:.*Exit codes:.*130/s);
  assert.match(runHelp?.stdout ?? '', /--early-stop.*Formats.*llmonk.*Exit codes:/s);
  assert.match(version?.stdout ?? '', /^\d+\.\d+\.\d+\n$/);
  assert.deepEqual([help?.code, runHelp?.code, version?.code], [0, 0, 0]);
});

describe('run', { concurrency: 4 }, () => {
  test('judges, reports, and the same command goes on with the same run', async (t) => {
    const folder = workplace(t);
    const first = await judge(folder);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stdout, /6 candidates: 2 \(33\.33 %\) correct, 4 \(66\.67 %\) incorrect/);
    const [, id] = /^run (s-[0-9a-f]{8}): tiny; store: \.assay\/store\.db$/m.exec(first.stderr) ?? [];
    assert.match(first.stderr, new RegExp(`^report: .assay/reports/${id}.json$`, 'm'));
    const written = JSON.parse(readFileSync(join(folder, `.assay/reports/${id}.json`), 'utf8'));
    assert.equal(written.schema, 'assay.report/v1');

    const again = await judge(folder, '--json', '--quiet', '--report', 'mine.json');
    assert.deepEqual([again.code, again.stderr], [0, '']);
    const report = JSON.parse(again.stdout);
    assert.equal(report.run.id, id);
    assert.deepEqual(report.results, written.results);
    assert.equal(
      report.operations.verifiers[0].judged,
      written.operations.verifiers[0].judged,
      'nothing twice',
    );
    assert.deepEqual(JSON.parse(readFileSync(join(folder, 'mine.json'), 'utf8')), report);

    const fresh = JSON.parse((await judge(folder, '--json', '--quiet', '--fresh')).stdout);
    assert.deepEqual(fresh.results, report.results);
    assert.equal(fresh.operations.verifiers[0].judged, 0, 'judgements are cached');

    const list = await assay(['report'], folder);
    assert.match(list.stdout, new RegExp(`^${id} +complete +\\d{4}-.* +tiny +s\\.jsonl$`, 'm'));
    assert.equal(JSON.parse((await assay(['report', '--json'], folder)).stdout)[0].id, id);
    const shown = await assay(['report', String(id), '--out', 'again.json', '--level', '0.9'], folder);
    assert.match(shown.stdout, /k {2}coverage +90 % interval/);
    assert.equal(JSON.parse(readFileSync(join(folder, 'again.json'), 'utf8')).results.level, 0.9);
    const unknown = await assay(['report', 'unknown'], folder);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /error \[run_unknown\]/);
  });

  test('bad rows are told, left out, and make the exit code 3', async (t) => {
    const folder = workplace(t, '{"id": "p3", "gold": ', '{"id": "p4", "samples": ["1"]}');
    const { code, stdout, stderr } = await judge(folder);
    assert.equal(code, 3, stderr);
    assert.match(stdout, /6 candidates/);
    assert.match(stderr, /^bad row: s\.jsonl:3: .*\n {2}\S.*\nbad row: s\.jsonl:4: /m);
    assert.match(stderr, /^2 bad rows were left out$/m);
    const strict = await judge(folder, '--strict');
    assert.equal(strict.code, 2);
    assert.match(strict.stderr, /error \[\w+\]: s\.jsonl:3: /);
  });

  test('missing verdicts make the exit code 3', async (t) => {
    const folder = workplace(t, '{"id": "p3", "gold": "4", "samples": ["4", "bug"]}');
    const { code, stdout } = await judge(folder, '--quiet');
    assert.equal(code, 3);
    assert.match(stdout, /1 \(12\.50 %\) missing \(ERROR\)/);
  });

  test('a problem that cannot be judged is told with its reason', async (t) => {
    const folder = workplace(t, '{"id": "p3", "gold": "odd", "samples": ["4", "5"]}');
    const { code, stdout } = await judge(folder, '--quiet', '--run', 'r');
    assert.equal(code, 3);
    assert.match(stdout, /^ {2}bad_problem × 2 in problem p3: its reference is odd$/m);
    const one = await assay(['report', 'r', '--problem', 'p3'], folder);
    assert.match(one.stdout, /^ {2}missing: bad_problem × 2: its reference is odd$/m);
  });

  test('report --problem: answer classes, also as JSON', async (t) => {
    const folder = workplace(t);
    await judge(folder, '--quiet', '--run', 'r');
    const text = await assay(['report', 'r', '--problem', 'p1'], folder);
    assert.equal(text.code, 0, text.stderr);
    assert.match(
      text.stdout,
      /^Problem p1 of s in run r\n.* {2}vote: right\n.* {2}4 +4 +2 +66\.67 % +yes\n/s,
    );
    const json = await assay(['report', 'r', '--problem', 'p2', '--json'], folder);
    const { verifiers } = JSON.parse(json.stdout);
    assert.deepEqual(verifiers[0].vote, { tied: 3, success: 0 });
    const unknown = await assay(['report', 'r', '--problem', 'p9'], folder);
    assert.deepEqual([unknown.code, unknown.stdout], [2, '']);
    assert.match(
      unknown.stderr,
      /error \[usage\]: Run r has no .*"p9"\.\n {2}Its problems are named like p1, p2\./,
    );
    const runless = await assay(['report', '--problem', 'p1'], folder);
    assert.deepEqual([runless.code, runless.stdout], [2, '']);
  });

  test('input without a usable row is exit code 2, and starts nothing', async (t) => {
    const folder = workplace(t);
    writeFileSync(join(folder, 's.jsonl'), 'no JSON\n{"id": "p1"}\n');
    const { code, stderr } = await judge(folder);
    assert.equal(code, 2);
    assert.match(stderr, /error \[no_samples\]: No row of s\.jsonl can be used/);
    assert.equal(existsSync(join(folder, '.assay')), false);
  });

  test('an address that serves another verifier is exit code 2', async (t) => {
    const address = await tinyAddress();
    const args = ['run', 's.jsonl', '--verifier', 'huge', '--verifier-address', address];
    const { code, stderr } = await assay(args, workplace(t));
    assert.equal(code, 2);
    assert.match(
      stderr,
      /error \[verifier_unknown\]: There is no verifier huge\. The addresses given serve tiny\./,
    );
  });

  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${signal} ends it in order with ${exitCode}, and it can go on`, async (t) => {
      const folder = workplace(t, '{"id": "p3", "gold": "4", "samples": ["wait"]}');
      const address = await tinyAddress();
      const args = ['run', 's.jsonl', '--run', 'r', '--verifier', 'tiny', '--verifier-address', address];
      const started = startAssay(args, folder);
      await started.wrote('run r: tiny');
      const counted = async () => {
        const { stdout } = await assay(['report', 'r', '--json'], folder);
        return JSON.parse(stdout || '{}').results?.verifiers[0].candidates;
      };
      while ((await counted()) !== 6);
      const start = performance.now();
      started.process.kill(signal);
      const { code, stderr, stdout } = await started.outcome;
      assert.ok(performance.now() - start < 3_000);
      assert.deepEqual([code, stdout], [exitCode, '']);
      assert.match(
        stderr,
        /^stopped: the verdicts so far are stored, and the same command goes on with run r$/m,
      );

      writeFileSync(
        join(folder, 's.jsonl'),
        readFileSync(join(folder, 's.jsonl'), 'utf8').replace('wait', '4'),
      );
      const end = await assay([...args, '--json'], folder);
      assert.equal(end.code, 0, end.stderr);
      assert.equal(JSON.parse(end.stdout).results.verifiers[0].correct, 3);
    });
  }

  test('a second signal ends it at once, also while it waits for a pipe', async (t) => {
    const folder = scratch(t);
    const main = join(import.meta.dirname, 'main.ts');
    const args = ['--disable-warning=ExperimentalWarning', main, 'run', '-', '--verifier', 'math'];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
    const exit = once(child, 'exit');
    child.stdin.write('{"id": "p3", "gold": "4", "samples": ["4"]}\n');
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    child.kill('SIGINT');
    assert.deepEqual(await exit, [130, null]);
  });

  test('a reader that has seen enough is no error', async (t) => {
    const folder = workplace(t);
    await judge(folder, '--quiet', '--run', 'r');
    const main = join(import.meta.dirname, 'main.ts');
    const args = ['--disable-warning=ExperimentalWarning', main, 'report', 'r', '--json'];
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const errors = child.stderr.toArray();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.equal((await errors).join(''), '');
  });
});

test('serve: runs of other processes, verifiers, graceful end', async (t) => {
  const folder = workplace(t);
  const server = startAssay(['serve', '--port', '0', '--verifier-address', await tinyAddress()], folder);
  t.after(() => server.process.kill('SIGKILL'));
  await server.wrote('"ready":true');
  const { ready, address } = JSON.parse(server.stdout);
  assert.equal(ready, true);

  const args = ['run', 's.jsonl', '--run', 'r', '--verifier', 'tiny', '--orchestrator', address, '--json'];
  const judged = await assay(args, folder);
  assert.equal(judged.code, 0, judged.stderr);
  assert.equal(JSON.parse(judged.stdout).results.verifiers[0].correct, 2);
  const [runs, verifiers, json] = await Promise.all([
    assay(['report', '--orchestrator', address], folder),
    assay(['verifiers', '--orchestrator', address], folder),
    assay(['verifiers', '--verifier-address', await tinyAddress(), '--json'], folder),
  ]);
  assert.match(runs.stdout, /^r +complete /m);
  assert.match(verifiers.stdout, /^math +math_answer/m);
  assert.match(verifiers.stdout, /^tiny +1 +math_answer +127\.0\.0\.1:\d+ +ready /m);
  const { builtin, running } = JSON.parse(json.stdout);
  assert.deepEqual(
    [builtin[0].name, running[0].name, running[0].replicas[0].state],
    ['math', 'tiny', 'READY'],
  );

  server.process.kill('SIGTERM');
  assert.equal((await server.outcome).code, 0);
  const gone = await assay(['report', '--orchestrator', address], folder);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /error \[orchestrator_unreachable\]/);
});

test('gateway: what is open when its end is asked for has the grace that it was given', async (t) => {
  const gateway = startAssay(
    ['gateway', '--orchestrator', '127.0.0.1:1', '--port', '0', '--grace', '600'],
    scratch(t),
  );
  t.after(() => gateway.process.kill('SIGKILL'));
  await gateway.wrote('"ready":true');
  const { port } = new URL((JSON.parse(gateway.stdout) as { http: string }).http);
  const socket = connect(Number(port), '127.0.0.1');
  const answer = socket.setEncoding('utf8').toArray();
  const head = ['POST /v1/judge HTTP/1.1', 'host: 127.0.0.1', 'content-type: application/json'];
  socket.write([...head, 'content-length: 2', 'connection: close', '', '{'].join('\r\n'));
  // It has the head once it answers to another.
  await fetch(`http://127.0.0.1:${port}/openapi.json`).then((response) => response.text());
  gateway.process.kill('SIGTERM');
  await gateway.wrote('stopping');
  // Longer than the default.
  await sleep(6_000);
  socket.write('}');
  assert.match((await answer).join(''), /^HTTP\/1\.1 \d{3} /);
  assert.equal((await gateway.outcome).code, 0);
  const wrong = await assay(['gateway', '--orchestrator', '127.0.0.1:1', '--grace', 'long'], scratch(t));
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /--grace/);
});

test('conformance: check by check, and as JSON', async (t) => {
  const folder = scratch(t);
  const address = await tinyAddress();
  writeFileSync(
    join(folder, 'p.json'),
    '{"problem": {"mathAnswer": {"gold": "4"}}, "candidates": ["4", "5"]}',
  );
  writeFileSync(join(folder, 'bad.json'), '{"candidates": ["4"]}');
  const checked = await assay(['conformance', address, '--problem', 'p.json'], folder);
  assert.equal(checked.code, 0, checked.stdout);
  assert.match(checked.stdout, /^ {2}✓ \S+: /m);
  assert.match(checked.stdout, /^\d+ passed, 0 failed, \d+ skipped\n$/m);
  const json = await assay(['conformance', address, '--json'], folder);
  assert.equal(JSON.parse(json.stdout).results[0].status, 'pass');
  const bad = await assay(['conformance', address, '--problem', 'bad.json'], folder);
  assert.deepEqual([bad.code, bad.stdout], [2, '']);
});

test('conformance: a kind of its own without a problem is not passed', async (t) => {
  const own: VerifierDefinition = {
    ...tiny,
    name: 'own',
    kinds: ['own'],
    checkProblem: ({ custom }) => (custom?.json === '{}' ? 'nothing to judge by' : undefined),
    verify: () => ({ status: 'CORRECT' }),
  };
  const verifier = await serveVerifier(own, { logLevel: 'fatal' });
  t.after(() => verifier.close());
  const folder = scratch(t);
  const problem = { custom: { kind: 'own', json: '1' } };
  writeFileSync(join(folder, 'p.json'), JSON.stringify({ problem }));
  const [without, given] = await Promise.all([
    assay(['conformance', verifier.address], folder),
    assay(['conformance', verifier.address, '--problem', 'p.json'], folder),
  ]);
  assert.equal(without?.code, 3, without?.stdout);
  assert.match(without?.stdout ?? '', /– judged: every verdict is ERROR bad_problem \(nothing to judge by\)/);
  assert.match(
    without?.stderr ?? '',
    /^It was not checked how it judges, .*\n {2}Give one: --problem FILE, /,
  );
  assert.deepEqual([given?.code, given?.stderr], [0, '']);
});

test('new-verifier writes files and never overwrites', async (t) => {
  const folder = scratch(t);
  const written = await assay(['new-verifier', 'my-own', '--dir', 'made'], folder);
  assert.equal(written.code, 0, written.stderr);
  assert.match(written.stdout, /Next:.*made\/src\/verifier\.ts.*--verifier my-own/s);
  assert.equal(JSON.parse(readFileSync(join(folder, 'made/package.json'), 'utf8')).name, '@assay/my-own');
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine/precious.txt'), 'x');
  const refused = await assay(['new-verifier', 'my-own', '--dir', 'mine'], folder);
  assert.equal(refused.code, 2);
  assert.deepEqual(readdirSync(join(folder, 'mine')), ['precious.txt']);
});

test('doctor: every check says what it found and how to mend it', async (t) => {
  const folder = scratch(t);
  const { code, stdout } = await assay(['doctor', '--json', '--store', 'deep/er/store.db'], folder);
  const { ok, checks } = JSON.parse(stdout);
  assert.equal(ok, true, stdout);
  assert.equal(code, 0);
  const byName = Object.fromEntries(checks.map((check: { name: string }) => [check.name, check]));
  for (const name of [
    'Node.js',
    'store',
    'disk',
    'memory',
    'CPUs',
    'gRPC',
    'compression',
    'isolated-vm',
    'esbuild',
  ]) {
    assert.equal(byName[name]?.status, 'ok', name);
  }
  for (const name of ['Docker', 'sandbox image', 'Lean', 'reward model', 'NVIDIA GPU']) {
    const { status, neededFor, mend } = byName[name];
    assert.match(status, /^(ok|missing)$/);
    assert.match(neededFor, /verifier$/);
    assert.equal(typeof mend, status === 'ok' ? 'undefined' : 'string');
  }
  assert.deepEqual(readdirSync(folder), [], 'nothing is left behind');
});

test('doctor: what does not work is exit code 1 with its mend', async (t) => {
  const folder = scratch(t);
  writeFileSync(join(folder, 'file'), '');
  const { code, stdout } = await assay(['doctor', '--store', 'file/store.db'], folder);
  assert.equal(code, 1);
  assert.match(stdout, /^failed +store +SQLite cannot write in .*\n +→ Name a file on a local disk/m);
  assert.match(stdout, /Not ready\.\n$/);
});
