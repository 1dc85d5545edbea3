import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { OrchestratorClient } from '@assay/client';
import {
  type AssayError,
  connectVerifier,
  Dialer,
  grpcReason,
  messageOf,
  newToken,
  type Right,
} from '@assay/contract';
import type { ServiceError } from '@grpc/grpc-js';
import { assay, reportOf, serve } from '../support/assay.ts';
import { Authority, type Identity, withoutOpenssl } from '../support/certificates.ts';
import { type Ended, until } from '../support/process.ts';
import { Replica } from '../support/replica.ts';
import { sampleProblems, writeSamples } from '../support/samples.ts';
import { tempDir } from '../support/temp.ts';

/** A fleet in mutual TLS, everybody with a token of their own. */
async function fleet(t: TestContext) {
  const dir = tempDir(t);
  const authority = new Authority(dir, 'ca');
  const server = authority.sign('server');
  const client = authority.sign('client');
  const secrets: string[] = [];
  const lines: Record<string, string[]> = { orchestrator: [], verifier: [] };
  const token = (file: string, tenant: string, rights: Right[]) => {
    const made = newToken({ tenant, rights });
    secrets.push(made.token);
    lines[file]?.push(made.line);
    writeFileSync(join(dir, `${tenant}.token`), `${made.token}\n`);
    return join(dir, `${tenant}.token`);
  };
  const tokens = {
    a: token('orchestrator', 'a', ['submit']),
    b: token('orchestrator', 'b', ['submit']),
    replicas: token('orchestrator', 'replicas', ['register']),
    orchestrator: token('verifier', 'orchestrator', ['verify']),
  };
  const files = { orchestrator: join(dir, 'tokens.jsonl'), verifier: join(dir, 'verifier-tokens.jsonl') };
  for (const [name, file] of Object.entries(files)) writeFileSync(file, lines[name]?.join('\n') ?? '');
  const tls = ({ cert, key }: Identity) => ['--tls-cert', cert, '--tls-key', key];
  const mutual = (identity: Identity) => [...tls(identity), '--tls-client-ca', authority.cert];
  const flags = [
    ...['--port', '0', '--http', '0', '--metrics', '0', '--store', join(dir, 'store.db')],
    ...[...mutual(server), '--tls-ca', authority.cert, '--tokens', files.orchestrator],
    ...['--verifier-token-file', tokens.orchestrator],
  ];
  const orchestrator = await serve(t, flags, { timeoutMs: 180_000 });
  const replica = await Replica.start(t, {
    flags: [
      ...[...mutual(server), '--tls-ca', authority.cert, '--tokens', files.verifier, '--log-level', 'trace'],
      ...['--register', orchestrator.address, '--register-token-file', tokens.replicas],
    ],
  });
  const asClient = [...tls(client), '--tls-ca', authority.cert];
  for (const { key } of [server, client]) secrets.push(...keyLines(key));
  return { dir, authority, server, client, tokens, files, orchestrator, replica, asClient, secrets };
}

/** Lines of a private key that are nowhere else. */
const keyLines = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^[A-Za-z0-9+/=]{40,}$/.test(line));

