// Takeover: an orchestrator is killed with work in its hands; how long until others have judged it.
//
//   assay bench takeover [--kills 10] [--lease 5] [--database postgres://…]
//
// Three servers (assay serve) share a Postgres store and two replicas of a verifier. A client submits 300 candidates to
// one of them, which is killed at a random moment of its heartbeat; the client is gone for good. "first" is from the kill
// to the next verdict in the store, "all" to the last one, when the run is COMPLETE. Both have the time of judging in them,
// which is known: "first, net" and "all, net" are without it, and the bar of lease + 1 s is for the latter, the last of the
// work. The dead server is started again for the next kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { OrchestratorClient } from '@assay/client';
import { openStore, type Store } from '@assay/store';
import { Cluster, noPostgres } from '@assay/store/testing';
import { startService } from './support/services.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '10' },
    lease: { type: 'string', default: '5' },
    database: { type: 'string' },
  },
});
const [kills, lease] = [Number(values.kills), Number(values.lease)];
const judgeMs = 500;
const slots = 64;
const candidates = 300;
const main = join(import.meta.dirname, '../packages/cli/src/main.ts');

interface Server {
  process: ChildProcess;
  address: string;
}

async function serve(database: string, verifiers: readonly string[]): Promise<Server> {
  const flags = verifiers.flatMap((address) => ['--verifier-address', address]);
  const args = ['serve', '--port', '0', '--no-http', '--lease', String(lease), ...flags];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    env: { ...process.env, ASSAY_STORE: database },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { process: child, address: (JSON.parse(line) as { address: string }).address };
}

async function count(store: Store, run: string): Promise<number> {
  const tallies = await store.tallies(run);
  return tallies.reduce((sum, { correct, error }) => sum + correct + error, 0);
}

async function until(holds: () => Promise<boolean>): Promise<number> {
  const end = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('nothing happens any more');
    await sleep(10);
  }
  return performance.now();
}

async function kill(store: Store, victim: Server, run: string) {
  const client = new OrchestratorClient(victim.address, { reconnectMs: 0 });
  await client.createRun({ id: run, verifiers: ['sleeper'] });
  const texts = Array.from({ length: candidates }, (_, index) => ({ index, text: `${run} ${index}` }));
  const problem = { id: run, mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
  const submitted = client.submit(
    run,
    (async function* () {
      yield { problem, candidates: texts };
    })(),
    { complete: true },
  );
  submitted.catch(() => {});
  await until(async () => (await count(store, run)) > 0);
  await sleep(Math.random() * judgeMs);
  victim.process.kill('SIGKILL');
  const killed = performance.now();
  await client.close();
  await once(victim.process, 'exit');
  const left = await count(store, run);
  const first = await until(async () => (await count(store, run)) > left);
  const all = await until(async () => (await store.getRun(run))?.state === 'COMPLETE');
  const stored = await count(store, run);
  if (stored !== candidates) throw new Error(`${stored} verdicts of ${candidates}`);
  // What slots judge of it one after the other.
  const rounds = Math.ceil((candidates - left) / slots);
  const [firstMs, allMs] = [first - killed, all - killed];
  return {
    ...{ left: candidates - left, firstMs, allMs },
    ...{ firstNetMs: firstMs - judgeMs, allNetMs: allMs - rounds * judgeMs },
  };
}

const seconds = (ms: number) => (ms / 1000).toFixed(2);
const cluster = values.database === undefined && !noPostgres ? await Cluster.start() : undefined;
const database = values.database ?? (await cluster?.createDatabase());
if (database === undefined) throw new Error(noPostgres || 'no database');
const sleeper = join(import.meta.dirname, 'support/sleeper.ts');
const start = () => startService(sleeper, ['--slots', String(slots / 2)], [], ['env', `SLEEP_MS=${judgeMs}`]);
const verifiers = [await start(), await start()];
const addresses = verifiers.map(({ address }) => address);
const servers: Server[] = [];
const store = await openStore(database);
try {
  while (servers.length < 3) servers.push(await serve(database, addresses));
  console.log(`lease ${lease} s, ${judgeMs} ms to judge; seconds from the kill\n`);
  const line = (first: string, cells: readonly string[]) =>
    console.log(first.padEnd(6) + cells.map((cell) => cell.padStart(12)).join(''));
  line('kill', ['unsettled', 'first', 'all', 'first, net', 'all, net']);
  const net: number[] = [];
  for (let i = 0; i < kills; i++) {
    const at = Math.floor(Math.random() * servers.length);
    const { left, ...times } = await kill(store, servers[at] as Server, `kill-${i}`);
    net.push(times.allNetMs);
    line(`${i + 1}`, [String(left), ...Object.values(times).map(seconds)]);
    servers[at] = await serve(database, addresses);
  }
  console.log(
    `\nall, without the time of judging: ${seconds(Math.min(...net))} to ${seconds(Math.max(...net))} s, of ${lease + 1} s`,
  );
} finally {
  for (const server of servers) server.process.kill('SIGKILL');
  await store.close();
  for (const verifier of verifiers) await verifier.stop();
  await cluster?.close();
}
