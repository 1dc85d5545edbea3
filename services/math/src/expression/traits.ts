/** What is asked of an expression again and again: found in one walk, and kept as long as the expression is. */
import type { BinderNode, Expression } from './expression.ts';

/** Expressions larger than these are not looked at. */
export const maxNodes = 20_000;
export const maxDepth = 200;

/** Of an expression within the limits. */
export interface Traits {
  /** Free symbols. */
  readonly names: ReadonlySet<string>;
  /** Symbols that stand where only integers make sense: under factorials, binomials, gcd, in bounds of sums. */
  readonly integers: ReadonlySet<string>;
  /** A function of unknown meaning is applied somewhere. */
  readonly unknown: boolean;
  /** The imaginary unit, or a function with complex values in mind, stands somewhere. */
  readonly complex: boolean;
  /** A root, π, e, or a function whose values are rarely rational stands somewhere. */
  readonly irrational: boolean;
  /** Infinity stands outside the bounds of sums, integrals and limits. */
  readonly infinite: boolean;
}

const kept = new WeakMap<Expression, Traits | 'large'>();

/** Undefined: more than `maxNodes` nodes or `maxDepth` levels. */
export function traitsOf(e: Expression): Traits | undefined {
  let traits = kept.get(e);
  if (traits === undefined) {
    traits = new Walk().over(e) ?? 'large';
    kept.set(e, traits);
  }
  return traits === 'large' ? undefined : traits;
}

const none: readonly Expression[] = [];

/** The parts of a node, those of a binder in the order from, to, body. */
export function childrenOf(e: Expression): readonly Expression[] {
  switch (e.op) {
    case 'number':
    case 'symbol':
    case 'constant':
      return none;
    case 'sum':
    case 'product':
    case 'integral':
    case 'limit':
      return [e.from, e.to, e.body].filter((part) => part !== undefined);
    default:
      return e.args;
  }
}

/** Names a function can have whose value this engine computes. */
const known = new Set(
  (
    'sin cos tan cot sec csc arcsin arccos arctan arccot sinh cosh tanh ln exp abs sign floor ceil ' +
    're im conjugate arg gcd lcm min max mod log binomial permutations'
  ).split(' '),
);

export function isKnownFunction(name: string): boolean {
  return known.has(name);
}

const integerFunctions = new Set(['gcd', 'lcm', 'mod', 'binomial', 'permutations']);
const rationalFunctions = new Set([...integerFunctions, 'abs', 'sign', 'floor', 'ceil', 'min', 'max']);
const complexFunctions = new Set(['conjugate', 'im', 're', 'arg']);
const nothing: ReadonlySet<string> = new Set();

/** Whether an exponent is written as a fraction. */
function isFraction(e: Expression | undefined): boolean {
  if (e?.op === 'number') return e.value.den !== 1n;
  if (e?.op === 'negate') return isFraction(e.args[0]);
  return e?.op === 'divide' && e.args[0]?.op === 'number' && e.args[1]?.op === 'number';
}

function added(names: Set<string> | undefined, name: string): Set<string> {
  return names ? names.add(name) : new Set([name]);
}

class Walk {
  #names: Set<string> | undefined;
  #integers: Set<string> | undefined;
  /** Variables bound around the node, and around the outermost place for integers that the node stands in. */
  readonly #bound: string[] = [];
  #integersFrom = -1;
  #unknown = false;
  #complex = false;
  #irrational = false;
  #infinite = false;
  #nodes = 0;
  #depth = 0;
  /** Sums, integrals, limits and opaque parts around the node. */
  #inside = 0;

  /** Undefined: beyond the limits. */
  over(e: Expression): Traits | undefined {
    this.#visit(e);
    if (this.#nodes > maxNodes) return undefined;
    return {
      names: this.#names ?? nothing,
      integers: this.#integers ?? nothing,
      unknown: this.#unknown,
      complex: this.#complex,
      irrational: this.#irrational,
      infinite: this.#infinite,
    };
  }

  #visit(e: Expression): void {
    if (++this.#nodes > maxNodes) return;
    if (++this.#depth > maxDepth) this.#nodes = maxNodes + 1;
    else this.#look(e);
    this.#depth--;
  }

  #look(e: Expression): void {
    switch (e.op) {
      case 'number':
        return;
      case 'symbol':
        if (!this.#bound.includes(e.name)) this.#names = added(this.#names, e.name);
        // Bound outside the place for integers it is a variable there all the same.
        if (this.#integersFrom >= 0 && !this.#bound.includes(e.name, this.#integersFrom))
          this.#integers = added(this.#integers, e.name);
        return;
      case 'constant':
        if (e.name === 'i') this.#complex = true;
        else if (e.name !== 'infinity') this.#irrational = true;
        else if (this.#inside === 0) this.#infinite = true;
        return;
      case 'sum':
      case 'product':
      case 'integral':
      case 'limit':
        this.#bind(e);
        return;
      case 'factorial':
      case 'double_factorial':
        this.#visitAll(e.args, true);
        return;
      case 'call':
        if (!known.has(e.name)) this.#unknown = true;
        if (complexFunctions.has(e.name)) this.#complex = true;
        if (known.has(e.name) && !rationalFunctions.has(e.name)) this.#irrational = true;
        this.#visitAll(e.args, integerFunctions.has(e.name));
        return;
      case 'opaque':
        this.#inside++;
        this.#visitAll(e.args, false);
        this.#inside--;
        return;
      case 'root':
        this.#irrational = true;
        break;
      case 'power':
        if (isFraction(e.args[1])) this.#irrational = true;
        break;
    }
    this.#visitAll(e.args, false);
  }

  #visitAll(parts: readonly Expression[], integers: boolean): void {
    const before = this.#integersFrom;
    if (integers && before < 0) this.#integersFrom = this.#bound.length;
    for (const part of parts) this.#visit(part);
    this.#integersFrom = before;
  }

  #bind(e: BinderNode): void {
    this.#inside++;
    const finite = e.op === 'sum' || e.op === 'product';
    if (e.from) this.#visitAll([e.from], finite);
    if (e.to) this.#visitAll([e.to], finite);
    this.#bound.push(e.variable);
    this.#visit(e.body);
    this.#bound.pop();
    this.#inside--;
  }
}
