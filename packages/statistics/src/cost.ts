/** What candidates cost: floating-point operations and money. */
import type { Interval } from './interval.ts';

/** What of a model decides on its arithmetic. */
export interface ModelShape {
  readonly name: string;
  /** Parameters that a token passes through: of a mixture of experts, the active ones. */
  readonly parameters: number;
  readonly layers: number;
  /** Width of the residual stream. */
  readonly width: number;
  /** Where these figures are from. */
  readonly source: string;
}

/** Money per million tokens, in any one currency. */
export interface TokenPrices {
  readonly prompt: number;
  readonly completion: number;
}

/** Cost of k candidates for each problem, summed over problems. */
export interface CostPoint {
  readonly k: number;
  readonly coverage: number;
  /** Of the coverage: percentile bootstrap over problems. */
  readonly interval: Interval;
  /** Null where the model's shape, or its prices, are not known. */
  readonly flops: number | null;
  readonly dollars: number | null;
  /** Per solved problem, in expectation; null where nothing is solved. */
  readonly flopsPerSolved: number | null;
  readonly dollarsPerSolved: number | null;
}

export interface CostCurve {
  readonly name: string;
  readonly problems: number;
  readonly model: ModelShape | null;
  readonly prices: TokenPrices | null;
  /** Mean tokens of a prompt and of a candidate; `assumed` where no count is stored and they were given. */
  readonly promptTokens: number;
  readonly candidateTokens: number;
  readonly assumed: boolean;
  readonly points: readonly CostPoint[];
  readonly notes: readonly string[];
}

/** The curve that has the greatest coverage of those that a budget buys anything of. */
export interface BestAtBudget {
  readonly budget: number;
  /** Null where no curve reaches so low. */
  readonly name: string | null;
  readonly coverage: number;
}

/** Several models side by side: which has the greatest coverage at each budget. */
export interface CostComparison {
  readonly curves: readonly CostCurve[];
  /** By log-spaced budgets; empty where no curve has such costs. */
  readonly bestByFlops: readonly BestAtBudget[];
  readonly bestByDollars: readonly BestAtBudget[];
}

/** What a verifier's judging cost, beside what sampling did. */
export interface VerifierCost {
  readonly name: string;
  readonly judged: number;
  /** Time that candidates occupied its slots, and processor time that they took, in hours. */
  readonly slotHours: number;
  readonly cpuHours: number;
  /** Of an hour of one slot. */
  readonly pricePerHour: number;
  readonly dollars: number;
  /** Per thousand verdicts that it judged; null: it judged none. */
  readonly dollarsPerThousand: number | null;
}
