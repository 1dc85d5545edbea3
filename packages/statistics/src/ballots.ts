/** Votes that weigh what a score says: how scores become weights, and which class has most. */
import { indexFrom } from './score-table.ts';
import { sorted } from './sort.ts';
import { scaled } from './summary.ts';
import type { Voters } from './voters.ts';
import type { ClassTable } from './votes.ts';

/**
 * How the scores of the candidates drawn become weights, none of them negative:
 *
 * - `softmax`: exp(score / temperature), relative to the other candidates drawn.
 * - `sigmoid`: 1 / (1 + exp(-score)), the chance that a logit states.
 * - `rank`: the score's rank among all candidates drawn, 1 for the lowest, equal ones their mean rank.
 * - `min-shift`: the score less the lowest among all candidates drawn. That one has no weight.
 * - `raw`: the score. Refused where one is negative: then more votes would make an answer lose.
 */
export type WeightTransform = (typeof weightTransforms)[number];

export const weightTransforms = ['softmax', 'sigmoid', 'rank', 'min-shift', 'raw'] as const;

/** Totals that differ by less than this share of the greatest one are equal: their difference may be rounding. */
export const tieTolerance = 1e-12;

/** A vote under way. */
export interface Ballot {
  /** Forgets all candidates. */
  clear(): void;
  add(candidate: number): void;
  /**
   * Success rate of the class with the greatest total weight among the candidates added, uniformly among equal ones
   * (`tieTolerance`); 0 where none of them votes.
   */
  success(): number;
}

export function ballotOf(voters: Voters, transform: WeightTransform, temperature: number): Ballot {
  const { scores } = voters;
  switch (transform) {
    case 'softmax':
      return logBallot(
        voters,
        scores.map((score) => clamp(score / temperature)),
      );
    case 'sigmoid':
      return logBallot(voters, scores.map(logSigmoid));
    case 'rank':
      return rankBallot(voters);
    case 'min-shift':
      return shiftBallot(voters, Number.POSITIVE_INFINITY);
    case 'raw':
      return shiftBallot(voters, 0);
  }
}

/** What a tiny temperature makes infinite, back to a number. */
function clamp(log: number): number {
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, log));
}

/** log(1 / (1 + exp(-x))), without overflow. */
function logSigmoid(x: number): number {
  return Math.min(0, x) - Math.log1p(Math.exp(-Math.abs(x)));
}

/** Total weight and votes by class, and the classes that have votes. */
class Totals {
  readonly weights: Float64Array;
  readonly counts: Uint32Array;
  readonly seen: Uint32Array;
  classes = 0;
  readonly #rates: Float64Array;

  constructor({ counts, correct }: ClassTable) {
    const { length } = counts;
    this.#rates = Float64Array.from(correct, (right, i) => right / (counts[i] as number));
    this.weights = new Float64Array(length);
    this.counts = new Uint32Array(length);
    this.seen = new Uint32Array(length);
  }

  clear(): void {
    for (let i = 0; i < this.classes; i++) {
      const label = this.seen[i] as number;
      this.weights[label] = this.counts[label] = 0;
    }
    this.classes = 0;
  }

  add(label: number, weight: number): void {
    if (this.counts[label] === 0) this.seen[this.classes++] = label;
    this.counts[label] = (this.counts[label] as number) + 1;
    this.weights[label] = (this.weights[label] as number) + weight;
  }

  scale(factor: number): void {
    for (let i = 0; i < this.classes; i++) {
      const label = this.seen[i] as number;
      this.weights[label] = (this.weights[label] as number) * factor;
    }
  }

  /** To every vote so far. */
  raise(weight: number): void {
    for (let i = 0; i < this.classes; i++) {
      const label = this.seen[i] as number;
      this.weights[label] = (this.weights[label] as number) + (this.counts[label] as number) * weight;
    }
  }

