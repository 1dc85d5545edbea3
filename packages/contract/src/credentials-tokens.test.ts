import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Metadata, status } from '@grpc/grpc-js';
import { LiveFiles } from './credentials-files.ts';
import { newToken, Tokens } from './credentials-tokens.ts';
import { AssayError, grpcReason } from './errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-tokens-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const write = (...lines: string[]) => {
  const file = join(folder, `${++files}`);
  writeFileSync(file, lines.join('\n'));
  return file;
};
const showing = (authorization?: string) => {
  const metadata = new Metadata();
  if (authorization !== undefined) metadata.set('authorization', authorization);
  return metadata;
};

test('a token is known by its hash, and stands for its tenant with rights and limits', () => {
  const a = newToken({ tenant: 'a', rights: ['submit', 'read'], maxRuns: 3, rate: 0.5 });
  const b = newToken({ tenant: 'b', rights: ['admin'] });
  assert.ok(!a.line.includes(a.token) && a.token.length > 40);
  const tokens = new Tokens(write('# of the team', a.line, '', b.line));
  assert.deepEqual(tokens.find(showing(`Bearer ${a.token}`)), {
    tenant: 'a',
    rights: ['submit', 'read'],
    ...{ maxInFlight: 0, maxRuns: 3, rate: 0.5, maxPriority: 1_000, maxWeight: 1_000 },
  });
  assert.equal(tokens.find(showing(`bearer ${b.token}`))?.tenant, 'b');
  assert.equal(tokens.limits('a')?.maxRuns, 3);
  assert.equal(tokens.limits('taken-out'), undefined);
});

test('what is no token is told apart from what lacks a right', () => {
  const { token, line } = newToken({ tenant: 'a', rights: ['read'] });
  const tokens = new Tokens(write(line));
  const refused = (authorization: string | undefined, right: 'read' | 'submit') => {
    try {
      tokens.demand(showing(authorization), right);
    } catch (error) {
      const { code, details = '' } = error as { code: number; details?: string };
      assert.ok(!details.includes(token), 'the token is not repeated');
      return [code, grpcReason(error as object)];
    }
    return undefined;
  };
  assert.equal(refused(`Bearer ${token}`, 'read'), undefined);
  assert.deepEqual(refused(`Bearer ${token}`, 'submit'), [status.PERMISSION_DENIED, 'right_missing']);
  assert.deepEqual(refused(undefined, 'read'), [status.UNAUTHENTICATED, 'token_missing']);
  const wrong = [
    `Bearer ${token}x`,
    `Bearer ${token.slice(0, -1)}`,
    `Basic ${token}`,
    token,
    'Bearer ',
    `Bearer  ${token}`,
  ];
  for (const each of wrong) {
    assert.deepEqual(refused(each, 'read'), [status.UNAUTHENTICATED, 'token_unknown'], each);
  }
  const twice = showing(`Bearer ${token}`);
  twice.add('authorization', 'Bearer other-token-of-sixteen');
  assert.equal(tokens.find(twice), undefined);
});

test('a file that cannot be used is told with its line, and without what it holds', () => {
  const secret = 'assay_secret_that_somebody_pasted_in_here';
  const ok = newToken({ tenant: 'a', rights: ['read'], rate: 1 }).line;
  const other = newToken({ tenant: 'a', rights: ['read'], rate: 2 }).line;
  const hash = 'a'.repeat(64);
  const wrong: [string, RegExp][] = [
    [secret, /line 2: no JSON/],
    [`["${secret}"]`, /line 2: no object/],
    [`{"sha256":"${secret}","tenant":"a"}`, /line 2: sha256 is not 64 hex digits/],
    [`{"sha256":"${hash}","tenant":"a b"}`, /tenant is not/],
    [`{"sha256":"${hash}","tenant":"b","rights":["root"]}`, /rights is not a list of submit, read/],
    [`{"sha256":"${hash}","tenant":"b","rights":[]}`, /rights/],
    [`{"sha256":"${hash}","tenant":"b","max_runs":-1}`, /max_runs is no whole number/],
    [`{"sha256":"${hash}","tenant":"b","max_in_flight":1.5}`, /max_in_flight is no whole number/],
    [
      `{"sha256":"${hash}","tenant":"b","max_priority":1001}`,
      /max_priority is no whole number from 0 to 1000/,
    ],
    [`{"sha256":"${hash}","tenant":"b","max_priority":-1}`, /max_priority/],
    [`{"sha256":"${hash}","tenant":"b","max_weight":0.5}`, /max_weight is no number from 1 to 1000/],
    [`{"sha256":"${hash}","tenant":"b","maxRuns":1}`, /no setting "maxRuns"/],
    [other, /tenant a has other limits/],
  ];
  for (const [line, message] of wrong) {
    assert.throws(
      () => new Tokens(write(ok, line)),
      (error: Error) =>
        error instanceof AssayError &&
        error.code === 'bad_file' &&
        message.test(error.message) &&
        !error.message.includes(secret),
      line,
    );
  }
  assert.throws(() => new Tokens(join(folder, 'none')), /Cannot use the tokens in .*none: ENOENT/);
});

test('a file is read again when it was replaced; one that cannot be used leaves the old one, told once', () => {
  const file = write('one');
  const notes: string[] = [];
  const read = () => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (text === 'bad') throw new AssayError('bad_file', 'it is bad');
    return text;
  };
  const live = new LiveFiles([file], read, (line) => notes.push(line));
  const seen: string[] = [];
  live.listen((value) => seen.push(value));
  const replace = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    live.refresh();
  };
  replace('two');
  replace('bad');
  live.refresh();
  assert.equal(live.value, 'two');
  assert.deepEqual(notes, ['what was read before stays in use: it is bad']);
  rmSync(file);
  live.refresh();
  replace('three');
  assert.deepEqual(seen, ['two', '', 'three']);
});
