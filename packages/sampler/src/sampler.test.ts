import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { seedOf } from './seeds.ts';
import { drawInto, folder, problems, rowsOf, standIn } from './testing/place.ts';
import { saidBy } from './testing/server.ts';

/** Each sample of each problem once, and each what the server says to its own seed. */
function checkComplete(path: string, count: number, n: number): void {
  const rows = rowsOf(path);
  const expected = problems(count).flatMap(({ problem: { id, prompt } }) =>
    Array.from({ length: n }, (_, i) => [`${id}/${i}`, saidBy(prompt as string, seedOf(7, id, i))]),
  );
  const found = rows.map(({ id, index, sample }) => [`${id}/${index}`, sample]);
  assert.deepEqual(found.sort(), expected.sort());
}

const code = (wanted: string) => (error: unknown) => error instanceof AssayError && error.code === wanted;

describe('sampling', () => {
  test('draws each sample once, with a seed of its own, alone or several in a request', async (t) => {
    const server = await standIn(t);
    for (const batch of [1, 5]) {
      const path = join(folder(t), 'samples.jsonl');
      const { counts } = await drawInto(server, { path, n: 12, batch });
      checkComplete(path, 3, 12);
      assert.equal(counts.samples, 36);
      assert.equal(counts.requests, batch === 1 ? 36 : 9);
    }
  });

  test('survives a server with every fault there is', async (t) => {
    const faults = { drop: 0.06, cut: 0.06, truncate: 0.06, fail: 0.06, limit: 0.06, fewer: 0.06 };
    const more = { empty: 0.06, twice: 0.06, abort: 0.06, hang: 0.01, stall: 0.01 };
    const server = await standIn(t, { faults: { ...faults, ...more }, delayMs: 2 });
    const path = join(folder(t), 'samples.jsonl');
    const asked = problems(20);
    const { counts, setAside } = await drawInto(server, {
      path,
      asked,
      n: 24,
      batch: 4,
      answerMs: 300,
      concurrency: 24,
    });
    checkComplete(path, 20, 24);
    assert.deepEqual(setAside, []);
    assert.ok(counts.retries > 30, `${counts.retries} retries`);
    assert.equal(Object.keys(server.faults).length, 11, 'every fault was');
  });

  test('goes on where it stopped, with more samples and more problems', async (t) => {
    const server = await standIn(t);
    const path = join(folder(t), 'samples.jsonl');
    await drawInto(server, { path, asked: problems(2), n: 3 });
    const before = readFileSync(path, 'utf8');
    appendFileSync(path, '{"id":"p0","index":3,"sample":"torn');
    const { counts } = await drawInto(server, { path, asked: problems(4), n: 5, batch: 2 });
    assert.equal(counts.samples, 4 * 5 - 6);
    checkComplete(path, 4, 5);
    assert.ok(readFileSync(path, 'utf8').startsWith(before));
    const again = await drawInto(server, { path, asked: problems(4), n: 5 });
    assert.equal(again.counts.requests, 0);
  });

  test('keeps token counts only where they are of one sample', async (t) => {
    const server = await standIn(t, { say: (_, seed) => 'word '.repeat((seed % 5) + 1) });
    const lengths = (path: string) => rowsOf(path).map(({ sample }) => sample.trim().split(' ').length);
    const draw = async (options: { batch: number; countTokens?: boolean }) => {
      const path = join(folder(t), 'samples.jsonl');
      const sampler = await drawInto(server, { path, asked: problems(1), n: 10, ...options });
      const rows = rowsOf(path);
      assert.ok(rows.every(({ prompt_tokens: tokens }) => tokens === 3));
      assert.equal(
        sampler.counts.tokens,
        lengths(path).reduce((sum, each) => sum + each, 0),
      );
      return { rows, path, tokens: sampler.counts.tokens };
    };
    const one = await draw({ batch: 1 });
    assert.deepEqual(
      one.rows.map(({ tokens }) => tokens),
      lengths(one.path),
    );
    const many = await draw({ batch: 5 });
    assert.ok(many.rows.every((row) => row.tokens === undefined));
    const means = many.rows.reduce((sum, row) => sum + (row.mean_tokens ?? 0), 0);
    assert.ok(Math.abs(means - many.tokens) < 1e-9);
    const counted = await draw({ batch: 5, countTokens: true });
    assert.deepEqual(
      counted.rows.map(({ tokens }) => tokens),
      lengths(counted.path),
    );
  });

  test('says what the server does with a request for several choices', async (t) => {
    const notes: string[] = [];
    const onNote = (line: string) => notes.push(line);
    const path = () => join(folder(t), 'samples.jsonl');
    await drawInto(await standIn(t, { mostChoices: 1 }), { path: path(), n: 6, batch: 6, onNote });
    const same = await standIn(t, { say: () => 'the same long text, over and over and over' });
    await drawInto(same, { path: path(), n: 6, batch: 6, onNote });
    assert.equal(notes.length, 2, notes.join('\n'));
    assert.match(notes[0] as string, /gives 1 of 6 choices/);
    assert.match(notes[1] as string, /all 6 choices of a request are equal/);
  });

  test('sets a problem aside whose prompt is too long, and asks the others', async (t) => {
    const server = await standIn(t, { context: 20 });
    const asked = problems(3);
    const long = {
      ...(asked[1] as (typeof asked)[0]),
      prompt: { ...asked[1]?.prompt, body: { prompt: 'x '.repeat(50) } },
    };
    const path = join(folder(t), 'samples.jsonl');
    const { setAside } = await drawInto(server, {
      path,
      asked: [asked[0], long, asked[2]] as typeof asked,
      n: 4,
    });
    assert.deepEqual(
      setAside.map(({ id }) => id),
      ['p1'],
    );
    assert.match(setAside[0]?.message ?? '', /maximum context length is 20/);
    assert.deepEqual(new Set(rowsOf(path).map(({ id }) => id)), new Set(['p0', 'p2']));
    assert.equal(rowsOf(path).length, 8);
  });

  test('sets a problem aside at which the server always fails, and ends where it always fails', async (t) => {
    let broken = (prompt: string | undefined) => prompt?.includes('number 1') ?? false;
    const server = await standIn(t, {
      intercept(_, response, { prompt }) {
        if (broken(prompt)) response.writeHead(500).end('out of luck');
        return broken(prompt);
      },
    });
    const path = join(folder(t), 'samples.jsonl');
    const options = { path, n: 2, retries: 1, concurrency: 1 };
    const { setAside } = await drawInto(server, options);
    assert.deepEqual(
      setAside.map(({ id }) => id),
      ['p1'],
    );
    broken = () => true;
    await assert.rejects(drawInto(server, options), code('server_failed'));
    assert.equal(rowsOf(path).length, 4);
  });

  test('ends at a refusal, with the words of the server, and follows no redirect', async (t) => {
    for (const [status, headers, words] of [
      [400, {}, /status 400: temperature is out of range/],
      [302, { location: 'http://elsewhere.example/v1/completions' }, /points to elsewhere\.example/],
    ] as const) {
      const server = await standIn(t, {
        intercept(_, response) {
          response.writeHead(status, headers).end('temperature is out of range');
          return true;
        },
      });
      const path = join(folder(t), 'samples.jsonl');
      const end = drawInto(server, { path, concurrency: 4 });
      await assert.rejects(
        end,
        (error) => code('server_refused')(error) && words.test((error as Error).message),
      );
      assert.equal(rowsOf(path).length, 0);
    }
  });

  test('gives up an answer that drips for ever', { timeout: 20_000 }, async (t) => {
    let dripping = 0;
    const server = await standIn(t, {
      intercept(_, response) {
        if (dripping++ > 0) return false;
        const timer = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(timer));
        return true;
      },
    });
    const path = join(folder(t), 'samples.jsonl');
    const notes: string[] = [];
    await drawInto(server, { path, answerMs: 300, concurrency: 1, onNote: (line) => notes.push(line) });
    assert.match(notes.join(), /no whole answer within 0\.3 s/);
    checkComplete(path, 3, 4);
  });

  test('goes through a proxy where Node is told to, with what is encrypted alone', async (t) => {
    const asked: string[] = [];
    const proxy = createServer((_, response) => response.end());
    proxy.on('connect', ({ url = '', headers }, socket) => {
      asked.push(`${url} ${headers.authorization ?? 'no key'}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const before = { ...process.env };
    t.after(() => {
      process.env = before;
      proxy.close();
    });
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const proxied = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: address, HTTPS_PROXY: address, NO_PROXY: '' };
    Object.assign(process.env, proxied);
    const path = join(folder(t), 'samples.jsonl');
    const options = { path, apiKey: 'sk-mine', retries: 0, concurrency: 1 };
    const end = drawInto({ url: 'https://model.example/v1' }, options);
    await assert.rejects(end, code('server_failed'));
    assert.deepEqual(new Set(asked), new Set(['model.example:443 no key']));
    asked.length = 0;
    await drawInto(await standIn(t), options);
    checkComplete(path, 3, 4);
    assert.deepEqual(asked, []);
  });

  test('never tells the key', async (t) => {
    const server = await standIn(t, { apiKey: 'sk-right' });
    const path = join(folder(t), 'samples.jsonl');
    const end = drawInto(server, { path, apiKey: 'sk-wrong-secret' });
    await assert.rejects(end, (error) => {
      assert.match((error as Error).message, /Incorrect API key provided: Bearer \*\*\*/);
      return !JSON.stringify([error, String((error as Error).stack)]).includes('secret');
    });
    await drawInto(server, { path, apiKey: 'sk-right' });
    checkComplete(path, 3, 4);
    assert.ok(!(readFileSync(path, 'utf8') + readFileSync(`${path}.settings`, 'utf8')).includes('sk-right'));
  });

  test('keeps to its number of requests, and lets all of them rest where the server asks for it', async (t) => {
    let limited = 0;
    const times: number[] = [];
    const server = await standIn(t, {
      delayMs: 5,
      intercept(_, response) {
        times.push(performance.now());
        if (limited++ !== 3) return false;
        response.writeHead(429, { 'retry-after': '0.3' }).end();
        return true;
      },
    });
    const path = join(folder(t), 'samples.jsonl');
    await drawInto(server, { path, n: 20, concurrency: 3 });
    assert.ok(server.counts.mostOpen <= 3);
    // Those under way end; then nobody asks for as long as was said.
    const gaps = times.slice(4).map((time, i) => time - (times[i + 3] as number));
    assert.ok(Math.max(...gaps) > 200, `${Math.max(...gaps)}`);
    checkComplete(path, 3, 20);
  });

  test('begins no more requests in a second than it may', async (t) => {
    const server = await standIn(t);
    const path = join(folder(t), 'samples.jsonl');
    const start = performance.now();
    await drawInto(server, { path, n: 10, rate: 100 });
    assert.ok(performance.now() - start > 285, 'thirty requests at 100 a second');
  });

  test('asks no more of a problem that is solved, one request of each problem in turn', async (t) => {
    const server = await standIn(t, { delayMs: 1 });
    const path = join(folder(t), 'samples.jsonl');
    let solve = (_: string) => {};
    const sampler = drawInto(server, {
      path,
      asked: problems(6),
      n: 50,
      concurrency: 2,
      inTurns: true,
      onRows: ({ problem }) => solve(problem.id),
      onSampler: (it) => {
        solve = (id) => it.solve(id);
      },
    });
    await sampler;
    const rows = rowsOf(path);
    assert.equal(new Set(rows.map(({ id }) => id)).size, 6);
    // The other of the two may ask the last one once more before its first answer comes.
    assert.ok(rows.length <= 7, `${rows.length}`);
  });

  test('stops with the signal, and keeps what it has', async (t) => {
    const server = await standIn(t, { delayMs: 5 });
    const path = join(folder(t), 'samples.jsonl');
    const aborter = new AbortController();
    let written = 0;
    const end = drawInto(server, {
      path,
      n: 200,
      signal: aborter.signal,
      onRows() {
        if (++written === 20) aborter.abort(new Error('enough'));
      },
    });
    await assert.rejects(end, /enough/);
    assert.ok(rowsOf(path).length >= 20 && rowsOf(path).length < 100);
    await drawInto(server, { path, n: 40 });
    checkComplete(path, 3, 40);
  });
});
