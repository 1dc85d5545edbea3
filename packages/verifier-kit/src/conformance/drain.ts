/** SIGTERM: what runs finishes, nothing new is taken, the process ends. Only where its pid is known; the last check. */
import { readFileSync } from 'node:fs';
import type { Candidate } from '@assay/contract';
import { failed, type Group, skipped, sleep, type Target } from './check.ts';
import { candidates, indexFault, type Outcome, open, request, told, verify } from './client.ts';
import { watchHealth } from './discovery.ts';

/** Time for the signal to arrive: calls sent earlier may be taken. */
const noticeMs = 1000;

function exited(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return true;
  }
  try {
    // Ended, and not yet waited for by whoever started it.
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What was seen from SIGTERM on. */
interface Seen {
  /** How calls after it ended, once it must have noticed. */
  codes: Set<string>;
  batch: Outcome;
  asked: Candidate[];
  /** What a health watch told, in order. */
  health: string[];
  /** Milliseconds; undefined: it did not end. */
  endedMs: number | undefined;
}

/** It ends once; all checks look at the same end. */
const seenOf = new WeakMap<Target, Promise<Seen>>();

function drained(target: Target): Promise<Seen> {
  const { pid } = target;
  if (pid === undefined) skipped('give the pid of the process to check how it drains');
  let seen = seenOf.get(target);
  if (seen === undefined) {
    seen = drainOnce(target, pid);
    seenOf.set(target, seen);
  }
  return seen;
}

async function drainOnce(target: Target, pid: number): Promise<Seen> {
  const { timeoutMs, affordable } = target;
  const health: string[] = [];
  const watch = watchHealth(target, 'assay.v1.Verifier', 3 * timeoutMs, (status) => health.push(status));
  try {
    await watch.first;
    const asked = candidates(target, affordable);
    const batch = open(target, request(target, asked));
    await Promise.race([batch.first, sleep(100)]);
    process.kill(pid, 'SIGTERM');
    const signalled = performance.now();
    const codes = new Set<string>();
    let sentAfter = 0;
    while (!exited(pid) && sentAfter <= timeoutMs) {
      sentAfter = performance.now() - signalled;
      const outcome = await verify(target, request(target, candidates(target, 1)));
      if (sentAfter > noticeMs) codes.add(outcome.code);
      await sleep(20);
    }
    const endedMs = exited(pid) ? performance.now() - signalled : undefined;
    if (endedMs === undefined) batch.cancel();
    return { codes, batch: await batch.outcome, asked, health, endedMs };
  } finally {
    watch.close();
  }
}

export const drain: Group = {
  name: 'drain',
  checks: [
    {
      name: 'refuses',
      async run(target) {
        const { codes } = await drained(target);
        const other = [...codes].find((code) => code !== 'UNAVAILABLE');
        if (other !== undefined) failed('UNAVAILABLE for calls after SIGTERM', other);
        return codes.size === 0 ? 'it had ended before it was asked again' : 'UNAVAILABLE';
      },
    },
    {
      name: 'not-serving',
      async run(target) {
        const { health } = await drained(target);
        if (health.length === 0) skipped('health cannot be watched');
        if (!health.includes('NOT_SERVING')) failed('a health watch to tell NOT_SERVING', health.join(', '));
        return health.join(', ');
      },
    },
    {
      name: 'finishes',
      async run(target) {
        const { batch, asked } = await drained(target);
        if (batch.code !== 'OK' && batch.code !== 'UNAVAILABLE') {
          failed('the batch in flight to end with OK or UNAVAILABLE', told(batch));
        }
        const fault = batch.code === 'OK' ? indexFault(batch, asked) : undefined;
        if (fault !== undefined) failed('the batch in flight to be answered in full', fault);
        return `batch in flight: ${batch.code}`;
      },
    },
    {
      name: 'ends',
      async run(target) {
        const { endedMs } = await drained(target);
        if (endedMs === undefined)
          failed(`process ${target.pid} to end`, `it lives ${target.timeoutMs} ms after SIGTERM`);
        return `after ${Math.round(endedMs)} ms`;
      },
    },
  ],
};
