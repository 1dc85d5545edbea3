/** Logistic regression. */
import { createRandom } from './random.ts';
import { total } from './summary.ts';

/** Chance that belongs to log odds `x`. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const odds = Math.exp(x);
  return odds / (1 + odds);
}

export interface Logistic {
  readonly intercept: number;
  readonly weights: Float64Array;
}

/**
 * Minimises Σ cross-entropy(targets, sigmoid(intercept + weights · features)) + penalty / 2 · |weights|² by Newton's
 * method with halved steps (which is iteratively reweighted least squares). `features`: one array per feature, each
 * with one entry per row. `targets` in [0, 1], neither all 0 nor all 1, or no finite intercept would be the best.
 * `penalty` > 0 makes the solution unique, whatever the features.
 */
export function fitLogistic(
  features: readonly Float64Array[],
  targets: Float64Array,
  penalty: number,
): Logistic {
  let at = step(features, targets, penalty, new Float64Array(features.length + 1));
  for (let iteration = 0; iteration < 100; iteration++) {
    const move = solve(at.hessian, at.gradient);
    const moved = (scale: number) => at.position.map((value, i) => value - scale * (move[i] as number));
    const gain = move.reduce((sum, value, i) => sum + value * (at.gradient[i] as number), 0);
    // What is left to gain is rounding of the loss; Newton's method squares its error, so this step is the last.
    if (gain < 1e-11 * at.loss) return fitted(moved(1));
    let next = at;
    for (let scale = 1; scale > 1e-6 && !(next.loss < at.loss); scale /= 2) {
      next = step(features, targets, penalty, moved(scale));
    }
    if (!(next.loss < at.loss)) break;
    at = next;
  }
  return fitted(at.position);
}

const fitted = (position: Float64Array): Logistic => ({
  intercept: position[0] as number,
  weights: position.slice(1),
});

/** Of one row of `features`. */
export function logOdds(
  { intercept, weights }: Logistic,
  features: readonly Float64Array[],
  row: number,
): number {
  let odds = intercept;
  for (let i = 0; i < weights.length; i++) {
    odds += (weights[i] as number) * ((features[i] as Float64Array)[row] as number);
  }
  return odds;
}

/** So many rows, with so many of the rarer kind, tell a few weights to about two digits or better. */
const [enoughRows, enoughOfRarer] = [200_000, 2_000];

/**
 * Rows to fit to, ascending: all; or of more than 200,000 so many, drawn by `seed` without replacement, and more where
 * they would hold fewer than 2,000 of the rarer kind (by the sum of `targets`).
 */
export function fittedRows(targets: Float64Array, seed: number): Uint32Array {
  const all = targets.length;
  const right = total(targets);
  const rarer = Math.min(right, all - right);
  const wanted = Math.min(all, Math.max(enoughRows, Math.ceil((enoughOfRarer * all) / rarer)));
  if (wanted === all) return Uint32Array.from({ length: all }, (_, row) => row);
  const rows = new Uint32Array(wanted);
  // Stream 1: the draw of parts has stream 0. A row is taken with the chance that one of those left is.
  const random = createRandom(seed, 1);
  for (let row = 0, taken = 0; taken < wanted; row++) {
    if (random.below(all - row) < wanted - taken) rows[taken++] = row;
  }
  return rows;
}

interface Step {
  /** Intercept, then weights. */
  readonly position: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Row-major. */
  readonly hessian: Float64Array;
}

function step(
  features: readonly Float64Array[],
  targets: Float64Array,
  penalty: number,
  position: Float64Array,
): Step {
  const size = position.length;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1);
  let loss = 0;
  for (let r = 0; r < targets.length; r++) {
    let odds = position[0] as number;
    for (let i = 1; i < size; i++) {
      const value = (features[i - 1] as Float64Array)[r] as number;
      row[i] = value;
      odds += (position[i] as number) * value;
    }
    // Of one exponential: sigmoid(odds), and log(1 + e^odds).
    const small = Math.exp(-Math.abs(odds));
    const chance = (odds >= 0 ? 1 : small) / (1 + small);
    const target = targets[r] as number;
    loss += Math.max(odds, 0) + Math.log1p(small) - target * odds;
    const error = chance - target;
    const spread = chance * (1 - chance);
    for (let i = 0; i < size; i++) {
      gradient[i] = (gradient[i] as number) + error * (row[i] as number);
      const scaled = spread * (row[i] as number);
      for (let j = 0; j <= i; j++) {
        hessian[i * size + j] = (hessian[i * size + j] as number) + scaled * (row[j] as number);
      }
    }
  }
  for (let i = 1; i < size; i++) {
    const weight = position[i] as number;
    loss += (penalty / 2) * weight * weight;
    gradient[i] = (gradient[i] as number) + penalty * weight;
    hessian[i * size + i] = (hessian[i * size + i] as number) + penalty;
  }
  return { position, loss, gradient, hessian };
}

/** x with A x = b for a positive definite A, of which the lower triangle is given, row-major: by Cholesky's method. */
export function solve(a: Float64Array, b: Float64Array): Float64Array {
  const size = b.length;
  const l = a.slice();
  const x = b.slice();
  const entry = (i: number, j: number) => l[i * size + j] as number;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = entry(i, j);
      for (let k = 0; k < j; k++) sum -= entry(i, k) * entry(j, k);
      // Where chances are all but certain the intercept's curvature vanishes; the floor keeps the step finite.
      l[i * size + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / entry(j, j);
    }
  }
  for (let i = 0; i < size; i++) {
    let sum = x[i] as number;
    for (let k = 0; k < i; k++) sum -= entry(i, k) * (x[k] as number);
    x[i] = sum / entry(i, i);
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] as number;
    for (let k = i + 1; k < size; k++) sum -= entry(k, i) * (x[k] as number);
    x[i] = sum / entry(i, i);
  }
  return x;
}
