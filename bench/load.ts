// Which verifier limits speed: what is predicted of another replica, the knee and the replicas that a rate needs.
//
//   assay bench load [--candidates 4000] [--slots 4] [--seconds 3]
//
// Verifiers of known service times, in processes of their own. First real runs in the embedded orchestrator: every row is
// one run, and what it predicts is compared with the next row, which has a replica more. Then assay bench verifier on
// verifiers alone, beside the truth: as many candidates at the same time as there are slots, each for its service time.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { SubmitChunk } from '@assay/client';
import { Orchestrator } from '@assay/orchestrator';
import { type LoadTest, readLoad } from '@assay/report';
import { openSqliteStore } from '@assay/store';
import { type Service, startService } from './support/services.ts';

const { values } = parseArgs({
  options: {
    candidates: { type: 'string', default: '4000' },
    slots: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '3' },
  },
});
const slots = Number(values.slots);
const perProblem = Math.ceil(Number(values.candidates) / 8);
const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
const services: Service[] = [];

async function start(name: string, ms: number, slotCount = slots): Promise<Service> {
  const service = await startService(
    join(import.meta.dirname, 'support/sleeper.ts'),
    ['--slots', String(slotCount)],
    [],
    ['env', `NAME=${name}`, `SLEEP_MS=${ms}`],
  );
  services.push(service);
  return service;
}

async function* input(): AsyncGenerator<SubmitChunk> {
  for (let p = 0; p < 8; p++) {
    const problem = { id: `p${p}`, mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
    for (let from = 0; from < perProblem; from += 100) {
      const size = Math.min(100, perProblem - from);
      const candidates = Array.from({ length: size }, (_, i) => ({
        index: from + i,
        text: `${p}/${from + i}`,
      }));
      yield { problem, candidates };
    }
  }
}

let runs = 0;
async function measure(verifiers: string[], replicas: readonly Service[]) {
  const store = openSqliteStore(join(dir, `${++runs}.db`));
  const orchestrator = new Orchestrator(
    store,
    replicas.map(({ address }) => address),
  );
  const ready = async () =>
    (await orchestrator.listVerifiers()).every((each) =>
      each.replicas.every(({ state }) => state === 'READY'),
    );
  while (!(await ready())) await sleep(20);
  const run = await orchestrator.createRun({ id: 'bench', verifiers });
  await orchestrator.submit('bench', input(), { complete: true });
  const found = await readLoad(store, run, await store.tallies('bench'), await store.timeTallies('bench'));
  await orchestrator.close();
  await store.close();
  return found;
}

function print(cells: readonly string[], widths: readonly number[]): void {
  const padded = cells.map((cell, i) =>
    i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0),
  );
  console.log(padded.join(''));
}

const off = (told: number, truth: number) => `${(100 * (told / truth - 1)).toFixed(1)} %`;
const number = (value: number | null | undefined) => (value ?? Number.NaN).toFixed(1);

async function another(slowMs: number, quickMs: number): Promise<void> {
  console.log(`\nruns by slow (${slowMs} ms) and quick (${quickMs} ms), ${slots} slots each\n`);
  const widths = [17, 14, 12, 24, 16, 13, 15];
  print(
    ['replicas', 'candidates/s', 'limited by', 'occupied', 'one more gives', 'limits then', 'it was off by'],
    widths,
  );
  const replicas = [await start('slow', slowMs), await start('quick', quickMs)];
  let predicted: number | undefined;
  for (const count of [1, 2, 3]) {
    const { load, bottleneck } = await measure(['slow', 'quick'], replicas);
    const rate = bottleneck?.rate ?? Number.NaN;
    const { verifier = null, addOne = null } = bottleneck ?? {};
    const occupied = load
      .map((each) => `${each.name} ${Math.round(100 * (each.occupied ?? 0))} %`)
      .join(', ');
    const cells = [
      `${count} slow, 1 quick`,
      number(rate),
      verifier ?? 'none',
      occupied,
      number(addOne?.rate),
    ];
    print([...cells, addOne?.next ?? 'none', predicted === undefined ? '' : off(predicted, rate)], widths);
    predicted = verifier === 'slow' ? addOne?.rate : undefined;
    if (count < 3) replicas.push(await start('slow', slowMs));
  }
}

function alone(service: Service, target: number): LoadTest {
  const cli = join(import.meta.dirname, '../packages/cli/src/main.ts');
  const samples = join(dir, 'samples.jsonl');
  const rows = Array.from({ length: 20_000 }, (_, i) =>
    JSON.stringify({ id: `p${i % 50}`, gold: '1', index: i, sample: `candidate ${i}` }),
  );
  writeFileSync(samples, rows.sort().join('\n'));
  const args = [
    'bench',
    'verifier',
    service.address,
    '--samples',
    samples,
    '--target',
    `${target}`,
    '--json',
  ];
  const flags = ['--disable-warning=ExperimentalWarning', cli, ...args, '--seconds', values.seconds];
  return JSON.parse(
    execFileSync(process.execPath, flags, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ) as LoadTest;
}

try {
  await another(50, 10);
  await another(30, 20);
  const target = 1000;
  console.log(`\nassay bench verifier, replicas for ${target} verdicts/s were each always full\n`);
  const widths = [20, 8, 10, 12, 10, 10, 22];
  print(['verifier', 'knee', 'off by', 'verdicts/s', 'replicas', 'off by', 'steps'], widths);
  for (const [count, ms] of [
    [1, 20],
    [6, 20],
    [16, 50],
  ] as const) {
    const { capacity, target: needs, steps } = alone(await start(`sleeper`, ms, count), target);
    const [knee, replicas] = [capacity?.knee ?? Number.NaN, needs?.least ?? Number.NaN];
    const cells = [`${count} slots, ${ms} ms`, number(knee), off(knee, count), number(capacity?.throughput)];
    const last = steps.map(({ inFlight }) => inFlight).join(',');
    print([...cells, number(replicas), off(replicas, (target * ms) / 1000 / count), last], widths);
  }
} finally {
  for (const service of services) await service.stop();
  rmSync(dir, { recursive: true, force: true });
}
