/** Cancelled, late, many and too many calls. */
import { failed, type Group, sleep } from './check.ts';
import {
  candidates,
  complete,
  indexFault,
  type OpenCall,
  open,
  request,
  servesAgain,
  told,
  verify,
} from './client.ts';

/** When a call is cancelled: quick verifiers have finished, slow ones not begun, at another time. */
const waitsMs = [2, 5, 20];

export const load: Group = {
  name: 'load',
  needsJudging: true,
  checks: [
    {
      name: 'cancel',
      async run(target) {
        const { affordable, describe, timeoutMs } = target;
        // As many as it takes to use capacity up, were it not given back; by each of the waits.
        const rounds = waitsMs.length * (Math.ceil(describe.capacity / affordable) + 1);
        const until = performance.now() + timeoutMs / 4;
        let round = 0;
        for (; round < rounds && performance.now() < until; round++) {
          const call = open(target, request(target, candidates(target, affordable)));
          await Promise.race([call.first, sleep(waitsMs[round % waitsMs.length] ?? 0)]);
          call.cancel();
          await call.outcome;
        }
        await servesAgain(target, affordable, `after ${round} cancelled calls`);
        return `${round} calls cancelled`;
      },
    },
    {
      name: 'deadline',
      async run(target) {
        const asked = candidates(target, target.affordable);
        const codes: string[] = [];
        for (const ms of [1, 5, 20]) {
          const outcome = await verify(target, request(target, asked), ms);
          if (outcome.code === 'OK') complete(outcome, asked, 'a call in time');
          else if (outcome.code !== 'DEADLINE_EXCEEDED' && outcome.code !== 'RESOURCE_EXHAUSTED') {
            failed(`DEADLINE_EXCEEDED (or OK) after ${ms} ms`, told(outcome));
          }
          codes.push(outcome.code);
        }
        await servesAgain(target, 1, 'after calls past their deadline');
        return codes.join(', ');
      },
    },
    {
      name: 'concurrent',
      async run(target) {
        const { affordable, describe } = target;
        const calls = Math.min(8, describe.capacity);
        const size = Math.max(1, Math.floor(affordable / calls));
        await Promise.all(
          Array.from({ length: calls }, async (_, call) => {
            const asked = candidates(target, size, call * 100_000);
            complete(await verify(target, request(target, asked)), asked, 'each of several calls');
          }),
        );
        return `${calls} calls of ${size}`;
      },
    },
    {
      name: 'overload',
      async run(target) {
        const { describe, timeoutMs } = target;
        const asked = candidates(target, describe.maxBatch);
        const count = Math.ceil(describe.capacity / describe.maxBatch) + 4;
        const calls: OpenCall[] = Array.from({ length: count }, () => open(target, request(target, asked)));
        // Slow verifiers would judge all of it; what they took is then cancelled.
        const patience = setTimeout(() => {
          for (const call of calls) call.cancel();
        }, timeoutMs / 4);
        const tally: Record<string, number> = {};
        for (const call of calls) {
          const outcome = await call.outcome;
          tally[outcome.code] = (tally[outcome.code] ?? 0) + 1;
          const fault = outcome.code === 'OK' ? indexFault(outcome, asked) : undefined;
          if (fault !== undefined) failed('a call that is taken to be answered in full', fault);
          if (outcome.code === 'RESOURCE_EXHAUSTED') {
            if (outcome.verdicts.length > 0)
              failed('nothing judged of a call that is refused', told(outcome));
            if (outcome.reason === '')
              failed('a trailer assay-reason with RESOURCE_EXHAUSTED', told(outcome));
          } else if (outcome.code !== 'OK' && outcome.code !== 'CANCELLED') {
            failed('OK or RESOURCE_EXHAUSTED', told(outcome));
          }
        }
        clearTimeout(patience);
        await servesAgain(target, 1, 'after more calls than it takes');
        return Object.entries(tally)
          .map(([code, calls]) => `${calls} ${code}`)
          .join(', ');
      },
    },
  ],
};
