/** Expressions from plain formulas, for tests: `2*x^2 - sqrt(x)/3 + f(1)!`, `sum(k, 1, n, k^2)`. */

import type { BinderNode, ConstantNode, Expression } from './expression.ts';
import { decimal } from './rational.ts';

const tokens = /\s*([0-9]+(?:\.[0-9]+)?|[A-Za-z_][A-Za-z_0-9']*|!!|[-+*/^()!,])/y;
const constants = new Set(['pi', 'e', 'i', 'infinity']);
const binders = new Set(['sum', 'product', 'integral', 'limit']);

/** Throws on anything that is not a formula. */
export function formula(text: string): Expression {
  const list: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.trimEnd().length) {
    const match = tokens.exec(text);
    if (!match) throw new Error(`no formula: ${text}`);
    list.push(match[1] as string);
  }
  let at = 0;
  const take = (token: string) => list[at] === token && ++at > 0;
  const need = (token: string) => {
    if (!take(token)) throw new Error(`${token} expected in ${text}`);
  };

  const sum = (): Expression => {
    let left = term();
    for (;;) {
      if (take('+')) left = { op: 'add', args: [left, term()] };
      else if (take('-')) left = { op: 'add', args: [left, { op: 'negate', args: [term()] }] };
      else return left;
    }
  };
  const term = (): Expression => {
    let left = signed();
    for (;;) {
      if (take('*')) left = { op: 'multiply', args: [left, signed()] };
      else if (take('/')) left = { op: 'divide', args: [left, signed()] };
      else return left;
    }
  };
  const signed = (): Expression => (take('-') ? { op: 'negate', args: [signed()] } : power());
  const power = (): Expression => {
    let base = atom();
    for (;;) {
      if (take('!!')) base = { op: 'double_factorial', args: [base] };
      else if (take('!')) base = { op: 'factorial', args: [base] };
      else break;
    }
    return take('^') ? { op: 'power', args: [base, signed()] } : base;
  };
  const atom = (): Expression => {
    if (take('(')) {
      const inner = sum();
      need(')');
      return inner;
    }
    const token = list[at++];
    if (token === undefined) throw new Error(`formula ends: ${text}`);
    if (/^[0-9]/.test(token)) return number(token);
    if (constants.has(token)) return { op: 'constant', name: token as ConstantNode['name'] };
    if (!take('(')) return { op: 'symbol', name: token };
    const args = [sum()];
    while (take(',')) args.push(sum());
    need(')');
    return applied(token, args);
  };
  const result = sum();
  if (at < list.length) throw new Error(`not read to the end: ${text}`);
  return result;
}

function number(text: string): Expression {
  const [whole = '', part = ''] = text.split('.');
  const value = decimal(whole + part, -part.length);
  if (!value) throw new Error(`number too long: ${text}`);
  return { op: 'number', value, ...(part && { places: part.length }) };
}

function applied(name: string, args: readonly Expression[]): Expression {
  const [a, b, c, d] = args;
  if (name === 'sqrt') return { op: 'root', args: [a as Expression, number('2')] };
  if (name === 'root') return { op: 'root', args };
  if (name === 'opaque') return { op: 'opaque', text: '...', args };
  if (!binders.has(name) || a?.op !== 'symbol') return { op: 'call', name, args };
  const op = name as BinderNode['op'];
  if (op === 'limit') return { op, variable: a.name, from: b as Expression, body: c as Expression };
  if (!d) return { op, variable: a.name, body: b as Expression };
  return { op, variable: a.name, from: b as Expression, to: c as Expression, body: d };
}
