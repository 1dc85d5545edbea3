/**
 * Reads the tokens of a written answer by recursive descent, one function a level of precedence:
 * list < relation < set operation < sum < product < sign < power < atom. Linear in the tokens, bounded in depth.
 * What it cannot read whole it does not read at all (Unreadable).
 */
import { canonicalUnits } from '../conversion.ts';
import { type Expression, symbolsOf } from '../expression/index.ts';
import { decimal, maxFractionDigits, type Rational } from '../rational.ts';
import {
  add,
  call,
  degrees,
  divide,
  infinity,
  multiply,
  negate,
  number,
  pi,
  power,
  root,
  symbol,
  unknownBase,
} from './build.ts';
import { accentCommands, functions, plainWords } from './characters.ts';
import { addMatrices, multiplyMatrices, scaleMatrix } from './matrix.ts';
import type { Chain, Matrix, Node, Relation, SetOperation } from './node.ts';
import { unitsOf } from './quantity.ts';
import type { Token } from './tokens.ts';
import { Unreadable } from './unreadable.ts';

/** Deepest nesting. Each level takes a dozen frames of the stack. */
const maxDepth = 150;

const relations = new Set<string>(['=', '≠', '<', '≤', '>', '≥', '≈', '≡', '∈', '∉', '→', '∼', '∝']);
const conjunctions = new Map([
  ...[
    'and',
    'und',
    'et',
    'y',
    'e',
    'и',
    'و',
    '和',
    '与',
    '且',
    '及',
    'और',
    'plus also',
    '&',
    'и также',
    'と',
  ].map((word) => [word, 'and'] as const),
  ...['or', 'oder', 'ou', 'o', 'или', 'أو', '或', '或者', 'या', 'また は'].map(
    (word) => [word, 'or'] as const,
  ),
]);
/** Words after which a condition or an explanation stands. */
const noteWords = new Set(
  'where for when if with such as since because provided assuming given 其中 für wobei pour où donde onde где при'.split(
    ' ',
  ),
);
const closers = new Set([')', ']', '⦄', '⟩', '}', '⌋', '⌉']);

