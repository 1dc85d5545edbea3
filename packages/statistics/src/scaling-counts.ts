/** Counts as the laws need them: equal ones together, with a weight, so that a resample is another list of weights. */
import { requireProblems } from './check.ts';
import { type Counts, passAtKTable } from './pass-at-k.ts';
import type { Random } from './random.ts';

/** Distinct pairs (n, c). */
export interface CountGroups extends Counts {
  readonly n: readonly number[];
  readonly c: readonly number[];
  /** Which pair each problem has. */
  readonly of: Uint32Array;
  /** Problems that have each pair. */
  readonly weights: Float64Array;
}

/** RangeError where the arrays differ in length, or there are none. */
export function groupCounts({ n, c }: Counts): CountGroups {
  const problems = requireProblems({ n, c });
  const byN = new Map<number, Map<number, number>>();
  const groups = { n: [] as number[], c: [] as number[], of: new Uint32Array(problems) };
  for (let problem = 0; problem < problems; problem++) {
    const [candidates, successes] = [n[problem] as number, c[problem] as number];
    const byC = byN.get(candidates) ?? new Map<number, number>();
    byN.set(candidates, byC);
    let group = byC.get(successes);
    if (group === undefined) {
      group = groups.n.length;
      byC.set(successes, group);
      groups.n.push(candidates);
      groups.c.push(successes);
    }
    groups.of[problem] = group;
  }
  return { ...groups, weights: tally(groups.of, groups.n.length) };
}

/** How often each of `count` groups is among the given ones. */
export function tally(members: ArrayLike<number>, count: number): Float64Array {
  const weights = new Float64Array(count);
  for (let i = 0; i < members.length; i++) {
    const group = members[i] as number;
    weights[group] = (weights[group] as number) + 1;
  }
  return weights;
}

/** Weights of a sample of as many problems, drawn with replacement. */
export function resampled({ of, weights }: CountGroups, random: Random): Float64Array {
  return tally(
    of.map(() => of[random.below(of.length)] as number),
    weights.length,
  );
}

/** What a law is fitted to. */
export interface Observed {
  readonly counts: Counts;
  /** Of each entry of `counts`. */
  readonly weights: Float64Array;
  readonly ks: readonly number[];
  /** Coverage at each of `ks`. */
  readonly curve: Float64Array;
}

/** Coverage under any weights, from pass@k at each of `ks` of every group. */
export class Curves {
  readonly ks: readonly number[];
  readonly #counts: Counts;
  readonly #table: Float64Array;

  constructor(counts: Counts, ks: readonly number[]) {
    this.#counts = counts;
    this.ks = ks;
    this.#table = passAtKTable(counts, ks);
  }

  observe(weights: Float64Array): Observed {
    const width = this.ks.length;
    const curve = new Float64Array(width);
    let all = 0;
    for (let group = 0; group < weights.length; group++) {
      const weight = weights[group] as number;
      if (weight === 0) continue;
      all += weight;
      for (let i = 0, at = group * width; i < width; i++, at++) {
        curve[i] = (curve[i] as number) + weight * (this.#table[at] as number);
      }
    }
    for (let i = 0; i < width; i++) curve[i] = Math.min(1, (curve[i] as number) / all);
    return { counts: this.#counts, weights, ks: this.ks, curve };
  }
}
