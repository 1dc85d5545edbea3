/** What the service itself takes for a check, by a REPL that takes no time. */
import { ReplBackend } from '../backend.ts';
import { checkOf, scripted } from './stand-in.ts';

export interface Overhead {
  readonly checksPerSecond: number;
  /** Milliseconds of CPU time of this process, for each check. */
  readonly cpuMs: number;
}

/** Runs so many checks, each of two requests, on REPLs that answer at once; a few more before, to warm up. */
export async function overhead(checks: number, slots: number): Promise<Overhead> {
  const backend = new ReplBackend({ toolchain: scripted(), slots, maxUses: Number.POSITIVE_INFINITY });
  const { signal } = new AbortController();
  const run = async (count: number) => {
    let left = count;
    const lane = async () => {
      while (left-- > 0) {
        const checked = await backend.check(checkOf(), signal);
        if (checked.kind !== 'answered' || !checked.audit?.found) throw new Error(JSON.stringify(checked));
      }
    };
    await Promise.all(Array.from({ length: 8 * slots }, lane));
  };
  try {
    await run(Math.min(checks, 2_000));
    const cpu = process.cpuUsage();
    const began = performance.now();
    await run(checks);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    return { checksPerSecond: checks / seconds, cpuMs: (user + system) / 1000 / checks };
  } finally {
    await backend.close();
  }
}
