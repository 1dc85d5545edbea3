/** Which replicas of a verifier are far off their peers, by median and MAD: robust where a third of them is odd. */

import type { Replica } from './replica.ts';

/** What a replica did lately. */
export interface Conduct {
  verdicts: number;
  /** Of these, ERRORs that may be retried (others are of the problem, not of the replica), and CORRECT. */
  errors: number;
  correct: number;
  /** Mean milliseconds of a candidate in a slot; undefined: not measured. */
  serviceMs: number | undefined;
}

/** `errors`: to be given nothing for a while. `slow`: less. `suspect`: told to people, as it may be the problems it had. */
export type Oddity = { kind: 'errors' | 'slow' | 'suspect'; detail: string };

/** Verdicts with which a replica counts, and replicas of which one can be the odd one. */
export const enoughVerdicts = 20;
const fewestPeers = 3;

/** Beyond so many standard deviations of a normal distribution with this MAD. */
const deviations = 5;
const madToSigma = 1.4826;
/** And at least so far: as a share of ERRORs, and as a multiple of the median time. */
const leastErrorShare = 0.2;
const leastSlowdown = 3;
/** Milliseconds a candidate; less is the network, or a moment's load. */
const leastSlowMs = 10;

const warnVerdicts = 100;
const warnCorrectShare = 0.2;

/** Compares replicas and tells each what is odd about it; at most this share of them is given less, or nothing. */
export function sideline(replicas: ReadonlySet<Replica>, share: number): void {
  const ready = [...replicas].filter(({ state }) => state === 'READY');
  const found = oddities(new Map(ready.map((replica) => [replica, replica.conduct])));
  // Those that are out already for a failure count, too.
  let room = Math.floor(share * replicas.size) - (replicas.size - ready.length);
  for (const replica of [...found.keys(), ...ready.filter((each) => !found.has(each))]) {
    const oddity = found.get(replica);
    const told = oddity === undefined || oddity.kind === 'suspect' || room-- > 0;
    replica.judge(told ? oddity : undefined);
  }
}

/** Those that are odd now, the oddest first. */
export function oddities<T>(replicas: ReadonlyMap<T, Conduct>): Map<T, Oddity> {
  const known = [...replicas].filter(([, { verdicts }]) => verdicts >= enoughVerdicts);
  const found = new Map<T, Oddity>();
  if (known.length < fewestPeers) return found;

  const shares = known.map(([replica, { errors, verdicts }]) => ({ replica, value: errors / verdicts }));
  for (const { replica, value, median } of above(shares, leastErrorShare)) {
    const detail = `ERROR for ${percent(value)} of its last verdicts; its peers: ${percent(median)}`;
    found.set(replica, { kind: 'errors', detail });
  }

  const times = known.flatMap(([replica, { serviceMs = 0 }]) =>
    serviceMs > 0 ? [{ replica, value: Math.log(serviceMs) }] : [],
  );
  for (const { replica, value, median } of above(times, Math.log(leastSlowdown))) {
    const detail = `${Math.exp(value).toPrecision(3)} ms a candidate; its peers: ${Math.exp(median).toPrecision(3)} ms`;
    const isFar = Math.exp(value) - Math.exp(median) >= leastSlowMs;
    if (isFar && !found.has(replica)) found.set(replica, { kind: 'slow', detail });
  }

  const rates = known.map(([, { correct, verdicts }]) => correct / verdicts);
  for (const [replica, { correct, verdicts }] of known) {
    if (correct > 0 || verdicts < warnVerdicts || medianOf(rates) < warnCorrectShare) continue;
    const detail = `nothing CORRECT among its last ${Math.round(verdicts)} verdicts; its peers: ${percent(medianOf(rates))}`;
    if (!found.has(replica)) found.set(replica, { kind: 'suspect', detail });
  }
  return found;
}

/** Those above the median by more than `least` and by more than the others' spread explains, the highest first. */
function above<T>(values: { replica: T; value: number }[], least: number) {
  if (values.length < fewestPeers) return [];
  const median = medianOf(values.map(({ value }) => value));
  const mad = medianOf(values.map(({ value }) => Math.abs(value - median)));
  const limit = median + Math.max(least, deviations * madToSigma * mad);
  return values
    .filter(({ value }) => value > limit)
    .sort((a, b) => b.value - a.value)
    .map((each) => ({ ...each, median }));
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] as number) + (sorted[Math.floor(half)] as number)) / 2;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
