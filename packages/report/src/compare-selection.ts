/** What voting and best-of-N get in two sets of candidates for the same problems. */
import { type PairedRates, pairedBestOfN, pairedMajority, type SubsetOptions } from '@assay/statistics';
import type { Compared, Comparison } from './compare.ts';
import { judgedOf, scoredOf } from './selectors.ts';

/**
 * Finds rates at the ks that are wanted; `least` is the smallest number of candidates. Undefined where no such k is that
 * small.
 */
export type Rates = (least: number, rates: (ks: readonly number[]) => PairedRates) => PairedRates | undefined;

interface Judged {
  readonly correct: ArrayLike<number>;
}

/** Votes and best-of-N where both sides have them, each of the problems with such candidates on both. */
export function selectionOf(
  first: Compared,
  second: Compared,
  shared: readonly string[],
  at: Rates,
  options: SubsetOptions,
): Pick<Comparison, 'majority' | 'bestOfN'> {
  const [a, b] = [judgedBy(first), judgedBy(second)];
  if (a === undefined || b === undefined) return { majority: null, bestOfN: [] };
  const pairs = shared.flatMap((id) => {
    const [one, other] = [a.problems.get(id), b.problems.get(id)];
    return one && other ? [[one, other] as const] : [];
  });
  const sizes = (both: readonly (readonly [Judged, Judged])[]) =>
    both.flatMap(([one, other]) => [one.correct.length, other.correct.length]);
  const sides = <T>(both: readonly (readonly [T, T])[]) =>
    [both.map(([one]) => one), both.map(([, other]) => other)] as const;
  const voting = pairs.length > 0 && a.classesBy !== null && b.classesBy !== null;
  const majority = voting
    ? at(leastOf(sizes(pairs)), (ks) => pairedMajority(...sides(pairs), ks, options))
    : undefined;
  const bestOfN = selectorPairs(a.selectors, b.selectors).flatMap(([i, j]) => {
    const scored = pairs
      .map(([one, other]) => {
        const scores = [one.scores[i], other.scores[j]] as [ArrayLike<number>, ArrayLike<number>];
        return [scoredOf(one, scores[0]), scoredOf(other, scores[1])] as const;
      })
      .filter(([one, other]) => one.scores.length > 0 && other.scores.length > 0);
    if (scored.length === 0) return [];
    const rates = at(leastOf(sizes(scored)), (ks) => pairedBestOfN(...sides(scored), ks, options));
    const [firstBy, secondBy] = [a.selectors[i] ?? '', b.selectors[j] ?? ''];
    return rates === undefined ? [] : [{ firstBy, secondBy, ...rates }];
  });
  return { majority: majority ?? null, bestOfN };
}

function judgedBy({ scores }: Compared) {
  if (scores === undefined) return undefined;
  const { ids, tables } = scores;
  const judged = ids.map(
    (id, i) => [id, judgedOf(tables.problems[i] as (typeof tables.problems)[number])] as const,
  );
  return { ...tables, problems: new Map(judged.filter(([, { correct }]) => correct.length > 0)) };
}

/** Positions of selectors of the same name; where there is but one on each side, of these. */
function selectorPairs(first: readonly string[], second: readonly string[]): [number, number][] {
  const same = first.flatMap((name, i): [number, number][] => {
    const j = second.indexOf(name);
    return j < 0 ? [] : [[i, j]];
  });
  return same.length === 0 && first.length === 1 && second.length === 1 ? [[0, 0]] : same;
}

export function leastOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
