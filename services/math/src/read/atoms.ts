/** What stands alone: numbers, names, brackets, commands. */
import type { Expression } from '../expression/index.ts';
import { readArgument, readDigitArgument } from './arguments.ts';
import { readAbsolute, readGroup, readParenthesised, readRounded } from './brackets.ts';
import { call, divide, infinity, pi, root } from './build.ts';
import { accentCommands, functions } from './characters.ts';
import type { Cursor } from './cursor.ts';
import { readEnvironment, readSystem } from './environments.ts';
import { readFunction } from './functions.ts';
import { readAccented, readName, readNumberSet } from './names.ts';
import { expressionOf, type Node, nodeOf } from './node.ts';
import { readNumber } from './numbers.ts';
import { readIntegral, readLimit, readSeries } from './series.ts';
import { readSet } from './sets.ts';
import { readSigned, readSum } from './sums.ts';
import type { Token } from './token.ts';
import { Unreadable } from './unreadable.ts';
import { readWord } from './words.ts';

/** Longest unknown command that is a name. */
const maxCommand = 40;

export function readAtom(at: Cursor): Node {
  const token = at.peek();
  if (token === undefined) throw new Unreadable('something is missing at the end');
  switch (token.type) {
    case 'number':
      return readNumber(at, token);
    case 'letter':
      at.skip();
      return readName(at, token.text);
    case 'double':
      at.skip();
      return readNumberSet(at, token.text);
    case 'text':
      if (!functions.has(token.text)) throw new Unreadable('words');
      return readWord(at, token);
    case 'word':
      return readWord(at, token);
    case 'command':
      at.skip();
      return readCommand(at, token);
    case 'begin':
      return readEnvironment(at, token.text);
    case '(':
    case '[':
    case '⟨':
    case ']':
      return readParenthesised(at);
    case '{':
      return readGroup(at);
    case '⦃':
      // `\left\{\begin{array}{l} … \end{array}\right.` is a system.
      if (at.is('begin', 1) && /^(?:array|aligned|matrix|gathered)$/.test(at.peek(1)?.text ?? '')) {
        at.skip(2);
        return readSystem(at);
      }
      return readSet(at);
    case '|':
    case '‖':
      return readAbsolute(at, token.type);
    case '⌊':
    case '⌈':
      return readRounded(at, token.type);
    case '…':
      at.skip();
      return nodeOf({ op: 'opaque', text: '…', args: [] });
    case '€':
    case '£':
    case '¥':
    case '₹':
      at.skip();
      return at.nested(readAtom);
    case '-':
    case '+':
      return readSigned(at);
    default:
      throw new Unreadable(`cannot read ${JSON.stringify(token.text)}`);
  }
}

function readCommand(at: Cursor, { text: name }: Token): Node {
  switch (name) {
    case 'frac':
    case 'dfrac':
    case 'tfrac':
    case 'cfrac':
      return nodeOf(divide(readDigitArgument(at), readDigitArgument(at)));
    case 'binom':
    case 'dbinom':
    case 'tbinom':
      return nodeOf(call('binomial', readDigitArgument(at), readDigitArgument(at)));
    case 'sqrt':
      return nodeOf(readRoot(at));
    case 'infty':
      return nodeOf(infinity);
    case 'pi':
      return nodeOf(pi);
    case 'emptyset':
    case 'varnothing':
      return { kind: 'set', items: [] };
    case 'sum':
      return readSeries(at, 'sum');
    case 'prod':
      return readSeries(at, 'product');
    case 'int':
      return readIntegral(at);
    case 'lim':
      return readLimit(at);
    case 'R':
      return readNumberSet(at, 'R');
    case 'circ':
      throw new Unreadable('a degree sign after nothing');
  }
  const called = functions.get(name);
  if (called !== undefined) return nodeOf(readFunction(at, called));
  const accent = accentCommands.get(name);
  if (accent !== undefined) return readAccented(at, accent);
  // Whatever it is, it is no number, and equal to itself only.
  if (!at.is('{') && !at.is('[') && name.length <= maxCommand) return readName(at, `\\${name}`);
  throw new Unreadable(`unknown command \\${name.slice(0, maxCommand)}`);
}

/** Of digits without braces all count: nobody means √1·4 by √14. */
function readRoot(at: Cursor): Expression {
  let index: Expression | undefined;
  if (at.eat('[')) {
    index = expressionOf(readSum(at));
    at.expect(']');
  }
  return root(readArgument(at), index);
}
