/** What clients of SandboxFusion and Kimina Lean Server are answered: shapes as their own clients read them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '@assay/contract';
import { serveVerifier, type VerdictBody, type VerifierDefinition } from '@assay/verifier-kit';
import { defer } from '../support/cleanup.ts';
import { serveCode } from '../support/code.ts';
import { withoutSandbox } from '../support/docker.ts';
import { testGateway } from '../support/gateway.ts';

/** Answers with what the candidate's text says, in JSON; keeps what it was asked. */
function scripted(
  name: string,
  kinds: string[],
  asked: { problem: Problem; text: string }[],
): VerifierDefinition {
  return {
    name,
    version: '1',
    kinds,
    capacity: 64,
    maxBatch: 4,
    verify(problem, { text }) {
      asked.push({ problem, text });
      return JSON.parse(text, (_, value) =>
        value?.base64 === undefined ? value : Buffer.from(value.base64, 'base64'),
      ) as VerdictBody;
    },
  };
}

const b64 = (text: string) => Buffer.from(text).toString('base64');
const ran = (run: object, more: object = {}) =>
  JSON.stringify({
    status: 'CORRECT',
    parts: [{ name: 'run', status: 'CORRECT', times: { serviceUs: 2500, cpuUs: 1500 }, run, ...more }],
  });

for (const direct of [true, false]) {
  test(`/run_code, of ${direct ? 'a verifier itself' : 'the orchestrator'}`, async (t) => {
    const asked: { problem: Problem; text: string }[] = [];
    const gateway = await testGateway(t, [scripted('code', ['program_tests'], asked)], { direct });
    const run = async (body: object) =>
      (await gateway.post('/run_code', { language: 'python', ...body })).json;

    const output = {
      stdout: { base64: b64('out ü\n') },
      stderr: { base64: b64('err') },
      files: [{ name: 'd/a', content: { base64: b64('A') } }],
    };
    const code = ran({ output });
    const done = await run({
      ...{
        code,
        stdin: 'in',
        run_timeout: 2.5,
        compile_timeout: 3,
        memory_limit_MB: 64,
        fetch_files: ['./d/a', 'no'],
      },
      ...{ files: { 'x/y': b64('file'), gone: null }, args: [], unknown: 1 },
    });
    assert.deepEqual(done, {
      status: 'Success',
      message: '',
      compile_result: null,
      run_result: {
        status: 'Finished',
        execution_time: 0.0025,
        cpu_time: 0.0015,
        return_code: 0,
        stdout: 'out ü\n',
        stderr: 'err',
      },
      executor_pod_name: null,
      files: { './d/a': b64('A') },
    });
    const { programTests: spec } = asked[0]?.problem ?? {};
    assert.deepEqual(
      [
        spec?.language,
        spec?.asIs,
        spec?.comparer,
        spec?.timeLimitS,
        spec?.wallLimitS,
        spec?.memoryLimitBytes,
        spec?.fetchFiles,
      ],
      ['python3', true, 'any', 2.5, 15, 64 << 20, ['d/a', 'no']],
    );
    assert.deepEqual(
      [String(spec?.tests[0]?.input), spec?.files.map(({ name, content }) => `${name} ${content}`)],
      ['in', ['x/y file']],
    );
    assert.equal(asked[0]?.text, code);

    const failed = (reason: string, of: object) =>
      JSON.stringify({
        ...{ status: 'INCORRECT', reason },
        parts: [{ name: 'run', status: 'INCORRECT', reason, run: of, times: { serviceUs: 1000 } }],
      });
    const results: [code: string, status: string, runStatus: string, returnCode: number | null][] = [
      [failed('runtime_error', { exitCode: 3 }), 'Failed', 'Finished', 3],
      [failed('runtime_error', { signal: 11 }), 'Failed', 'Finished', -11],
      [failed('memory_limit', {}), 'Failed', 'Finished', -9],
      [failed('time_limit', { signal: 9 }), 'Failed', 'TimeLimitExceeded', null],
      [failed('idle_limit', { signal: 9 }), 'Failed', 'TimeLimitExceeded', null],
    ];
    for (const [source, status, runStatus, returnCode] of results) {
      const { run_result, ...rest } = await run({ code: source });
      assert.deepEqual(
        [rest.status, run_result.status, run_result.return_code],
        [status, runStatus, returnCode],
        source,
      );
    }
    const refused = JSON.stringify({
      ...{ status: 'INCORRECT', reason: 'compile_error', message: 'short' },
      parts: [{ name: 'compile', status: 'INCORRECT', reason: 'compile_error', message: 'main.cpp:1: no' }],
    });
    const compile = await run({ code: refused, language: 'cpp' });
    assert.deepEqual(
      [compile.status, compile.compile_result.return_code, compile.compile_result.stderr, compile.run_result],
      ['Failed', 1, 'main.cpp:1: no', null],
    );
    assert.equal((await run({ code: ran({}), language: 'cpp' })).compile_result.return_code, 0);
    const lost = await run({ code: '{"status": "ERROR", "reason": "verifier_crash", "message": "lost"}' });
    assert.deepEqual(
      [lost.status, lost.message, lost.run_result],
      ['SandboxError', 'verifier_crash: lost', null],
    );

    assert.equal((await gateway.get('/v1/ping')).text, '"pong"');
    const refusals: [object, number, RegExp][] = [
      [{ code: '1', language: 'bash' }, 501, /"bash" is not supported/],
      [{ code: '1', language: 'constructor' }, 501, /not supported/],
      [{ code: '1', args: ['-k'] }, 501, /args is not supported/],
      [{}, 400, /^code: expected a text, got nothing/],
      [{ code: 1 }, 400, /^code/],
      [{ code: '1', run_timeout: -1 }, 400, /^run_timeout/],
      [{ code: '1', files: { a: '???' } }, 400, /^files\.a: this is no base64/],
      [{ code: '1', memory_limit_MB: 1e9 }, 400, /^memory_limit_MB/],
      [{ code: '1', fetch_files: 'a' }, 400, /^fetch_files/],
    ];
    for (const [body, status, detail] of refusals) {
      const answer = await gateway.post('/run_code', { language: 'python', ...body });
      assert.equal(answer.status, status, answer.text);
      assert.match(answer.json.detail, detail);
    }
  });
}

