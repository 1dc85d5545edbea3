/** What comparing two answers gives. */
import type { Expression } from '../expression/index.ts';
import type { Policy } from '../policy.ts';

export interface Comparison {
  readonly outcome: 'equal' | 'unequal' | 'undecided';
  /** What decided, for people. */
  readonly rule: string;
  /** Equal by a convention of the policy only, not exactly. */
  readonly conventional?: true;
  /** Of what is undecided: the two expressions that a computer algebra system may decide on. */
  readonly open?: readonly [Expression, Expression];
}

export const equal = (rule: string): Comparison => ({ outcome: 'equal', rule });

export const equalByConvention = (rule: string): Comparison => ({
  outcome: 'equal',
  rule,
  conventional: true,
});

export const unequal = (rule: string): Comparison => ({ outcome: 'unequal', rule });

export interface Context {
  readonly policy: Policy;
  /** Symbols that notes bind on either side. */
  readonly bound: ReadonlySet<string>;
  /** A note says that its symbols are integers. */
  readonly counted?: boolean;
  /** The expressions of the reference answer. */
  readonly reference: ReadonlySet<Expression>;
  /** The right side of a function's definition is compared: its other symbols are parameters. */
  readonly defined?: boolean;
}

/** Equal when all are; the first that is not decides, unequal before undecided. */
export function all(comparisons: readonly (() => Comparison)[], rule: string): Comparison {
  let undecided: Comparison | undefined;
  let conventional: Comparison | undefined;
  for (const each of comparisons) {
    const result = each();
    if (result.outcome === 'unequal') return result;
    if (result.outcome === 'undecided') undecided ??= { outcome: 'undecided', rule: result.rule };
    else if (result.conventional) conventional ??= result;
  }
  return undecided ?? conventional ?? equal(rule);
}
