/** What candidates cost: floating-point operations and money. */

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
  /** Null where the model's shape, or its prices, are not known. */
  readonly flops: number | null;
  readonly dollars: number | null;
  /** Per solved problem, in expectation; null where nothing is solved. */
  readonly flopsPerSolved: number | null;
  readonly dollarsPerSolved: number | null;
}

export interface CostCurve {
  readonly name: string;
  readonly model: ModelShape | null;
  readonly prices: TokenPrices | null;
  /** Mean tokens of a prompt and of a candidate; `assumed` where no count is stored and they were given. */
  readonly promptTokens: number;
  readonly candidateTokens: number;
  readonly assumed: boolean;
  readonly points: readonly CostPoint[];
  readonly notes: readonly string[];
}

/** Several models side by side: which has the greatest coverage at each budget. */
export interface CostComparison {
  readonly curves: readonly CostCurve[];
  /** By log-spaced budgets; `name` null where no curve reaches so low. */
  readonly bestByFlops: readonly {
    readonly budget: number;
    readonly name: string | null;
    readonly coverage: number;
  }[];
  readonly bestByDollars: readonly {
    readonly budget: number;
    readonly name: string | null;
    readonly coverage: number;
  }[];
}
