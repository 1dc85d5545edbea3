/** Chances of being correct that owe nothing to the own problem's labels. */
import { fitLogistic, fittedRows, type Logistic, logOdds, sigmoid } from './logistic.ts';
import { createRandom } from './random.ts';
import { total } from './summary.ts';

/** Rows are candidates, problem after problem. */
export interface LabelledRows {
  /** One array per feature, with an entry per row. */
  readonly features: readonly Float64Array[];
  /** 1 or 0 per row. */
  readonly correct: Float64Array;
  /** Rows of each problem. */
  readonly sizes: readonly number[];
}

export interface CrossFit {
  /** Per row, by the regression on the labels of all parts but the row's own. */
  readonly chances: Float64Array;
  /** The regression on all labels. */
  readonly all: Logistic;
  /** Parts: as many as were asked for, at most one per problem. */
  readonly folds: number;
  /** Rows that regressions are on, of all parts together (see `fittedRows`). */
  readonly rows: number;
}

/**
 * Logistic regression, cross-validated over problems: they are dealt out to `folds` parts at random. Labels are
 * smoothed as Platt 1999 does, which keeps weights finite where a feature separates both kinds. Of very many rows
 * regressions are on a random part (see `fittedRows`). Null where all labels outside of some part are equal, which
 * leaves nothing to learn from.
 */
export function crossFit(
  { features, correct, sizes }: LabelledRows,
  { folds, penalty, seed }: { readonly folds: number; readonly penalty: number; readonly seed: number },
): CrossFit | null {
  const parts = Math.min(folds, sizes.length);
  const partOf = perRow(dealt(sizes.length, parts, seed), sizes);
  const drawn = fittedRows(correct, seed);
  const regress = (rows: Uint32Array): Logistic | null => {
    const targets = smoothed(picked(correct, rows));
    if (targets === null) return null;
    const known = features.map((feature) => picked(feature, rows));
    return fitLogistic(known, targets, penalty);
  };
  const all = regress(drawn);
  if (all === null) return null;
  const chances = new Float64Array(correct.length);
  for (let part = 0; part < parts; part++) {
    const fit = regress(drawn.filter((row) => partOf[row] !== part));
    if (fit === null) return null;
    for (let row = 0; row < chances.length; row++) {
      if (partOf[row] === part) chances[row] = sigmoid(logOdds(fit, features, row));
    }
  }
  return { chances, all, folds: parts, rows: drawn.length };
}

/** Platt's targets: as if each kind had one more row of the other label's doubt; null where there is one kind only. */
function smoothed(labels: Float64Array): Float64Array | null {
  const right = total(labels);
  if (right === 0 || right === labels.length) return null;
  const high = (right + 1) / (right + 2);
  const low = 1 / (labels.length - right + 2);
  return labels.map((label) => (label === 1 ? high : low));
}

/** A part from 0 for each of `problems`: parts of sizes that differ by at most one. */
function dealt(problems: number, parts: number, seed: number): Uint32Array {
  const random = createRandom(seed);
  const partOf = Uint32Array.from({ length: problems }, (_, problem) => problem % parts);
  for (let i = problems - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [partOf[i], partOf[j]] = [partOf[j] as number, partOf[i] as number];
  }
  return partOf;
}

/** What each row's problem has. */
function perRow(values: Uint32Array, sizes: readonly number[]): Uint32Array {
  const rows = new Uint32Array(sizes.reduce((sum, size) => sum + size, 0));
  let end = 0;
  sizes.forEach((size, problem) => {
    rows.fill(values[problem] as number, end, end + size);
    end += size;
  });
  return rows;
}

export function picked(values: Float64Array, rows: Uint32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < taken.length; i++) taken[i] = values[rows[i] as number] as number;
  return taken;
}

/** The lists, one after the other. */
export function concatenated(lists: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const list of lists) {
    all.set(list, filled);
    filled += list.length;
  }
  return all;
}
