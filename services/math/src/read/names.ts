/** Names: letters with subscripts, and what is applied to arguments. */
import type { Expression } from '../expression/index.ts';
import { readGroup, readParenthesised } from './brackets.ts';
import { call, pi, symbol } from './build.ts';
import type { Cursor } from './cursor.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { Unreadable } from './unreadable.ts';

/** Signs in braces below a name that make them a formula. */
const operators = new Set(['+', '-', '*', '/', '^']);

/** What a subscript without braces may be. */
const subscripts = new Set(['number', 'letter', 'word', 'text', '*', '+', '-']);

/** The name with the subscript after it, applied where it is a function. */
export function readName(at: Cursor, letter: string): Node {
  let name = letter;
  if (at.eat('_')) {
    const subscript = readSubscript(at);
    if (typeof subscript !== 'string') return nodeOf(call(`${letter}_`, ...subscript));
    name = `${letter}_{${subscript}}`;
  }
  if (isApplied(at, name)) return readApplication(at, name);
  return nodeOf(name === letter ? letterOf(at, name) : symbol(name));
}

/** What a letter alone stands for. */
export function letterOf(at: Cursor, name: string): Expression {
  if (name === 'e') return { op: 'constant', name: 'e' };
  if (name === 'i' && !at.bound.includes('i')) return { op: 'constant', name: 'i' };
  return name === '\\pi' ? pi : symbol(name);
}

/** A subscript as a part of the name, or, where it is a formula or bound, as arguments. */
export function readSubscript(at: Cursor): string | Expression[] {
  const token = at.peek();
  if (token === undefined) throw new Unreadable('a subscript is missing');
  if (token.type === '{') return readBracedSubscript(at);
  at.skip();
  if (token.type === 'command') return token.text === 'infty' ? 'infty' : `\\${token.text}`;
  if (token.type === 'letter' && at.bound.includes(token.text)) return [symbol(token.text)];
  // x_12 in LaTeX is x_1 2, but nobody means that.
  if (subscripts.has(token.type)) return token.text;
  throw new Unreadable('no subscript');
}

function readBracedSubscript(at: Cursor): string | Expression[] {
  let depth = 1;
  let part = false;
  let text = '';
  let size = 1;
  for (let token = at.peek(size); token !== undefined; token = at.peek(++size)) {
    if (token.type === '{') depth++;
    else if (token.type === '}' && --depth === 0) break;
    if (operators.has(token.type) || at.bound.includes(token.text)) part = true;
    text += token.text;
  }
  if (depth > 0) throw new Unreadable('a brace is not closed');
  // x_{0+}, x_{-}
  const sided = at.is('+', 2) || (at.is('-', 1) && at.is('}', 2));
  if (!part || sided) {
    at.skip(size + 1);
    return text;
  }
  const inner = readGroup(at);
  return inner.kind === 'list' ? inner.items.map(expressionOf) : [expressionOf(inner)];
}

/** Whether a bracket after the name holds arguments: f(x), g(2), P(x), and what is defined (`y(t) = …`). */
export function isApplied(at: Cursor, name: string): boolean {
  if (!at.is('(')) return false;
  if (!at.peek()?.spaced) {
    if (/^[fghFGH](?:_\{[^{}]*\})?'*$/.test(name)) return true;
    if (/^[A-Z]$/.test(name) && at.is('letter', 1) && at.is(')', 2)) return true;
  }
  // Names in brackets, and then the sign of equality.
  for (let ahead = 1; ; ahead += 2) {
    if (!at.is('letter', ahead) && !(at.is('number', ahead) && /^[A-Z]/.test(name))) return false;
    if (at.is(')', ahead + 1)) return at.is('=', ahead + 2) || at.is('≈', ahead + 2);
    if (!at.is(',', ahead + 1)) return false;
  }
}

/** The function's value for the arguments in the brackets here. */
export function readApplication(at: Cursor, name: string): Node {
  const node = readParenthesised(at);
  const args = node.kind === 'tuple' ? node.items.map(expressionOf) : [expressionOf(node)];
  return nodeOf(call(name, ...args));
}

/** A name under an accent: \overline{AB}, \vec{v}. */
export function readAccented(at: Cursor, accent: string): Node {
  let text = '';
  if (at.eat('{')) {
    for (let depth = 1; depth > 0; at.skip()) {
      const token = at.peek();
      if (token === undefined) throw new Unreadable('a brace is not closed');
      if (token.type === '{') depth++;
      else if (token.type === '}') depth--;
      else text += token.text;
    }
  } else {
    const token = at.peek();
    if (token === undefined || !['letter', 'word', 'command', 'number'].includes(token.type))
      throw new Unreadable('an accent on nothing');
    at.skip();
    text = token.text;
  }
  return readName(at, `${accent} ${text}`);
}

/** ℝ and other sets of numbers, or a letter in that face. */
export function readNumberSet(at: Cursor, letter: string): Node {
  if (!'RZNQC'.includes(letter)) return nodeOf(symbol(letter));
  if (at.is('^') || at.is('_')) throw new Unreadable('a set of numbers with a condition');
  return { kind: 'numbers', name: letter as 'R' };
}
