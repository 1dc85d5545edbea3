/** Other people's gRPC clients talk to every service, and know of it what its reflection tells them: no file, no types. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { builtinVerifiers } from '@assay/cli';
import { leanVerifier } from '@assay/lean';
import { scripted } from '@assay/lean/testing';
import { serveVerifier } from '@assay/verifier-kit';
import { serve } from '../support/assay.ts';
import { defer } from '../support/cleanup.ts';
import { withoutSandbox } from '../support/docker.ts';
import { type Asked, answersOf, ghz, goTool, grpcurl } from '../support/go-tools.ts';
import { Replica } from '../support/replica.ts';
import { repository, tempDir } from '../support/temp.ts';

const skip = goTool('grpcurl').skip || goTool('ghz').skip;
const health = 'grpc.health.v1.Health';

interface Service {
  /** Starts it; host:port. */
  start(t: TestContext): Promise<string>;
  skip?: string | false;
  problem: object;
  candidates: readonly string[];
  /** Status and reason of each. */
  expected: readonly string[];
}

async function replica(t: TestContext, name: string, env = {}): Promise<string> {
  const program = await builtinVerifiers[name]?.program();
  assert.ok(program);
  return (await Replica.start(t, { entry: program.entry, env })).address;
}

const services: Record<string, Service> = {
  math: {
    start: (t) => replica(t, 'math'),
    problem: { math_answer: { gold: '42' } },
    candidates: ['so it is \\boxed{42}', '41', ''],
    expected: ['CORRECT', 'INCORRECT wrong_answer', 'INCORRECT no_answer'],
  },
  code: {
    start: (t) => replica(t, 'code'),
    skip: await withoutSandbox(),
    // Bytes are base64 in JSON: "3\n" and "6\n".
    problem: { program_tests: { language: 'python', tests: [{ input: 'Mwo=', output: 'Ngo=' }] } },
    candidates: ['print(2 * int(input()))', 'print(input())'],
    expected: ['CORRECT', 'INCORRECT wrong_answer'],
  },
  lean: {
    async start(t) {
      const definition = leanVerifier({ toolchains: [scripted()], selfTest: false });
      const running = await serveVerifier(definition, { slots: 1, logLevel: 'silent' });
      defer(t, () => running.close());
      return running.address;
    },
    problem: { theorem: { header: 'import Mathlib\n', statement: 'theorem target : 1 + 1 = 2 := by\n' } },
    candidates: ['  rfl', '  sorry', ''],
    expected: ['CORRECT', 'INCORRECT has_sorry', 'INCORRECT no_answer'],
  },
  reward: {
    start: (t) => replica(t, 'reward', { ASSAY_REWARD_MODEL: join(repository, 'examples/reward') }),
    problem: { prompt: 'How much is 2 + 2?', scoring: {} },
    candidates: ['It is 4.', 'It is 5.'],
    expected: ['SCORED', 'SCORED'],
  },
};

interface Verdict {
  index?: number;
  status: string;
  reason?: string;
  score?: number;
}

const call = <T>(t: TestContext, address: string, method: string, asked: Asked = {}) =>
  answersOf<T>(grpcurl(t, address, [method], asked));

/** What any service shows of itself. */
async function isSeen(t: TestContext, address: string, names: string[], messages: string[]): Promise<void> {
  const listed = await grpcurl(t, address, ['list']);
  assert.equal(listed.code, 0, listed.stderr);
  assert.deepEqual(listed.stdout.trim().split('\n').sort(), [...names, health].sort());
  // All of its methods; then messages, with maps and optional fields among them.
  for (const words of [['describe'], ...messages.map((name) => ['describe', name])]) {
    const described = await grpcurl(t, address, words);
    assert.equal(described.code, 0, `${words}: ${described.stderr}`);
  }

  for (const service of ['', ...names]) {
    const [{ status } = {}] = await call<{ status?: string }>(t, address, `${health}/Check`, {
      send: [{ service }],
    });
    assert.equal(status, 'SERVING', service);
  }
  const unknown = await grpcurl(t, address, [`${health}/Check`], { send: [{ service: 'none' }] });
  assert.match(unknown.stderr, /NotFound/);
  // Watching does not end by itself: the first answer is there when it is broken off.
  const watched = await grpcurl(t, address, [`${health}/Watch`], { send: [{}], maxTime: 1 });
  assert.match(watched.stdout, /"SERVING"/);
  assert.match(watched.stderr, /DeadlineExceeded/);
}

