/** The gateway over HTTP: every route, both forms of submission, limits, hostile input. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAssay } from '../support/assay.ts';
import { lastWord, testGateway } from '../support/gateway.ts';
import { until } from '../support/process.ts';
import { randomNumbers } from '../support/random.ts';

const problem = { id: 'p', math_answer: { gold: '1' } };
const candidates = (...texts: string[]) => texts.map((text, index) => ({ index, text }));
const batch = (...texts: string[]) => ({
  problems: [problem],
  candidates: [{ problem: 'p', candidates: candidates(...texts) }],
});
const lines = (...values: unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
const ndjson = { 'content-type': 'application/x-ndjson' };

test('a run from its creation to its report', async (t) => {
  const gateway = await testGateway(t, [lastWord]);
  assert.deepEqual((await gateway.get('/v1/health')).json, { status: 'ok' });
  const made = await gateway.post('/v1/runs', { id: 'r', verifiers: ['stub'], labels: { model: 'm' } });
  assert.deepEqual(
    [made.status, made.json.id, made.json.state, made.json.labels],
    [200, 'r', 'OPEN', { model: 'm' }],
  );
  assert.deepEqual((await gateway.get('/v1/runs/r')).json, made.json);
  assert.deepEqual((await gateway.get('/v1/runs')).json, { runs: [made.json] });

  const judged = await gateway.post('/v1/runs/r/candidates', batch('is 1', 'is 2'));
  assert.equal(judged.status, 200);
  const said = judged.json.verdicts.map((one: { candidate: number; verdict: { status: string } }) => {
    return [one.candidate, one.verdict.status];
  });
  assert.deepEqual(said.sort(), [
    [0, 'CORRECT'],
    [1, 'INCORRECT'],
  ]);
  const again = await gateway.post('/v1/runs/r/candidates', { ...batch('is 1', 'is 2'), complete: true });
  assert.ok(again.json.verdicts.every(({ source }: { source: string }) => source === 'STORED'));

  assert.equal((await gateway.get('/v1/runs/r/progress')).json.run.state, 'COMPLETE');
  const events = await gateway.get('/v1/runs/r/progress?interval_ms=50', { accept: 'text/event-stream' });
  assert.match(events.text, /^event: progress\ndata: \{.*"state":"COMPLETE".*\}\n\n$/);
  const report = await gateway.get('/v1/runs/r/report?level=0.9');
  assert.deepEqual([report.json.schema, report.json.results.level], ['assay.report/v1', 0.9]);
  const { verifiers } = (await gateway.get('/v1/verifiers')).json;
  assert.deepEqual(
    [verifiers[0].name, verifiers[0].replicas[0].description.kinds],
    ['stub', ['math_answer']],
  );
  assert.equal((await gateway.post('/v1/runs/r/cancel', '')).json.state, 'CANCELLED');
});

test('lines in, lines out: verdicts come while the input goes on', async (t) => {
  const gateway = await testGateway(t, [lastWord]);
  await gateway.post('/v1/runs', { id: 'r', verifiers: ['stub'] });
  const { promise, resolve, reject } = Promise.withResolvers<import('node:http').IncomingMessage>();
  const call = httpRequest(
    new URL('/v1/runs/r/candidates', gateway.url),
    { method: 'POST', headers: ndjson },
    resolve,
  );
  call.on('error', reject);
  call.flushHeaders();
  const answer = await promise;
  assert.equal(answer.headers['content-type'], 'application/x-ndjson');
  let text = '';
  answer.setEncoding('utf8').on('data', (some: string) => {
    text += some;
  });
  const count = () => text.match(/"candidate":/g)?.length ?? 0;
  call.write(lines(batch('is 1', 'is 2')));
  await until('two verdicts', () => count() === 2);
  // A problem is known from then on; a line may come in pieces.
  const next = lines({
    candidates: [{ problem: 'p', candidates: [{ index: 7, text: 'ü is 1' }] }],
    input_share: 0.5,
  });
  for (const byte of Buffer.from(next)) call.write(Buffer.of(byte));
  await until('the third', () => count() === 3);
  call.end(lines({ complete: true }).trim());
  await once(answer, 'end');
  assert.deepEqual(JSON.parse(text.trim().split('\n').at(-1) ?? ''), { done: true, verdicts: 3 });
  assert.equal((await gateway.get('/v1/runs/r')).json.state, 'COMPLETE');
});

test('what is wrong in a line is told in the last line, with the number of the line', async (t) => {
  const gateway = await testGateway(t, [lastWord]);
  await gateway.post('/v1/runs', { id: 'r', verifiers: ['stub'] });
  const lastOf = async (body: string) => {
    const { status, text } = await gateway.post('/v1/runs/r/candidates', body, ndjson);
    assert.equal(status, 200);
    return JSON.parse(text.trim().split('\n').at(-1) ?? '').error;
  };
  const good = lines(batch('is 1'));
  const bad: Record<string, [string, string, RegExp]> = {
    json: [`${good}\n{"problems": [`, 'bad_json', /Line 3 is no JSON/],
    field: [`${good}{"nothing": 1}`, 'invalid_request', /^Line 2: nothing: there is no such field/],
    type: [
      '{"candidates": [{"problem": 1}]}',
      'invalid_request',
      /^Line 1: candidates\[0\]\.problem: expected a text, got 1/,
    ],
    problem: ['{"candidates": [{"problem": "q"}]}', 'invalid_request', /problem "q" has not come yet/],
    run: ['{"run": "other"}', 'invalid_request', /another run/],
    twice: [
      lines(batch('a'), { problems: [{ ...problem, math_answer: { gold: '2' } }] }),
      'problem_differs',
      /two contents/,
    ],
    index: [
      lines({ problems: [problem], candidates: [{ problem: 'p', candidates: [{ index: -1 }] }] }),
      'invalid_request',
      /index: expected a whole number from 0/,
    ],
  };
  for (const [name, [body, code, detail]] of Object.entries(bad)) {
    const error = await lastOf(body);
    assert.equal(error?.code, code, name);
    assert.match(error.detail, detail, name);
  }
  const utf8 = await gateway.post('/v1/runs/r/candidates', Buffer.from([0x22, 0xff, 0x22]), ndjson);
  assert.match(utf8.text, /"code":"bad_utf8"/);
});

test('a reader that does not read holds the input back, and is left in the end', async (t) => {
  const gateway = await testGateway(t, [lastWord], { limits: { silentReaderMs: 500 } });
  await gateway.post('/v1/runs', { id: 'r', verifiers: ['stub'] });
  const { port } = new URL(gateway.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.write(
    'POST /v1/runs/r/candidates HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n',
  );
  socket.pause();
  const filler = 'x'.repeat(20_000);
  let sent = 0;
  let closed = false;
  socket.once('close', () => {
    closed = true;
  });
  for (let i = 0; i < 20_000 && !closed; i++) {
    // The answer holds what the candidate's last word is.
    const line = lines({
      problems: i === 0 ? [problem] : [],
      candidates: [{ problem: 'p', candidates: [{ index: i, text: `${i}${filler}` }] }],
    });
    const chunk = Buffer.from(line);
    if (
      !socket.write(
        Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
      )
    ) {
      await Promise.race([
        once(socket, 'drain').catch(() => {}),
        once(socket, 'close').catch(() => {}),
        sleep(5_000),
      ]);
    }
    sent++;
  }
  await until('the gateway has left', () => closed || socket.destroyed || !socket.writable);
  assert.ok(sent < 20_000, `${sent} lines were taken`);
  socket.destroy();
  assert.equal((await gateway.get('/v1/runs/r')).status, 200);
});

test('judges online, in time or not', async (t) => {
  const gateway = await testGateway(t, [lastWord]);
  const ask = (body: object) => gateway.post('/v1/judge', { verifiers: ['stub'], problem, ...body });
  const { json } = await ask({ candidates: ['is 1', { index: 5, text: 'is 2' }] });
  assert.equal(json.complete, true);
  assert.deepEqual(
    json.verdicts
      .map((one: { candidate: number; problem: string; verdict: { status: string } }) => [
        one.problem,
        one.candidate,
        one.verdict.status,
      ])
      .sort(),
    [
      ['p', 0, 'CORRECT'],
      ['p', 5, 'INCORRECT'],
    ],
  );
  // None of a tenant's open runs.
  assert.equal((await gateway.get('/v1/runs')).json.runs[0].state, 'COMPLETE');
  const late = await ask({ candidates: ['is 1', 'wait for 1'], timeout_s: 0.5 });
  assert.deepEqual([late.json.complete, late.json.verdicts.length], [false, 1]);
  // One run for all of them.
  assert.equal((await gateway.get('/v1/runs')).json.runs.length, 1);
});

test('errors have a status, a stable code, and say how to mend them', async (t) => {
  const gateway = await testGateway(t, [lastWord], { limits: { maxBytes: 1000, bodyMs: 300 } });
  await gateway.post('/v1/runs', { id: 'r', verifiers: ['stub'] });
  const judge = { verifiers: ['stub'], problem, candidates: ['1'] };
  const cases: [status: number, code: string, answer: ReturnType<typeof gateway.get>][] = [
    [404, 'not_found', gateway.get('/v1/nothing')],
    [404, 'not_found', gateway.get('/')],
    [405, 'method_not_allowed', gateway.get('/v1/judge')],
    [404, 'run_unknown', gateway.get('/v1/runs/nobody')],
    [404, 'run_unknown', gateway.post('/v1/runs/nobody/candidates', lines({}), ndjson)],
    [404, 'run_unknown', gateway.get('/v1/runs/nobody/progress', { accept: 'text/event-stream' })],
    [409, 'run_exists', gateway.post('/v1/runs', { id: 'r', verifiers: ['other'] })],
    [400, 'invalid_run', gateway.post('/v1/runs', { id: 'r/x', verifiers: ['stub'] })],
    [400, 'invalid_run', gateway.post('/v1/runs', '')],
    [400, 'invalid_request', gateway.post('/v1/runs', [])],
    [400, 'bad_json', gateway.post('/v1/runs', '{')],
    [400, 'bad_utf8', gateway.post('/v1/runs', Buffer.from([0xc3]))],
    [413, 'body_too_large', gateway.post('/v1/runs', ' '.repeat(1001))],
    [415, 'media_type', gateway.post('/v1/runs', '{}', { 'content-type': 'text/plain' })],
    [415, 'media_type', gateway.post('/v1/runs', '{}', { 'content-encoding': 'gzip' })],
    [415, 'media_type', gateway.post('/v1/judge', '{}', ndjson)],
    [400, 'invalid_request', gateway.post('/v1/judge', { ...judge, candidates: [] })],
    [400, 'invalid_request', gateway.post('/v1/judge', { ...judge, verifiers: [] })],
    [400, 'invalid_request', gateway.post('/v1/judge', { ...judge, timeout_s: 0 })],
    [400, 'invalid_request', gateway.post('/v1/judge', { ...judge, timeout_s: '1e9' })],
    [400, 'invalid_request', gateway.post('/v1/judge', { ...judge, more: 1 })],
    [400, 'invalid_request', gateway.post('/v1/judge', '{"__proto__": {"a": 1}, "verifiers": ["stub"]}')],
    [400, 'invalid_request', gateway.post('/v1/judge', { ...judge, problem: { ...problem, theorem: {} } })],
    [400, 'invalid_request', gateway.get('/v1/runs/r/report?level=2')],
    [400, 'invalid_request', gateway.get('/v1/runs/r/report?level=0.5&level=0.6')],
    [400, 'invalid_request', gateway.get('/v1/runs/r/progress?interval_ms=1')],
    [401, 'bad_token', gateway.get('/v1/runs', { authorization: 'Basic abc' })],
    [401, 'bad_token', gateway.get('/v1/runs', { authorization: 'Bearer short' })],
    [403, 'cross_site', gateway.get('/v1/runs', { origin: 'http://evil.example' })],
    [403, 'cross_site', gateway.get('/v1/runs', { 'sec-fetch-site': 'cross-site' })],
    [501, 'unsupported', gateway.post('/submit', {})],
  ];
  for (const [status, code, asked] of cases) {
    const { status: got, json, headers } = await asked;
    assert.deepEqual([got, json?.code], [status, code], JSON.stringify(json));
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal(json.status, status);
    assert.notEqual(json.detail, '');
  }
  assert.deepEqual(gateway.notes, []);
});

test('slow, odd and foreign requests', async (t) => {
  const gateway = await testGateway(t, [lastWord], { limits: { bodyMs: 200, headMs: 1_000 } });
  const { port } = new URL(gateway.url);
  const raw = async (text: string) => {
    const socket = connect(Number(port), '127.0.0.1');
    let answer = '';
    socket.on('error', () => {});
    socket.on('data', (some) => {
      answer += some.toString('latin1');
    });
    socket.write(text);
    await Promise.race([
      once(socket, 'close'),
      until(`an answer to ${text.slice(0, 40)}`, () => /\r\n\r\n.*\}$/s.test(answer)),
    ]);
    socket.destroy();
    return answer;
  };
  const post = 'POST /v1/judge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
  assert.match(await raw(`${post}Content-Length: 100\r\n\r\n{`), /^HTTP\/1.1 408 .*body_late/s);
  assert.match(
    await raw('GET /v1/runs HTTP/1.1\r\nHost: evil.example\r\n\r\n'),
    /^HTTP\/1.1 421 .*bad_host/s,
  );
  assert.match(await raw('this is no HTTP\r\n\r\n'), /^HTTP\/1.1 400 .*bad_head/s);
  assert.match(await raw(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n`), /^HTTP\/1.1 431 .*bad_head/s);
  assert.match(await raw('GET /v1/runs HTTP/1.1\r\nHost: '), /^HTTP\/1.1 408 .*bad_head/s);
  assert.match(
    await raw('GET /v1/runs/%ff HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    /^HTTP\/1.1 400 .*invalid_request/s,
  );
  assert.match(await raw('GET /v1/runs HTTP/1.1\r\nHost: localhost:1\r\n\r\n'), /^HTTP\/1.1 200 /);
  assert.match(await raw('GET /v1/runs HTTP/1.1\r\nHost: [::1]\r\n\r\n'), /^HTTP\/1.1 200 /);
});

test('no more requests at a time than there is room for; health is always answered', async (t) => {
  const gateway = await testGateway(t, [lastWord], { limits: { maxRequests: 2 } });
  const caller = new AbortController();
  // What looks whether there is room takes some.
  const wait = async (i: number) => {
    while (!caller.signal.aborted) {
      await fetch(new URL('/v1/judge', gateway.url), {
        method: 'POST',
        body: JSON.stringify({ verifiers: ['stub'], problem, candidates: [`wait ${i}`] }),
        headers: { 'content-type': 'application/json' },
        signal: caller.signal,
      }).catch(() => {});
      await sleep(10);
    }
  };
  const waiting = [wait(0), wait(1)];
  await until('the gateway is full', async () => (await gateway.get('/v1/runs')).status === 503);
  const full = await gateway.get('/v1/runs');
  assert.deepEqual([full.json.code, full.headers.get('retry-after')], ['gateway_full', '1']);
  assert.equal((await gateway.get('/v1/health')).status, 200);
  caller.abort();
  await Promise.all(waiting);
  await until('there is room', async () => (await gateway.get('/v1/runs')).status === 200);
});

test('whatever is sent, the answer is no fault of the gateway', async (t) => {
  const gateway = await testGateway(t, [lastWord], { limits: { bodyMs: 500 } });
  await gateway.post('/v1/runs', { id: 'r', verifiers: ['stub'] });
  const random = randomNumbers(7);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const names = [
    'problem',
    'problems',
    'candidates',
    'id',
    'index',
    'text',
    'verifiers',
    'math_answer',
    'mathAnswer',
    'gold',
    'program_tests',
    'tests',
    'input',
    'labels',
    'weight',
    'priority',
    'timeout_s',
    'complete',
    'run',
    'snippets',
    'codes',
    'code',
    'custom_id',
    'proof',
    'language',
    'files',
    'fetch_files',
    'stdin',
    'run_timeout',
    '__proto__',
    'constructor',
    '',
  ];
  const value = (depth: number): unknown =>
    pick<() => unknown>([
      () =>
        pick([
          null,
          true,
          false,
          0,
          -1,
          1.5,
          1e308,
          4294967296,
          '',
          'stub',
          'p',
          'python',
          '\ud800',
          '\0',
          'r',
          'é'.repeat(50),
        ]),
      () => (depth === 0 ? 1 : Array.from({ length: Math.floor(random() * 4) }, () => value(depth - 1))),
      () =>
        depth === 0
          ? 'x'
          : Object.fromEntries(
              Array.from({ length: Math.floor(random() * 5) }, () => [pick(names), value(depth - 1)]),
            ),
    ])();
  const paths = [
    '/v1/runs',
    '/v1/runs/r/candidates',
    '/v1/judge',
    '/run_code',
    '/api/check',
    '/verify',
    '/v1/runs/r/cancel',
  ];
  const seen = new Map<number, number>();
  for (let i = 0; i < 600; i++) {
    const body = JSON.stringify(value(4)) ?? '';
    const cut = random() < 0.1 ? body.slice(0, Math.floor(random() * body.length)) : body;
    const path = pick(paths);
    const headers = path.endsWith('candidates') && random() < 0.5 ? ndjson : {};
    const { status, text } = await gateway.post(path, cut, headers);
    seen.set(status, (seen.get(status) ?? 0) + 1);
    assert.ok(status < 500 || [501, 503].includes(status), `${path} ${status} ${cut} ${text}`);
    assert.ok(!/"status":50[024]/.test(text), `${path} ${cut} ${text}`);
  }
  assert.deepEqual(gateway.notes, []);
  assert.ok((seen.get(400) ?? 0) > 100, JSON.stringify([...seen]));
});

test('as a process: says where it is, goes on without its orchestrator, stops when asked to', async (t) => {
  const gateway = startAssay(t, ['gateway', '--orchestrator', '127.0.0.1:1', '--port', '0']);
  const { http } = JSON.parse(await gateway.line(/"ready":true/)) as { http: string };
  const health = await fetch(`${http}v1/health`);
  const { code, mend } = (await health.json()) as { code: string; mend: string };
  assert.deepEqual([health.status, code], [503, 'orchestrator_unreachable']);
  assert.match(mend, /assay serve/);
  assert.equal((await fetch(`${http}openapi.json`)).status, 200);
  gateway.kill('SIGTERM');
  assert.equal((await gateway.ended).code, 0);

  const usage = await startAssay(t, ['gateway', '--orchestrator', 'here']).ended;
  assert.equal(usage.code, 2);
  const open = await startAssay(t, ['gateway', '--orchestrator', '127.0.0.1:1', '--host', '0.0.0.0']).ended;
  assert.notEqual(open.code, 0);
  assert.match(open.stderr, /plain_text.*Without TLS/s);
});
