/** Products and quotients, with and without a sign between the factors. */
import type { Expression } from '../expression/index.ts';
import { call, divide, multiply, negate } from './build.ts';
import { accentCommands, functions, plainWords } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { conjunctionOf, startsNote } from './joints.ts';
import { multiplyMatrices, scaleMatrix } from './matrix.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { readFactor } from './powers.ts';
import { unitsOf } from './quantity.ts';
import { atDifferential } from './series.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';

/** Commands that are factors, apart from functions and accents. */
const valueCommands = new Set([
  'frac', 'dfrac', 'tfrac', 'cfrac', 'sqrt', 'binom', 'dbinom', 'tbinom', 'infty', 'pi', 'sum', 'prod', 'int', 'lim',
  'emptyset', 'stackrel',
]); // biome-ignore format: a list

/** Most tokens between brackets that are looked at ahead. */
const maxBracketed = 200;

/** Factors with `*`, `/`, `mod`, or nothing between them. */
export function readTerm(at: Cursor): Node {
  let left = readFactor(at);
  for (;;) {
    if (at.eat('*')) left = times(at, left, readSignedFactor(at));
    else if (at.eat('/')) {
      at.link();
      const right = readSignedFactor(at);
      left = nodeOf(divide(expressionOf(left), expressionOf(right)));
    } else if (isModulo(at.peek())) {
      if (left.kind !== 'value') throw new Unreadable('mod of no number');
      at.skip();
      left = nodeOf(call('mod', left.value, expressionOf(readSignedFactor(at))));
    } else if (startsFactor(at, left)) left = times(at, left, readFactor(at));
    else return left;
  }
}

function isModulo(token: Token | undefined): boolean {
  if (token?.type === 'command') return token.text === 'bmod' || token.text === 'mod';
  return token?.type === 'word' && token.text === 'mod';
}

/** The product of two factors. */
export function times(at: Cursor, left: Node, right: Node): Node {
  if (left.kind === 'matrix' && right.kind === 'matrix') return multiplyMatrices(left, right);
  if (left.kind === 'matrix' && right.kind === 'value') return scaleMatrix(right.value, left);
  if (left.kind === 'value' && right.kind === 'matrix') return scaleMatrix(left.value, right);
  const [a, b] = [expressionOf(left), expressionOf(right)];
  if (a.op !== 'multiply' || a.degrees) return nodeOf(multiply(a, b));
  // The product made last has no other owner: its factors are not copied for each further one.
  if (at.product?.value === a) {
    at.product.args.push(b);
    return left;
  }
  const args = [...a.args, b];
  const value: Expression = { op: 'multiply', args };
  at.product = { value, args };
  return nodeOf(value);
}

/** A factor with its signs: 2·-3. */
export function readSignedFactor(at: Cursor): Node {
  let negative = false;
  for (;;) {
    if (at.eat('-')) negative = !negative;
    else if (!at.eat('+')) break;
  }
  const node = readFactor(at);
  return negative ? nodeOf(negate(expressionOf(node))) : node;
}

/** Whether what comes next is multiplied by what stands before without a sign between them. */
export function startsFactor(at: Cursor, left: Node): boolean {
  const token = at.peek();
  if (token === undefined) return false;
  switch (token.type) {
    case 'letter':
      return conjunctionOf(token) === undefined && !endsIntegrand(at);
    case '(':
      return !startsNote(at);
    case '⌊':
    case '⌈':
    case '{':
    case 'begin':
      return true;
    case '[':
      return left.kind === 'value' && closesAlike(at);
    case '|':
      return at.bars === 0 && at.barSeparates === 0;
    case '…':
      return left.kind === 'value';
    case 'number':
      // 2 3 is no product; x 3, )3 are rare but are.
      return at.previous?.type !== 'number' && at.previous?.type !== '%';
    case 'command':
      return functions.has(token.text) || accentCommands.has(token.text) || valueCommands.has(token.text);
    case 'word':
      return !endsIntegrand(at) && isFactorWord(at, token, left);
    case 'text':
      return functions.has(token.text);
    default:
      return false;
  }
}

function endsIntegrand(at: Cursor): boolean {
  return at.integrals > 0 && atDifferential(at);
}

/** `[x+1]` as a factor: the bracket closes with its like, without a comma. */
function closesAlike(at: Cursor): boolean {
  let depth = 0;
  for (let ahead = 0; ahead < maxBracketed; ahead++) {
    const type = at.peek(ahead)?.type;
    if (type === undefined) return false;
    if (type === '(' || type === '[') depth++;
    else if (type === ')' || type === ']') {
      if (--depth === 0) return type === ']';
    } else if (type === ',' && depth === 1) return false;
  }
  return false;
}

/** A run of letters next to a factor: a function, a Greek letter, or a product of a few variables. */
function isFactorWord(at: Cursor, token: Token, left: Node): boolean {
  const { text } = token;
  if (conjunctionOf(token) !== undefined || startsNote(at)) return false;
  if (functions.has(text) || plainWords.has(text) || text === 'pi' || text === 'inf' || text === 'infinity')
    return true;
  if (left.kind !== 'value' || text.length > 3 || /[^A-Za-z]/.test(text)) return false;
  // `5 cm` has a unit; `5ab` is a product.
  return !(token.spaced && text.length > 2) && unitsOf(text) === undefined;
}