for (const [name, { start, problem, candidates, expected, ...service }] of Object.entries(services)) {
  test(`grpcurl and ghz use ${name}`, { skip: skip || service.skip || false }, async (t) => {
    const address = await start(t);
    await isSeen(t, address, ['assay.v1.Verifier'], ['assay.v1.VerifyRequest', 'assay.v1.Verdict']);

    const [described] = await call<{ name: string; slots: number }>(t, address, 'assay.v1.Verifier/Describe');
    assert.equal(described?.name, name);
    assert.ok((described?.slots ?? 0) >= 1);

    const request = {
      problem: { id: 'p', ...problem },
      candidates: candidates.map((text, index) => ({ index, text })),
    };
    const answers = await call<{ verdicts: Verdict[] }>(t, address, 'assay.v1.Verifier/Verify', {
      send: [request],
    });
    // What is 0 or empty is left out in JSON.
    const verdicts = answers
      .flatMap((answer) => answer.verdicts)
      .toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0));
    assert.deepEqual(
      verdicts.map(({ status, reason }) => (status === 'INCORRECT' ? `${status} ${reason}` : status)),
      expected,
    );

    const refused = await grpcurl(t, address, ['assay.v1.Verifier/Verify'], { send: [{}], flags: ['-v'] });
    assert.match(refused.stderr, /InvalidArgument/);
    assert.match(refused.stdout, /^assay-reason: bad_request$/m);
    const forgotten = await grpcurl(t, address, ['assay.v1.Verifier/Verify'], {
      send: [{ ...request, problem: undefined, problem_digest: '0'.repeat(64) }],
      flags: ['-v'],
    });
    assert.match(forgotten.stderr, /FailedPrecondition/);
    assert.match(forgotten.stdout, /^assay-reason: problem_unknown$/m);

    const asked = await ghz(t, address, 'assay.v1.Verifier.Describe', 2_000, {});
    assert.deepEqual([asked.codes, asked.errors], [{ OK: 2_000 }, {}]);
    const calls = name === 'code' ? 50 : 500;
    const judged = await ghz(t, address, 'assay.v1.Verifier.Verify', calls, request);
    assert.deepEqual([judged.codes, judged.errors], [{ OK: calls }, {}]);
  });
}

