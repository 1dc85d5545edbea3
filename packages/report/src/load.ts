/** What limited the speed of a run, from what was measured of it. */
import type { Run } from '@assay/contract';
import { bottleneckOf, verifierLoad } from '@assay/statistics';
import type { ProblemTally, Store, TimeTally } from '@assay/store';
import type { Operations } from './report.ts';

/**
 * The load of each verifier of a run, in their order, over all its sittings, and which of them limited it. Slots and what
 * follows from them are null for a run of an earlier version, of which they are not recorded.
 */
export async function readLoad(
  store: Store,
  run: Run,
  tallies: readonly ProblemTally[],
  times: readonly TimeTally[],
): Promise<Pick<Operations, 'activeMs' | 'load' | 'bottleneck'>> {
  const { activeMs, loopMs, replicas } = await store.load(run.id);
  const load = run.verifiers.map((name, verifier) => {
    const own = tallies.filter((tally) => tally.verifier === verifier);
    // Where no replica judged, it was the orchestrator that gave up.
    const judged = times.filter((time) => time.verifier === verifier && time.replica !== '');
    const sum = (field: 'judgements' | 'queueUs' | 'serviceUs' | 'cpuUs') =>
      judged.reduce((total, time) => total + time[field], 0);
    return verifierLoad(
      {
        name,
        offered: own.reduce((n, t) => n + t.correct + t.incorrect + t.scored + t.error, 0),
        judged: own.reduce((n, tally) => n + tally.judged, 0),
        judgements: sum('judgements'),
        queueUs: sum('queueUs'),
        serviceUs: sum('serviceUs'),
        cpuUs: sum('cpuUs'),
        replicas: loopMs === null ? null : replicas.filter((replica) => replica.verifier === verifier),
      },
      activeMs,
    );
  });
  return { activeMs, load, bottleneck: bottleneckOf(load, { activeMs, loopMs }) };
}