test('/api/check and /verify', async (t) => {
  const asked: { problem: Problem; text: string }[] = [];
  const gateway = await testGateway(t, [scripted('lean', ['theorem', 'lean_check'], asked)], {
    direct: true,
  });
  const part = (name: string, message: string) => ({
    name,
    status: name.startsWith('error') ? 'INCORRECT' : 'CORRECT',
    reason: 'lean_error',
    message,
  });
  const codes = {
    fine: { status: 'CORRECT', reason: 'no_error', times: { serviceUs: 1_500_000, cpuUs: 1_000_000 } },
    told: { status: 'CORRECT', reason: 'no_error', parts: [part('info at 1:0-1:6', 'Nat : Type')] },
    wrong: { status: 'INCORRECT', reason: 'lean_error', parts: [part('error at 3:2', 'no\ngoals')] },
    sorry: {
      status: 'INCORRECT',
      reason: 'has_sorry',
      parts: [part('warning at 2:8-2:9', 'declaration uses `sorry`')],
    },
    goal: {
      status: 'INCORRECT',
      reason: 'has_sorry',
      parts: [part('info at 2:8', 'sorry, with the goal\n⊢ True')],
    },
    refused: { status: 'INCORRECT', reason: 'shape_refused', message: 'line 7: `axiom` is not allowed' },
    late: { status: 'INCORRECT', reason: 'time_limit', message: 'x' },
    lost: { status: 'ERROR', reason: 'verifier_crash', message: 'gone' },
  };
  const snippets = Object.entries(codes).map(([id, code]) => ({ id, code: JSON.stringify(code) }));
  const { json, status } = await gateway.post('/api/check', {
    snippets,
    timeout: 20,
    debug: true,
    reuse: false,
  });
  assert.equal(status, 200, JSON.stringify(json));
  type Result = { id: string; time: number; error?: string; response?: object };
  const results = Object.fromEntries((json.results as Result[]).map(({ id, ...result }) => [id, result]));
  assert.deepEqual(
    (json.results as Result[]).map(({ id }) => id),
    Object.keys(codes),
  );
  assert.deepEqual(results.fine, { time: 1.5, response: { env: 0 }, diagnostics: { cpu_time: 1 } });
  const pos = (line: number, column: number) => ({ line, column });
  assert.deepEqual(results.told?.response, {
    env: 0,
    messages: [{ severity: 'info', pos: pos(1, 0), endPos: pos(1, 6), data: 'Nat : Type' }],
  });
  assert.deepEqual(results.wrong?.response, {
    env: 0,
    messages: [{ severity: 'error', pos: pos(3, 2), endPos: null, data: 'no\ngoals' }],
  });
  assert.deepEqual(results.sorry?.response, {
    env: 0,
    messages: [{ severity: 'warning', pos: pos(2, 8), endPos: pos(2, 9), data: 'declaration uses `sorry`' }],
    sorries: [{ pos: pos(2, 8), endPos: pos(2, 9), goal: '' }],
  });
  assert.deepEqual(results.goal?.response, {
    env: 0,
    sorries: [{ pos: pos(2, 8), endPos: pos(2, 8), goal: '⊢ True' }],
  });
  assert.deepEqual(results.refused?.response, {
    env: 0,
    messages: [
      {
        severity: 'error',
        pos: pos(7, 0),
        endPos: null,
        data: 'shape_refused: line 7: `axiom` is not allowed',
      },
    ],
  });
  // Their client tells a timeout by these words.
  assert.match(results.late?.error ?? '', /timed out/);
  assert.doesNotMatch(results.lost?.error ?? 'timed out', /timed out/);
  for (const result of json.results as Result[])
    assert.notEqual(result.error === undefined, result.response === undefined);
  assert.deepEqual(JSON.parse(asked[0]?.problem.custom?.json ?? ''), { time_limit_s: 20, fresh: true });

  const old = await gateway.post('/verify', {
    codes: [
      { custom_id: 3, proof: JSON.stringify(codes.told) },
      { custom_id: 'x', code: JSON.stringify(codes.late) },
    ],
  });
  assert.deepEqual(old.json.results[0].custom_id, '3');
  assert.deepEqual(Object.keys(old.json.results[0].response), ['env', 'messages', 'time']);
  assert.match(old.json.results[1].error, /timed out in 300 seconds/);
  assert.deepEqual((await gateway.get('/health')).json, { status: 'ok' });

  const refusals: [object, number, RegExp][] = [
    [{ snippets: [] }, 400, /^snippets/],
    [{ snippets: [{ id: 'a' }] }, 400, /^snippets\[0\]\.code/],
    [
      {
        snippets: [
          { id: 'a', code: '' },
          { id: 'a', code: '' },
        ],
      },
      400,
      /this id is there twice/,
    ],
    [{ snippets: [{ id: 'a', code: '' }], timeout: -1 }, 400, /^timeout/],
    [{ snippets: [{ id: 'a', code: '' }], infotree: 'full' }, 501, /^infotree is not supported/],
    [{ snippets: [{ id: 'a', code: '' }], infotree: 'half' }, 400, /^infotree: expected one of/],
  ];
  for (const [body, code, detail] of refusals) {
    const answer = await gateway.post('/api/check', body);
    assert.equal(answer.status, code, answer.text);
    assert.match(answer.json.detail, detail);
  }
});

