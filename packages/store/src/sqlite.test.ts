import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AssayError } from '@assay/contract';
import { migrations } from './schema.ts';
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

test('a store of version 1 is taken over with all its verdicts', async () => {
  const file = join(dir, 'version-1.db');
  const { DatabaseSync } = await import('node:sqlite');
  const db = new DatabaseSync(file);
  db.exec(migrations[0] as string);
  db.exec(`
    PRAGMA user_version = 1;
    INSERT INTO run VALUES (1, 'run-1', '{"verifiers":["oracle"],"earlyStop":false,"maxAttempts":0,"labels":{}}', 1, 5, 0, '', 0);
    INSERT INTO problem VALUES (4, 1, 'p', 'set', 'd', 7);
    INSERT INTO judgement VALUES
      (3, 'k', 1, '', 'm', -0.5, '½', 'num:1/2', '[{"name":"t","status":"CORRECT","reason":"","message":"","times":null}]', 1, 20, 300, 0, 'r:1', 2),
      (9, 'k', 4, 'undecided', 'why', NULL, '', '', NULL, 4, 50, 600, 1, 'r:2', 1);
    INSERT INTO verdict VALUES (4, 0, 0, 3, 1, 11), (4, 0, 1, 9, 1, 12);
  `);
  db.close();
  const store = openSqliteStore(file);
  const { judgement: first } = (await store.findVerdicts(4, 0, [0])).get(0) ?? {};
  assert.deepEqual(first, {
    id: 3,
    key: 'k',
    verdict: verdict('CORRECT', {
      message: 'm',
      score: -0.5,
      _score: 'score',
      answer: '½',
      answerClass: 'num:1/2',
      parts: first?.verdict.parts ?? [],
      times: { queueUs: 1, serviceUs: 20, cpuUs: 300 },
    }),
    replica: 'r:1',
    attempts: 2,
  });
  assert.equal(first?.verdict.parts[0]?.name, 't');
  assert.equal((await store.findVerdicts(4, 0, [1])).get(1)?.judgement?.verdict.message, 'why');
  const [tally] = await store.tallies('run-1');
  assert.deepEqual([tally?.correct, tally?.error, tally?.programs], [1, 1, 0]);
  // The key is still found, once, and not those of ERRORs.
  await store.commit([row(4, 2, judgement('k', verdict('INCORRECT')), { source: 'SHARED' })]);
  assert.equal((await store.findVerdicts(4, 0, [2])).get(2)?.judgement?.id, 3);
  // Of its load a part is not known, whatever comes.
  await store.commit([], [], [{ run: 'run-1', activeMs: 7, loopMs: 3, replicas: [] }]);
  assert.deepEqual(await store.load('run-1'), { run: 'run-1', activeMs: 7, loopMs: null, replicas: [] });
  await store.close();
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
  for (const refused of [store.claimRun('run-1'), store.deleteRun('run-1')]) {
    await assert.rejects(refused, (error) => error instanceof AssayError && error.code === 'run_busy');
  }
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
