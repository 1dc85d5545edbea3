/** The value engine: whether expressions are equal, and by which name equal ones go. */
export { compareExpressions, type Decision, type Outcome } from './compare.ts';
export type * from './expression.ts';
export { compareUpToFactor, type FactorDecision } from './factor.ts';
export { keyOf } from './key.ts';
export { compareOrder, enclose, exactValue } from './order.ts';
export { structureOf } from './structure.ts';
export { fits, same, substitute, symbolsOf } from './tree.ts';
