/** What n submissions from clusters of candidates get. */
import type { Pool } from './behaviours.ts';

/**
 * Chance that one of n submissions is correct where `drawn[i]` candidates of each class are at hand. One goes in from
 * each class, from the one with most candidates at hand to the one with fewest, then round again among the classes
 * that have any left. Among equal classes the order is uniformly random, in expectation, and so is the choice within
 * a class.
 *
 * What is at hand of a class is itself a uniform subset of it, so that submissions of one class are a uniform subset
 * of all its candidates: the chance needs the numbers only, not which candidates were drawn.
 */
export function solvedChance(pool: Pool, drawn: ArrayLike<number>, n: number): number {
  const order = bySize(drawn);
  const atHand = (place: number) => drawn[order[place] as number] as number;
  // Whole rounds: each takes one from every class that has more than the rounds before it took.
  let rounds = 0;
  let left = n;
  let open = order.length;
  while (open > 0 && open <= left) {
    left -= open;
    rounds++;
    while (open > 0 && atHand(open - 1) === rounds) open--;
  }
  // Of the round that is cut, the places before `first` are in, those before `end` share what is left: they are equal.
  let first = 0;
  let end = 0;
  if (open > 0 && left > 0) {
    const size = atHand(left - 1);
    while (atHand(first) > size) first++;
    end = left;
    while (end < open && atHand(end) === size) end++;
  }
  let missed = 1;
  for (let place = 0; place < order.length && missed > 0; place++) {
    if (place >= first && place < end) continue;
    const times = Math.min(atHand(place), place < first ? rounds + 1 : rounds);
    if (times === 0) break;
    missed *= missChance(pool, order[place] as number, times);
  }
  if (end > first && missed > 0) missed *= tiedMiss(pool, order.subarray(first, end), left - first, rounds);
  return 1 - missed;
}

/** The classes that have any, most first. */
function bySize(drawn: ArrayLike<number>): Uint32Array {
  const classes = drawn.length;
  const keys = new Float64Array(classes);
  let any = 0;
  for (let i = 0; i < classes; i++) {
    const size = drawn[i] as number;
    // Sorted as numbers, which takes no comparer.
    if (size > 0) keys[any++] = size * classes + i;
  }
  return Uint32Array.from(keys.subarray(0, any).sort().reverse(), (key) => key % classes);
}

/** Chance that none of `times` candidates of a class is correct. */
function missChance({ sizes, rights }: Pool, label: number, times: number): number {
  const size = sizes[label] as number;
  const wrong = size - (rights[label] as number);
  let missed = 1;
  for (let i = 0; i < times; i++) missed *= Math.max(0, wrong - i) / (size - i);
  return missed;
}

/**
 * Mean over all choices of `some` of the tied classes of the chance that no submission of any of them is correct: the
 * chosen ones submit `rounds` + 1 times, the others `rounds` times. Class by class: the one that comes i-th is among
 * j chosen of the first i with chance j / i.
 */
function tiedMiss(pool: Pool, tied: Uint32Array, some: number, rounds: number): number {
  const mean = new Float64Array(some + 1);
  mean[0] = 1;
  tied.forEach((label, before) => {
    const i = before + 1;
    const out = missChance(pool, label, rounds);
    const chosen = missChance(pool, label, rounds + 1);
    for (let j = Math.min(i, some); j >= 0; j--) {
      const included = j === 0 ? 0 : (j / i) * chosen * (mean[j - 1] as number);
      mean[j] = included + ((i - j) / i) * out * (mean[j] as number);
    }
  });
  return mean[some] as number;
}
