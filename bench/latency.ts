// Latency of online Submit: one candidate a message, arrivals at random at half of what the verifier can do.
//
//   assay bench latency [--seconds 20] [--slots 16] [--ms 20] [--load 0.5] [--awake] [--database postgres://…]
//
// A verifier that sleeps for a known time, the orchestrator behind gRPC, and the client are processes of their own.
// Arrivals are a Poisson process that waits for nobody. Added is what a verdict took to its delivery, from when its
// message was due (also where the way was not free then), less the service time that the verifier reports. Of it
// "queue" is the verifier's own: what waited there for a slot. "verifier alone" asks it without an orchestrator: that
// is what gRPC, timers and this machine's load cost. Every other row has one durable transaction before its verdict,
// Postgres two; "fsync" is what the disk takes for one, in the same run; "timer" how late a bare timer is. --awake keeps
// processors from sleeping, see support/awake.ts.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { OrchestratorClient, type SubmitChunk, VerifierClient } from '@assay/client';

import { problemDigest, type Verdict } from '@assay/contract';
import { Orchestrator, serveOrchestrator } from '@assay/orchestrator';
import { openStore } from '@assay/store';
import { Cluster, noPostgres } from '@assay/store/testing';
import { stayAwake } from './support/awake.ts';
import { startService } from './support/services.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    slots: { type: 'string', default: '16' },
    ms: { type: 'string', default: '20' },
    load: { type: 'string', default: '0.5' },
    awake: { type: 'boolean', default: false },
    database: { type: 'string' },
    serve: { type: 'string' },
    address: { type: 'string', default: '' },
  },
});
const [seconds, slots, ms] = [Number(values.seconds), Number(values.slots), Number(values.ms)];
const rate = (Number(values.load) * slots * 1000) / ms;
/** Until everything is compiled and connected. */
const warmupMs = 3_000;

interface Sample {
  totalMs: number;
  serviceMs: number;
  queueMs: number;
}

const problemOf = (p: number) => ({
  id: `p${p}`,
  prompt: `question ${p}`,
  mathAnswer: { gold: '1' },
  spec: 'mathAnswer' as const,
});
const problems = Array.from({ length: 64 }, (_, p) => problemOf(p));

/** Numbers of arrivals, and when each was due; never before. */
async function* arrivals(): AsyncGenerator<[i: number, due: number]> {
  const end = performance.now() + warmupMs + seconds * 1000;
  let next = performance.now();
  for (let i = 0; ; i++) {
    next += (-Math.log(1 - Math.random()) / rate) * 1000;
    if (next > end) return;
    const wait = next - performance.now();
    // Timers have whole milliseconds.
    if (wait > 0) await sleep(Math.ceil(wait));
    yield [i, next];
  }
}

class Samples {
  readonly #sent = new Map<number, number>();
  readonly all: Sample[] = [];
  readonly #from = performance.now() + warmupMs;

  send(i: number, due: number): void {
    this.#sent.set(i, due);
  }