/** Reads all of the tokens; throws Unreadable. `source` is what their offsets are of. */
export function parse(tokens: readonly Token[], source: string): Node {
  const parser = new Parser(tokens, source);
  const node = parser.list();
  parser.expectEnd();
  return node;
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #source: string;
  #at = 0;
  #depth = 0;
  /** Bars that are open: the next bar closes. */
  #bars = 0;
  /** Inside a set's first part a bar separates. */
  #barSeparates = 0;
  /** The list that is read joins its items with `or`. */
  #alternatives = false;
  /** Inside an integral, `d x` ends the integrand. */
  #integrals = 0;
  readonly #bound: string[] = [];

  constructor(tokens: readonly Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  expectEnd(): void {
    while (this.#is('.') || this.#is(',') || this.#is(';')) this.#at++;
    if (this.#at < this.#tokens.length)
      throw new Unreadable(`cannot read ${JSON.stringify(this.#peek()?.text)}`);
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #is(type: string, ahead = 0): boolean {
    return this.#tokens[this.#at + ahead]?.type === type;
  }

  #isCommand(name: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token?.type === 'command' && token.text === name;
  }

  #eat(type: string): boolean {
    if (!this.#is(type)) return false;
    this.#at++;
    return true;
  }

  #expect(type: string): void {
    if (!this.#eat(type))
      throw new Unreadable(`expected ${type} instead of ${JSON.stringify(this.#peek()?.text ?? 'the end')}`);
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > maxDepth) throw new Unreadable('too deep');
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  // ---- lists ----

  /** Items with commas, semicolons, `and`, `or`; groups of several items each become tuples. */
  list(): Node {
    const groups: Node[][] = [[]];
    let notes: string | undefined;
    let strong = false;
    const alternatives = this.#alternatives;
    this.#alternatives = false;
    for (;;) {
      this.#skipIdleWords();
      (groups.at(-1) as Node[]).push(this.#item());
      const separator = this.#separator();
      if (separator === undefined) break;
      if (separator === 'note') {
        notes = this.#note();
        break;
      }
      if (this.#atItemEnd()) {
        // A trailing separator.
        if (separator === ',' || separator === ';') break;
        throw new Unreadable('a list that breaks off');
      }
      if (separator === ';' || separator === 'strong') {
        strong = true;
        groups.push([]);
      }
    }
    const list = this.#listOf(groups, strong);
    this.#alternatives = alternatives;
    return notes === undefined ? list : { kind: 'noted', main: list, note: notes };
  }

  #listOf(groups: readonly (readonly Node[])[], strong: boolean): Node {
    const first = groups[0] as readonly Node[];
    if (
      groups.length > 1 &&
      strong &&
      first.length > 1 &&
      groups.every((group) => group.length === first.length)
    ) {
      return {
        kind: 'list',
        items: groups.map((items) => ({ kind: 'list', items })),
      };
    }
    const items = groups.flat();
    if (items.length === 1) return items[0] as Node;
    return { kind: 'list', items, ...(this.#alternatives ? { alternatives: true as const } : {}) };
  }

  /** Takes what separates items: `,`, `;` or `strong` (words between groups); `note` stays where it is. */
  #separator(): ',' | ';' | 'strong' | 'note' | undefined {
    let found: ',' | ';' | 'strong' | undefined;
    for (;;) {
      const token = this.#peek();
      if (token === undefined) return found;
      if (token.type === ',' || token.type === '.') {
        // A full stop is the end, or stands before another sentence, which is no item.
        if (token.type === '.') {
          if (this.#at + 1 < this.#tokens.length) throw new Unreadable('a second sentence');
          this.#at++;
          return found;
        }
        this.#at++;
        found ??= ',';
        continue;
      }
      if (token.type === ';') {
        this.#at++;
        found = ';';
        continue;
      }
      const word = this.#conjunction(token);
      if (word !== undefined) {
        this.#at++;
        if (word === 'or') this.#alternatives = true;
        // `1, 2, and 3` is one list; `a, b and c, d` are two.
        found = found === undefined ? 'strong' : found;
        continue;
      }
      if (this.#isNote(token)) {
        if (token.type !== '(') return found === undefined || found === ',' ? 'note' : found;
        return 'note';
      }
      return found;
    }
  }

  #conjunction(token: Token): string | undefined {
    if (token.type === '∧' || token.type === '∨') return token.type === '∧' ? 'and' : 'or';
    if (token.type !== 'word' && token.type !== 'text' && token.type !== 'letter') return undefined;
    const text = wordsOf(token.text);
    if (token.type === 'letter' && /[A-Za-z]/.test(text)) return undefined;
    return conjunctions.get(text);
  }

  #isNote(token: Token): boolean {
    if (token.type === 'letter') return this.#ranges(0);
    if (token.type === '(') {
      const next = this.#peek(1);
      if (this.#ranges(1)) return true;
      return (
        next !== undefined &&
        (next.type === 'word' || next.type === 'text') &&
        noteWords.has(wordsOf(next.text).split(' ')[0] ?? '')
      );
    }
    if (token.type === ':' || token.type === '∣') return false;
    if (token.type !== 'word' && token.type !== 'text') return false;
    const words = wordsOf(token.text).split(' ');
    return noteWords.has(words[0] ?? '') || noteWords.has(words[1] ?? '');
  }

  /** `k ∈ ℤ`, `m, n ∈ ℕ`: what parameters range over. */
  #ranges(ahead: number): boolean {
    let at = ahead;
    while (this.#is('letter', at) && this.#is(',', at + 1) && at < ahead + 8) at += 2;
    if (!this.#is('letter', at) || !this.#is('∈', at + 1)) return false;
    const set = this.#peek(at + 2);
    return (set?.type === 'double' || set?.type === 'letter') && /^[ZN]$/.test(set.text);
  }

  /** The rest of the text. */
  #note(): string {
    const start = this.#peek()?.at ?? this.#source.length;
    this.#at = this.#tokens.length;
    return this.#source.slice(start);
  }

  /** Words that lead in: `only x = 0`. */
  #skipIdleWords(): void {
    for (;;) {
      const token = this.#peek();
      if (token === undefined || (token.type !== 'word' && token.type !== 'text')) return;
      if (
        !/^(?:only|either|both|about|approximately|roughly|exactly|just|all|the|is|are|equals|either of|so|then|thus|and|either)$/i.test(
          wordsOf(token.text),
        )
      )
        return;
      if (this.#at + 1 >= this.#tokens.length) return;
      this.#at++;
    }
  }

  #atItemEnd(): boolean {
    const token = this.#peek();
    return token === undefined || closers.has(token.type);
  }

  /** One item: a chain of relations, with the unit that follows. */
  #item(): Node {
    return this.#nested(() => this.#chain());
  }

  // ---- relations ----

  #chain(): Node {
    const sides: Node[] = [];
    const found: Relation[] = [];
    if (relations.has(this.#peek()?.type ?? '') && !this.#is('→')) {
      // `= 5`: the left side went without saying. `< 5` says too little.
      if (!this.#is('=') && !this.#is('≈')) throw new Unreadable('a relation without left side');
      this.#at++;
    }
    for (;;) {
      sides.push(this.#side());
      // `x &= 2`
      if (this.#is('&') && relations.has(this.#peek(1)?.type ?? '')) this.#at++;
      const type = this.#peek()?.type ?? '';
      if (type === '∣' || !relations.has(type)) {
        if (this.#isCommand('not') && this.#is('=', 1)) {
          this.#at += 2;
          found.push('≠');
          continue;
        }
        break;
      }
      this.#at++;
      // `a = -` breaks off.
      found.push(type as Relation);
    }
    if (this.#eat('⇔') || this.#eat('⇒')) return this.#chain();
    return sides.length === 1
      ? (sides[0] as Node)
      : ({ kind: 'chain', sides, relations: found } satisfies Chain);
  }

  /** One side of a relation: a set operation, a ratio, or an expression with its unit. */
  #side(): Node {
    const start = this.#peek();
    if (start === undefined) throw new Unreadable('nothing there');
    let left = this.#sum();
    for (;;) {
      const op = this.#setOperation(left);
      if (op === undefined) break;
      this.#at++;
      left = { kind: 'operation', op, left, right: this.#nested(() => this.#sum()) };
    }
    if (this.#is(':') && left.kind === 'value' && this.#barSeparates === 0) {
      const parts = [left.value];
      while (this.#eat(':')) parts.push(expressionOf(this.#sum()));
      const text = this.#source.slice(start.at, this.#tokens[this.#at - 1]?.end ?? start.end);
      return { kind: 'ratio', parts, text };
    }
    if (left.kind === 'value') return this.#withUnit(left.value);
    return left;
  }

  #setOperation(left: Node): SetOperation | undefined {
    if (this.#is('∪')) return 'union';
    if (this.#is('∩')) return 'intersection';
    if (this.#is('∖')) return 'difference';
    if (
      this.#is('-') &&
      (left.kind === 'set' || left.kind === 'builder' || left.kind === 'numbers' || left.kind === 'operation')
    )
      return 'difference';
    return undefined;
  }

  /** The unit after an expression: all words up to the next separator must belong to it. */
  #withUnit(value: Expression): Node {
    const token = this.#peek();
    if (token === undefined) return { kind: 'value', value };
    const currency = ['€', '£', '¥', '₹', '¢'].includes(token.type);
    if (
      token.type === '%' ||
      currency ||
      token.type === 'text' ||
      token.type === 'word' ||
      token.type === 'command' ||
      token.type === 'letter' ||
      token.type === '°'
    ) {
      if (this.#conjunction(token) !== undefined || this.#isNote(token)) return { kind: 'value', value };
      let end = this.#at;
      while (end < this.#tokens.length) {
        const next = this.#tokens[end] as Token;
        if (end > this.#at && (this.#conjunction(next) !== undefined || this.#isNote(next))) break;
        if ([',', ';', '.', '∧', '∨', '(', ')', ']', '⦄'].includes(next.type) || relations.has(next.type))
          break;
        end++;
      }
      const text = this.#tokens
        .slice(this.#at, end)
        .map(writtenAs)
        .join(' ')
        .replace(/ \^ (?:\{ ([23]) \}|([23]))(?= |$)/g, '^{$1$2}');
      const units = unitsOf(text);
      if (
        units !== undefined &&
        canonicalUnits(units.units).name === '' &&
        !units.units.includes('%') &&
        symbolsOf(value).size > 0
      ) {
        throw new Unreadable('words after a formula');
      }
      if (units === undefined) throw new Unreadable(`no unit: ${text.slice(0, 40)}`);
      this.#at = end;
      const scaled =
        units.exponent === 0
          ? value
          : multiply(value, number({ num: 10n ** BigInt(units.exponent), den: 1n }));
      return units.units.length === 0
        ? { kind: 'value', value: scaled }
        : { kind: 'quantity', value: scaled, units: units.units };
    }
    return { kind: 'value', value };
  }

  // ---- sums ----

  #sum(): Node {
    return this.#nested(() => {
      let terms: Expression[] | undefined;
      let first = this.#signed();
      for (;;) {
        const token = this.#peek();
        const type = token?.type ?? '';
        if (type === '-' && this.#setOperation(first) === 'difference') return first;
        if (type !== '+' && type !== '-' && type !== '±' && type !== '∓') break;
        this.#at++;
        // `a + …`, `… + b`
        const right = this.#term();
        if (first.kind === 'matrix' && right.kind === 'matrix') {
          first = addMatrices(first, right, type === '-' ? -1 : 1);
          continue;
        }
        const value = expressionOf(right);
        terms ??= [expressionOf(first)];
        terms.push(
          type === '+'
            ? value
            : type === '-'
              ? negate(value)
              : call(type === '±' ? 'plus_minus' : 'minus_plus', value),
        );
      }
      return terms === undefined ? first : { kind: 'value', value: add(...terms) };
    });
  }

  /** A term with its sign. */
  #signed(): Node {
    let negative = false;
    let both: string | undefined;
    for (;;) {
      if (this.#eat('-')) negative = !negative;
      else if (this.#is('±') || this.#is('∓')) {
        both = this.#is('±') ? 'plus_minus' : 'minus_plus';
        this.#at++;
      } else if (!this.#eat('+')) break;
    }
    const node = this.#term();
    if (!negative && both === undefined) return node;
    if (node.kind === 'matrix') return negative ? scaleMatrix(number(-1), node) : node;
    const value = expressionOf(node);
    if (both !== undefined) return { kind: 'value', value: call(both, value) };
    // -5 is a number; degrees stay what they are.
    if (value.op === 'number')
      return { kind: 'value', value: { ...value, value: { num: -value.value.num, den: value.value.den } } };
    if (value.op === 'multiply' && value.degrees)
      return { kind: 'value', value: degrees(negate(value.args[0] as Expression)) };
    return { kind: 'value', value: negate(value) };
  }

  // ---- products ----

  #term(): Node {
    let left = this.#factor();
    for (;;) {
      const type = this.#peek()?.type ?? '';
      if (type === '*' || type === '/') {
        this.#at++;
        const right = this.#signedFactor();
        left =
          type === '*'
            ? this.#times(left, right)
            : { kind: 'value', value: divide(expressionOf(left), expressionOf(right)) };
      } else if (
        this.#isCommand('bmod') ||
        this.#isCommand('mod') ||
        (type === 'word' && this.#peek()?.text === 'mod')
      ) {
        if (left.kind !== 'value') throw new Unreadable('mod of no number');
        this.#at++;
        left = { kind: 'value', value: call('mod', left.value, expressionOf(this.#signedFactor())) };
      } else if (left.kind !== 'text' && this.#startsFactor(left)) {
        left = this.#times(left, this.#factor());
      } else return left;
    }
  }

  #times(left: Node, right: Node): Node {
    if (left.kind === 'matrix' && right.kind === 'matrix') return multiplyMatrices(left, right);
    if (left.kind === 'matrix' && right.kind === 'value') return scaleMatrix(right.value, left);
    if (left.kind === 'value' && right.kind === 'matrix') return scaleMatrix(left.value, right);
    const [a, b] = [expressionOf(left), expressionOf(right)];
    if (a.op === 'multiply' && !a.degrees)
      return { kind: 'value', value: { op: 'multiply', args: [...a.args, b] } };
    return { kind: 'value', value: multiply(a, b) };
  }

  #signedFactor(): Node {
    let negative = false;
    while (this.#is('-') || this.#is('+')) {
      if (this.#is('-')) negative = !negative;
      this.#at++;
    }
    const node = this.#factor();
    return negative ? { kind: 'value', value: negate(expressionOf(node)) } : node;
  }

  /** Whether what comes next is multiplied by what stands before without a sign between them. */
  #startsFactor(left: Node): boolean {
    const token = this.#peek();
    if (token === undefined) return false;
    switch (token.type) {
      case 'letter':
        if (this.#conjunction(token) !== undefined) return false;
        if (this.#integrals > 0 && this.#differential()) return false;
        return true;
      case '(':
        return !this.#isNote(token);
      case '⌊':
      case '⌈':
      case '{':
      case 'begin':
        return true;
      case '[':
        return left.kind === 'value' && this.#closesAround();
      case '|':
        return this.#bars === 0 && this.#barSeparates === 0;
      case '…':
        return left.kind === 'value';
      case 'number': {
        // 2 3 is no product; x 3, )3 are rare but are.
        const before = this.#tokens[this.#at - 1];
        return before !== undefined && before.type !== 'number' && before.type !== '%';
      }
      case 'command':
        return this.#isValueCommand(token.text);
      case 'word':
        if (this.#integrals > 0 && this.#differential()) return false;
        return this.#isFactorWord(token, left);
      case 'text':
        return functions.has(token.text);
      default:
        return false;
    }
  }

  /** `[x+1]` as a factor: the bracket closes with its like, without a comma. */
  #closesAround(): boolean {
    let depth = 0;
    for (let at = this.#at; at < this.#tokens.length && at < this.#at + 200; at++) {
      const type = (this.#tokens[at] as Token).type;
      if (type === '(' || type === '[') depth++;
      else if (type === ')' || type === ']') {
        if (--depth === 0) return type === ']';
      } else if (type === ',' && depth === 1) return false;
    }
    return false;
  }

  #isValueCommand(name: string): boolean {
    return (
      functions.has(name) ||
      accentCommands.has(name) ||
      [
        'frac',
        'dfrac',
        'tfrac',
        'cfrac',
        'sqrt',
        'binom',
        'dbinom',
        'tbinom',
        'infty',
        'pi',
        'sum',
        'prod',
        'int',
        'lim',
        'emptyset',
        'stackrel',
      ].includes(name)
    );
  }

  /** A run of letters next to a factor: a function, a Greek letter, or a product of a few variables. */
  #isFactorWord(token: Token, left: Node): boolean {
    const { text } = token;
    if (this.#conjunction(token) !== undefined || this.#isNote(token)) return false;
    if (functions.has(text) || plainWords.has(text) || text === 'pi' || text === 'inf' || text === 'infinity')
      return true;
    if (left.kind !== 'value' || text.length > 3 || /[^A-Za-z]/.test(text)) return false;
    // `5 cm` has a unit; `5ab` is a product.
    return !(token.spaced && text.length > 2) && unitsOf(text) === undefined;
  }

  /** `d x` or `dx`. */
  #differential(): boolean {
    const token = this.#peek();
    if (token?.type === 'word') return /^d[A-Za-z]$/.test(token.text);
    return token?.type === 'letter' && token.text === 'd' && this.#is('letter', 1);
  }

  // ---- powers and atoms ----

  #factor(): Node {
    return this.#nested(() => {
      const start = this.#at;
      const node = this.#atom();
      return this.#postfix(node, start);
    });
  }

  #postfix(node: Node, start: number): Node {
    let current = node;
    for (;;) {
      const token = this.#peek();
      if (token === undefined) return current;
      switch (token.type) {
        case '^': {
          if (this.#degreeSign(1)) {
            current = this.#degrees(current);
            continue;
          }
          const inverse = this.#inverse(current);
          if (inverse !== undefined) {
            this.#at += 5;
            current = this.#application(inverse);
            continue;
          }
          this.#at++;
          if (current.kind === 'numbers') {
            this.#argument();
            throw new Unreadable('a space of vectors');
          }
          const transposed = current.kind === 'matrix';
          if (transposed) throw new Unreadable('a power of a matrix');
          if (this.#is("'") || (this.#is('{') && this.#is("'", 1))) {
            current = this.#primed(current);
            continue;
          }
          const exponent = this.#argument();
          if (this.#is('_') && current.kind === 'value' && current.value.op === 'symbol') {
            // v^2_0 is v_0^2.
            this.#at++;
            const subscript = this.#subscript();
            if (typeof subscript !== 'string') throw new Unreadable('a subscript after an exponent');
            current = { kind: 'value', value: symbol(`${current.value.name}_{${subscript}}`) };
          }
          current = { kind: 'value', value: power(expressionOf(current), exponent) };
          continue;
        }
        case '°':
          this.#at++;
          current = this.#degreesOf(current);
          continue;
        case '!': {
          this.#at++;
          const twice = this.#is('!') && !this.#peek()?.spaced;
          if (twice) this.#at++;
          current = {
            kind: 'value',
            value: { op: twice ? 'double_factorial' : 'factorial', args: [expressionOf(current)] },
          };
          continue;
        }
        case "'":
          current = this.#primed(current);
          continue;
        case '%':
          // At the end of an item it is the unit of all of it; inside it divides.
          if (this.#endsItem(1)) return current;
          this.#at++;
          current = { kind: 'value', value: divide(expressionOf(current), number(100)) };
          continue;
        case '_':
          if (current.kind === 'value' && current.value.op === 'number' && start === this.#at - 1) {
            current = this.#based(current.value.value, this.#tokens[start] as Token);
            continue;
          }
          throw new Unreadable('a subscript of no name');
        default:
          return current;
      }
    }
  }

  /** The name of f⁻¹ where `^{-1}(` follows f. */
  #inverse(node: Node): string | undefined {
    if (node.kind !== 'value' || node.value.op !== 'symbol' || !/^[fghFGH]$/.test(node.value.name))
      return undefined;
    const one = this.#peek(3);
    const follows = this.#is('{', 1) && this.#is('-', 2) && one?.type === 'number' && one.text === '1';
    return follows && this.#is('}', 4) && this.#is('(', 5) ? `${node.value.name}^{-1}` : undefined;
  }

  #endsItem(ahead: number): boolean {
    const token = this.#peek(ahead);
    if (token === undefined) return true;
    return (
      closers.has(token.type) ||
      relations.has(token.type) ||
      [',', ';', '.', 'text', 'word', '∧', '∨'].includes(token.type)
    );
  }

  #degreeSign(ahead: number): boolean {
    if (this.#is('°', ahead) || this.#isCommand('circ', ahead)) return true;
    return (
      this.#is('{', ahead) &&
      (this.#is('°', ahead + 1) || this.#isCommand('circ', ahead + 1)) &&
      this.#is('}', ahead + 2)
    );
  }

  #degrees(node: Node): Node {
    this.#at += this.#is('{', 1) ? 4 : 2;
    return this.#degreesOf(node);
  }

  /** Degrees, with minutes and seconds; after them a scale (°C) is a unit. */
  #degreesOf(node: Node): Node {
    const scale = this.#peek();
    if (
      scale?.type === 'letter' &&
      (scale.text === 'C' || scale.text === 'F') &&
      !scale.spaced &&
      this.#endsItem(1)
    ) {
      this.#at++;
      return { kind: 'quantity', value: expressionOf(node), units: [`degree ${scale.text}`] };
    }
    let count = expressionOf(node);
    let divisor = 60;
    while (
      this.#is('number') &&
      (this.#is("'", 1) ||
        (this.#is('^', 1) && this.#is("'", 2)) ||
        (this.#is('^', 1) && this.#is('{', 2) && this.#is("'", 3))) &&
      divisor <= 3600
    ) {
      const part = this.#rational(this.#peek() as Token);
      this.#at++;
      if (this.#eat('^') && this.#eat('{')) {
        while (this.#eat("'"));
        this.#expect('}');
      } else while (this.#eat("'"));
      count = add(count, divide(number(part), number(divisor)));
      divisor *= 60;
    }
    return { kind: 'value', value: degrees(count) };
  }

  /** The name with its primes. */
  #primed(node: Node): Node {
    let primes = '';
    const braced = this.#eat('{');
    while (this.#eat("'")) primes += "'";
    if (braced) this.#expect('}');
    const value = expressionOf(node);
    if (value.op === 'symbol') {
      const named = symbol(`${value.name}${primes}`);
      return this.#applied(value.name)
        ? this.#application(`${value.name}${primes}`)
        : { kind: 'value', value: named };
    }
    throw new Unreadable('a prime after no name');
  }

  /** 204_5: digits in a base. */
  #based(value: Rational, token: Token): Node {
    this.#at++;
    const subscript = this.#argument();
    const base =
      subscript.op === 'number' && subscript.value.den === 1n ? Number(subscript.value.num) : Number.NaN;
    if (!Number.isInteger(base) || base < 2 || base > 36 || value.num < 0n || token.text.length > 2_000)
      throw new Unreadable('no base');
    if (!/^\d+$/.test(token.text)) throw new Unreadable('no digits of an integer');
    let total = 0n;
    for (const digit of token.text) {
      if (Number(digit) >= base) throw new Unreadable('a digit beyond the base');
      total = total * BigInt(base) + BigInt(digit);
    }
    return { kind: 'based', value: number({ num: total, den: 1n }), base, text: token.text };
  }

  /** What follows `^` or a command: a group, or one token. */
  #argument(): Expression {
    if (this.#is('{')) return expressionOf(this.#group());
    const token = this.#peek();
    if (token === undefined) throw new Unreadable('an argument is missing');
    if (token.type === '-' || token.type === '+') {
      this.#at++;
      const inner = this.#argument();
      return token.type === '-' ? negate(inner) : inner;
    }
    if (token.type === '(') return expressionOf(this.#parenthesised());
    if (token.type === 'command' || token.type === 'word') return expressionOf(this.#atom());
    if (token.type === 'letter') {
      this.#at++;
      return this.#letter(token.text);
    }
    if (token.type === 'number') {
      this.#at++;
      return this.#numeral(token);
    }
    throw new Unreadable('no argument');
  }

  /** An argument of a command, of which `\frac12` takes single digits. */
  #commandArgument(): Expression {
    if (this.#is('{')) return expressionOf(this.#group());
    const token = this.#peek();
    if (token?.type !== 'number') return this.#argument();
    // The digits are shared out: \frac12, \frac123 = 1/2·3, \sqrt12.
    const [digit = '', rest = ''] = [token.text.slice(0, 1), token.text.slice(1)];
    if (rest === '' || digit === '.') {
      this.#at++;
      return this.#numeral(token);
    }
    return this.#shareDigits(token, digit, rest);
  }

  #shareDigits(token: Token, digit: string, rest: string): Expression {
    const tokens = this.#tokens as Token[];
    tokens[this.#at] = { type: 'number', text: rest, at: token.at + 1, end: token.end, spaced: false };
    return number(decimal(digit, 0) as Rational);
  }

  #group(): Node {
    this.#expect('{');
    const node = this.#nested(() => this.#withoutBars(() => this.list()));
    this.#expect('}');
    return node;
  }

  #withoutBars<T>(read: () => T): T {
    const [bars, separates] = [this.#bars, this.#barSeparates];
    [this.#bars, this.#barSeparates] = [0, 0];
    try {
      return read();
    } finally {
      [this.#bars, this.#barSeparates] = [bars, separates];
    }
  }

  /** `( … )`: a grouped expression, a tuple or an interval. */
  #parenthesised(): Node {
    const opener = this.#peek() as Token;
    this.#at++;
    const open = opener.type === ']' ? '(' : (opener.type as '(' | '[' | '⟨');
    return this.#withoutBars(() => {
      const items: Node[] = [];
      if (!this.#is(')') && !this.#is(']')) {
        for (;;) {
          items.push(...this.#ungrouped(this.#item()));
          if (this.#eat(',') || this.#eat(';')) continue;
          const token = this.#peek();
          if (token !== undefined && this.#conjunction(token) !== undefined) {
            this.#at++;
            continue;
          }
          break;
        }
      }
      const closer = this.#peek()?.type;
      const close = opener.type === ']' && closer === '[' ? ')' : closer;
      if (close !== ')' && close !== ']' && close !== '⟩') throw new Unreadable('a bracket is not closed');
      this.#at++;
      const [item] = items;
      if (items.length === 1 && item !== undefined && (open === '(') === (close === ')')) {
        if (item.kind === 'chain') throw new Unreadable('a relation in brackets');
        return item.kind === 'text' ? item : item;
      }
      if (items.length === 0) throw new Unreadable('empty brackets');
      return { kind: 'tuple', items, open, close };
    });
  }

  /** In brackets a comma separates, also one that might group thousands. */
  #ungrouped(node: Node): Node[] {
    const token = this.#tokens[this.#at - 1];
    if (token?.groups === undefined || node.kind !== 'value') return [node];
    const { value } = node;
    const negative = value.op === 'number' && value.value.num < 0n;
    if (value.op !== 'number') throw new Unreadable('a comma between digits in brackets');
    return token.groups
      .map((group, at) => ({
        kind: 'value',
        value: number(decimal(negative && at === 0 ? group : group, 0) as Rational),
      }))
      .map((each, at) =>
        negative && at === 0
          ? { kind: 'value', value: number({ num: -(each.value as { value: Rational }).value.num, den: 1n }) }
          : each,
      ) as Node[];
  }

  #atom(): Node {
    const token = this.#peek();
    if (token === undefined) throw new Unreadable('something is missing at the end');
    switch (token.type) {
      case 'number':
        return this.#numberAtom(token);
      case 'letter':
        this.#at++;
        return this.#named(token.text);
      case 'double':
        this.#at++;
        return this.#numberSet(token.text);
      case 'word':
        return this.#word(token);
      case 'text':
        if (functions.has(token.text)) return this.#word(token);
        throw new Unreadable('words');
      case 'command':
        return this.#command(token);
      case 'begin':
        return this.#environment();
      case '(':
      case '[':
      case '⟨':
      case ']':
        return this.#parenthesised();
      case '{':
        return this.#group();
      case '⦃':
        // `\left\{\begin{array}{l} … \end{array}\right.` is a system.
        if (this.#is('begin', 1) && /^(?:array|aligned|matrix|gathered)$/.test(this.#peek(1)?.text ?? '')) {
          this.#at += 2;
          return this.#system();
        }
        return this.#set();
      case '|':
      case '‖':
        return this.#absolute(token.type);
      case '⌊':
      case '⌈': {
        this.#at++;
        const inner = this.#withoutBars(() => expressionOf(this.#sum()));
        this.#expect(token.type === '⌊' ? '⌋' : '⌉');
        return { kind: 'value', value: call(token.type === '⌊' ? 'floor' : 'ceil', inner) };
      }
      case '…':
        this.#at++;
        return { kind: 'value', value: { op: 'opaque', text: '…', args: [] } };
      case '€':
      case '£':
      case '¥':
      case '₹': {
        this.#at++;
        return this.#atom();
      }
      case '-':
      case '+':
        return this.#signed();
      default:
        throw new Unreadable(`cannot read ${JSON.stringify(token.text)}`);
    }
  }

  #numberAtom(token: Token): Node {
    this.#at++;
    const repeated = this.#repeating(token);
    if (repeated !== undefined) return { kind: 'value', value: number(repeated) };
    const value = this.#numeral(token);
    // 2\frac{1}{2} and 2 1/2 are mixed numbers.
    if (!token.text.includes('.') && value.op === 'number') {
      const part = this.#properFraction(token);
      if (part !== undefined) return { kind: 'value', value: add(value, part) };
    }
    return { kind: 'value', value };
  }

  /** 0.\overline{3}, 0.1(6), 0.333…: the exact value. */
  #repeating(token: Token): Rational | undefined {
    const next = this.#peek();
    const dot = token.text.indexOf('.');
    if (
      next?.type === 'command' &&
      (next.text === 'overline' || next.text === 'dot' || next.text === 'bar')
    ) {
      // `0.` before the line: the point is a token of its own.
      if (dot < 0) return undefined;
      const period = this.#periodAfter();
      return period === undefined ? undefined : repeating(token.text, period);
    }
    if (next?.type === '.' && this.#peek(1)?.type === 'command' && !next.spaced && dot < 0) {
      this.#at++;
      const period = this.#periodAfter();
      if (period === undefined) throw new Unreadable('a point without digits');
      return repeating(`${token.text}.`, period);
    }
    if (dot >= 0 && next?.type === '(' && !next.spaced && this.#is('number', 1) && this.#is(')', 2)) {
      const period = (this.#peek(1) as Token).text;
      if (!/^\d+$/.test(period)) return undefined;
      this.#at += 3;
      return repeating(token.text, period);
    }
    if (dot >= 0 && next?.type === '…') {
      const found = periodOf(token.text.slice(dot + 1));
      if (found === undefined) throw new Unreadable('digits that go on unknown');
      this.#at++;
      return repeating(token.text.slice(0, token.text.length - 2 * found.length), found);
    }
    return undefined;
  }

  #periodAfter(): string | undefined {
    let digits = '';
    while (this.#isCommand('overline') || this.#isCommand('dot') || this.#isCommand('bar')) {
      this.#at++;
      const braced = this.#eat('{');
      const token = this.#peek();
      if (token?.type !== 'number' || !/^\d+$/.test(token.text)) throw new Unreadable('no digits to repeat');
      this.#at++;
      if (braced) this.#expect('}');
      digits += token.text;
    }
    return digits === '' ? undefined : digits;
  }

  #properFraction(token: Token): Expression | undefined {
    const start = this.#at;
    const next = this.#peek();
    if (next?.type === 'command' && /^[dtc]?frac$/.test(next.text)) {
      this.#at++;
      const saved = [...this.#tokens.slice(this.#at, this.#at + 2)];
      const [above, below] = [this.#commandArgument(), this.#commandArgument()];
      if (
        above.op === 'number' &&
        below.op === 'number' &&
        above.value.num >= 0n &&
        below.value.num > 0n &&
        above.value.den === 1n &&
        below.value.den === 1n &&
        above.value.num < below.value.num
      ) {
        return divide(above, below);
      }
      (this.#tokens as Token[]).splice(start + 1, saved.length, ...saved);
    } else if (
      next?.type === 'number' &&
      next.spaced &&
      this.#is('/', 1) &&
      this.#is('number', 2) &&
      token.groups === undefined
    ) {
      const [above, below] = [this.#rational(next), this.#rational(this.#peek(2) as Token)];
      if (above.den === 1n && below.den === 1n && above.num < below.num && !this.#is('^', 3)) {
        this.#at += 3;
        return divide(number(above), number(below));
      }
    }
    this.#at = start;
    return undefined;
  }

  #rational(token: Token): Rational {
    const dot = token.text.indexOf('.');
    const digits = dot < 0 ? token.text : token.text.slice(0, dot) + token.text.slice(dot + 1);
    const value = decimal(digits === '' ? '0' : digits, dot < 0 ? 0 : -(token.text.length - dot - 1));
    if (value === undefined) throw new Unreadable('a number beyond the limits');
    return value;
  }

  /** A numeral, with `e5` for a power of ten. */
  #numeral(token: Token): Expression {
    const dot = token.text.indexOf('.');
    const value = this.#rational(token);
    const next = this.#peek();
    // 1e5, 2.5E-3: no space, and digits after it.
    if ((next?.type === 'letter' || next?.type === 'word') && /^[eE]$/.test(next.text) && !next.spaced) {
      const sign = this.#is('-', 1) || this.#is('+', 1) ? 1 : 0;
      const digits = this.#peek(1 + sign);
      if (
        digits?.type === 'number' &&
        /^\d{1,5}$/.test(digits.text) &&
        !digits.spaced &&
        (sign === 1 || /^[eE]\d/.test(this.#source.slice(next.at, next.at + 2)))
      ) {
        const exponent = Number(digits.text) * (this.#is('-', 1) ? -1 : 1);
        const places = dot < 0 ? 0 : token.text.length - dot - 1;
        const scaled = decimal(token.text.replace('.', '') || '0', exponent - places);
        if (scaled === undefined || Math.abs(exponent) > maxFractionDigits)
          throw new Unreadable('a number beyond the limits');
        this.#at += 2 + sign;
        return number(scaled);
      }
    }
    return number(value, dot < 0 ? undefined : token.text.length - dot - 1);
  }

  #letter(name: string): Expression {
    if (name === 'e') return { op: 'constant', name: 'e' };
    if (name === 'i' && !this.#bound.includes('i')) return { op: 'constant', name: 'i' };
    if (name === '\\pi') return pi;
    return symbol(name);
  }

  /** A name with its subscript and primes, applied where it is a function. */
  #named(letter: string): Node {
    let name = letter;
    if (this.#is('_')) {
      this.#at++;
      const subscript = this.#subscript();
      if (typeof subscript !== 'string') {
        return { kind: 'value', value: call(`${letter}_`, ...subscript) };
      }
      name = `${letter}_{${subscript}}`;
    }
    if (name === letter && !this.#applied(name)) return { kind: 'value', value: this.#letter(name) };
    if (this.#applied(name)) return this.#application(name);
    return { kind: 'value', value: symbol(name) };
  }

  /** A subscript as a part of the name, or, where it is a formula or bound, as arguments. */
  #subscript(): string | Expression[] {
    const token = this.#peek();
    if (token === undefined) throw new Unreadable('a subscript is missing');
    if (token.type === '{') {
      const start = this.#at;
      let end = start + 1;
      let depth = 1;
      let formula = false;
      let bound = false;
      let text = '';
      for (; end < this.#tokens.length; end++) {
        const { type, text: part } = this.#tokens[end] as Token;
        if (type === '{') depth++;
        if (type === '}' && --depth === 0) break;
        if (type === '+' || type === '-' || type === '*' || type === '/' || type === '^') formula = true;
        if (this.#bound.includes(part)) bound = true;
        text += part;
      }
      if (depth > 0) throw new Unreadable('a brace is not closed');
      if (!formula && !bound) {
        this.#at = end + 1;
        return text;
      }
      if (this.#is('+', 2) || (this.#is('-', 1) && this.#is('}', 2)) || this.#is('}', 1)) {
        this.#at = end + 1;
        return text;
      }
      const inner = this.#group();
      return inner.kind === 'list' ? inner.items.map(expressionOf) : [expressionOf(inner)];
    }
    this.#at++;
    if (token.type === 'number' && token.text.length > 1 && !token.text.includes('.')) {
      // x_12 in LaTeX is x_1 2, but nobody means that.
      return token.text;
    }
    if (token.type === 'letter' && this.#bound.includes(token.text)) return [symbol(token.text)];
    if (['number', 'letter', 'word', 'text', '*', '+', '-'].includes(token.type)) return token.text;
    if (token.type === 'command') return token.text === 'infty' ? 'infty' : `\\${token.text}`;
    throw new Unreadable('no subscript');
  }

  /** f(x), g(2), P(x), and what is defined (`y(t) = …`): names of functions with arguments that are no factors. */
  #applied(name: string): boolean {
    if (!this.#is('(')) return false;
    if (/^[fghFGH](?:_\{[^{}]*\})?'*$/.test(name) && !this.#peek()?.spaced) return true;
    if (/^[A-Z]$/.test(name) && this.#is('letter', 1) && this.#is(')', 2) && !this.#peek()?.spaced)
      return true;
    // Names in brackets, and then the sign of equality.
    for (let ahead = 1; ; ahead += 2) {
      if (!this.#is('letter', ahead) && !(this.#is('number', ahead) && /^[A-Z]/.test(name))) return false;
      if (this.#is(')', ahead + 1)) return this.#is('=', ahead + 2) || this.#is('≈', ahead + 2);
      if (!this.#is(',', ahead + 1)) return false;
    }
  }

  #application(name: string): Node {
    const node = this.#parenthesised();
    const args = node.kind === 'tuple' ? node.items.map(expressionOf) : [expressionOf(node)];
    return { kind: 'value', value: call(name, ...args) };
  }

  #numberSet(letter: string): Node {
    if (!'RZNQC'.includes(letter)) return { kind: 'value', value: symbol(letter) };
    if (this.#is('^') || this.#is('_')) throw new Unreadable('a set of numbers with a condition');
    return { kind: 'numbers', name: letter as 'R' };
  }

  /** A run of letters: a function, a Greek letter, or a product of variables. */
  #word(token: Token): Node {
    const { text } = token;
    const name = functions.get(text);
    if (name !== undefined) {
      this.#at++;
      return { kind: 'value', value: this.#function(name) };
    }
    if (text === 'pi') return this.#constant(pi);
    if (text === 'inf' || text === 'infinity' || text === 'oo') return this.#constant(infinity);
    const greek = plainWords.get(text);
    if (greek !== undefined) {
      this.#at++;
      return this.#named(greek);
    }
    const long = text.length > 3 && !/^[A-Z]{4}$/.test(text);
    if (long || /[^A-Za-z]/.test(text) || conjunctions.has(text.toLowerCase())) throw new Unreadable('words');
    // Letters of a product; the last one may have an index or arguments.
    this.#at++;
    const tokens = this.#tokens as Token[];
    const letters = [...text].map(
      (each, at): Token => ({
        type: 'letter',
        text: each,
        at: token.at + at,
        end: token.at + at + 1,
        spaced: at === 0 && token.spaced,
      }),
    );
    tokens.splice(this.#at - 1, 1, ...letters);
    this.#at--;
    return this.#atom();
  }

  #constant(value: Expression): Node {
    this.#at++;
    return { kind: 'value', value };
  }

  #command(token: Token): Node {
    const name = token.text;
    this.#at++;
    switch (name) {
      case 'frac':
      case 'dfrac':
      case 'tfrac':
      case 'cfrac': {
        const above = this.#commandArgument();
        const below = this.#commandArgument();
        return { kind: 'value', value: divide(above, below) };
      }
      case 'sqrt': {
        let index: Expression | undefined;
        if (this.#is('[')) {
          this.#at++;
          index = expressionOf(this.#sum());
          this.#expect(']');
        }
        return { kind: 'value', value: root(this.#commandArgument(), index) };
      }
      case 'binom':
      case 'dbinom':
      case 'tbinom':
        return { kind: 'value', value: call('binomial', this.#commandArgument(), this.#commandArgument()) };
      case 'infty':
        return { kind: 'value', value: infinity };
      case 'pi':
        return { kind: 'value', value: pi };
      case 'emptyset':
      case 'varnothing':
        return { kind: 'set', items: [] };
      case 'sum':
      case 'prod':
        return this.#series(name === 'sum' ? 'sum' : 'product');
      case 'int':
        return this.#integral();
      case 'lim':
        return this.#limit();
      case 'R':
        return this.#numberSet('R');
      case 'circ':
        throw new Unreadable('a degree sign after nothing');
      default: {
        if (functions.has(name))
          return { kind: 'value', value: this.#function(functions.get(name) as string) };
        const accent = accentCommands.get(name);
        if (accent !== undefined) return this.#accented(accent);
        // Whatever it is, it is no number, and equal to itself only.
        if (!this.#is('{') && !this.#is('[') && name.length <= 40) return this.#named(`\\${name}`);
        throw new Unreadable(`unknown command \\${name.slice(0, 40)}`);
      }
    }
  }

  /** A name under an accent: \overline{AB}, \vec{v}. */
  #accented(accent: string): Node {
    let text = '';
    if (this.#is('{')) {
      let depth = 0;
      for (;;) {
        const token = this.#peek();
        if (token === undefined) throw new Unreadable('a brace is not closed');
        this.#at++;
        if (token.type === '{') depth++;
        else if (token.type === '}') {
          if (--depth === 0) break;
        } else text += token.text;
      }
    } else {
      const token = this.#peek();
      if (token === undefined || !['letter', 'word', 'command', 'number'].includes(token.type))
        throw new Unreadable('an accent on nothing');
      this.#at++;
      text = token.text;
    }
    return this.#named(`${accent} ${text}`);
  }

  /** The arguments after a function's name: brackets, or what is multiplied without brackets. */
  #function(name: string): Expression {
    if (name === 'sqrt' || name === 'cbrt') {
      const inner = this.#is('(') || this.#is('{') ? this.#argument() : this.#commandArgument();
      return root(inner, number(name === 'sqrt' ? 2 : 3));
    }
    let base: Expression | undefined;
    let raised: Expression | undefined;
    while (this.#is('_') || this.#is('^')) {
      const below = this.#is('_');
      this.#at++;
      if (below) base = this.#argument();
      else raised = this.#argument();
    }
    const args = this.#functionArguments(name);
    let inverse = false;
    if (raised?.op === 'negate' && raised.args[0]?.op === 'number' && isOne(raised.args[0].value))
      inverse = true;
    if (raised?.op === 'number' && raised.value.num === -1n && raised.value.den === 1n) inverse = true;
    let value: Expression;
    if (inverse && /^(?:sin|cos|tan|cot|sec|csc|sinh|cosh|tanh)$/.test(name))
      value = call(`arc${name}`, ...args);
    else {
      value = this.#functionCall(name, base, args);
      if (raised !== undefined) value = power(value, raised);
    }
    return value;
  }

  #functionCall(name: string, base: Expression | undefined, args: readonly Expression[]): Expression {
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

  #functionArguments(name: string): Expression[] {
    if (this.#is('(') || this.#is('[') || (this.#is('{') && name !== 'log')) {
      const opener = this.#at;
      const node = this.#is('{') ? this.#group() : this.#parenthesised();
      if (node.kind === 'tuple' || node.kind === 'list') return node.items.map(expressionOf);
      const whole = expressionOf(node);
      // sin (a)^2 raises the argument's bracket, as (a)^2 does everywhere.
      const token = this.#peek();
      if (token?.type === '^' && !this.#degreeSign(1) && this.#tokens[opener]?.type === '{')
        return [expressionOf(this.#postfix(node, opener))];
      if (this.#degreeSign(1) || token?.type === '°') return [expressionOf(this.#postfix(node, opener))];
      return [whole];
    }
    if (this.#is('⦃')) {
      const node = this.#set();
      if (node.kind === 'set') return node.items.map(expressionOf);
      throw new Unreadable('a function of a set');
    }
    let argument = this.#signedFactor();
    for (;;) {
      const token = this.#peek();
      if (token === undefined || !this.#startsFactor(argument)) break;
      // sin x cos x, and sin x (1 + x): the argument ends.
      if (token.type === 'command' && functions.has(token.text)) break;
      if (token.type === 'word' && functions.has(token.text)) break;
      if (
        token.type === '(' ||
        token.type === '[' ||
        token.type === 'begin' ||
        token.type === '|' ||
        token.type === '…'
      )
        break;
      argument = this.#times(argument, this.#factor());
    }
    if (this.#is('/') && this.#is('number', 1)) {
      // \sin x/2 is sin(x/2) in nearly all answers.
      this.#at++;
      argument = { kind: 'value', value: divide(expressionOf(argument), expressionOf(this.#factor())) };
    }
    return [expressionOf(argument)];
  }

  // ---- sums, integrals, limits ----

  #series(op: 'sum' | 'product'): Node {
    let variable: string | undefined;
    let from: Expression | undefined;
    let to: Expression | undefined;
    while (this.#is('_') || this.#is('^')) {
      const below = this.#is('_');
      this.#at++;
      if (!below) {
        to = this.#argument();
        continue;
      }
      this.#expect('{');
      const letter = this.#peek();
      if (letter?.type !== 'letter') throw new Unreadable('no index of a sum');
      variable = letter.text;
      this.#at++;
      this.#expect('=');
      from = expressionOf(this.#sum());
      this.#expect('}');
    }
    if (variable === undefined || from === undefined) throw new Unreadable('a sum without bounds');
    this.#bound.push(variable);
    const body = expressionOf(this.#term());
    this.#bound.pop();
    return { kind: 'value', value: { op, variable, from, ...(to === undefined ? {} : { to }), body } };
  }

  #integral(): Node {
    let from: Expression | undefined;
    let to: Expression | undefined;
    while (this.#is('_') || this.#is('^')) {
      const below = this.#is('_');
      this.#at++;
      const bound = this.#argument();
      if (below) from = bound;
      else to = bound;
    }
    this.#integrals++;
    const empty = this.#differential();
    const body = empty ? number(1) : expressionOf(this.#sum());
    this.#integrals--;
    if (!this.#differential()) throw new Unreadable('an integral without differential');
    const token = this.#peek() as Token;
    const variable = token.type === 'word' ? token.text.slice(1) : (this.#peek(1) as Token).text;
    this.#at += token.type === 'word' ? 1 : 2;
    return {
      kind: 'value',
      value: {
        op: 'integral',
        variable,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        body,
      },
    };
  }

  #limit(): Node {
    this.#expect('_');
    this.#expect('{');
    const letter = this.#peek();
    if (letter?.type !== 'letter') throw new Unreadable('no variable of a limit');
    this.#at++;
    this.#expect('→');
    const from = expressionOf(this.#sum());
    this.#expect('}');
    const body = expressionOf(this.#term());
    return { kind: 'value', value: { op: 'limit', variable: letter.text, from, body } };
  }

  // ---- sets, bars, matrices ----

  #set(): Node {
    this.#expect('⦃');
    return this.#nested(() => {
      if (this.#eat('⦄')) return { kind: 'set', items: [] } as const;
      const saved = this.#bars;
      this.#bars = 0;
      this.#barSeparates++;
      const items: Node[] = [...this.#ungrouped(this.#item())];
      if (this.#is('|') || this.#is(':') || this.#is('∣') || this.#is(';')) {
        if (!this.#is(';')) {
          this.#at++;
          this.#barSeparates--;
          const node = this.list();
          this.#expect('⦄');
          this.#bars = saved;
          return {
            kind: 'builder',
            element: items[0] as Node,
            conditions: node.kind === 'list' ? node.items : [node],
          };
        }
      }
      for (;;) {
        const token = this.#peek();
        if (
          token !== undefined &&
          (token.type === ',' || token.type === ';' || this.#conjunction(token) !== undefined)
        ) {
          this.#at++;
          if (this.#is('⦄')) break;
          items.push(...this.#ungrouped(this.#item()));
        } else break;
      }
      this.#barSeparates--;
      this.#bars = saved;
      this.#expect('⦄');
      return { kind: 'set', items };
    });
  }

  #absolute(bar: string): Node {
    this.#at++;
    this.#bars++;
    const separates = this.#barSeparates;
    this.#barSeparates = 0;
    const inner = expressionOf(this.#sum());
    this.#bars--;
    this.#barSeparates = separates;
    this.#expect(bar);
    return { kind: 'value', value: call('abs', inner) };
  }

  /** The lines of `cases`: relations that hold together. Anything else there is a function by cases, which is not read. */
  #system(): Node {
    const items: Node[] = [];
    while (!this.#is('end')) {
      const item = this.#item();
      if (item.kind !== 'chain') throw new Unreadable('cases');
      items.push(item);
      if (!this.#eat(',') && !this.#eat(';')) this.#eat('.');
      if (!this.#eat('row') && !this.#is('end')) throw new Unreadable('cases');
    }
    this.#expect('end');
    return { kind: 'list', items };
  }

  #environment(): Node {
    const name = (this.#peek() as Token).text;
    this.#at++;
    if (/^(?:align|aligned|gathered|equation|split|gather|cases|array\*|math)\*?$/.test(name)) {
      if (name === 'cases') return this.#system();
      const node = this.list();
      if (this.#is('row')) throw new Unreadable('several lines');
      this.#expect('end');
      return node;
    }
    if (!/^(?:[pbvBV]?matrix|smallmatrix|array)\*?$/.test(name))
      throw new Unreadable(`unknown environment ${name.slice(0, 40)}`);
    const rows: Expression[][] = [[]];
    this.#withoutBars(() => {
      for (;;) {
        if (this.#eat('row')) {
          if (!this.#is('end')) rows.push([]);
          continue;
        }
        if (this.#isCommand('hline')) {
          this.#at++;
          continue;
        }
        if (this.#is('end')) break;
        if (this.#eat('&')) continue;
        const value = expressionOf(this.#sum());
        (rows.at(-1) as Expression[]).push(value);
        if (!this.#is('&') && !this.#is('row') && !this.#is('end')) throw new Unreadable('a damaged matrix');
      }
    });
    this.#expect('end');
    if (rows.some((row) => row.length !== rows[0]?.length || row.length === 0))
      throw new Unreadable('a matrix with a gap');
    return {
      kind: 'matrix',
      rows,
      ...(name.startsWith('v') ? { bars: true as const } : {}),
    } satisfies Matrix;
  }
}

/** A token as LaTeX. */
function writtenAs({ type, text }: Token): string {
  return type === 'command' ? `\\${text}` : text;
}

/** The expression that a node is; throws where it is none. */
export function expressionOf(node: Node): Expression {
  if (node.kind === 'value') return node.value;
  if (node.kind === 'based') return node.value;
  throw new Unreadable(`a ${node.kind} where a value belongs`);
}

function isOne(value: Rational): boolean {
  return value.num === 1n && value.den === 1n;
}

function wordsOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/\\[a-z]+|[,.;:{}$]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Most digits of a period. */
const maxPeriod = 100;

/** The value of a decimal whose last digits repeat for ever. */
function repeating(head: string, period: string): Rational {
  if (period.length > maxPeriod || head.length > maxPeriod)
    throw new Unreadable('too many digits that repeat');
  const places = head.length - head.indexOf('.') - 1;
  const start = BigInt(head.replace('.', '') || '0');
  const nines = 10n ** BigInt(period.length) - 1n;
  const scale = 10n ** BigInt(places);
  return reduce(start * nines + BigInt(period), nines * scale);
}

function reduce(num: bigint, den: bigint): Rational {
  let [a, b] = [num, den];
  while (b !== 0n) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
}

/** The shortest period that stands at least twice (of one digit: three times) at the end of the digits. */
function periodOf(digits: string): string | undefined {
  const used = digits.slice(-60);
  for (let length = 1; 2 * length <= used.length; length++) {
    const period = used.slice(-length);
    const times = length === 1 ? 3 : 2;
    if (used.endsWith(period.repeat(times))) return period;
  }
  return undefined;
}
