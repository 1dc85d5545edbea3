/** How much one verifier takes, from what it did under growing load. */
import type { ScalabilityLaw } from './capacity.ts';
import { fitScalability } from './capacity-law.ts';

/** One verifier with `n` candidates in flight all the time. */
export interface LoadPoint {
  readonly n: number;
  /** Verdicts per second. */
  readonly x: number;
  /** Mean milliseconds from sending to the verdict. */
  readonly ms: number;
  /** Mean milliseconds of judging, as the verifier tells them. */
  readonly serviceMs?: number | null;
}

export interface Capacity {
  /** Verdicts per second at most: the mean of the steps on the plateau. */
  readonly throughput: number;
  /** Mean milliseconds of a candidate that waits for nothing: the least of all steps. */
  readonly aloneMs: number;
  /**
   * Candidates at the same time beyond which throughput hardly rises: where the asymptotes n / time and `throughput` meet
   * (Denning and Buzen 1978). The time is that of judging, where the verifier tells one that makes up most of `aloneMs`:
   * then the way there and back is not counted, and by Little's law as many are judged at the same time. Else it is
   * `aloneMs`. Null: throughput still rises at the last step.
   */
  readonly knee: number | null;
  /** Null where there are fewer than three steps with throughput. */
  readonly law: ScalabilityLaw | null;
}

/** Steps within this share of the best are on the plateau. */
const plateau = 0.05;

/** Capacity by steps of ascending `n`; null where no step has throughput. */
export function capacityOf(points: readonly LoadPoint[]): Capacity | null {
  const working = points.filter(({ x }) => x > 0);
  const last = working.at(-1);
  if (last === undefined) return null;
  const top = working.reduce((most, { x }) => Math.max(most, x), 0);
  const level = working.filter(({ x }) => x >= (1 - plateau) * top);
  const throughput = level.reduce((sum, { x }) => sum + x, 0) / level.length;
  const alone = working.reduce((least, point) => (point.ms < least.ms ? point : least));
  const aloneMs = alone.ms;
  const told = alone.serviceMs ?? 0;
  const timeMs = told > aloneMs / 2 && told <= aloneMs ? told : aloneMs;
  // One step on the plateau, the last: it may be no plateau at all.
  const rising = level.length === 1 && level[0] === last;
  return {
    throughput,
    aloneMs,
    knee: rising ? null : (throughput * timeMs) / 1000,
    law: new Set(working.map(({ n }) => n)).size < 3 ? null : fitScalability(working),
  };
}

/**
 * Replicas for a target rate, each of them used to a share of its capacity and none slowing another down.
 *
 * @param target verdicts per second.
 * @param use share of its throughput that a replica gets to do: what is left is for bursts and for one that fails.
 */
export function replicasFor(
  target: number,
  { throughput }: Pick<Capacity, 'throughput'>,
  use: number,
): number {
  return Math.ceil(target / (use * throughput) - 1e-9);
}