  receive(i: number, times: Verdict['times'] | undefined): void {
    const [sent = Number.NaN, now] = [this.#sent.get(i), performance.now()];
    this.#sent.delete(i);
    if (sent < this.#from) return;
    this.all.push({
      totalMs: now - sent,
      serviceMs: (times?.serviceUs ?? 0) / 1000,
      queueMs: (times?.queueUs ?? 0) / 1000,
    });
  }
}

async function alone(address: string): Promise<Sample[]> {
  const client = await VerifierClient.connect(address, 10_000, new AbortController().signal);
  const samples = new Samples();
  const calls: Promise<void>[] = [];
  for await (const [i, due] of arrivals()) {
    const problem = problems[i % problems.length] as (typeof problems)[0];
    const { promise, resolve } = Promise.withResolvers<void>();
    calls.push(promise);
    samples.send(i, due);
    client.verify(
      { problem, digest: problemDigest(problem), bytes: 100, texts: [`candidate ${i}`] },
      30_000,
      { verdict: ({ times }) => samples.receive(i, times), ended: () => resolve() },
    );
  }
  await Promise.all(calls);
  client.close();
  return samples.all;
}

async function online(address: string): Promise<Sample[]> {
  const client = new OrchestratorClient(address);
  await client.createRun({ id: 'online', verifiers: ['sleeper'] });
  const samples = new Samples();
  async function* input(): AsyncGenerator<SubmitChunk> {
    for await (const [i, due] of arrivals()) {
      samples.send(i, due);
      const problem = problems[i % problems.length] as (typeof problems)[0];
      yield { problem, candidates: [{ index: i, text: `candidate ${i}` }] };
    }
  }
  await client.submit('online', input(), {
    onVerdicts: (verdicts) => {
      for (const { candidate, verdict } of verdicts) samples.receive(candidate, verdict?.times);
    },
  });
  await client.close();
  return samples.all;
}

/** What calls of the store took, in the orchestrator, by name. */
type StoreTimes = Record<string, number[]>;

/** The orchestrator in a process of its own, for as long as `use` takes. */
async function served(
  store: string,
  verifier: string,
  use: (address: string) => Promise<Sample[]>,
): Promise<{ samples: Sample[]; times: StoreTimes }> {
  const args = ['--serve', store, '--address', verifier];
  const child = fork(import.meta.filename, args, { execArgv: process.execArgv });
  try {
    const [address] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the orchestrator exited with ${code}`);
      }),
    ])) as [string];
    const samples = await use(address);
    child.send('end');
    const [times] = (await once(child, 'message')) as [StoreTimes];
    return { samples, times };
  } finally {
    if (child.connected) child.disconnect();
    if (child.exitCode === null) await once(child, 'exit');
  }
}

/** Notes what calls of a method take, once all is compiled. */
function time(of: object, name: string, into: StoreTimes): void {
  const owner = of as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const call = owner[name]?.bind(of);
  const all: number[] = [];
  into[name] = all;
  const from = performance.now() + warmupMs;
  owner[name] = async (...args) => {
    const start = performance.now();
    const result = await call?.(...args);
    if (start > from) all.push(performance.now() - start);
    return result;
  };
}

async function serveStore(location: string, verifier: string): Promise<void> {
  const store = await openStore(location);
  const times: StoreTimes = { commit: [] };
  time(store, 'commit', times);
  if (store.shared !== undefined) time(store.shared, 'enqueue', times);
  const orchestrator = new Orchestrator(store, [verifier]);
  const server = await serveOrchestrator(orchestrator);
  process.send?.(server.address);
  await once(process, 'message');
  process.send?.(times);
  await once(process, 'disconnect');
  await orchestrator.close();
  await server.close();
  await store.close();
}

/** What the disk takes to make 200 bytes durable, one write after the other. */
function fsyncs(dir: string): number[] {
  const file = openSync(join(dir, 'fsync'), 'w');
  const times = Array.from({ length: 500 }, () => {
    writeSync(file, Buffer.alloc(200));
    const start = performance.now();
    fsyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  return times;
}

/** How late timers are, one after the other. */
async function timers(): Promise<number[]> {
  const late: number[] = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    await sleep(ms);
    late.push(performance.now() - start - ms);
  }
  return late;
}

function print(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(26) + cells.map((cell) => cell.padStart(9)).join(''));
}

function quantiles(all: readonly number[]): string[] {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
  return [at(0.5), at(0.99), at(1)].map((value) => value.toFixed(1));
}

function row(name: string, samples: readonly Sample[]): void {
  const added = samples.map(({ totalMs, serviceMs }) => totalMs - serviceMs);
  const queue = quantiles(samples.map(({ queueMs }) => queueMs)).slice(0, 2);
  const own = quantiles(samples.map(({ totalMs, serviceMs, queueMs }) => totalMs - serviceMs - queueMs));
  print(name, [String(samples.length), ...quantiles(added), ...queue, ...own]);
}

if (values.serve !== undefined) await serveStore(values.serve, values.address);
else {
  const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const release = values.awake ? stayAwake() : () => {};
  const prefix = ['env', `SLEEP_MS=${ms}`];
  const service = await startService(
    join(import.meta.dirname, 'support/sleeper.ts'),
    ['--slots', String(slots)],
    [],
    prefix,
  );
  const cluster = values.database === undefined && !noPostgres ? await Cluster.start() : undefined;
  try {
    const database = values.database ?? (await cluster?.createDatabase());
    console.log(`${slots} slots × ${ms} ms, ${rate.toFixed(0)} arrivals/s for ${seconds} s; milliseconds\n`);
    print('', ['', 'added', '', '', 'queue', '', 'the rest', '', '']);
    print('', ['verdicts', 'p50', 'p99', 'max', 'p50', 'p99', 'p50', 'p99', 'max']);
    row('verifier alone', await alone(service.address));
    const stores = [
      ['SQLite in memory', ':memory:'],
      ['SQLite', join(dir, 'store.db')],
      ['Postgres', database],
    ] as const;
    const calls: [string, readonly number[]][] = [];
    for (const [name, location] of stores) {
      if (location === undefined) continue;
      const { samples, times } = await served(location, service.address, online);
      row(name, samples);
      for (const [call, all] of Object.entries(times)) calls.push([`${name}, ${call}`, all]);
    }
    if (database === undefined) console.log(`Postgres: ${noPostgres}`);
    console.log('\nof these, calls of the store that the orchestrator waits for\n');
    print('', ['calls', 'p50', 'p99', 'max']);
    for (const [name, all] of calls) print(name, [String(all.length), ...quantiles(all)]);
    print('fsync alone', ['', ...quantiles(fsyncs(dir))]);
    print('timer alone, late by', ['', ...quantiles(await timers())]);
  } finally {
    release();
    await service.stop();
    await cluster?.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
