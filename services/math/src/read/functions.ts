/** Functions and their arguments. */
import type { Expression } from '../expression/index.ts';
import { readArgument, readDigitArgument } from './arguments.ts';
import { readGroup, readParenthesised } from './brackets.ts';
import { call, divide, number, power, root, symbol, unknownBase } from './build.ts';
import { functions } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { atDegreeSign } from './degrees.ts';
import { expressionOf, nodeOf } from './node.ts';
import { readFactor, readPostfix } from './powers.ts';
import { readSignedFactor, startsFactor, times } from './products.ts';
import { readSet } from './sets.ts';
import { endsItem } from './stops.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Functions of which ⁻¹ means the inverse, called `arc…`. */
const invertible = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'sinh', 'cosh', 'tanh']);

/** What an argument without brackets does not extend over: sin x (1 + x). */
const argumentEnds = new Set(['(', '[', 'begin', '|', '…']);

/** The value of a function whose name was just read. */
export function readFunction(at: Cursor, name: string): Expression {
  if (name === 'sqrt' || name === 'cbrt') return root(readArgument(at), number(name === 'sqrt' ? 2 : 3));
  let base: Expression | undefined;
  let exponent: Expression | undefined;
  for (;;) {
    if (at.eat('_')) base = readBase(at);
    else if (at.eat('^')) exponent = readArgument(at);
    else break;
  }
  const args = readArguments(at, name);
  if (exponent !== undefined && isMinusOne(exponent) && invertible.has(name))
    return call(`arc${name}`, ...args);
  const value = applied(name, base, args);
  return exponent === undefined ? value : power(value, exponent);
}

/** The base of a logarithm: \log_52 is log₅ 2, as nothing follows; \log_10 5 is log₁₀ 5. */
function readBase(at: Cursor): Expression {
  return endsItem(at, 1) ? readDigitArgument(at) : readArgument(at);
}

function isMinusOne(value: Expression): boolean {
  if (value.op === 'negate') {
    const [arg] = value.args;
    return arg?.op === 'number' && arg.value.num === 1n && arg.value.den === 1n;
  }
  return value.op === 'number' && value.value.num === -1n && value.value.den === 1n;
}

function applied(name: string, base: Expression | undefined, args: readonly Expression[]): Expression {
  const [first] = args as [Expression];
  switch (name) {
    case 'log':
      return call('log', first, base ?? symbol(unknownBase));
    case 'lg':
      return call('log', first, number(10));
    case 'lb':
      return call('log', first, number(2));
    case 'arcsec':
      return call('arccos', divide(number(1), first));
    case 'arccsc':
      return call('arcsin', divide(number(1), first));
    case 'coth':
      return divide(number(1), call('tanh', first));
    default:
      if (base !== undefined) throw new Unreadable(`an index of ${name}`);
      return call(name, ...args);
  }
}

/** The arguments after a function's name: in brackets, or what is multiplied without brackets. */
function readArguments(at: Cursor, name: string): Expression[] {
  if (at.is('⦃')) {
    const node = readSet(at);
    if (node.kind === 'set') return node.items.map(expressionOf);
    throw new Unreadable('a function of a set');
  }
  const braced = at.is('{') && name !== 'log';
  if (braced || at.is('(') || at.is('[')) return readBracketed(at, braced);
  return [readBare(at)];
}

function readBracketed(at: Cursor, braced: boolean): Expression[] {
  const start = at.position;
  const node = braced ? readGroup(at) : readParenthesised(at);
  if (node.kind === 'tuple' || node.kind === 'list') return node.items.map(expressionOf);
  const whole = expressionOf(node);
  // sin{a}^2 raises the argument, sin(a)^2 the value. sin(30)° has its degrees inside.
  const raised = (braced && at.is('^')) || atDegreeSign(at, 1) || at.is('°');
  return [raised ? expressionOf(readPostfix(at, node, start)) : whole];
}

function readBare(at: Cursor): Expression {
  let argument = readSignedFactor(at);
  for (;;) {
    const token = at.peek();
    if (token === undefined || endsArgument(token) || !startsFactor(at, argument)) break;
    argument = times(at, argument, readFactor(at));
  }
  if (at.is('/') && at.is('number', 1)) {
    // \sin x/2 is sin(x/2) in nearly all answers.
    at.skip();
    argument = nodeOf(divide(expressionOf(argument), expressionOf(readFactor(at))));
  }
  return expressionOf(argument);
}

function endsArgument({ type, text }: Token): boolean {
  // sin x cos x
  if (type === 'command' || type === 'word') return functions.has(text);
  return argumentEnds.has(type);
}
