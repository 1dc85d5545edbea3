/** From expressions to a question: what the algebra system can be asked, in MathJSON. */
import type { BinderNode, CallNode, Expression, OperationNode } from '../expression/expression.ts';
import type { Ask, Expression as Json } from './ask.ts';

/** Larger ones are not for it. */
const maxNodes = 400;
const maxDepth = 50;

/** Sums, products, integrals and limits of both sides: one in the other they multiply their work. */
const maxBinders = 6;

/** Integers up to 10^60. */
const maxInteger = 10n ** 60n;

/** Largest literal exponent, argument of a factorial, and number of summands. */
const maxExponent = 1_000n;
const maxFactorial = 500n;
const maxTerms = 10_000n;

const functions: Readonly<Record<string, string>> = {
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  cot: 'Cot',
  sec: 'Sec',
  csc: 'Csc',
  arcsin: 'Arcsin',
  arccos: 'Arccos',
  arctan: 'Arctan',
  arccot: 'Arccot',
  sinh: 'Sinh',
  cosh: 'Cosh',
  tanh: 'Tanh',
  ln: 'Ln',
  exp: 'Exp',
  abs: 'Abs',
  sign: 'Sign',
  floor: 'Floor',
  ceil: 'Ceil',
  gcd: 'GCD',
  lcm: 'LCM',
  min: 'Min',
  max: 'Max',
  mod: 'Mod',
  re: 'Real',
  im: 'Imaginary',
  conjugate: 'Conjugate',
  binomial: 'Binomial',
};

const constants = { pi: 'Pi', e: 'ExponentialE', i: 'ImaginaryUnit', infinity: 'PositiveInfinity' } as const;

/**
 * The question whether two expressions are equal; undefined where it is not for the algebra system: without a sum, a
 * product, an integral or a limit the value engine knows better, and what would take too long is not asked.
 */
export function askOf(gold: Expression, answer: Expression): Ask | undefined {
  const writer = new Writer();
  const texts = [gold, answer].map((each) => {
    const json = writer.write(each, 1);
    return json === undefined ? undefined : JSON.stringify(json);
  });
  const [a, b] = texts;
  return a === undefined || b === undefined || writer.binders === 0 ? undefined : { gold: a, answer: b };
}

/** Writes both sides of a question. */
class Writer {
  /** Sums, products, integrals and limits so far. */
  binders = 0;
  #nodes = 0;
  /** Variables get names that mean nothing to the algebra system. */
  readonly #names = new Map<string, string>();

  /** Undefined where any part cannot be written. */
  write(e: Expression, depth: number): Json | undefined {
    if (++this.#nodes > 2 * maxNodes || depth > maxDepth) return undefined;
    switch (e.op) {
      case 'number': {
        const { num, den } = e.value;
        if (!small(num, maxInteger) || den > maxInteger) return undefined;
        return den === 1n ? integer(num) : ['Rational', integer(num), integer(den)];
      }
      case 'symbol':
        return this.#name(e.name);
      case 'constant':
        return constants[e.name];
      case 'opaque':
        return undefined;
      case 'call':
        return this.#call(e, depth);
      case 'sum':
      case 'product':
      case 'integral':
      case 'limit':
        return this.#binder(e, depth);
      default:
        return this.#operation(e, depth);
    }
  }

  #name(name: string): string {
    const known = this.#names.get(name) ?? `v${this.#names.size + 1}`;
    this.#names.set(name, known);
    return known;
  }

  /** A function of parts; undefined where one of them is. */
  #of(head: string, parts: readonly Expression[], depth: number): Json | undefined {
    const written: Json[] = [];
    for (const part of parts) {
      const json = this.write(part, depth + 1);
      if (json === undefined) return undefined;
      written.push(json);
    }
    return [head, ...written];
  }

  #call({ name, args }: CallNode, depth: number): Json | undefined {
    // Without a base a logarithm is of 10, or of e.
    if (name === 'log') return args.length === 2 ? this.#of('Log', args, depth) : undefined;
    const head = Object.hasOwn(functions, name) ? functions[name] : undefined;
    return head === undefined ? undefined : this.#of(head, args, depth);
  }

  #operation({ op, args }: OperationNode, depth: number): Json | undefined {
    const [first, second] = args;
    switch (op) {
      case 'add':
        return this.#of('Add', args, depth);
      case 'multiply':
        return this.#of('Multiply', args, depth);
      case 'negate':
        return this.#of('Negate', args, depth);
      case 'divide':
        return this.#of('Divide', args, depth);
      case 'power':
        if (second === undefined || !bounded(second, maxExponent)) return undefined;
        return this.#of('Power', args, depth);
      case 'root':
        // Of negative numbers it takes other roots than the value engine.
        if (first === undefined || !isInteger(second, 2n)) return undefined;
        return this.#of('Sqrt', [first], depth);
      case 'factorial':
        if (first === undefined || !bounded(first, maxFactorial)) return undefined;
        return this.#of('Factorial', args, depth);
      default:
        return undefined;
    }
  }

  #binder({ op, variable, from, to, body }: BinderNode, depth: number): Json | undefined {
    if (++this.binders > maxBinders) return undefined;
    const name = this.#name(variable);
    const [inner, low, high] = [body, from, to].map((part) => part && this.write(part, depth + 1));
    if (inner === undefined) return undefined;
    if (op === 'limit') return low === undefined ? undefined : ['Limit', ['Function', inner, name], low];
    if (op === 'integral' && from === undefined && to === undefined) return ['Integrate', inner, name];
    if (low === undefined || high === undefined) return undefined;
    const limits: Json = ['Limits', name, low, high];
    if (op === 'integral') return ['Integrate', ['Function', inner, name], limits];
    return fewTerms(from, to) ? [op === 'sum' ? 'Sum' : 'Product', inner, limits] : undefined;
  }
}

function integer(value: bigint): Json {
  return small(value, BigInt(Number.MAX_SAFE_INTEGER)) ? Number(value) : { num: String(value) };
}

function small(value: bigint, limit: bigint): boolean {
  return value <= limit && value >= -limit;
}

function isInteger(e: Expression | undefined, value: bigint): boolean {
  return e?.op === 'number' && e.value.den === 1n && e.value.num === value;
}

/** A small number, or something whose value depends on a variable, or one that is at least not built of powers. */
function bounded(e: Expression, limit: bigint): boolean {
  if (e.op === 'number') return small(e.value.num, limit * e.value.den);
  const open: Expression[] = [e];
  let powers = false;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.op === 'symbol') return true;
    if (node.op === 'number' && !small(node.value.num, limit * node.value.den)) powers = true;
    if (node.op === 'power' || node.op === 'factorial' || node.op === 'double_factorial') powers = true;
    if ('args' in node) open.push(...node.args);
    else if ('body' in node) return false;
  }
  return !powers;
}

/** So many that they can be added, or so many that nobody would try. */
function fewTerms(from: Expression | undefined, to: Expression | undefined): boolean {
  if (from === undefined || to === undefined) return false;
  if (from.op === 'number' && to.op === 'number')
    return small(to.value.num / to.value.den - from.value.num / from.value.den, maxTerms);
  return [from, to].every(
    (bound) => bound.op === 'constant' || bound.op === 'symbol' || bounded(bound, maxTerms),
  );
}
