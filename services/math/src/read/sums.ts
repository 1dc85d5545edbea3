/** Sums, and signs. */
import type { Expression } from '../expression/index.ts';
import { add, call, degrees, negate, number } from './build.ts';
import type { Cursor } from './cursor.ts';
import { addMatrices, scaleMatrix } from './matrix.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { readTerm } from './products.ts';
import { isSet } from './relations.ts';

/** Terms with `+`, `-`, `±`, `∓`. */
export function readSum(at: Cursor): Node {
  return at.nested(readTerms);
}

function readTerms(at: Cursor): Node {
  let terms: Expression[] | undefined;
  let first = readSigned(at);
  for (;;) {
    const sign = at.peek()?.type;
    if (sign !== '+' && sign !== '-' && sign !== '±' && sign !== '∓') break;
    if (sign === '-' && isSet(first)) return first;
    at.skip();
    const right = readTerm(at);
    if (first.kind === 'matrix' && right.kind === 'matrix') {
      first = addMatrices(first, right, sign === '-' ? -1 : 1);
      continue;
    }
    const value = expressionOf(right);
    terms ??= [expressionOf(first)];
    terms.push(signed(sign, value));
  }
  return terms === undefined ? first : nodeOf(add(...terms));
}

function signed(sign: '+' | '-' | '±' | '∓', value: Expression): Expression {
  if (sign === '+') return value;
  if (sign === '-') return negate(value);
  return call(sign === '±' ? 'plus_minus' : 'minus_plus', value);
}

/** A term with its signs. */
export function readSigned(at: Cursor): Node {
  let negative = false;
  let both: '±' | '∓' | undefined;
  for (;;) {
    if (at.eat('-')) negative = !negative;
    else if (at.eat('±')) both = '±';
    else if (at.eat('∓')) both = '∓';
    else if (!at.eat('+')) break;
  }
  const node = readTerm(at);
  if (!negative && both === undefined) return node;
  if (node.kind === 'matrix') return negative ? scaleMatrix(number(-1), node) : node;
  const value = expressionOf(node);
  if (both !== undefined) return nodeOf(signed(both, value));
  // -5 is a number; degrees stay what they are.
  if (value.op === 'number')
    return nodeOf({ ...value, value: { num: -value.value.num, den: value.value.den } });
  if (value.op === 'multiply' && value.degrees) return nodeOf(degrees(negate(value.args[0] as Expression)));
  return nodeOf(negate(value));
}
