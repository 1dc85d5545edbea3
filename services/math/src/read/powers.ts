/** What stands after an atom: exponents, degrees, factorials, primes, per cent, indices. */

import { readArgument } from './arguments.ts';
import { readAtom } from './atoms.ts';
import { readBased } from './bases.ts';
import { divide, number, power, symbol } from './build.ts';
import type { Cursor } from './cursor.ts';
import { atDegreeSign, readDegrees } from './degrees.ts';
import { isApplied, readApplication, readSubscript } from './names.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { endsItem } from './stops.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** An atom with what stands after it. */
export function readFactor(at: Cursor): Node {
  return at.nested(readRaised);
}

function readRaised(at: Cursor): Node {
  const start = at.position;
  return readPostfix(at, readAtom(at), start);
}

/** What stands after a node, which was read from the position `start` on. */
export function readPostfix(at: Cursor, node: Node, start: number): Node {
  let current = node;
  for (;;) {
    const token = at.peek();
    if (token === undefined) return current;
    if (current !== node) at.link();
    const next = withPostfix(at, current, token, start);
    if (next === undefined) return current;
    current = next;
  }
}

function withPostfix(at: Cursor, node: Node, { type }: Token, start: number): Node | undefined {
  switch (type) {
    case '^':
      return withExponent(at, node);
    case '°':
      return readDegrees(at, node);
    case '!': {
      at.skip();
      const twice = at.is('!') && at.peek()?.spaced === false;
      if (twice) at.skip();
      return nodeOf({ op: twice ? 'double_factorial' : 'factorial', args: [expressionOf(node)] });
    }
    case "'":
      return withPrimes(at, node);
    case '%':
      // At the end of an item it is the unit of all of it; inside it divides.
      if (endsItem(at, 1)) return undefined;
      at.skip();
      return nodeOf(divide(expressionOf(node), number(100)));
    case '_':
      return withIndex(at, node, start);
    default:
      return undefined;
  }
}

function withExponent(at: Cursor, node: Node): Node {
  if (atDegreeSign(at, 1)) return readDegrees(at, node);
  const inverse = inverseOf(at, node);
  if (inverse !== undefined) {
    at.skip(inverseSign.length);
    return readApplication(at, inverse);
  }
  at.skip();
  if (node.kind === 'numbers') throw new Unreadable('a space of vectors');
  if (node.kind === 'matrix') throw new Unreadable('a power of a matrix');
  if (at.is("'") || (at.is('{') && at.is("'", 1))) return withPrimes(at, node);
  let exponent = readArgument(at);
  // 2^3^2 is 2^(3^2).
  if (at.is('^') && !atDegreeSign(at, 1) && !at.is("'", 1)) {
    const lowest = nodeOf(exponent);
    exponent = expressionOf(at.nested(() => readPostfix(at, lowest, at.position)));
  }
  let base: Node = node;
  // v^2_0 is v_0^2.
  if (at.is('_') && node.kind === 'value' && node.value.op === 'symbol')
    base = withSubscript(at, node.value.name, 'a subscript after an exponent');
  return nodeOf(power(expressionOf(base), exponent));
}

const inverseSign = ['^', '{', '-', 'number', '}'];

/** The name of f⁻¹ where `^{-1}(` follows f. */
function inverseOf(at: Cursor, node: Node): string | undefined {
  if (node.kind !== 'value' || node.value.op !== 'symbol' || !/^[fghFGH]$/.test(node.value.name))
    return undefined;
  if (!inverseSign.every((type, ahead) => at.is(type, ahead)) || !at.is('(', inverseSign.length))
    return undefined;
  return at.peek(3)?.text === '1' ? `${node.value.name}^{-1}` : undefined;
}

/** The name with its primes. */
function withPrimes(at: Cursor, node: Node): Node {
  let primes = '';
  const braced = at.eat('{');
  while (at.eat("'")) primes += "'";
  if (braced) at.expect('}');
  const value = expressionOf(node);
  if (value.op !== 'symbol') throw new Unreadable('a prime after no name');
  const name = value.name + primes;
  return isApplied(at, value.name) ? readApplication(at, name) : nodeOf(symbol(name));
}

/** A base after digits (204_5, (204)_5), or an index after a name in braces. */
function withIndex(at: Cursor, node: Node, start: number): Node {
  const fault = 'a subscript of no name';
  if (node.kind !== 'value') throw new Unreadable(fault);
  const { value } = node;
  if (value.op === 'number') {
    const bracketed = at.tokenAt(start)?.type === '(';
    if (at.position === start + (bracketed ? 3 : 1))
      return readBased(at, value.value, at.tokenAt(bracketed ? start + 1 : start) as Token);
  }
  if (value.op !== 'symbol' || at.previous?.type !== '}') throw new Unreadable(fault);
  return withSubscript(at, value.name, fault);
}

function withSubscript(at: Cursor, name: string, fault: string): Node {
  at.skip();
  const subscript = readSubscript(at);
  if (typeof subscript !== 'string') throw new Unreadable(fault);
  return nodeOf(symbol(`${name}_{${subscript}}`));
}
