import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Dialer, isLoopback, securityOf, serverCredentials } from './credentials.ts';
import { AssayError } from './errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-credentials-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const code = (expected: string, message: RegExp) => (error: unknown) =>
  error instanceof AssayError && error.code === expected && message.test(error.message);

test('only this machine is loopback, however it is written', () => {
  for (const host of ['127.0.0.1', '127.8.9.10', '::1', '[::1]', 'localhost', 'LOCALHOST']) {
    assert.ok(isLoopback(host), host);
  }
  const others = [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '127.0.0.1.example.org',
    'localhost.example.org',
    '',
    '128.0.0.1',
    '1270.0.0.1',
  ];
  for (const host of others) assert.ok(!isLoopback(host), host);
});

test('flags go before the environment', () => {
  const env = {
    ...{ ASSAY_TLS_CERT: '/env/cert', ASSAY_TLS_SERVER_NAME: 'assay', ASSAY_TLS_KEY: '' },
    ...{ ASSAY_INSECURE: '1', ASSAY_TLS: 'false' },
  };
  assert.deepEqual(securityOf({ tlsCert: '/flag/cert' }, env), {
    ...{ tlsCert: '/flag/cert', tlsServerName: 'assay', insecure: true, tls: false },
  });
  assert.throws(
    () => securityOf({}, { ASSAY_INSECURE: 'perhaps' }),
    code('usage', /ASSAY_INSECURE.*neither/),
  );
});

test('plain text stays on this machine unless it is said that it may leave', () => {
  serverCredentials('127.0.0.1', {});
  serverCredentials('0.0.0.0', { insecure: true });
  assert.throws(() => serverCredentials('0.0.0.0', {}), code('plain_text', /0\.0\.0\.0[\s\S]*--insecure/));
  new Dialer().dial('127.0.0.1:1');
  new Dialer().dial('[::1]:1');
  new Dialer({ insecure: true }).dial('10.0.0.1:1');
  new Dialer({ tls: true }).dial('10.0.0.1:1');
  assert.throws(() => new Dialer().dial('10.0.0.1:1'), code('plain_text', /10\.0\.0\.1:1 in plain text/));
});

test('a token leaves this machine in TLS only, whatever is said', () => {
  const token = 'a-token-of-more-than-sixteen';
  const tokenFile = write('token', `${token}\nnot this\n`);
  for (const given of [{ token }, { tokenFile }]) {
    new Dialer(given).dial('127.0.0.1:1');
    new Dialer({ ...given, tls: true }).dial('orchestrator:1');
    assert.throws(
      () => new Dialer({ ...given, insecure: true }).dial('orchestrator:1'),
      (error: Error) =>
        code('plain_text', /token is not sent to orchestrator:1/)(error) && !error.message.includes(token),
    );
  }
});

test('files that cannot be used are told: which, and why, and nothing of a secret', () => {
  const secret = 'two words, which is no token';
  assert.throws(
    () => new Dialer({ tokenFile: write('bad', secret) }),
    (error: Error) =>
      code('bad_file', /the token in .*bad: a token is/)(error) && !error.message.includes(secret),
  );
  assert.throws(() => new Dialer({ token: 'short' }), code('bad_token', /ASSAY_TOKEN/));
  assert.throws(() => new Dialer({ tokenFile: join(folder, 'none') }), code('bad_file', /none: ENOENT/));
  assert.throws(
    () => new Dialer({ tlsCa: join(folder, 'none') }),
    code('bad_file', /authorities .*none: ENOENT/),
  );
  assert.throws(
    () => new Dialer({ tlsCa: write('ca', 'x') }),
    code('bad_file', /no certificate in PEM form/),
  );
  const broken = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  assert.throws(
    () => new Dialer({ tlsCa: write('broken', broken) }),
    code('bad_file', /authorities .*broken/),
  );
  assert.throws(
    () => serverCredentials('::', { tlsCert: 'x' }),
    code('usage', /both --tls-cert and --tls-key/),
  );
  assert.throws(() => serverCredentials('::1', { tlsClientCa: 'x' }), code('usage', /--tls-client-ca/));
});
