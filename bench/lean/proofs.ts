/** Proofs with the times and lengths of real ones. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, type Random } from '@assay/statistics';

export interface Proof {
  readonly theorem: string;
  /** CPU time that Lean takes; Infinity: it does not end. */
  readonly ms: number;
  /** Characters without comments. */
  readonly length: number;
  /** Whether Lean accepts it once it has taken its time. */
  readonly right: boolean;
}

/** Proofs of Kimina's set that did not end within its 60 s. The file has the times of the others. */
const endless = 4;

export interface Time {
  readonly ms: number;
  readonly length: number;
}

/** Whose lengths those have that do not end, as the file has none of them. */
export type Likeness =
  /** As the slowest that end. */
  | 'slowest'
  /** As the longest: easiest to tell. */
  | 'longest'
  /** Spread evenly over all, so that no length gives them away, though length goes with time otherwise. */
  | 'any';

/** Times and lengths; undefined where the file is missing. */
export function realTimes(data: string, likeness: Likeness): Time[] | undefined {
  let text: string;
  try {
    text = readFileSync(join(data, 'lean_repl/real_proof_times.json'), 'utf8');
  } catch {
    return undefined;
  }
  const rows = JSON.parse(text) as { time: number; len: number }[];
  const ended = rows.map(({ time, len }) => ({ ms: 1000 * time, length: len }));
  const alike = ended.toSorted((a, b) => (likeness === 'slowest' ? b.ms - a.ms : b.length - a.length));
  const others = Array.from({ length: endless }, (_, i) => {
    const at = likeness === 'any' ? Math.floor(((i + 0.5) / endless) * alike.length) : i;
    return { ms: Number.POSITIVE_INFINITY, length: alike[at]?.length ?? 0 };
  });
  return [...ended, ...others];
}

export const uniform = (random: Random) => (random.next() + 0.5) / 2 ** 32;

/** `n` proofs of theorems of their own, drawn with replacement. All are right that end. */
export function singleProofs(times: readonly Time[], n: number, seed: number): Proof[] {
  const random = createRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const { ms, length } = times[random.below(times.length)] as Time;
    return { theorem: `${i}`, ms, length, right: Number.isFinite(ms) };
  });
}

/**
 * `candidates` proofs for each theorem. The share of right ones is drawn for each theorem from Beta(a, b); whether a
 * proof is right depends neither on its length nor on its time, except that an endless one never is.
 */
export function sampledProofs(
  times: readonly Time[],
  theorems: number,
  candidates: number,
  beta: { a: number; b: number },
  seed: number,
): Proof[] {
  const random = createRandom(seed);
  return Array.from({ length: theorems }, (_, theorem) => {
    const p = betaOf(random, beta.a, beta.b);
    return Array.from({ length: candidates }, () => {
      const { ms, length } = times[random.below(times.length)] as Time;
      return { theorem: `${theorem}`, ms, length, right: Number.isFinite(ms) && uniform(random) < p };
    });
  }).flat();
}

/** Jöhnk 1964: for parameters that are not large. */
function betaOf(random: Random, a: number, b: number): number {
  while (true) {
    const x = uniform(random) ** (1 / a);
    const y = uniform(random) ** (1 / b);
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}
