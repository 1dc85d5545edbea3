import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { workspace } from '../testing/collect.ts';
import { lockName, type PullOptions, pullFile } from './pull.ts';
import { type PublicFile, publicSets } from './registry.ts';

const { folder } = workspace();
let folders = 0;

const content = Buffer.from(Array.from({ length: 40_000 }, (_, i) => `${i}\n`).join(''));
const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

type Answer = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** A server that answers each request in turn, and what was asked of it. */
async function serve(t: TestContext, answer: Answer) {
  const asked: { url: string; range: string | undefined }[] = [];
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', range: request.headers.range });
    answer(request, response, asked.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const dir = join(folder, String(++folders));
  const pull = (file: Partial<PublicFile> = {}, options: Partial<PullOptions> = {}) =>
    pullFile(
      { name: 'set', about: '', home: '', licence: '', files: [] },
      { path: 'f.jsonl', url: 'https://home.example/r1/f.jsonl', ...file },
      { dir, baseUrl, backoffMs: 1, tries: 3, idleMs: 2000, ...options },
    );
  return { asked, dir, pull, path: join(dir, 'set/f.jsonl'), baseUrl };
}

const whole: Answer = (_, response) => void response.end(content);

/** From where the request wants it. */
const ranged: Answer = ({ headers }, response) => {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  if (from >= content.length) return void response.writeHead(416).end();
  if (from > 0)
    response.writeHead(206, { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
  response.end(content.subarray(from));
};

/** Breaks off after `bytes` more. */
function torn({ headers }: IncomingMessage, response: ServerResponse, bytes: number, ranges = true): void {
  const from = ranges ? Number(/\d+/.exec(headers.range ?? '')?.[0] ?? 0) : 0;
  response.writeHead(from > 0 ? 206 : 200, {
    'content-length': content.length - from,
    ...(from > 0 && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
  });
  // What has not been read when a connection breaks is lost.
  response.write(content.subarray(from, from + bytes), () => setTimeout(() => response.destroy(), 50));
}

const isRejected = ({ status }: PromiseSettledResult<unknown>) => status === 'rejected';

const codeOf = async (pulling: Promise<unknown>) => {
  const error: unknown = await pulling.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AssayError, String(error));
  assert.ok(error.mend);
  return error.code;
};

describe('pullFile', { timeout: 60_000 }, () => {
  const pinned = { sha256: sum(content), bytes: content.length };

  test('a pinned file: checked, recorded, not brought twice', async (t) => {
    const { pull, path, asked, dir } = await serve(t, whole);
    const first = await pull(pinned);
    assert.deepEqual(first, { path, ...pinned, check: 'pinned', present: false });
    assert.deepEqual(readFileSync(path), content);
    assert.ok(!existsSync(`${path}.part`));
    const { files } = JSON.parse(readFileSync(join(dir, lockName), 'utf8'));
    assert.deepEqual(files, { 'set/f.jsonl': { url: 'https://home.example/r1/f.jsonl', ...pinned } });
    assert.deepEqual(await pull(pinned), { ...first, present: true });
    assert.deepEqual(asked, [{ url: '/r1/f.jsonl', range: undefined }]);
  });

  test('a first download is kept to: locked', async (t) => {
    let now: Buffer = content;
    const { pull, path, dir } = await serve(t, (_, response) => void response.end(now));
    assert.equal((await pull()).check, 'first use');
    assert.deepEqual([(await pull()).check, (await pull()).present], ['locked', true]);
    writeFileSync(path, 'tampered');
    assert.equal(await codeOf(pull()), 'file_differs');
    now = Buffer.from('other content');
    rmSync(path);
    assert.equal(await codeOf(pull()), 'checksum');
    assert.ok(!existsSync(path) && !existsSync(`${path}.part`));
    assert.deepEqual((await pull({}, { force: true })).sha256, sum(now));
    writeFileSync(join(dir, lockName), '{');
    assert.equal(await codeOf(pull()), 'bad_lock');
  });

  test('a sum that the server names, told with a redirect', async (t) => {
    const linked =
      (etag: string): Answer =>
      (request, response) => {
        if (request.url === '/cdn') return whole(request, response, 0);
        response.writeHead(302, { location: '/cdn', 'x-linked-etag': `"${etag}"` }).end();
      };
    const good = await serve(t, linked(sum(content)));
    assert.equal((await good.pull()).check, 'server');
    const bad = await serve(t, linked(sum(Buffer.from('x'))));
    assert.equal(await codeOf(bad.pull()), 'checksum');
  });

  test('other content than the pinned one is thrown away', async (t) => {
    const { pull, path, dir } = await serve(
      t,
      (_, response) => void response.end(content.toString().replace('7', '8')),
    );
    assert.equal(await codeOf(pull(pinned)), 'checksum');
    assert.ok(!existsSync(path) && !existsSync(`${path}.part`) && !existsSync(join(dir, lockName)));
  });

  test('broken off again and again: goes on where it stopped', async (t) => {
    const { pull, path, asked } = await serve(t, (request, response) => torn(request, response, 50_000));
    assert.equal((await pull(pinned)).check, 'pinned');
    assert.deepEqual(readFileSync(path), content);
    assert.ok(asked.length >= 4 && asked.slice(1).every(({ range }) => range !== undefined));
  });

  test('an earlier pull that broke off is gone on with', async (t) => {
    let broken = true;
    const { pull, asked, path } = await serve(t, (request, response, nth) => {
      if (!broken) ranged(request, response, nth);
      else if (nth === 1) torn(request, response, 70_000);
      else response.destroy();
    });
    assert.equal(await codeOf(pull(pinned)), 'download_failed');
    const { length } = readFileSync(`${path}.part`);
    assert.ok(length > 0 && !existsSync(path));
    broken = false;
    await pull(pinned);
    assert.equal(asked.at(-1)?.range, `bytes=${length}-`);
    assert.deepEqual(readFileSync(path), content);
  });

  test('without Range support it begins again', async (t) => {
    const { pull, path } = await serve(t, (request, response, nth) =>
      nth < 3 ? torn(request, response, 60_000, false) : whole(request, response, nth),
    );
    await pull(pinned);
    assert.deepEqual(readFileSync(path), content);
  });

  test('of unknown content no two answers are put together', async (t) => {
    const { pull, path, asked } = await serve(t, (request, response, nth) =>
      nth === 1 ? torn(request, response, 60_000) : ranged(request, response, nth),
    );
    await pull();
    assert.deepEqual(readFileSync(path), content);
    assert.deepEqual(
      asked.map(({ range }) => range),
      [undefined, undefined],
    );
  });

  test('what an earlier pull left is all, or too much', async (t) => {
    const { pull, path } = await serve(t, ranged);
    await pull(pinned);
    for (const left of [content, Buffer.concat([content, content])]) {
      const again = await serve(t, ranged);
      mkdirSync(join(again.dir, 'set'), { recursive: true });
      writeFileSync(`${again.path}.part`, left);
      await again.pull(pinned);
      assert.deepEqual(readFileSync(again.path), readFileSync(path));
    }
  });

  test('busy servers are asked again', async (t) => {
    const { pull, asked } = await serve(t, (request, response, nth) => {
      if (nth < 3) response.writeHead(nth === 1 ? 429 : 503, { 'retry-after': '0' }).end();
      else whole(request, response, nth);
    });
    assert.equal((await pull(pinned)).check, 'pinned');
    assert.equal(asked.length, 3);
  });

  test('a server that says nothing is given up', async (t) => {
    const { pull, asked } = await serve(t, (_, response) => void response.writeHead(200).flushHeaders());
    assert.equal(await codeOf(pull(pinned, { idleMs: 50, tries: 2 })), 'download_failed');
    assert.equal(asked.length, 2);
  });

  for (const [name, answer, code] of [
    ['404', (_, response) => void response.writeHead(404).end('no'), 'download_refused'],
    ['403', (_, response) => void response.writeHead(403).end(), 'download_refused'],
    ['always 500', (_, response) => void response.writeHead(500).end(), 'download_failed'],
    [
      'round and round',
      (_, response) => void response.writeHead(302, { location: '/' }).end(),
      'download_refused',
    ],
    [
      'a redirect to a file',
      (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'download_refused',
    ],
    [
      'more than there should be',
      (_, response) => void response.end(Buffer.alloc(content.length + 1)),
      'download_size',
    ],
    [
      'more than there should be, untold',
      (_, response) => {
        response.write(content);
        response.end(content);
      },
      'download_size',
    ],
    ['less, as if it were all', (_, response) => void response.end('short'), 'download_failed'],
  ] as [string, Answer, string][]) {
    test(`refused: ${name}`, async (t) => {
      const { pull, path } = await serve(t, answer);
      assert.equal(await codeOf(pull(pinned)), code);
      assert.ok(!existsSync(path));
    });
  }

  test('no server', async (t) => {
    const { pull } = await serve(t, whole);
    assert.equal(await codeOf(pull(pinned, { baseUrl: 'http://127.0.0.1:1' })), 'download_failed');
  });

  test('two at once in a folder: one is told to wait, and what comes is whole', async (t) => {
    const { pull, path } = await serve(t, whole);
    const codes = await Promise.allSettled([pull(), pull()]);
    assert.deepEqual(codes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal(
      await codeOf(Promise.reject((codes.find(isRejected) as PromiseRejectedResult).reason)),
      'datasets_busy',
    );
    assert.deepEqual(readFileSync(path), content);
    assert.equal((await pull()).check, 'locked');
  });

  test('a first download that fails or is stopped leaves nothing', async (t) => {
    const aborter = new AbortController();
    const { pull, dir } = await serve(t, (_, response) => {
      response.write(content.subarray(0, 10), () => aborter.abort(new Error('stop')));
    });
    await assert.rejects(pull({}, { signal: aborter.signal }), /stop/);
    const large = await serve(t, (_, response) => void response.end(Buffer.concat([content, content])));
    assert.equal(await codeOf(large.pull(pinned)), 'download_size');
    for (const each of [dir, large.dir]) assert.deepEqual(readdirSync(each, { recursive: true }), ['set']);
  });

  test('where nothing can be written, or a file is a folder', async (t) => {
    const { pull, path, dir } = await serve(t, whole);
    mkdirSync(path, { recursive: true });
    assert.equal(await codeOf(pull(pinned)), 'download_write');
    writeFileSync(join(dir, 'file'), '');
    assert.equal(await codeOf(pull(pinned, { dir: join(dir, 'file') })), 'download_write');
  });

  test('a signal ends it at once', async (t) => {
    const aborter = new AbortController();
    const { pull, path } = await serve(t, (_, response) => {
      response.write(content.subarray(0, 10), () => aborter.abort(new Error('stop')));
    });
    await assert.rejects(pull(pinned, { signal: aborter.signal }), /stop/);
    assert.ok(!existsSync(path));
  });
});

describe('the registry', () => {
  test('every address names a fixed revision, every name is one', () => {
    for (const { name, files, licence, home } of publicSets) {
      assert.match(name, /^[a-z0-9-]+$/);
      assert.ok(licence !== '' && home.startsWith('https://') && files.length > 0);
      for (const { path, url, sha256, bytes } of files) {
        assert.match(url, /^https:\/\/\S+\/[0-9a-f]{40}\/\S+$/);
        assert.match(path, /^[\w.-]+$/);
        if (sha256 !== undefined) assert.match(sha256, /^[0-9a-f]{64}$/);
        assert.ok(bytes === undefined || sha256 !== undefined);
      }
      assert.equal(new Set(files.map(({ path }) => path)).size, files.length);
    }
    assert.equal(new Set(publicSets.map(({ name }) => name)).size, publicSets.length);
  });
});
