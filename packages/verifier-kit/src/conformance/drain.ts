/** SIGTERM: what runs finishes, nothing new is taken, the process ends. Only where its pid is known; the last check. */
import { readFileSync } from 'node:fs';
import { failed, type Group, skipped, sleep } from './check.ts';
import { candidates, indexFault, open, request, told, verify } from './client.ts';

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

export const drain: Group = {
  name: 'drain',
  checks: [
    {
      name: 'sigterm',
      async run(target) {
        const { pid, timeoutMs, affordable } = target;
        if (pid === undefined) skipped('give the pid of the process to check how it drains');
        const asked = candidates(target, affordable);
        const batch = open(target, request(target, asked));
        await Promise.race([batch.first, sleep(100)]);
        process.kill(pid, 'SIGTERM');
        const signalled = performance.now();
        while (!exited(pid)) {
          const sentAfter = performance.now() - signalled;
          if (sentAfter > timeoutMs)
            failed(`process ${pid} to end`, `it lives ${timeoutMs} ms after SIGTERM`);
          const outcome = await verify(target, request(target, candidates(target, 1)));
          if (outcome.code !== 'UNAVAILABLE' && sentAfter > noticeMs) {
            failed('UNAVAILABLE for calls after SIGTERM', told(outcome));
          }
          await sleep(20);
        }
        const outcome = await batch.outcome;
        if (outcome.code !== 'OK' && outcome.code !== 'UNAVAILABLE') {
          failed('the batch in flight to end with OK or UNAVAILABLE', told(outcome));
        }
        const fault = outcome.code === 'OK' ? indexFault(outcome, asked) : undefined;
        if (fault !== undefined) failed('the batch in flight to be answered in full', fault);
        return `batch in flight: ${outcome.code}; ended after ${Math.round(performance.now() - signalled)} ms`;
      },
    },
  ],
};
