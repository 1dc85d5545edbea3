// The Postgres store as a queue: work made durable, then verdicts, in rows/s; beside a bare COPY and the SQLite store.
//
//   assay bench store [--rows 200000] [--batch 2048] [--postgres postgres://USER@HOST:PORT/DATABASE]
//
// All candidates differ (about 300 bytes), so that nothing is shared. One process: enqueue of a batch, then commit of it,
// each a durable transaction, while the next is enqueued. "Bare" is psql's COPY of the same columns, the work and then the verdicts of each batch, into
// tables without index, each a transaction: what server and disk can do at most. Without --postgres a private server is
// started, with its default settings. SQLite has no work to make durable: its figure is that of its commits alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judgementKey } from '@assay/contract';
import {
  openPostgresStore,
  openSqliteStore,
  type Store,
  type VerdictRow,
  type Want,
  type Work,
} from '@assay/store';
import { freshDatabase } from '@assay/store/testing';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    batch: { type: 'string', default: '2048' },
    postgres: { type: 'string' },
  },
});
const [rows, batch] = [Number(values.rows), Number(values.batch)];
const padding = 'Let us think step by step. '.repeat(10);
const digest = 'd'.repeat(64);
const textOf = (i: number) => `${padding} the answer of candidate ${i} is ${(i * 7919) % 10}`;
const workOf = (i: number): Work => ({
  key: judgementKey('noop', '1', digest, textOf(i)),
  verifier: 'noop',
  digest,
  text: textOf(i),
});
const rowOf = (problem: number, candidate: number, key: string, work: boolean): VerdictRow => ({
  ...{ problem, verifier: 0, candidate, tokens: 100, source: 'JUDGED' },
  judgement: {
    ...{ key, replica: '127.0.0.1:7001', attempts: 1, ...(work && { work: key }) },
    verdict: {
      ...{
        index: 0,
        status: 'CORRECT',
        reason: '',
        message: '',
        answer: '1',
        answerClass: 'num:1',
        parts: [],
      },
      ...{ times: { queueUs: 100, serviceUs: 1_000, cpuUs: 900 }, retryable: false },
    },
  },
});

function* batches(): Generator<[from: number, size: number]> {
  for (let from = 0; from < rows; from += batch) yield [from, Math.min(batch, rows - from)];
}
const each = <T>(from: number, size: number, of: (i: number) => T) =>
  Array.from({ length: size }, (_, i) => of(from + i));

async function prepare(store: Store): Promise<number> {
  await store.openRun({ id: 'bench', verifiers: ['noop'], earlyStop: false, maxAttempts: 0, labels: {} });
  return store.putProblem('bench', { id: 'p', dataset: '', promptTokens: 0 }, digest);
}

interface Figure {
  seconds: number;
  /** Undefined: not told apart. */
  cpuUs?: number;
}

async function measure(work: () => Promise<void>): Promise<Figure> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - start) / 1000, cpuUs: (user + system) / rows };
}

function print(name: string, { seconds, cpuUs }: Figure): void {
  console.log(
    `${name.padEnd(34)}${(rows / seconds).toFixed(0).padStart(10)}${(cpuUs?.toFixed(1) ?? '').padStart(14)}`.trimEnd(),
  );
}

async function bare(url: string): Promise<void> {
  const child = spawn('psql', ['--quiet', '--no-psqlrc', url], { stdio: ['pipe', 'ignore', 'inherit'] });
  const write = async (text: string) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  await write('CREATE TABLE bare_work (owner bigint, key text, verifier text, digest text, text text);\n');
  await write(
    'CREATE TABLE bare_judged (problem bigint, candidate bigint, key text, replica text, answer text, class text, queue bigint, service bigint, cpu bigint);\n',
  );
  for (const [from, size] of batches()) {
    const lines = each(from, size, workOf);
    await write('COPY bare_work FROM stdin;\n');
    await write(lines.map(({ key, text }) => `1\t${key}\tnoop\t${digest}\t${text}\n`).join(''));
    await write('\\.\nCOPY bare_judged FROM stdin;\n');
    const judged = lines.map(
      ({ key }, i) => `1\t${from + i}\t${key}\t127.0.0.1:7001\t1\tnum:1\t100\t1000\t900\n`,
    );
    await write(`${judged.join('')}\\.\n`);
  }
  await write('DROP TABLE bare_work, bare_judged;\n');
  child.stdin.end();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`psql ended with ${code}`);
}

const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const url = values.postgres ?? (await freshDatabase());
try {
  console.log(`${rows.toLocaleString('en-US')} candidates, ${batch} a transaction, all different\n`);
  console.log('                                  candidates/s   CPU µs each');
  const store = await openPostgresStore(url);
  if ((await store.getRun('bench')) !== undefined) await store.deleteRun('bench');
  const problem = await prepare(store);
  await store.shared?.putContent(digest, Buffer.from('content'));
  const parts = { enqueue: 0, commit: 0 };
  const timed = async (part: keyof typeof parts, work: () => Promise<unknown> | undefined) => {
    const start = performance.now();
    await work();
    parts[part] += (performance.now() - start) / 1000;
  };
  print('bare COPY', await measure(() => bare(url)));
  const queue = await measure(async () => {
    let committed: Promise<void> = Promise.resolve();
    for (const [from, size] of batches()) {
      const work = each(from, size, workOf);
      const wants = work.map(({ key }, i): Want => {
        return { problem, verifier: 0, candidate: from + i, tokens: 100, key };
      });
      await timed('enqueue', () => store.shared?.enqueue(work, wants));
      await committed;
      const judged = work.map(({ key }, i) => rowOf(problem, from + i, key, true));
      committed = timed('commit', () => store.commit(judged));
    }
    await committed;
  });
  print('Postgres, enqueue + commit', queue);
  for (const part of ['enqueue', 'commit'] as const) {
    print(`  of it ${part}`, { seconds: parts[part] });
  }
  await store.close();
  const sqlite = openSqliteStore(join(dir, 'store.db'));
  const handle = await prepare(sqlite);
  print(
    'SQLite, commit',
    await measure(async () => {
      for (const [from, size] of batches()) {
        await sqlite.commit(each(from, size, (i) => rowOf(handle, i, workOf(i).key, false)));
      }
    }),
  );
  await sqlite.close();
} finally {
  rmSync(dir, { recursive: true, force: true });
}
