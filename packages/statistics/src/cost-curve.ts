/** Coverage against what its candidates cost. */
import type { CostCurve, CostPoint, ModelShape, TokenPrices } from './cost.ts';
import { candidateFlops, promptFlops } from './cost-flops.ts';
import { type CoverageOptions, coverage } from './coverage.ts';
import { logSpacedKs, roundKs } from './ks.ts';
import type { Counts } from './pass-at-k.ts';
import { mean, total } from './summary.ts';

export interface CostInput {
  readonly name: string;
  readonly counts: Counts;
  /** Null: not known, and there are no operations to tell. */
  readonly model: ModelShape | null;
  /** Null: not known, and there is no money to tell. */
  readonly prices: TokenPrices | null;
  /** Tokens of each problem's prompt, and of a candidate of each problem in the mean; 0 or more. */
  readonly promptTokens: ArrayLike<number>;
  readonly candidateTokens: ArrayLike<number>;
  /** Whether any of these tokens is no count of this run. */
  readonly assumed?: boolean;
}

export interface CostOptions extends Omit<CoverageOptions, 'onShort'> {
  /** `logSpacedKs` and `roundKs` up to the smallest problem's candidates if not given. */
  readonly ks?: ArrayLike<number>;
  /**
   * How often a prompt is paid for: with `each` candidate, as in a request for every one, or `once` for a problem, as in
   * one request for all. Operations count it once in any case. 'each' if not given.
   */
  readonly promptPaid?: 'each' | 'once';
}

/**
 * Cost of k candidates for every problem, at each k, with the coverage that they get. Operations as in `samplingFlops`,
 * with the mean length of a problem's candidates; how far lengths spread around it is not counted (2 · layers · width
 * times their variance, per candidate).
 * RangeError as `coverage`, and where tokens, prices or the shape are not finite numbers of 0 or more.
 */
export function costCurve(input: CostInput, options: CostOptions = {}): CostCurve {
  const { name, counts, model, prices, promptTokens, candidateTokens, assumed = false } = input;
  const { promptPaid = 'each', ks, ...rates } = options;
  const problems = counts.n.length;
  requireAmounts('promptTokens', promptTokens, problems);
  requireAmounts('candidateTokens', candidateTokens, problems);
  if (prices !== null) requireAmounts('prices', [prices.prompt, prices.completion], 2);
  if (model !== null) requireShape(model);
  const least = Array.from(counts.n).reduce((low, n) => Math.min(low, n), Number.POSITIVE_INFINITY);
  const { points } = coverage(counts, ks ?? curveKs(least), rates);
  const flops = model && flopsOf(model, promptTokens, candidateTokens);
  const prompts = total(promptTokens);
  const completions = total(candidateTokens);
  return {
    name,
    problems,
    model,
    prices,
    promptTokens: mean(promptTokens),
    candidateTokens: mean(candidateTokens),
    assumed,
    points: points.map(({ k, estimate, bootstrap }): CostPoint => {
      const solved = estimate * problems;
      const perSolved = (cost: number | null) => (cost === null || solved === 0 ? null : cost / solved);
      const operations = flops && flops.once + k * flops.each;
      const dollars =
        prices &&
        ((promptPaid === 'each' ? k : 1) * prompts * prices.prompt + k * completions * prices.completion) /
          1e6;
      return {
        k,
        coverage: estimate,
        interval: bootstrap,
        flops: operations,
        dollars,
        flopsPerSolved: perSolved(operations),
        dollarsPerSolved: perSolved(dollars),
      };
    }),
    notes: prices === null || total(promptTokens) === 0 ? [] : [paidNotes[promptPaid]],
  };
}

const paidNotes = {
  each: 'The prompt is paid for with each candidate.',
  once: 'The prompt is paid for once per problem.',
} as const;

/** All problems together: once, and for each candidate more. */
function flopsOf(model: ModelShape, prompts: ArrayLike<number>, tokens: ArrayLike<number>) {
  let once = 0;
  let each = 0;
  for (let i = 0; i < prompts.length; i++) {
    once += promptFlops(model, prompts[i] as number);
    each += candidateFlops(model, prompts[i] as number, tokens[i] as number);
  }
  return { once, each };
}

function curveKs(max: number): number[] {
  return [...new Set([...logSpacedKs(max), ...roundKs(max)])].sort((a, b) => a - b);
}

/** Refuses (RangeError) a shape that no model has. */
export function requireShape({ name, parameters, layers, width }: ModelShape): void {
  for (const [what, value] of Object.entries({ parameters, layers, width })) {
    if (Number.isFinite(value) && value > 0) continue;
    throw new RangeError(`${what} of ${name} is ${value}; give a positive number`);
  }
}

function requireAmounts(name: string, values: ArrayLike<number>, length: number): void {
  if (values.length !== length) {
    throw new RangeError(`${name} has ${values.length} entries; give ${length}, one for each problem`);
  }
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value) && value >= 0) continue;
    throw new RangeError(`${name}[${i}] is ${value}; give a finite number of 0 or more`);
  }
}
