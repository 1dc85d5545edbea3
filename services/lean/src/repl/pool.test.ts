import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Header } from '../types.ts';
import { ReplBackend, type ReplBackendOptions } from './backend.ts';
import { checkOf, headerOf, named, replsOf, scripted, statement, wordOf } from './testing/stand-in.ts';

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'assay-pool-'));
const open: ReplBackend[] = [];
after(async () => {
  await Promise.all(open.map((backend) => backend.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** A backend whose REPLs write to a log when they start. */
function backendOf(options: Partial<ReplBackendOptions> = {}, ...args: string[]) {
  const name = randomUUID();
  const log = join(folder, name);
  const toolchain = named(scripted('--log', log, ...args), name);
  const backend = new ReplBackend({ toolchain, slots: 1, spares: 0, ...options });
  open.push(backend);
  return {
    backend,
    name,
    /** REPLs that were started so far. */
    started: () => readFileSync(log, 'utf8').split('\n').length - 1,
    word: async (directives: string[] = [], options = {}) =>
      wordOf(await backend.check(checkOf(directives, options), signal)),
  };
}

const [a, b, c] = [headerOf('import A\n'), headerOf('import B\n'), headerOf('import C\n')];
const headers = [a, b, c];

describe('K13: processes', () => {
  test('are never more than slots and spares, whatever is asked for', async () => {
    const { backend, name, word, started } = backendOf({ slots: 2, spares: 1, maxUses: 3 });
    let most = 0;
    let seen = 0;
    let watching = true;
    const watch = (async () => {
      while (watching) {
        most = Math.max(most, backend.processes);
        seen = Math.max(seen, replsOf(name).length);
        await sleep(5);
      }
    })();
    const directives = [[], ['signal SIGSEGV'], [], ['forge after'], ['sleep 5']];
    const checks = Array.from({ length: 45 }, (_, i) =>
      word(directives[i % 5], { header: headers[i % 3], fresh: i % 7 === 0 }),
    );
    const words = await Promise.all(checks);
    watching = false;
    await watch;
    assert.deepEqual(
      words,
      words.map((_, i) => ['proved', 'crash', 'proved', 'forged', 'proved'][i % 5]),
    );
    assert.ok(most <= 3 && seen <= 3, `${most} ${seen}`);
    assert.ok(started() > 18);
  });

  test('all waiters are woken when sessions end one after the other', async () => {
    const { word } = backendOf();
    const words = await Promise.all(Array.from({ length: 12 }, () => word(['signal SIGABRT'])));
    assert.deepEqual(new Set(words), new Set(['crash']));
  });
});

describe('sessions', () => {
  test('stay for their header, and the longest unused one makes room', async () => {
    const { backend, word, started } = backendOf({ slots: 1, spares: 1, availableBytes: () => 0 });
    for (const header of [a, b, a, b, a]) assert.equal(await word([], { header }), 'proved');
    assert.equal(started(), 2);
    assert.equal(await word([], { header: c }), 'proved');
    assert.deepEqual(
      [a, b, c].map((header) => backend.warm(header)),
      [true, false, true],
    );
    assert.equal(started(), 3);
  });

  test('headers take turns in order of arrival: many checks of one do not keep another waiting', async () => {
    const { word } = backendOf({ slots: 1, spares: 1 });
    const done: string[] = [];
    const run = (header: Header, name: string) => word(['sleep 5'], { header }).then(() => done.push(name));
    await run(a, 'first');
    const runs = [
      ...Array.from({ length: 10 }, () => run(a, 'a')),
      run(b, 'b'),
      ...Array.from({ length: 200 }, () => run(a, 'a')),
    ];
    await Promise.all(runs);
    assert.ok(done.indexOf('b') < 100, String(done.indexOf('b')));
  });

  test('a spare stands ready when nobody waits, and takes over from one that dies', async () => {
    const { backend, word, started } = backendOf({ slots: 1, spares: 1 });
    assert.equal(await word(), 'proved');
    while (backend.processes < 2 || started() < 2) await sleep(10);
    await sleep(150);
    assert.equal(await word(['signal SIGSEGV']), 'crash');
    assert.equal(backend.warm(headerOf()), true);
  });

  test('there is no spare where memory is short', async () => {
    const { backend, word } = backendOf({ slots: 1, spares: 1, availableBytes: () => 2 ** 20 });
    assert.equal(await word(), 'proved');
    assert.equal(backend.processes, 1);
  });

  test('fresh: a process that has judged nothing before; a reference leaves it so', async () => {
    const { backend, word, started } = backendOf();
    assert.equal(await word(['leave it']), 'proved');
    assert.equal(await word([], { fresh: true }), 'proved');
    assert.equal(started(), 2);
    assert.equal((await backend.reference(headerOf(), statement, signal)).kind, 'answered');
    assert.equal((await backend.reference(headerOf(), statement, signal)).kind, 'answered');
    assert.equal(started(), 3);
    assert.equal(await word([], { fresh: true }), 'proved');
    assert.equal(started(), 3);
    assert.equal(await word([], { fresh: true }), 'proved');
    assert.equal(started(), 4);
  });
});

describe('recycling', () => {
  test('by number of uses', async () => {
    const { word, started } = backendOf({ maxUses: 10 });
    for (let i = 0; i < 35; i++) assert.equal(await word(), 'proved');
    assert.equal(started(), 4);
  });

  test('K6: 10,000 checks of REPLs that forget nothing, in bounded memory', async () => {
    const limit = 96 * 2 ** 20;
    const options = { maxUses: Number.POSITIVE_INFINITY, maxGrowthBytes: limit, slots: 2 };
    const { word, name, started } = backendOf(options, '--leak', String(64 * 1024));
    let most = 0;
    let left = 10_000;
    const lane = async () => {
      while (left-- > 0) {
        assert.equal(await word(), 'proved');
        if (left % 50 === 0) for (const pid of replsOf(name)) most = Math.max(most, privateBytes(pid));
      }
    };
    await Promise.all(Array.from({ length: 4 }, lane));
    // Without recycling: two commands a check, 64 KiB each, are 1250 MiB.
    assert.ok(most > limit / 2 && most < limit + 160 * 2 ** 20, `${Math.round(most / 2 ** 20)} MiB`);
    assert.ok(started() >= 8 && started() < 40, String(started()));
  });
});

describe('K12: what nobody waits for', () => {
  test('is not started', async () => {
    const { backend, word, started } = backendOf();
    const running = word(['sleep 200']);
    const stop = new AbortController();
    const waiting = Array.from({ length: 100 }, () => backend.check(checkOf(['hang']), stop.signal));
    const settled = Promise.allSettled(waiting);
    stop.abort(new Error('enough'));
    for (const one of await settled) assert.match(String(one.status === 'rejected' && one.reason), /enough/);
    assert.equal(await running, 'proved');
    assert.equal(await word(), 'proved');
    assert.equal(started(), 1);
    await assert.rejects(backend.check(checkOf(), stop.signal), /enough/);
  });

  test('is left to its end where that is near, and its answer dropped', async () => {
    const { backend, word, started } = backendOf();
    await word();
    const stop = new AbortController();
    const running = backend.check(checkOf(['sleep 300']), stop.signal);
    await sleep(50);
    stop.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
    assert.equal(await word(), 'proved');
    assert.equal(started(), 1);
  });

  test('is ended where it goes on for long', async () => {
    const { backend, word, started } = backendOf();
    await word();
    const stop = new AbortController();
    const running = backend.check(checkOf(['hang']), stop.signal);
    await sleep(50);
    stop.abort(new Error('enough'));
    await assert.rejects(running, /enough/);
    assert.equal(await word(), 'proved');
    assert.equal(started(), 2);
  });
});

function privateBytes(pid: number): number {
  try {
    const [, kilobytes] = /^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return 1024 * Number(kilobytes);
  } catch {
    return 0;
  }
}
