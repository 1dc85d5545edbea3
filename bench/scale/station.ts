/** One verifier, candidate by candidate: arrivals in order, so many servers, and servers that fail. */
import { quantile } from '@assay/statistics';
import type { Draws } from './draws.ts';

export interface StationOptions {
  servers: number;
  /** Arrivals per second. */
  rate: number;
  arrivals: number;
  /** Seconds that the next candidate takes. */
  serviceS: () => number;
  /** Seconds until the next one arrives. Default: a Poisson process. */
  gapS?: () => number;
  /** Mean seconds that a server lives, and that its successor takes to be there. Default: it never fails. */
  lifeS?: number;
  startS?: number;
}

export interface StationResult {
  served: number;
  /** Seconds from the first arrival to the last verdict. */
  spanS: number;
  /** Mean share of servers at work. */
  busy: number;
  /** Work that failed with its server, as a share of all work. */
  redone: number;
  meanWaitS: number;
  /** Share of arrivals that waited. */
  waited: number;
  meanS: number;
  /** Seconds from arrival to verdict that a share `q` stays below. */
  quantileS(q: number): number;
}

/**
 * Simulates a station. What fails with its server goes first to the next one that is free, from its beginning, as the
 * orchestrator does it.
 */
export function simulateStation(options: StationOptions, draws: Draws): StationResult {
  const { servers, rate, arrivals, serviceS, lifeS = Number.POSITIVE_INFINITY, startS = 0 } = options;
  const gapS = options.gapS ?? (() => draws.exponential(1 / rate));
  const free = new FreeTimes(servers);
  const sojourns = new Float64Array(arrivals);
  let [now, waits, waited, work, lost, end] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < arrivals; i++) {
    now += gapS();
    const service = serviceS();
    let ready = now;
    for (let tries = 1; ; tries++) {
      if (tries > 1_000) throw new Error(`Servers that live ${lifeS} s never end work of ${service} s.`);
      const start = Math.max(ready, free.first);
      waits += start - ready;
      if (ready === now && start > now) waited++;
      const life = lifeS === Number.POSITIVE_INFINITY ? lifeS : draws.exponential(lifeS);
      if (life >= service) {
        free.replaceFirst(start + service);
        work += service;
        end = Math.max(end, start + service);
        sojourns[i] = start + service - now;
        break;
      }
      lost += life;
      ready = start + life;
      free.replaceFirst(ready + startS);
    }
  }
  const sorted = sojourns.sort();
  return {
    served: arrivals,
    spanS: end,
    busy: (work + lost) / (servers * end),
    redone: lost / (work + lost),
    meanWaitS: waits / arrivals,
    waited: waited / arrivals,
    meanS: sorted.reduce((sum, each) => sum + each, 0) / arrivals,
    quantileS: (q) => quantile(sorted, q),
  };
}

/** When each server is free again: a heap. */
class FreeTimes {
  readonly #times: Float64Array;

  constructor(servers: number) {
    this.#times = new Float64Array(servers);
  }

  get first(): number {
    return this.#times[0] as number;
  }

  replaceFirst(time: number): void {
    const times = this.#times;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= times.length) break;
      if (child + 1 < times.length && (times[child + 1] as number) < (times[child] as number)) child++;
      if ((times[child] as number) >= time) break;
      times[at] = times[child] as number;
      at = child;
    }
    times[at] = time;
  }
}
