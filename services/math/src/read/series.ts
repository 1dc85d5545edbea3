/** Sums and products over an index, integrals, limits. */
import type { Expression } from '../expression/index.ts';
import { readArgument } from './arguments.ts';
import { number } from './build.ts';
import type { Cursor } from './cursor.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { readTerm } from './products.ts';
import { readSum } from './sums.ts';
import { Unreadable } from './unreadable.ts';

/** \sum_{i=1}^{n} …, whose command was just read. */
export function readSeries(at: Cursor, op: 'sum' | 'product'): Node {
  let variable: string | undefined;
  let from: Expression | undefined;
  let to: Expression | undefined;
  for (;;) {
    if (at.eat('^')) to = readArgument(at);
    else if (at.eat('_')) {
      at.expect('{');
      variable = readVariable(at, 'no index of a sum');
      at.expect('=');
      from = expressionOf(readSum(at));
      at.expect('}');
    } else break;
  }
  if (variable === undefined || from === undefined) throw new Unreadable('a sum without bounds');
  at.bound.push(variable);
  const body = expressionOf(readTerm(at));
  at.bound.pop();
  return nodeOf({ op, variable, from, ...(to === undefined ? {} : { to }), body });
}

/** \int_a^b … dx, whose command was just read. */
export function readIntegral(at: Cursor): Node {
  let from: Expression | undefined;
  let to: Expression | undefined;
  for (;;) {
    if (at.eat('_')) from = readArgument(at);
    else if (at.eat('^')) to = readArgument(at);
    else break;
  }
  at.integrals++;
  const body = atDifferential(at) ? number(1) : expressionOf(readSum(at));
  at.integrals--;
  const variable = readDifferential(at);
  return nodeOf({
    op: 'integral',
    variable,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    body,
  });
}

/** Whether `d x` or `dx` is next. */
export function atDifferential(at: Cursor): boolean {
  const token = at.peek();
  if (token?.type === 'word') return /^d[A-Za-z]$/.test(token.text);
  return token?.type === 'letter' && token.text === 'd' && at.is('letter', 1);
}

function readDifferential(at: Cursor): string {
  const [token, next] = [at.peek(), at.peek(1)];
  if (token === undefined || !atDifferential(at)) throw new Unreadable('an integral without differential');
  if (token.type === 'word') {
    at.skip();
    return token.text.slice(1);
  }
  at.skip(2);
  return next?.text ?? '';
}

/** \lim_{x \to a} …, whose command was just read. */
export function readLimit(at: Cursor): Node {
  at.expect('_');
  at.expect('{');
  const variable = readVariable(at, 'no variable of a limit');
  at.expect('→');
  const from = expressionOf(readSum(at));
  at.expect('}');
  const body = expressionOf(readTerm(at));
  return nodeOf({ op: 'limit', variable, from, body });
}

function readVariable(at: Cursor, fault: string): string {
  const letter = at.peek();
  if (letter?.type !== 'letter') throw new Unreadable(fault);
  at.skip();
  return letter.text;
}