  success(): number {
    let most = 0;
    for (let i = 0; i < this.classes; i++) {
      most = Math.max(most, this.weights[this.seen[i] as number] as number);
    }
    const enough = most * (1 - tieTolerance);
    let tied = 0;
    let reward = 0;
    for (let i = 0; i < this.classes; i++) {
      const label = this.seen[i] as number;
      if ((this.weights[label] as number) < enough) continue;
      tied++;
      reward += this.#rates[label] as number;
    }
    return tied === 0 ? 0 : reward / tied;
  }
}

/** Weights e^w are kept as e^(w - span · level), |w - span · level| <= span / 2: sums of those fit a number easily. */
const span = 500;

/**
 * Weights by their logarithms, relative to the highest level so far: nothing overflows, and what underflows is too
 * light to count. Almost always all are on one level, and no exponential is left to take.
 */
function logBallot(voters: Voters, logs: Float64Array): Ballot {
  const { labels } = voters;
  const totals = new Totals(voters);
  const levels = logs.map((log) => Math.round(log / span));
  const weights = logs.map((log, i) => {
    const rest = log - span * (levels[i] as number);
    return Math.exp(Math.max(-span / 2, Math.min(span / 2, rest)));
  });
  let top = Number.NEGATIVE_INFINITY;
  return {
    clear() {
      totals.clear();
      top = Number.NEGATIVE_INFINITY;
    },
    add(candidate) {
      const label = labels[candidate] as number;
      if (label < 0) return;
      const level = levels[candidate] as number;
      if (level > top) {
        totals.scale(Math.exp(span * (top - level)));
        top = level;
      }
      const weight = weights[candidate] as number;
      totals.add(label, level === top ? weight : weight * Math.exp(span * (level - top)));
    },
    success: () => totals.success(),
  };
}

/**
 * Weights by their distance from the lowest score so far, or from `floor` where that is lower. A new lowest score adds
 * to all votes before it: sums of what is not negative, so that nothing cancels.
 */
function shiftBallot(voters: Voters, floor: number): Ballot {
  const { labels } = voters;
  const scores = scaled(voters.scores);
  const totals = new Totals(voters);
  let least = floor;
  return {
    clear() {
      totals.clear();
      least = floor;
    },
    add(candidate) {
      const label = labels[candidate] as number;
      const score = scores[candidate] as number;
      if (score < least) {
        totals.raise(least - score);
        least = score;
      }
      if (label >= 0) totals.add(label, score - least);
    },
    success: () => totals.success(),
  };
}

/** Weights by rank: known only once all candidates are there. */
function rankBallot(voters: Voters): Ballot {
  const { n, labels, scores } = voters;
  const totals = new Totals(voters);
  const ascending = sorted(scores);
  // Place of the first equal score; where it is not the first, a place has no candidates.
  const places = new Uint32Array(n);
  for (let i = 0; i < n; i++) places[i] = indexFrom(0, ascending, scores[i] as number);
  const all = Uint32Array.from({ length: n }, (_, place) => place);
  const drawn = new Uint32Array(n);
  const atPlace = new Uint32Array(n);
  const ranks = new Float64Array(n);
  const taken = new Uint32Array(n);
  let size = 0;
  let distinct = 0;
  return {
    clear() {
      for (let i = 0; i < distinct; i++) atPlace[taken[i] as number] = 0;
      size = distinct = 0;
    },
    add(candidate) {
      drawn[size++] = candidate;
      const place = places[candidate] as number;
      if (atPlace[place] === 0) taken[distinct++] = place;
      atPlace[place] = (atPlace[place] as number) + 1;
    },
    success() {
      // To sort few places is faster than to look at all of them.
      const order = distinct * 8 < n ? taken.subarray(0, distinct).sort() : all;
      let below = 0;
      for (let i = 0; i < order.length; i++) {
        const place = order[i] as number;
        const equal = atPlace[place] as number;
        ranks[place] = below + (equal + 1) / 2;
        below += equal;
      }
      totals.clear();
      for (let i = 0; i < size; i++) {
        const candidate = drawn[i] as number;
        const label = labels[candidate] as number;
        if (label >= 0) totals.add(label, ranks[places[candidate] as number] as number);
      }
      return totals.success();
    },
  };
}
