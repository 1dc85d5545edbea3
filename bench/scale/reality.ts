/** The simulator beside the real thing, in the small: a verifier of known times behind the orchestrator. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SubmitChunk } from '@assay/client';
import { Orchestrator } from '@assay/orchestrator';
import { quantile } from '@assay/statistics';
import { openSqliteStore } from '@assay/store';
import { type Service, startService } from '../support/services.ts';
import { Draws } from './draws.ts';
import { simulateStation } from './station.ts';

export interface Compared {
  replicas: number;
  /** Candidates per second: all at once; predicted, measured. */
  throughput: readonly [number, number];
  /** Milliseconds from submitting to the verdict at 70 % of the predicted throughput; predicted, measured. */
  p50: readonly [number, number];
  p99: readonly [number, number];
}

export interface RealityOptions {
  replicas: readonly number[];
  slots: number;
  serviceMs: number;
  /** Seconds of arrivals for each measurement. */
  seconds: number;
  seed: number;
}

/**
 * Replicas of `slots` slots that take `serviceMs` for each candidate: first as many candidates at once as they take, then
 * 70 % of that rate, one by one at random times. What the way there and back adds is measured once, one candidate after
 * the other, and holds for all rows: the simulator knows of queues, not of gRPC and disks.
 */
export async function compare(options: RealityOptions): Promise<Compared[]> {
  const { slots, serviceMs, seconds, seed } = options;
  const dir = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const services: Service[] = [];
  const rows: Compared[] = [];
  let wayS: number | undefined;
  try {
    for (const replicas of options.replicas) {
      while (services.length < replicas) services.push(await startSleeper(slots, serviceMs));
      const servers = replicas * slots;
      const predictedRate = (servers * 1000) / serviceMs;
      const run = (name: string, rate: number, count = Math.round(seconds * predictedRate)) =>
        measure(join(dir, `${replicas}-${name}.db`), services, count, rate, seed);

      if (wayS === undefined) {
        // Hardly any meets another.
        const alone = await run('alone', (0.1 * 1000) / serviceMs, 50);
        wayS = quantile(alone.times, 0.5) - serviceMs / 1000;
      }
      const all = await run('all', Number.POSITIVE_INFINITY);
      const rate = 0.7 * predictedRate;
      const paced = await run('paced', rate);
      const arrivals = paced.times.length;
      const station = simulateStation(
        { servers, rate, arrivals, serviceS: () => serviceMs / 1000 },
        new Draws(seed),
      );
      const way = wayS;
      const predicted = (q: number) => (station.quantileS(q) + way) * 1000;
      rows.push({
        replicas,
        throughput: [predictedRate, all.times.length / all.spanS],
        p50: [predicted(0.5), quantile(paced.times, 0.5) * 1000],
        p99: [predicted(0.99), quantile(paced.times, 0.99) * 1000],
      });
    }
    return rows;
  } finally {
    for (const service of services) await service.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function startSleeper(slots: number, ms: number): Promise<Service> {
  return startService(
    join(import.meta.dirname, '../support/sleeper.ts'),
    ['--slots', String(slots)],
    [],
    ['env', `SLEEP_MS=${ms}`],
  );
}

/** Seconds to each verdict, ascending, and from the first submission to the last verdict; `rate` may be Infinity. */
async function measure(
  file: string,
  services: readonly Service[],
  count: number,
  rate: number,
  seed: number,
) {
  const store = openSqliteStore(file);
  const orchestrator = new Orchestrator(
    store,
    services.map(({ address }) => address),
  );
  try {
    const ready = async () =>
      (await orchestrator.listVerifiers())
        .flatMap((each) => each.replicas)
        .filter(({ state }) => state === 'READY').length === services.length;
    while (!(await ready())) await sleep(20);
    await orchestrator.createRun({ id: 'r', verifiers: ['sleeper'] });
    const draws = new Draws(seed, 1);
    const sent = new Float64Array(count);
    const times: number[] = [];
    const problem = { id: 'p', mathAnswer: { gold: '1' }, spec: 'mathAnswer' as const };
    let last = 0;
    async function* input(): AsyncGenerator<SubmitChunk> {
      let due = performance.now();
      for (let index = 0; index < count; ) {
        if (rate !== Number.POSITIVE_INFINITY) {
          due += draws.exponential(1000 / rate);
          const ahead = due - performance.now();
          if (ahead > 1) await sleep(ahead);
        }
        const size = rate === Number.POSITIVE_INFINITY ? Math.min(256, count - index) : 1;
        const candidates = Array.from({ length: size }, (_, i) => ({
          index: index + i,
          text: `${index + i}`,
        }));
        for (const each of candidates)
          sent[each.index] = rate === Number.POSITIVE_INFINITY ? performance.now() : due;
        index += size;
        yield { problem, candidates };
      }
    }
    await orchestrator.submit('r', input(), {
      onVerdicts: (verdicts) => {
        last = performance.now();
        for (const { candidate } of verdicts) times.push((last - (sent[candidate] as number)) / 1000);
      },
    });
    return { times: times.sort((a, b) => a - b), spanS: (last - (sent[0] as number)) / 1000 };
  } finally {
    await orchestrator.close();
    await store.close();
  }
}
