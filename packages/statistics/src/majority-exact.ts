/** Exact majority vote at k, where it is affordable. */
import { binomialPmf, type Pmf, probability } from './binomial.ts';
import { plurality, type Votes } from './votes.ts';

/**
 * Success rate of the plurality class among k of the n candidates, uniformly among tied classes: the expectation over
 * all C(n, k) subsets. Undefined where that would take more than `budget` multiplications.
 *
 * The numbers drawn per class are multivariate hypergeometric, that is, independent Binomial(size, k/n) given that
 * they sum to k (the representation of Levin 1981, Annals of Statistics 9(5), with binomials for Poissons). The sum
 * over subsets is taken by the winners' count: for each, the classes that can reach it are convolved one by one, and
 * those that cannot are, with the abstaining candidates, one more binomial.
 */
export function exactMajority(votes: Votes, k: number, budget: number): number | undefined {
  const { n, sizes } = votes;
  if (sizes.length === 0) return 0;
  if (k === n) return plurality(votes);
  const drawn = pmfBySize(sizes, k / n);
  const cases: Case[] = [];
  let work = 0;
  for (const top of topCounts(votes, k, drawn)) {
    work += workOf(top, drawn);
    if (work > budget) return undefined;
    cases.push(top);
  }
  let joint = 0;
  for (const top of cases) joint += rewardOf(top, drawn, votes.rates);
  return Math.min(1, joint / probability(binomialPmf(n, k / n), k));
}

/** The subsets in which the winners have `count` candidates each. */
interface Case {
  readonly count: number;
  /** Classes that can reach `count`: the first so many. */
  readonly active: number;
  /** Candidates to draw beyond the least that the active classes give. */
  readonly free: number;
  /** At most so many of `free` go to the active classes. */
  readonly width: number;
  /** At most so many classes tie. */
  readonly ties: number;
  /** Candidates drawn from all others. */
  readonly rest: Pmf;
}

function pmfBySize(sizes: Uint32Array, rate: number): Pmf[] {
  const known = new Map<number, Pmf>();
  return Array.from(sizes, (size) => {
    const pmf = known.get(size) ?? binomialPmf(size, rate);
    known.set(size, pmf);
    return pmf;
  });
}

const highest = ({ low, p }: Pmf) => low + p.length - 1;

function* topCounts({ n, sizes }: Votes, k: number, drawn: Pmf[]): Generator<Case> {
  const largest = drawn[0] as Pmf;
  let rest: Pmf | undefined;
  let active = 0;
  // Largest count first, so that classes only ever become active. Below `low` the largest class has more for certain.
  for (let count = Math.min(k, highest(largest)); count >= Math.max(1, largest.low); count--) {
    while (active < drawn.length && highest(drawn[active] as Pmf) >= count) {
      active++;
      rest = undefined;
    }
    let least = 0;
    let others = n;
    for (let i = 0; i < active; i++) {
      least += (drawn[i] as Pmf).low;
      others -= sizes[i] as number;
    }
    rest ??= binomialPmf(others, k / n);
    const free = k - least;
    const width = Math.min(free, active * count - least);
    // Even with `count` from every active class the others would have to give more than they can.
    if (free - width > highest(rest)) continue;
    yield { count, active, free, width, ties: Math.min(active, Math.floor(k / count)), rest };
  }
}

/** Multiplications that `rewardOf` takes, at most. */
function workOf({ count, active, width, ties }: Case, drawn: Pmf[]): number {
  let work = 0;
  let reach = 0;
  for (let i = 0; i < active; i++) {
    const span = count - (drawn[i] as Pmf).low;
    const reached = Math.min(width, reach + span);
    work += 2 * (Math.min(i + 1, ties) + 1) * (reached + 1) * (Math.min(reach, span) + 1);
    reach = reached;
  }
  return work;
}

/**
 * Sum over the subsets of a case of probability × mean success rate of the tied classes. State: candidates drawn
 * beyond the least (s) and classes tied so far (t); `ways` is its probability, `reward` that times the tied rates' sum.
 */
function rewardOf(
  { count, active, free, width, ties, rest }: Case,
  drawn: Pmf[],
  rates: Float64Array,
): number {
  const stride = width + 1;
  const ways = new Float64Array((ties + 1) * stride);
  const reward = new Float64Array(ways.length);
  ways[0] = 1;
  let reach = 0;
  for (let i = 0; i < active; i++) {
    const { low, p } = drawn[i] as Pmf;
    const rate = rates[i] as number;
    const span = count - low;
    const tying = p[span] as number;
    const reached = Math.min(width, reach + span);
    // Only what ties counts after the last class. Downwards in t and s: what is read must not be overwritten yet.
    const fewest = i === active - 1 ? 1 : 0;
    for (let t = Math.min(i + 1, ties); t >= fewest; t--) {
      for (let s = reached; s >= 0; s--) {
        const at = t * stride + s;
        let w = 0;
        let r = 0;
        const end = Math.min(span - 1, s);
        for (let x = Math.max(0, s - reach); x <= end; x++) {
          const chance = p[x] as number;
          w += (ways[at - x] as number) * chance;
          r += (reward[at - x] as number) * chance;
        }
        const before = s - span;
        if (t > 0 && before >= 0 && before <= reach) {
          const tied = (ways[at - stride - span] as number) * tying;
          w += tied;
          r += (reward[at - stride - span] as number) * tying + rate * tied;
        }
        ways[at] = w;
        reward[at] = r;
      }
    }
    reach = reached;
  }
  let sum = 0;
  for (let t = 1; t <= ties; t++) {
    for (let s = 0; s <= reach; s++) {
      sum += ((reward[t * stride + s] as number) / t) * probability(rest, free - s);
    }
  }
  return sum;
}
