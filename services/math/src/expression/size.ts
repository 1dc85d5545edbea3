/** How much an expression says: what decides the precision at which it is looked at. */
import { bitLength } from './bits.ts';
import type { BinderNode, CallNode, Expression, OperationNode } from './expression.ts';
import { isIntegerName } from './points.ts';

/**
 * `bits`: about the height of the value: where it is a rational p/q, |p| and q are below 2^bits. Heights add up in
 * sums and products, are multiplied in powers and shrink in roots (Lang, Fundamentals of Diophantine Geometry,
 * chapter 3). Functions are taken for powers by their argument, as e^(k ln t) is. `reach`: about its largest absolute
 * value at the points of the symbols. `span`: differences in it are hardly smaller than 2^-span of its value: like
 * `bits`, but with the largest of the terms of a sum for all of them.
 */
export interface Size {
  readonly bits: number;
  readonly span: number;
  readonly reach: number;
}

const most = 1e9;

function size(bits: number, span: number, reach: number): Size {
  return { bits: Math.min(bits, most), span: Math.min(span, most), reach: Math.min(reach, most) };
}

const constant = size(2, 2, 4);
const symbol = size(16, 4, 4);
const integerSymbol = size(7, 7, 64);
/** What a number that stands for something without a value has. */
const standIn = size(66, 4, 8);

/** Of an expression within the limits. */
export function sizeOf(e: Expression): Size {
  switch (e.op) {
    case 'number': {
      const { num, den } = e.value;
      const bits = bitLength(num) + (den === 1n ? 0 : bitLength(den));
      return size(bits, bits, den === 1n ? Math.abs(Number(num)) : Math.abs(Number(num) / Number(den)) || 1);
    }
    case 'symbol':
      return isIntegerName(e.name) ? integerSymbol : symbol;
    case 'constant':
      return constant;
    case 'sum':
    case 'product':
      return ofTerms(e);
    case 'integral':
    case 'limit':
    case 'opaque':
      return standIn;
    case 'call':
      return ofCall(e);
    default:
      return ofOperation(e);
  }
}

function ofOperation(e: OperationNode): Size {
  const first = sizeOf(e.args[0] as Expression);
  const second = e.args[1];
  switch (e.op) {
    case 'add':
    case 'multiply': {
      let { bits, span, reach } = first;
      for (let k = 1; k < e.args.length; k++) {
        const part = sizeOf(e.args[k] as Expression);
        bits += part.bits;
        span = e.op === 'add' ? Math.max(span, part.span) : span + part.span;
        reach = e.op === 'add' ? reach + part.reach : reach * part.reach;
      }
      return size(bits + e.args.length, span, reach);
    }
    case 'negate':
      return first;
    case 'factorial':
    case 'double_factorial': {
      const bits = factorialBits(first.reach);
      return size(first.bits + bits, bits, most);
    }
    case 'root': {
      const index = second?.op === 'number' ? Math.max(1, Number(second.value.num)) : 1;
      return size(first.bits / index + 2, first.span / index, first.reach);
    }
    case 'divide': {
      const below = second ? sizeOf(second) : first;
      const reach = second?.op === 'number' ? 1 / Math.max(below.reach, 1e-9) : 16;
      return size(first.bits + below.bits, first.span + below.span, first.reach * reach);
    }
    default: {
      const exponent = second ? sizeOf(second) : first;
      const written = second?.op === 'number';
      const count = written ? exponent.reach : Math.max(1, exponent.reach);
      const bits = first.bits * count + (written ? 2 : exponent.bits);
      return size(bits, first.span * count, first.reach ** count);
    }
  }
}

/** Above log2 n!. */
function factorialBits(n: number): number {
  return n * Math.log2(n + 2);
}

function ofTerms({ op, from, to, body }: BinderNode): Size {
  const { bits, span } = sizeOf(body);
  const numbers = from?.op === 'number' && to?.op === 'number';
  const count = numbers ? Math.abs(Number(to.value.num - from.value.num)) + 1 : 64;
  return size(bits * count, op === 'sum' ? span : span * count, most);
}

function ofCall(e: CallNode): Size {
  let bits = 4;
  let span = 0;
  let reach = 0;
  for (const arg of e.args) {
    const part = sizeOf(arg);
    bits += part.bits;
    span = Math.max(span, part.span);
    reach = Math.max(reach, part.reach);
  }
  switch (e.name) {
    case 'ln':
    case 'log':
    case 'arctan':
    case 'arccot':
    case 'arcsin':
    case 'arccos':
    case 'abs':
    case 'sign':
    case 'floor':
    case 'ceil':
    case 're':
    case 'im':
    case 'conjugate':
    case 'arg':
    case 'gcd':
    case 'lcm':
    case 'min':
    case 'max':
    case 'mod':
      return size(bits, span, reach + 4);
    case 'exp':
    case 'sinh':
    case 'cosh':
      return size(bits * Math.max(1, reach), span + 2 * reach, Math.E ** reach);
    case 'sin':
    case 'cos':
    case 'tan':
    case 'cot':
    case 'sec':
    case 'csc':
    case 'tanh':
      return size(bits * Math.max(1, reach), span, 4);
    case 'binomial':
    case 'permutations':
      return size(bits + factorialBits(reach), factorialBits(reach), most);
    default:
      return size(bits + standIn.bits, standIn.span, standIn.reach);
  }
}
