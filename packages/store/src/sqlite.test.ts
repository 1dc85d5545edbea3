import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { openSqliteStore } from './sqlite.ts';
import { judgement, problem, row, settings, storeContract, verdict } from './testing/contract.ts';

const dir = mkdtempSync(join(tmpdir(), 'assay-store-'));
after(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(dir, `${files++}`, 'store.db');

storeContract('sqlite in a file', () => openSqliteStore(newFile()));
storeContract('sqlite in memory', () => openSqliteStore(':memory:'));

test('what is not a store is refused, and left as it is', () => {
  const file = join(dir, 'text.db');
  writeFileSync(file, 'This is a letter, not a database. '.repeat(100));
  assert.throws(
    () => openSqliteStore(file),
    (error) => error instanceof AssayError && error.code === 'store_open',
  );
});

test('a store of a later version is refused', async () => {
  const file = newFile();
  await openSqliteStore(file).close();
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 999');
  db.close();
  assert.throws(
    () => openSqliteStore(file),
    (error) => error instanceof AssayError && error.code === 'store_version',
  );
});

test('a commit that fails leaves nothing, and the same rows can be stored later', async () => {
  const file = newFile();
  const store = openSqliteStore(file, { lockTimeoutMs: 50 });
  await store.openRun(settings);
  const at = await store.putProblem('run-1', problem('p'), 'd');
  await store.commit([row(at, 0, judgement('first', verdict('CORRECT')))]);
  const rows = Array.from({ length: 100 }, (_, i) => row(at, i, judgement(`k${i}`, verdict('INCORRECT'))));
  const { DatabaseSync } = await import('node:sqlite');
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  await assert.rejects(
    store.commit(rows),
    (error) => error instanceof AssayError && error.code === 'store_write',
  );
  assert.equal((await store.tallies('run-1'))[0]?.correct, 1);
  other.exec('ROLLBACK');
  other.close();
  await store.commit(rows);
  assert.equal((await store.tallies('run-1'))[0]?.incorrect, 100);
  await store.close();
});

test('a run that another living process holds is refused; a dead one holds nothing', async () => {
  const file = newFile();
  const script = `
    import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'sqlite.ts'))};
    const store = openSqliteStore(${JSON.stringify(file)});
    await store.openRun(${JSON.stringify(settings)});
    await store.claimRun('run-1');
    console.log('claimed');
    setInterval(() => {}, 1000);
  `;
  const child = spawnNode(script);
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  const store = openSqliteStore(file);
  await assert.rejects(
    store.claimRun('run-1'),
    (error) => error instanceof AssayError && error.code === 'run_busy',
  );
  child.kill('SIGKILL');
  await once(child, 'exit');
  await store.claimRun('run-1');
  await store.claimRun('run-1');
  await store.releaseRun('run-1');
  await store.close();
});

test('kill -9 amid commits: every acknowledged verdict is there, every transaction is whole', async () => {
  const file = newFile();
  const size = 50;
  const script = `
    import { openSqliteStore } from ${JSON.stringify(join(import.meta.dirname, 'sqlite.ts'))};
    import { judgement, problem, row, settings, verdict } from ${JSON.stringify(join(import.meta.dirname, 'testing/contract.ts'))};
    import { writeSync } from 'node:fs';
    const store = openSqliteStore(${JSON.stringify(file)});
    await store.openRun(settings);
    const at = await store.putProblem('run-1', problem('p'), 'd');
    const start = Number(process.argv[1]);
    for (let i = start; ; i++) {
      await store.commit(Array.from({ length: ${size} }, (_, j) => row(at, i * ${size} + j, judgement(i + '/' + j, verdict('CORRECT')))));
      writeSync(1, i + '\\n');
    }
  `;
  let acknowledged = -1;
  for (const pause of [0, 3, 11, 24, 40, 77]) {
    const child = spawnNode(script, String(acknowledged + 1));
    let output = '';
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString();
    });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    await new Promise((resolve) => setTimeout(resolve, pause));
    child.kill('SIGKILL');
    await once(child, 'close');
    acknowledged = Number(output.trimEnd().split('\n').at(-1));
    const store = openSqliteStore(file);
    const stored = (await store.tallies('run-1'))[0]?.correct ?? 0;
    await store.close();
    assert.equal(stored % size, 0, 'no transaction is stored in part');
    assert.ok(
      stored >= (acknowledged + 1) * size,
      `${stored} stored, ${(acknowledged + 1) * size} acknowledged`,
    );
    acknowledged = stored / size - 1;
  }
});

function spawnNode(script: string, ...args: string[]): ChildProcess {
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', script, ...args];
  return spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
}
