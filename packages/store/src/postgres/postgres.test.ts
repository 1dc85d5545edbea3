import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { AssayError } from '@assay/contract';
import { judgement, problem, row, settings, storeContract, verdict } from '../testing/contract.ts';
import { Cluster, freshDatabase, noPostgres, queryOnce } from '../testing/postgres.ts';
import { openPostgresStore } from './store.ts';

const code = (expected: string) => (error: unknown) => error instanceof AssayError && error.code === expected;

storeContract('postgres', async () => openPostgresStore(await freshDatabase()), noPostgres);

describe('a Postgres store', { skip: noPostgres }, () => {
  test('opens at once for several processes, and tells where it is without the password', async () => {
    const url = await freshDatabase();
    const secret = url.replace('assay@', 'assay:s3cret@');
    const stores = await Promise.all(Array.from({ length: 6 }, () => openPostgresStore(secret)));
    for (const store of stores) assert.equal(store.location, url);
    await Promise.all(stores.map((store) => store.openRun(settings)));
    assert.equal((await stores[0]?.listRuns())?.length, 1);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('that cannot be opened is told, without the password', async () => {
    const url = (await freshDatabase()).replace('assay@', 'assay:s3cret@');
    await queryOnce(url, "CREATE DATABASE ascii ENCODING 'SQL_ASCII' TEMPLATE template0");
    const bad = {
      'postgres://assay:s3cret@127.0.0.1:1/assay': /ECONNREFUSED/,
      [url.replace(/[^/]*$/, 'none')]: /does not exist/,
      [url.replace(/[^/]*$/, 'ascii')]: /SQL_ASCII/,
      'postgres://assay:s3cret@127.0.0.1:port/assay': /Invalid URL/,
    };
    for (const [location, message] of Object.entries(bad)) {
      await assert.rejects(openPostgresStore(location), (error: AssayError) => {
        assert.match(error.message, message);
        assert.doesNotMatch(`${error.message} ${error.stack} ${JSON.stringify(error)}`, /s3cret/);
        return error.code === 'store_open';
      });
    }
  });

  test('stores once what is committed while the connection breaks', async () => {
    const url = await freshDatabase();
    // Answers to COMMIT are lost, each second time, with the connection.
    const cutter = await cutAnswers(url);
    const store = await openPostgresStore(cutter.url, { retryMs: 20_000 });
    await store.openRun(settings);
    const at = await store.putProblem('run-1', problem('p'), 'd');
    const fault = { run: 'run-1', verifier: 0, replica: 'r:1', kind: 'crash', count: 1, detail: '' };
    for (let i = 0; i < 12; i++) {
      await store.commit([row(at, i, judgement(`e${i}`, verdict('ERROR')))], [fault]);
    }
    assert.ok(cutter.cuts >= 6, `${cutter.cuts} connections were cut`);
    assert.equal((await store.faults('run-1'))[0]?.count, 12);
    assert.deepEqual(await queryOnce(url, 'SELECT COUNT(*)::int AS n FROM judgement'), [{ n: 12 }]);
    await store.close();
    cutter.close();
  });

  test('goes on after its server was killed amid commits: nothing acknowledged is lost, nothing is doubled', async (t) => {
    const cluster = await Cluster.start();
    t.after(() => cluster.close());
    const url = await cluster.createDatabase();
    const store = await openPostgresStore(url);
    await store.openRun(settings);
    const at = await store.putProblem('run-1', problem('p'), 'd');
    const fault = { run: 'run-1', verifier: 0, replica: 'r:1', kind: 'crash', count: 1, detail: '' };
    let next = 0;
    let stop = false;
    const commits = async () => {
      while (!stop) {
        const from = 20 * next++;
        const rows = Array.from({ length: 20 }, (_, i) =>
          row(at, from + i, judgement(`k${from + i}`, verdict('CORRECT'))),
        );
        await store.commit(rows, [fault]);
      }
    };
    const working = Promise.all([commits(), commits(), commits()]);
    for (let i = 0; i < 3; i++) await cluster.restart();
    stop = true;
    await working;
    assert.equal((await store.tallies('run-1'))[0]?.correct, 20 * next);
    assert.equal((await store.faults('run-1'))[0]?.count, next);
    await store.close();
  });

  test('commits while more snapshots are read than it has connections', async () => {
    const store = await openPostgresStore(await freshDatabase(), { retryMs: 0 });
    await store.openRun(settings);
    const at = await store.putProblem('run-1', problem('p'), 'd');
    const { promise: read, resolve: end } = Promise.withResolvers<void>();
    const counts = Array.from({ length: 20 }, () =>
      store.withSnapshot(async (view) => {
        await read;
        return (await view.tallies('run-1'))[0]?.correct;
      }),
    );
    await store.commit([row(at, 0, judgement('k', verdict('CORRECT')))]);
    // They last longer than a connection may take to be made.
    await Promise.race([sleep(6_000), ...counts]).finally(end);
    const seen = await Promise.all(counts);
    // Those that had to wait see what was committed meanwhile.
    assert.equal(seen.at(-1), 1);
    await store.close();
  });

  test('says that it cannot be written while its server is away, and works when it is back', async (t) => {
    const cluster = await Cluster.start();
    t.after(() => cluster.close());
    const store = await openPostgresStore(await cluster.createDatabase(), { retryMs: 0 });
    await store.openRun(settings);
    const at = await store.putProblem('run-1', problem('p'), 'd');
    await cluster.stop('immediate');
    const rows = [row(at, 0, judgement('k', verdict('CORRECT')))];
    await assert.rejects(store.commit(rows), code('store_write'));
    await assert.rejects(store.tallies('run-1'), code('store_read'));
    await cluster.start();
    await store.commit(rows);
    assert.equal((await store.tallies('run-1'))[0]?.correct, 1);
    await store.close();
  });

  test('on a full disk says so, keeps what it has, and goes on when there is room', async (t) => {
    const cluster = await Cluster.start();
    t.after(() => cluster.close());
    await cluster.stop();
    try {
      await cluster.resizeDisk('80m');
    } catch (error) {
      t.skip(`no tmpfs can be mounted: ${error}`);
      return;
    }
    await cluster.start();
    const store = await openPostgresStore(await cluster.createDatabase(), { retryMs: 20_000 });
    await store.openRun(settings);
    const at = await store.putProblem('run-1', problem('p'), 'd');
    const message = 'x'.repeat(1_500);
    const batch = (n: number) =>
      Array.from({ length: 500 }, (_, i) =>
        row(at, n * 500 + i, judgement(`${n}/${i}`, verdict('CORRECT', { message: message + n + i }))),
      );
    let stored = 0;
    const fill = async () => {
      for (; stored < 200; stored++) await store.commit(batch(stored));
    };
    await assert.rejects(fill(), (error: AssayError) => {
      assert.match(error.message, /No space left on device|recovery mode|ECONNREFUSED|terminated/);
      return error.code === 'store_write';
    });
    await cluster.resizeDisk('1g');
    // A server whose log found no room has ended itself.
    await cluster.stop('immediate');
    await cluster.start();
    const kept = (await store.tallies('run-1'))[0]?.correct ?? 0;
    assert.ok(kept === stored * 500 || kept === (stored + 1) * 500, `${kept} of ${stored} × 500`);
    await store.commit(batch(stored));
    assert.equal((await store.tallies('run-1'))[0]?.correct, (stored + 1) * 500);
    await store.close();
  });
});

/** A way to the server that, each second time that it carries a COMMIT, loses its answer. */
async function cutAnswers(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let commits = 0;
  const state = { cuts: 0 };
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    let cutting = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (data) => {
      if (data.includes('COMMIT\0') && ++commits % 2 === 0) cutting = true;
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (!cutting) return client.write(data);
      state.cuts++;
      return client.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    url: url.replace(target.port, String(port)),
    get cuts() {
      return state.cuts;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