test('verifiers that are asked directly: batches, another where one dies, none for the kind', async (t) => {
  const asked: { problem: Problem; text: string }[] = [];
  const serve = (definition: VerifierDefinition) => serveVerifier(definition, { logLevel: 'silent' });
  const one = await serve(scripted('lean', ['lean_check'], asked));
  const two = await serve(scripted('lean', ['lean_check'], asked));
  defer(t, () => Promise.all([one.close(), two.close()]));
  const { get, post } = await testGateway(t, [], {
    verifiers: [one.address, two.address, '127.0.0.1:1'],
  });
  const code = '{"status": "CORRECT", "reason": "no_error"}';
  const snippets = Array.from({ length: 11 }, (_, i) => ({ id: String(i), code }));
  const check = async () =>
    (await post('/api/check', { snippets })).json.results.map(
      ({ response }: { response: object }) => response,
    );
  const all = snippets.map(() => ({ env: 0 }));
  assert.deepEqual(await check(), all);
  await one.close();
  assert.deepEqual(await check(), all);
  const other = await post('/run_code', { code: '1', language: 'python' });
  assert.equal(other.json.code, 'verifier_unreachable');
  await two.close();
  assert.deepEqual(
    [(await post('/api/check', { snippets })).status, (await get('/health')).status],
    [503, 503],
  );
});

test('/run_code in real sandboxes', { skip: await withoutSandbox() }, async (t) => {
  const service = await serveCode(1, { selfTest: false });
  defer(t, () => service.close());
  const gateway = await testGateway(t, [], { verifiers: [service.address] });
  const run = async (body: object) => (await gateway.post('/run_code', body)).json;
  const python = await run({
    language: 'python',
    code: 'print(input()[::-1], "```", "</think>")',
    stdin: 'abc',
  });
  assert.deepEqual([python.status, python.run_result.stdout], ['Success', 'cba ``` </think>\n']);
  assert.equal((await run({ language: 'python', code: '' })).status, 'Success');
  const cpp = await run({
    language: 'cpp',
    code: '#include <cstdio>\nint main() { std::puts("c"); return 7; }',
  });
  assert.deepEqual([cpp.status, cpp.run_result.stdout, cpp.run_result.return_code], ['Failed', 'c\n', 7]);
  const broken = await run({ language: 'cpp', code: 'int main() { return x; }' });
  assert.match(broken.compile_result.stderr, /‘x’ was not declared/);
  const endless = await run({
    language: 'python',
    code: 'print(1, flush=True)\nwhile True: pass',
    run_timeout: 0.3,
  });
  assert.ok(endless.run_result, JSON.stringify(endless));
  assert.deepEqual([endless.run_result.status, endless.run_result.stdout], ['TimeLimitExceeded', '1\n']);
  const files = await run({
    language: 'python',
    code: 'open("b", "w").write(open("d/a").read() * 2)',
    files: { 'd/a': b64('x') },
    fetch_files: ['b'],
  });
  assert.deepEqual(files.files, { b: b64('xx') });
});
