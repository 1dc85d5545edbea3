/** Coverage curves of a family of models, laid over each other. */
import { logSpacedKs } from './ks.ts';
import type { Counts } from './pass-at-k.ts';
import { Curves, groupCounts } from './scaling-counts.ts';
import { crossing } from './scaling-needed.ts';

export interface FamilyOverlay {
  /** Greatest pass@1 in the family: the coverage that every shifted curve has at k = 1. */
  readonly through: number;
  readonly curves: readonly {
    readonly name: string;
    /** Candidates after which this model covers `through`; null: it never does, and has no curve. */
    readonly shift: number | null;
    /** `k`: candidates over `shift`. */
    readonly points: readonly { readonly k: number; readonly coverage: number }[];
  }[];
  /** Greatest difference in coverage between two curves at one shifted k >= 1; null: fewer than two get there. */
  readonly spread: number | null;
}

/**
 * Each curve over log k shifted so that it passes through (1, greatest pass@1 in the family): within a family, Brown et al.
 * 2024 find, the curves then nearly coincide (figure "overlaying the coverage curves"). pass@k is inverted by a line over
 * log k between neighbouring k of at most 400 log-spaced ones.
 *
 * RangeError without members, or as `passAtKTable`.
 */
export function familyOverlay(
  members: readonly { readonly name: string; readonly counts: Counts }[],
): FamilyOverlay {
  if (members.length === 0) throw new RangeError('members is empty; give at least one model of the family');
  const observed = members.map(({ counts }) => {
    const groups = groupCounts(counts);
    const n = groups.n.reduce((least, own) => Math.min(least, own));
    return new Curves(groups, logSpacedKs(n, 400)).observe(groups.weights);
  });
  const through = Math.max(...observed.map(({ curve }) => curve[0] as number));
  const curves = observed.map(({ ks, curve }, i) => {
    const shift = through === 0 ? null : crossing({ ks, curve }, through);
    const points = shift === null ? [] : ks.map((k, at) => ({ k: k / shift, coverage: curve[at] as number }));
    return { name: members[i]?.name as string, shift, points };
  });
  return { through, curves, spread: spreadOf(curves) };
}

function spreadOf(curves: FamilyOverlay['curves']): number | null {
  const all = curves.flatMap(({ points }) => (points.length === 0 ? [] : [points]));
  if (all.length < 2) return null;
  let most = 0;
  for (const points of all) {
    for (const { k } of points) {
      const values = k < 1 ? [] : all.flatMap((other) => interpolated(other, k) ?? []);
      if (values.length > 1) most = Math.max(most, Math.max(...values) - Math.min(...values));
    }
  }
  return most;
}

function interpolated(points: FamilyOverlay['curves'][number]['points'], k: number): number | null {
  const i = points.findIndex((point) => point.k >= k);
  const [right, left] = [points[i], points[i - 1]];
  if (right === undefined) return null;
  if (left === undefined) return right.k === k ? right.coverage : null;
  const part = Math.log(k / left.k) / Math.log(right.k / left.k);
  return left.coverage + part * (right.coverage - left.coverage);
}
