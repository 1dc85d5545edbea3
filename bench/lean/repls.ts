/** Stand-ins for warm REPLs: they only let time pass. */
import type { Clock } from './clock.ts';

export interface Lean {
  /** CPU milliseconds of all that was done. */
  readonly cpuMs: number;
  /** CPU milliseconds of imports among them. */
  readonly importMs: number;
  readonly checks: number;
  /** Checks a proof; a limit that ends it costs the process unless `softly`. False: it did not end within the limit. */
  check(ms: number, limitMs: number, softly: boolean, signal?: AbortSignal): Promise<boolean>;
}

/** As many processes as are busy at a time, each with its import before its first check and after each kill. */
export function leanOn(clock: Clock, importTime: number): Lean {
  let [cpuMs, importMs, checks, ready] = [0, 0, 0, 0];
  const spend = async (ms: number, signal?: AbortSignal) => {
    const start = clock.now();
    await clock.sleep(ms, signal);
    const spent = signal?.aborted ? clock.now() - start : ms;
    cpuMs += spent;
    return spent;
  };
  return {
    get cpuMs() {
      return cpuMs;
    },
    get importMs() {
      return importMs;
    },
    get checks() {
      return checks;
    },
    async check(ms, limitMs, softly, signal) {
      if (ready > 0) ready--;
      else {
        const spent = await spend(importTime);
        importMs += spent;
      }
      if (!signal?.aborted) {
        checks++;
        await spend(Math.min(ms, limitMs), signal);
      }
      const killed = signal?.aborted || (ms > limitMs && !softly);
      if (!killed) ready++;
      return ms <= limitMs;
    },
  };
}