const outputs = ({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>) => `${stdout}\n${stderr}`;

describe('a fleet in TLS', { skip: withoutOpenssl, timeout: 180_000 }, () => {
  test('does the main job in mutual TLS with tokens, and tells no secret', async (t) => {
    const { dir, tokens, orchestrator, replica, asClient, secrets } = await fleet(t);
    const samples = join(dir, 'samples.jsonl');
    writeSamples(samples, sampleProblems({ problems: 3, candidates: 10 }));
    const said: string[] = [];
    const run = async (args: string[]) => {
      const ended = await assay(t, [...args, ...asClient], { env: { ASSAY_DEBUG: '1' } });
      said.push(outputs(ended));
      return ended;
    };
    const there = ['--orchestrator', orchestrator.address];
    const judged = await run([
      ...['run', samples, '--verifier', 'stub', '--run', 'mine', '--json', ...there],
      ...['--token-file', tokens.a, '--report', join(dir, 'report.json')],
    ]);
    assert.equal(judged.code, 0, outputs(judged));
    assert.equal(reportOf(judged).run.id, 'mine');

    const listed = await run(['verifiers', ...there, '--token-file', tokens.a]);
    assert.match(listed.stdout, /stub .*ready/);
    const foreign = await run(['report', 'mine', ...there, '--token-file', tokens.b]);
    assert.match(foreign.stderr, /run_unknown/);
    const alone = await run([
      'verifiers',
      '--verifier-address',
      replica.address,
      '--verifier-token-file',
      tokens.orchestrator,
    ]);
    assert.match(alone.stdout, /stub .*ready/);
    const kept = await run([
      'conformance',
      replica.address,
      '--verifier-token-file',
      tokens.orchestrator,
      '--timeout',
      '10000',
    ]);
    assert.equal(kept.code, 0, outputs(kept));
    const strangers = [
      await run(['report', ...there]),
      await run(['report', ...there, '--token-file', tokens.orchestrator]),
      await run(['report', ...there, '--token-file', tokens.replicas]),
      await run(['doctor']),
    ];
    const reasons = [/token_missing/, /token_unknown/, /right_missing/];
    for (const [i, reason] of reasons.entries()) assert.match(strangers[i]?.stderr ?? '', reason);
    const plain = await assay(t, ['report', ...there, '--token-file', tokens.a]);
    assert.match(plain.stderr, /orchestrator_unreachable/);
    said.push(outputs(plain));

    const { http, metrics } = JSON.parse(orchestrator.stdout) as { http: string; metrics: string };
    const shown = await fetch(`http://${metrics}/metrics`);
    said.push(await shown.text());
    assert.equal((await fetch(`${http}api/overview`)).status, 401);
    const asTenant = async (file: string) => {
      const password = readFileSync(file, 'utf8').trim();
      const authorization = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`;
      const response = await fetch(`${http}api/overview`, { headers: { authorization } });
      const text = await response.text();
      said.push(text);
      return (JSON.parse(text) as { runs: { id: string }[] }).runs.map(({ id }) => id);
    };
    assert.deepEqual(await asTenant(tokens.a), ['mine']);
    assert.deepEqual(await asTenant(tokens.b), []);
    orchestrator.kill('SIGTERM');
    said.push(outputs(await orchestrator.ended), outputs(replica.output));
    for (const secret of secrets) {
      for (const text of said) assert.ok(!text.includes(secret), `a secret is told: ${text.slice(0, 2_000)}`);
    }
    for (const path of [`/proc/${replica.pid}/cmdline`]) {
      for (const secret of secrets) assert.ok(!readFileSync(path, 'utf8').includes(secret));
    }
  });

  test('certificates and tokens are replaced while everybody runs', async (t) => {
    const { dir, authority, server, client, tokens, files, orchestrator, replica } = await fleet(t);
    const here = join(dir, 'live');
    const live = { ca: `${here}.ca`, cert: `${here}.crt`, key: `${here}.key` };
    const take = (ca: string, { cert, key }: Identity) => {
      for (const [from, to] of [
        [ca, live.ca],
        [cert, live.cert],
        [key, live.key],
      ] as const) {
        copyFileSync(from, `${to}.new`);
        renameSync(`${to}.new`, to);
      }
    };
    take(authority.cert, client);
    const given = { tlsCa: live.ca, tlsCert: live.cert, tlsKey: live.key };
    const dialer = new Dialer({ ...given, tokenFile: tokens.a });
    const ask = async () => {
      const api = new OrchestratorClient(orchestrator.address, { dialer, reconnectMs: 0 });
      try {
        return await api.listRuns();
      } finally {
        await api.close();
      }
    };
    assert.deepEqual(await ask(), []);

    // Everybody moves to another authority: servers' files first, then this client's.
    const next = new Authority(dir, 'next');
    const [nextServer, nextClient] = [next.sign('next-server'), next.sign('next-client')];
    const replace = (from: string, to: string) => {
      copyFileSync(from, `${to}.new`);
      renameSync(`${to}.new`, to);
    };
    replace(nextServer.key, server.key);
    replace(nextServer.cert, server.cert);
    replace(next.cert, authority.cert);
    await until('the old authority is not believed any more', async () =>
      ask().then(
        () => false,
        () => true,
      ),
    );
    take(next.cert, nextClient);
    await until('new connections use what is new', async () =>
      ask().then(
        () => true,
        () => false,
      ),
    );

    // The verifier has moved as well, and the orchestrator finds it again.
    const verifierDialer = new Dialer({ ...given, tokenFile: tokens.orchestrator });
    await until(
      'the verifier answers under its new certificate',
      () =>
        new Promise((resolve) => {
          const connection = connectVerifier(replica.address, verifierDialer.dial(replica.address));
          connection.describe({}, { deadline: Date.now() + 2_000 }, (error) => {
            connection.close();
            resolve(error === null);
          });
        }),
    );

    // A token that is taken out is of no use any more, on streams that are open neither.
    const api = new OrchestratorClient(orchestrator.address, { dialer, reconnectMs: 0 });
    t.after(() => api.close());
    await api.createRun({ id: 'watched', verifiers: ['stub'] });
    const watching = Array.fromAsync(api.watchRun('watched', { intervalMs: 100 }));
    watching.catch(() => {});
    const { line } = newToken({ tenant: 'a', rights: ['read'] });
    writeFileSync(`${files.orchestrator}.new`, `${line}\n`);
    renameSync(`${files.orchestrator}.new`, files.orchestrator);
    await assert.rejects(watching, (error: AssayError) => error.code === 'token_unknown');
    await assert.rejects(api.listRuns(), (error: AssayError) => error.code === 'token_unknown');
    // What cannot be used does not replace what can.
    writeFileSync(files.orchestrator, 'not a token\n');
    await until('it is told', () => /what was read before stays in use: .*line 1/.test(orchestrator.stderr));
    assert.match(orchestrator.stderr, /tokens\.jsonl/);
  });

  test('who has no certificate, or one of strangers, gets nowhere', async (t) => {
    const { dir, authority, client, tokens, orchestrator, replica } = await fleet(t);
    const stranger = new Authority(dir, 'strangers').sign('stranger');
    const elsewhere = authority.sign('elsewhere', 'DNS:elsewhere.example');
    const shown = { tlsCa: authority.cert, tlsCert: client.cert, tlsKey: client.key };
    const describe = (dialer: Dialer) =>
      new Promise<ServiceError | null>((resolve) => {
        const connection = connectVerifier(replica.address, dialer.dial(replica.address));
        connection.describe({}, { deadline: Date.now() + 3_000 }, (error) => {
          connection.close();
          resolve(error);
        });
      });
    assert.equal(await describe(new Dialer({ ...shown, tokenFile: tokens.orchestrator })), null);
    for (const identity of [{}, { tlsCert: stranger.cert, tlsKey: stranger.key }]) {
      const given = { tlsCa: authority.cert, ...identity, tokenFile: tokens.orchestrator };
      assert.equal((await describe(new Dialer(given)))?.code, 14, JSON.stringify(identity));
    }
    // The right certificate, and no token, or that of somebody who may do other things.
    assert.equal(grpcReason((await describe(new Dialer(shown))) ?? {}), 'token_missing');
    assert.equal(
      grpcReason((await describe(new Dialer({ ...shown, tokenFile: tokens.a }))) ?? {}),
      'token_unknown',
    );
    // A server under another name is not believed, unless it is the name that was asked for.
    const other = await Replica.start(t, {
      flags: ['--tls-cert', elsewhere.cert, '--tls-key', elsewhere.key],
    });
    const call = (dialer: Dialer) =>
      new Promise<string>((resolve) => {
        const connection = connectVerifier(other.address, dialer.dial(other.address));
        connection.describe({}, { deadline: Date.now() + 3_000 }, (error) => {
          connection.close();
          resolve(error === null ? '' : messageOf(error));
        });
      });
    assert.notEqual(await call(new Dialer({ tlsCa: authority.cert })), '');
    assert.equal(await call(new Dialer({ tlsCa: authority.cert, tlsServerName: 'elsewhere.example' })), '');
    assert.ok(orchestrator.pid > 0);
  });
});

test('plain text beyond this machine is refused by everything that serves, unless it is said', async (t) => {
  const dir = tempDir(t);
  const refused = await assay(t, [
    'serve',
    '--host',
    '0.0.0.0',
    '--port',
    '0',
    '--store',
    join(dir, 'store.db'),
  ]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /plain_text[\s\S]*--tls-cert[\s\S]*--insecure/);
  const said = await serve(t, [
    ...['--host', '0.0.0.0', '--port', '0', '--no-http', '--insecure', '--store', join(dir, 'store.db')],
  ]);
  assert.match(said.address, /^0\.0\.0\.0:\d+$/);
  await assert.rejects(Replica.start(t, { flags: ['--host', '0.0.0.0'] }), /plain text|Without TLS/);
  const live = await assay(t, [
    'serve',
    '--port',
    '0',
    '--http',
    '0.0.0.0:0',
    '--store',
    join(dir, 'other.db'),
  ]);
  assert.match(live.stderr, /live view is not served on 0\.0\.0\.0 in plain text/);
});