test('grpcurl and ghz use the orchestrator', { skip }, async (t) => {
  const { address: verifier } = await Replica.start(t);
  const store = join(tempDir(t), 'store.db');
  const { address } = await serve(t, ['--port', '0', '--store', store, '--verifier-address', verifier]);
  const names = ['assay.v1.Orchestrator', 'externalscaler.ExternalScaler'];
  const messages = ['assay.v1.CreateRunRequest', 'assay.v1.RunVerdict', 'assay.v1.VerifierStatus'];
  await isSeen(t, address, names, messages);
  const method = <T>(name: string, ...send: object[]) =>
    call<T>(t, address, `assay.v1.Orchestrator/${name}`, { send });

  const run = { id: 'r', verifiers: ['stub'], labels: { model: 'mine' } };
  const [created] = await method<{ id: string; state: string; labels: object }>('CreateRun', run);
  assert.deepEqual([created?.id, created?.state, created?.labels], ['r', 'OPEN', { model: 'mine' }]);

  const problem = { id: 'p', math_answer: { gold: '42' } };
  const text = (index: number) => (index % 3 === 0 ? 'it is 42' : `it is ${index}`);
  const some = (...indexes: number[]) => ({
    problem: 'p',
    candidates: indexes.map((index) => ({ index, text: text(index) })),
  });
  const answers = await method<{ verdicts: { candidate?: number; verdict: Verdict }[] }>(
    'Submit',
    { run: 'r', problems: [problem], candidates: [some(0, 1)] },
    { candidates: [some(2, 3, 4, 5)] },
    { complete: true },
  );
  const verdicts = answers
    .flatMap((answer) => answer.verdicts)
    .map(({ candidate = 0, verdict }) => [candidate, verdict.status] as const);
  assert.deepEqual(
    new Map(verdicts),
    new Map([0, 1, 2, 3, 4, 5].map((index) => [index, index % 3 === 0 ? 'CORRECT' : 'INCORRECT'])),
  );
  assert.equal(verdicts.length, 6, 'each once');

  const [report] = await method<{ json: string }>('GetReport', { run: 'r' });
  const { results } = JSON.parse(report?.json ?? '') as { results: { verifiers: { correct: number }[] } };
  assert.equal(results.verifiers[0]?.correct, 2);
  const [progress] = await method<{ run: { state: string } }>('WatchRun', { run: 'r', once: true });
  assert.equal(progress?.run.state, 'COMPLETE');
  const [listed] = await method<{ runs: { id: string }[] }>('ListRuns');
  assert.deepEqual(
    listed?.runs.map(({ id }) => id),
    ['r'],
  );
  const [known] = await method<{ verifiers: { name: string }[] }>('ListVerifiers');
  assert.deepEqual(
    known?.verifiers.map(({ name }) => name),
    ['stub'],
  );

  const faults = [
    ['GetReport', { run: 'none' }, /NotFound/, 'run_unknown'],
    ['CreateRun', { id: 'r', verifiers: ['stub'], early_stop: true }, /AlreadyExists/, 'run_exists'],
    ['CreateRun', { id: 'no name', verifiers: ['stub'] }, /InvalidArgument/, 'invalid_run'],
    ['Submit', { candidates: [some(0)] }, /InvalidArgument/, 'invalid_request'],
  ] as const;
  for (const [name, send, status, reason] of faults) {
    const ended = await grpcurl(t, address, [`assay.v1.Orchestrator/${name}`], {
      send: [send],
      flags: ['-v'],
    });
    assert.match(ended.stderr, status, name);
    assert.match(ended.stdout, new RegExp(`^assay-reason: ${reason}$`, 'm'), name);
  }

  const scaled = { name: 'math', namespace: 'assay', scaler_metadata: { verifier: 'stub' } };
  const [spec] = await call<{ metricSpecs: object[] }>(
    t,
    address,
    'externalscaler.ExternalScaler/GetMetricSpec',
    { send: [{ ...scaled, scaler_metadata: undefined, scalerMetadata: scaled.scaler_metadata }] },
  );
  assert.equal(spec?.metricSpecs.length, 1);

  const [online] = await method<{ id: string }>('CreateRun', { verifiers: ['stub'] });
  // Each call names candidates that were not there before.
  const submitted = await ghz(t, address, 'assay.v1.Orchestrator.Submit', 500, [
    { run: online?.id, problems: [problem] },
    { candidates: [{ problem: 'p', candidates: [{ index: '{{.RequestNumber}}', text: 'it is 42' }] }] },
  ]);
  assert.deepEqual([submitted.codes, submitted.errors], [{ OK: 500 }, {}]);
  const [counted] = await method<{ json: string }>('GetReport', { run: online?.id });
  const all = JSON.parse(counted?.json ?? '') as { results: { verifiers: { correct: number }[] } };
  assert.equal(all.results.verifiers[0]?.correct, 500);
  const [cancelled] = await method<{ state: string }>('CancelRun', { run: online?.id });
  assert.equal(cancelled?.state, 'CANCELLED');
});
