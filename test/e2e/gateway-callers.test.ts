/** Who may use the gateway, and how much of its memory: before a body is read, and where nobody behind asks. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { newToken, type Right, Tokens } from '@assay/contract';
import { lastWord, testGateway } from '../support/gateway.ts';
import { until } from '../support/process.ts';
import { tempDir } from '../support/temp.ts';

function tokensOf(t: TestContext, ...rights: Right[]) {
  const made = rights.map((right) => newToken({ tenant: right, rights: [right] }));
  const file = join(tempDir(t), 'tokens.jsonl');
  const write = (some: typeof made) => writeFileSync(file, some.map(({ line }) => `${line}\n`).join(''));
  write(made);
  return { tokens: new Tokens(file), made: made.map(({ token }) => token), write: () => write([]) };
}

const bearer = (token: string | undefined) => ({ authorization: `Bearer ${token}` });

for (const direct of [true, false]) {
  test(`judges for whom the orchestrator would, ${direct ? 'asking verifiers itself' : 'asking it'}`, async (t) => {
    const { tokens, made, write } = tokensOf(t, 'submit', 'read');
    const [submits, reads] = made;
    let judged = 0;
    const lean = {
      ...{ name: 'lean', version: '1', kinds: ['lean_check'] },
      verify: () => {
        judged++;
        return { status: 'CORRECT', reason: 'no_error' } as const;
      },
    };
    const gateway = await testGateway(t, [lean], { direct, tokens });
    const ask = (headers: Record<string, string>) =>
      gateway.post('/api/check', { snippets: [{ id: 'a', code: '1' }] }, headers);
    const refusals: [Record<string, string>, number, string][] = [
      [{}, 401, 'token_missing'],
      [bearer('assay_nobody_knows_this_one'), 401, 'token_unknown'],
      [bearer(reads), 403, 'right_missing'],
      [{ authorization: 'Basic abc' }, 401, 'bad_token'],
    ];
    // Also right after somebody else was let in.
    for (let round = 0; round < 2; round++) {
      for (const [headers, status, code] of refusals) {
        const { status: got, json } = await ask(headers);
        assert.deepEqual([got, json.code], [status, code]);
      }
      assert.equal(judged, round);
      assert.equal((await ask(bearer(submits))).status, 200);
    }
    write();
    await until('the token is gone', async () => (await ask(bearer(submits))).status === 401);
  });
}

test('a body of somebody who may not send it is not read', async (t) => {
  const { tokens } = tokensOf(t, 'submit');
  const gateway = await testGateway(t, [lastWord], { tokens });
  const asked = [
    'POST /v1/judge',
    'POST /run_code',
    'POST /v1/runs/r/candidates',
    'POST /nothing',
    'PUT /nothing',
  ];
  for (const [method, path = ''] of asked.map((one) => one.split(' '))) {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { 'content-type': 'application/json', 'content-length': 1_000_000 };
    const call = httpRequest(new URL(path, gateway.url), { method, headers }, (answer) =>
      resolve(answer.statusCode),
    );
    call.on('error', reject);
    call.flushHeaders();
    assert.equal(await promise, 401, `${method} ${path}`);
    call.destroy();
  }
});

test('without its orchestrator the gateway lets nobody use verifiers', async (t) => {
  const gateway = await testGateway(t, [lastWord], { direct: true, orchestrators: ['127.0.0.1:1'] });
  const { status, json } = await gateway.post('/run_code', { code: '1', language: 'python' });
  assert.deepEqual([status, json.code], [503, 'orchestrator_unreachable']);
});

test('bodies together take no more memory than there is for them, and give it back', async (t) => {
  const gateway = await testGateway(t, [lastWord], { limits: { maxHeldBytes: 10_000 } });
  /** Sends a body that does not end; again, where there was no room for it. */
  const stuck = (path: string, type: string, caller: AbortSignal) => {
    const options = { method: 'POST', headers: { 'content-type': type }, signal: caller };
    const call = httpRequest(new URL(path, gateway.url), options, (answer) => {
      answer.on('error', () => {}).resume();
      answer.on('end', () => stuck(path, type, caller));
    });
    call.on('error', () => {});
    call.write(' '.repeat(6_000));
  };
  await gateway.post('/v1/runs', { id: 'r', verifiers: ['stub'] });
  const large = () =>
    gateway.post('/v1/judge', {
      ...{ verifiers: ['stub'], problem: { math_answer: { gold: '1' } } },
      candidates: [`${'x'.repeat(6_000)} 1`],
    });
  for (const [path, type] of [
    ['/v1/judge', 'application/json'],
    ['/v1/runs/r/candidates', 'application/x-ndjson'],
  ] as const) {
    assert.equal((await large()).status, 200);
    const caller = new AbortController();
    stuck(path, type, caller.signal);
    await until('it is full', async () => (await large()).status === 503);
    const { json, headers } = await large();
    assert.deepEqual([json.code, headers.get('retry-after')], ['gateway_full', '1']);
    caller.abort();
    await until('there is room', async () => (await large()).status === 200);
  }
});

test('a token that must not go to the orchestrator in plain text is no fault of ours', async (t) => {
  const gateway = await testGateway(t, [lastWord], {
    ...{ orchestrators: ['orchestrator.invalid:7700'], security: { insecure: true } },
  });
  const { status, json } = await gateway.get('/v1/runs', bearer('assay_some_token_of_somebody'));
  assert.deepEqual([status, json.code], [502, 'plain_text']);
  assert.deepEqual(gateway.notes, []);
});
