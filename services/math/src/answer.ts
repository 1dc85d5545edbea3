/** Typed answers: what a written answer says, whatever way it is written. */
import {
  compareOrder,
  type Expression,
  exactValue,
  structureOf,
  substitute,
  symbolsOf,
} from './expression/index.ts';
import { normalise, textKey } from './latex.ts';
import { complement, intersection, type Piece, type Range, range, union } from './ranges.ts';
import { degrees, divide, infinity, negate, number, subtract, symbol } from './read/build.ts';
import type { Chain, Node, Relation } from './read/node.ts';
import { parse } from './read/parser.ts';
import { tokenize } from './read/tokens.ts';
import { Unreadable } from './read/unreadable.ts';
import { type NumberValue, readNumber } from './read.ts';

export type Answer = Value | Equation | Inequality | Range | Sequence | Matrix | Ratio | Text;

/** A number or an expression. */
export interface Value {
  readonly kind: 'value';
  readonly value: Expression;
  /** Words of the unit, without `%`. */
  readonly units: readonly string[];
  /** `value` counts percents. */
  readonly percent?: true;
  /** Where `value` is an angle that was written in degrees: how many. */
  readonly degrees?: Expression;
  /** Written in this base. */
  readonly base?: number;
}

/** What an equation names: `x`, `f(x)`, `AB`, `(x, y)`. */
export interface Label {
  readonly name: string;
  /** Arguments of a function that is defined: bound in its right side. */
  readonly parameters: readonly string[];
}

export interface Equation {
  readonly kind: 'equation';
  readonly left: Expression | undefined;
  readonly right: Answer;
  readonly label: Label | undefined;
  /** Left side minus right side, where both are expressions. */
  readonly difference: Expression | undefined;
  /** Of (x, y) = (1, 2): x = 1 and y = 2. */
  readonly parts?: readonly Equation[];
}

/** Sides in rising order; `closed` says of each gap whether its sides may be equal. */
export interface Inequality {
  readonly kind: 'inequality';
  readonly sides: readonly Expression[];
  readonly closed: readonly boolean[];
  /** ≠ instead. */
  readonly unequal?: true;
}

/** Several answers: `list` without brackets, `set`, or `tuple` with them. */
export interface Sequence {
  readonly kind: 'list' | 'set' | 'tuple';
  readonly items: readonly Answer[];
  readonly open?: string;
  readonly close?: string;
  /** In front of all of a list: `x = 1, 2`. */
  readonly label?: Label | undefined;
}

export interface Matrix {
  readonly kind: 'matrix';
  readonly rows: readonly (readonly Expression[])[];
}

export interface Ratio {
  readonly kind: 'ratio';
  readonly parts: readonly Expression[];
  /** Written like a time of day, `12:30`: its numbers. */
  readonly clock?: string;
}

export interface Text {
  readonly kind: 'text';
  /** Equal for texts that differ in spelling only. */
  readonly key: string;
  /** With case as written. */
  readonly exactKey: string;
}

export interface ReadAnswer {
  readonly answer: Answer;
  /** Symbols that a note (`for some integer t`) binds. */
  readonly bound: readonly string[];
  /** A condition that says more than that; in normal form. */
  readonly condition: string;
  /** What was mended in the writing. */
  readonly repairs: readonly string[];
  /** The answer in one spelling. */
  readonly normal: string;
  /** Why it was read as text. */
  readonly unread?: string;
}

const reals = range([{ lo: negate(infinity), hi: infinity, loClosed: false, hiClosed: false }]);
const allReals =
  /^(?:(?:all|any|every|set of|set of all) )?real (?:numbers?|values?)$|^(?:all|set of) reals$/;

/** Most alternatives that the signs of one answer may stand for. */
const maxAlternatives = 64;

/** Reads a written answer. Never fails: what is no formula is text, and nothing is taken from inside it. */
export function readAnswer(span: string): ReadAnswer {
  // Of several signs of equality, and of ≈, the parser knows which side counts.
  const plainNumber =
    !span.includes('≈') && !span.includes('\\approx') && span.indexOf('=') === span.lastIndexOf('=');
  const fast = plainNumber ? readNumber(span.replace(/(?<=\d)(?=m[²³])/, ' ')) : undefined;
  const normal = normalise(span);
  const plain = { bound: [], condition: '', repairs: [], normal };
  if (fast !== undefined && !(fast.units.includes('degree') && fast.units.length > 1)) {
    return { ...plain, answer: fromNumber(fast) };
  }
  let repairs: readonly string[] = [];
  try {
    const split = tokenize(span);
    repairs = split.repairs;
    if (split.tokens.length === 0) throw new Unreadable('nothing there');
    const node = parse(split.tokens, split.source);
    const { main, note } =
      node.kind === 'noted' ? { main: node.main, note: node.note } : { main: node, note: '' };
    return { ...plain, ...readNote(note), repairs, answer: typed(main) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const text = textAnswer(span);
    return { ...plain, repairs, answer: allReals.test(text.key) ? reals : text, unread: error.message };
  }
}

function fromNumber({ number: exact, units, label, places }: NumberValue): Answer {
  const value = number(exact, places);
  const percent = units.includes('%');
  const isDegrees = units.length === 1 && units[0] === 'degree';
  const answer: Value = isDegrees
    ? { kind: 'value', value: degrees(value), units: [], degrees: value }
    : {
        kind: 'value',
        value,
        units: percent ? units.filter((unit) => unit !== '%') : units,
        ...(percent ? { percent } : {}),
      };
  return label === '' ? answer : equationOf(symbol(label), answer, { name: label, parameters: [] });
}

function textAnswer(span: string): Text {
  const normal = normalise(span).replace(/^[\s.,;:*_"'“”$]+|[\s.,;:*_"'“”$]+$/g, '');
  // (A) is A.
  const bare = /^\(\s*([A-Za-z0-9 ]{1,40})\s*\)$/.exec(normal)?.[1] ?? normal;
  return {
    kind: 'text',
    exactKey: bare.replace(/\s+/g, ' '),
    key: textKey(bare)
      .replace(/\s+/g, ' ')
      .toLowerCase()
      .replace(/^(?:the|a|an) (?=\S)/, ''),
  };
}

// ---- notes ----

/** `for all positive integers n`, `where k is an integer`, `k \in \mathbb{Z}`: binds; anything else is a condition. */
function readNote(note: string): { bound: string[]; condition: string } {
  if (note === '') return { bound: [], condition: '' };
  const text = textKey(normalise(note)).toLowerCase();
  const bound = [...text.matchAll(/(?<![\\\p{L}])\p{L}(?!\p{L})/gu)]
    .map(([letter]) => letter)
    .filter((letter) => letter !== 'a');
  const plain = text
    .replace(/\\(?:in|mathbb|mathrm|text|quad|geq?|leq?|forall)(?![a-z])|[\\{}$,.()=<>≤≥]|\d+/g, ' ')
    .split(/[\s-]+/)
    .every((word) => word.length <= 1 || idleNote.has(word));
  return { bound: [...new Set(bound)], condition: plain ? '' : text };
}

const idleNote = new Set(
  `for where when with any all some every each is are be an the and of any arbitrary integer integers natural number numbers real
  constant constants positive negative nonnegative non-negative non whole in such that nonzero parameter such let rational value values`.split(
    /\s+/,
  ),
);

// ---- typing ----

function typed(node: Node): Answer {
  switch (node.kind) {
    case 'value':
      return fromAlternatives(expandSigns(node.value).map(valueAnswer));
    case 'quantity': {
      const percent = node.units.includes('%');
      const units = node.units.filter((unit) => unit !== '%');
      return fromAlternatives(
        expandSigns(node.value).map((value) =>
          units.length === 1 && units[0] === 'degree' && !percent
            ? { kind: 'value', value: degrees(value), units: [], degrees: value }
            : { kind: 'value', value, units, ...(percent ? { percent } : {}) },
        ),
      );
    }
    case 'based':
      return { kind: 'value', value: node.value, units: [], base: node.base };
    case 'ratio':
      return ratio(node.parts, node.text);
    case 'text':
      return textAnswer(node.text);
    case 'matrix':
      return { kind: 'matrix', rows: node.rows };
    case 'numbers':
      if (node.name === 'R') return reals;
      return { kind: 'value', value: symbol(`set ${node.name}`), units: [] };
    case 'noted':
      return typed(node.main);
    case 'list':
      return listAnswer(node.items, node.alternatives);
    case 'set':
      return { kind: 'set', items: node.items.flatMap((item) => flat(typed(item))) };
    case 'tuple':
      return tupleAnswer(node);
    case 'operation':
      return operation(node);
    case 'builder':
      return builder(node);
    case 'chain':
      return chainAnswer(node);
  }
}

function valueAnswer(value: Expression): Value {
  if (value.op === 'multiply' && value.degrees)
    return { kind: 'value', value, units: [], degrees: value.args[0] as Expression };
  return { kind: 'value', value, units: [] };
}

/** `12:30`. */
const clockPattern = /^\s*\d{1,2}\s*:\s*[0-5]\d(?:\s*:\s*[0-5]\d)?\s*$/;

function ratio(parts: readonly Expression[], text: string): Ratio {
  const clock = clockPattern.test(text);
  return {
    kind: 'ratio',
    parts,
    ...(clock ? { clock: text.replace(/\s+/g, '').replace(/^0(?=\d)/, '') } : {}),
  };
}

/** One answer, or the list of all that its signs stand for. */
function fromAlternatives(values: readonly Answer[]): Answer {
  return values.length === 1 ? (values[0] as Answer) : { kind: 'list', items: values };
}

function flat(answer: Answer): readonly Answer[] {
  return answer.kind === 'list' && answer.label === undefined ? answer.items : [answer];
}

/** All that the ± and ∓ in an expression stand for: they go together where ∓ occurs or they are linked in one sum, else each on its own. */
export function expandSigns(value: Expression): Expression[] {
  const count = countSigns(value);
  if (count.both + count.opposite === 0) return [value];
  if (count.opposite > 0 || count.both === 1) return [1, -1].map((sign) => withSigns(value, () => sign));
  if (2 ** count.both > maxAlternatives) throw new Unreadable('too many signs');
  return Array.from({ length: 2 ** count.both }, (_, pattern) => {
    let at = 0;
    return withSigns(value, () => ((pattern >> at++) & 1 ? -1 : 1));
  });
}

function countSigns(value: Expression): { both: number; opposite: number } {
  let [both, opposite] = [0, 0];
  const visit = (each: Expression): void => {
    if (each.op === 'call' && each.name === 'plus_minus') both++;
    if (each.op === 'call' && each.name === 'minus_plus') opposite++;
    if ('args' in each) for (const arg of each.args) visit(arg);
    if ('body' in each) visit(each.body);
  };
  visit(value);
  return { both, opposite };
}

function withSigns(value: Expression, next: () => number): Expression {
  if (value.op === 'call' && (value.name === 'plus_minus' || value.name === 'minus_plus')) {
    const sign = next() * (value.name === 'minus_plus' ? -1 : 1);
    const inner = withSigns(value.args[0] as Expression, next);
    return sign > 0 ? inner : negate(inner);
  }
  if ('args' in value && value.args.length > 0) {
    const args = value.args.map((arg) => withSigns(arg, next));
    // The sum `a ± b` stays flat.
    return { ...value, args } as Expression;
  }
  return value;
}

// ---- lists and tuples ----

function listAnswer(nodes: readonly Node[], alternatives: true | undefined): Answer {
  // A group in a list (`a, b; c, d`) stays one.
  const items = nodes.flatMap((node) => (node.kind === 'list' ? [typed(node)] : flat(typed(node))));
  const ranges = asRanges(items);
  if (ranges !== undefined) return combined(ranges, alternatives);
  const [first, ...rest] = items;
  // x = 1, 2, 3
  if (
    first?.kind === 'equation' &&
    first.label !== undefined &&
    rest.length > 0 &&
    rest.every((item) => item.kind !== 'equation' && item.kind !== 'text')
  ) {
    return { kind: 'list', items: [...flat(first.right), ...rest], label: first.label };
  }
  return { kind: 'list', items };
}

/** Inequalities of one unknown, and equations among them: sets of reals. */
function asRanges(items: readonly Answer[]): Range[] | undefined {
  if (!items.some((item) => item.kind === 'range')) return undefined;
  const ranges: Range[] = [];
  for (const item of items) {
    if (item.kind === 'range') ranges.push(item);
    else if (item.kind === 'equation' && item.label !== undefined && item.right.kind === 'value') {
      ranges.push({ ...range([point(item.right.value)]), subject: item.label.name });
    } else return undefined;
  }
  const subjects = new Set(ranges.map(({ subject }) => subject));
  return subjects.size === 1 && ranges[0]?.subject !== undefined ? ranges : undefined;
}

function combined(ranges: readonly Range[], alternatives: true | undefined): Range {
  const [first, ...rest] = ranges as [Range, ...Range[]];
  const subject = first.subject === undefined ? {} : { subject: first.subject };
  if (!alternatives) {
    const both = rest.reduce<Range | undefined>((all, each) => all && intersection(all, each), first);
    if (both !== undefined && both.pieces.length > 0) return { ...both, ...subject };
  }
  return { ...rest.reduce((all, each) => union(all, each), first), ...subject };
}

function point(value: Expression): Piece {
  return { lo: value, hi: value, loClosed: true, hiClosed: true };
}

function tupleAnswer({ items: nodes, open, close }: Extract<Node, { kind: 'tuple' }>): Answer {
  const items = nodes.map(typed);
  if (open !== '⟨' && (open === '(') !== (close === ')')) {
    const [lo, hi] = items;
    if (items.length !== 2 || lo?.kind !== 'value' || hi?.kind !== 'value')
      throw new Unreadable('brackets that do not match');
    return range([{ lo: lo.value, hi: hi.value, loClosed: open === '[', hiClosed: close === ']' }]);
  }
  // Each sign of a tuple is chosen on its own.
  let alternatives: Answer[][] = [[]];
  for (const item of items) {
    const choices = item.kind === 'list' ? item.items : [item];
    if (alternatives.length * choices.length > maxAlternatives) throw new Unreadable('too many signs');
    alternatives = alternatives.flatMap((head) => choices.map((choice) => [...head, choice]));
  }
  const brackets = { open: open === '⟨' ? '(' : open, close: close === '⟩' ? ')' : close };
  return fromAlternatives(
    alternatives.map((each): Sequence => ({ kind: 'tuple', items: each, ...brackets })),
  );
}

// ---- sets of reals ----

/** The set of reals that an answer is, where it is one: an interval that may also be a pair, a finite set, a range. */
export function asRange(answer: Answer): Range | undefined {
  switch (answer.kind) {
    case 'range':
      return answer;
    case 'tuple': {
      const [lo, hi] = answer.items;
      if (answer.items.length !== 2 || lo?.kind !== 'value' || hi?.kind !== 'value') return undefined;
      const order = compareOrder(lo.value, hi.value);
      if (order !== undefined && order >= 0) return undefined;
      return range([
        { lo: lo.value, hi: hi.value, loClosed: answer.open === '[', hiClosed: answer.close === ']' },
      ]);
    }
    case 'set': {
      const pieces: Piece[] = [];
      for (const item of answer.items) {
        if (item.kind !== 'value' || item.units.length > 0) return undefined;
        pieces.push(point(item.value));
      }
      return range(pieces);
    }
    case 'value':
      return undefined;
    default:
      return undefined;
  }
}

function operation({ op, left, right }: Extract<Node, { kind: 'operation' }>): Answer {
  const [a, b] = [asRange(typed(left)), asRange(typed(right))];
  if (a === undefined || b === undefined) throw new Unreadable('an operation on no sets of reals');
  if (op === 'union') return union(a, b);
  const result = op === 'intersection' ? intersection(a, b) : intersection(a, complement(b));
  if (result === undefined) throw new Unreadable('sets whose order is not known');
  return result;
}

function builder({ element, conditions }: Extract<Node, { kind: 'builder' }>): Answer {
  const conditionAnswers = conditions.filter((condition) => !isMembership(condition)).map(typed);
  const name =
    element.kind === 'value' && element.value.op === 'symbol' ? element.value.name : elementOfReals(element);
  if (name !== undefined) {
    const ranges = conditionAnswers
      .flatMap(flat)
      .map((each) =>
        each.kind === 'equation' && each.right.kind === 'value' && each.label?.name === name
          ? { ...range([point(each.right.value)]), subject: name }
          : each,
      );
    if (
      ranges.length > 0 &&
      ranges.every((each): each is Range => each.kind === 'range' && each.subject === name)
    ) {
      const { subject: _, ...rest } = combined(ranges, undefined);
      return rest;
    }
    if (conditionAnswers.length === 0) return reals;
  }
  throw new Unreadable('a set by its condition');
}

/** `x ∈ ℝ` before the bar. */
function elementOfReals(node: Node): string | undefined {
  if (node.kind !== 'chain' || node.relations.length !== 1 || node.relations[0] !== '∈') return undefined;
  const [left, right] = node.sides;
  return left?.kind === 'value' &&
    left.value.op === 'symbol' &&
    right?.kind === 'numbers' &&
    right.name === 'R'
    ? left.value.name
    : undefined;
}

function isMembership(node: Node): boolean {
  return elementOfReals(node) !== undefined;
}

// ---- relations ----

const rising = new Set<Relation>(['<', '≤']);
const falling = new Set<Relation>(['>', '≥']);

function chainAnswer(chain: Chain): Answer {
  // What follows ≈ only says it again, less exactly; unless it is all that is said.
  const about = chain.relations.indexOf('≈');
  if (about >= 0) {
    const left = chain.sides[0] as Node;
    const named =
      about === 0 && left.kind === 'value' && symbolsOf(left.value).size > 0 && chain.sides.length === 2;
    return named
      ? chainAnswer({ ...chain, relations: ['='] })
      : chainAnswer({
          kind: 'chain',
          sides: chain.sides.slice(0, about + 1),
          relations: chain.relations.slice(0, about),
        });
  }
  if (chain.relations.length === 0) return typed(chain.sides[0] as Node);
  if (chain.relations.every((relation) => relation === '=')) return equalities(chain.sides);
  if (chain.relations.length === 1) {
    const [left, right] = chain.sides as [Node, Node];
    switch (chain.relations[0]) {
      case '∈':
        return membership(left, typed(right));
      case '∉': {
        const set = asRange(typed(right));
        const outside = set && complement(set);
        if (outside === undefined) throw new Unreadable('outside of no set of reals');
        return membership(left, outside);
      }
      case '≠':
        return apart(left, right);
      case '∼':
      case '∝':
      case '→':
      case '≡':
        throw new Unreadable(`the relation ${chain.relations[0]}`);
    }
  }
  const [up, down] = [
    chain.relations.every((each) => rising.has(each)),
    chain.relations.every((each) => falling.has(each)),
  ];
  if (!up && !down) return mixed(chain);
  const sides = chain.sides.map((side) => oneValue(typed(side)));
  const closed = chain.relations.map((relation) => relation === '≤' || relation === '≥');
  return inequality(up ? sides : sides.reverse(), up ? closed : closed.reverse());
}

function oneValue(answer: Answer): Expression {
  if (answer.kind === 'value' && answer.percent === undefined) return answer.value;
  throw new Unreadable(`a ${answer.kind} in a relation`);
}

/** `x = 2y < 5` and the like: not read. `f(x) = x > 0` neither. */
function mixed(_chain: Chain): Answer {
  throw new Unreadable('different relations in one chain');
}

function membership(left: Node, right: Answer): Answer {
  const name = nameOf(left);
  const set = right.kind === 'set' ? undefined : asRange(right);
  if (name === undefined) throw new Unreadable('an element without name');
  if (set !== undefined) return { ...set, subject: name.name };
  if (right.kind === 'set') return { ...right, label: name };
  throw new Unreadable('an element of no set');
}

function apart(left: Node, right: Node): Answer {
  const [a, b] = [oneValue(typed(left)), oneValue(typed(right))];
  const name = a.op === 'symbol' && symbolsOf(b).size === 0 ? a.name : undefined;
  const outside = name === undefined ? undefined : complement(range([point(b)]));
  if (outside !== undefined) return { ...outside, subject: name as string };
  return { kind: 'inequality', sides: [a, b], closed: [false], unequal: true };
}

/** Bounds of one unknown are a range; other chains stay as they are. */
function inequality(sides: readonly Expression[], closed: readonly boolean[]): Answer {
  const plain: Inequality = { kind: 'inequality', sides, closed };
  if (sides.length > 3) return plain;
  const unknown = sides.flatMap((side, at) => (symbolsOf(side).size > 0 ? [at] : []));
  if (unknown.length !== 1) return plain;
  const at = unknown[0] as number;
  if (sides.length === 3 && at !== 1) return plain;
  const middle = sides[at] as Expression;
  let piece: Piece = {
    lo: sides[at - 1] ?? negate(infinity),
    hi: sides[at + 1] ?? infinity,
    loClosed: at > 0 && (closed[at - 1] as boolean),
    hiClosed: at < sides.length - 1 && (closed[at] as boolean),
  };
  if (middle.op === 'symbol') return { ...range([piece]), subject: middle.name };
  const [name, ...others] = symbolsOf(middle);
  if (middle.op === 'call' && middle.name === 'abs' && middle.args[0]?.op === 'symbol') {
    // |x| between bounds: both signs.
    const lower = compareOrder(piece.lo, number(0)) === 1 ? piece.lo : undefined;
    const mirrored = {
      lo: negate(piece.hi),
      hi: lower === undefined ? piece.hi : negate(lower),
      loClosed: piece.hiClosed,
      hiClosed: lower === undefined ? piece.hiClosed : piece.loClosed,
    };
    const result = lower === undefined ? range([mirrored]) : union(range([mirrored]), range([piece]));
    return { ...result, subject: middle.args[0].name };
  }
  const linear = name !== undefined && others.length === 0 ? linearIn(middle, name) : undefined;
  if (linear !== undefined && name !== undefined) {
    const solve = (bound: Expression): Expression =>
      isInfinite(bound)
        ? linear.rising
          ? bound
          : negate(bound)
        : divide(subtract(bound, linear.constant), linear.slope);
    piece = linear.rising
      ? { ...piece, lo: solve(piece.lo), hi: solve(piece.hi) }
      : { lo: solve(piece.hi), hi: solve(piece.lo), loClosed: piece.hiClosed, hiClosed: piece.loClosed };
    return { ...range([piece]), subject: name };
  }
  return { ...range([piece]), subject: structureOf(middle) };
}

function isInfinite(value: Expression): boolean {
  return (
    (value.op === 'constant' && value.name === 'infinity') ||
    (value.op === 'negate' && isInfinite(value.args[0] as Expression))
  );
}

/** slope·x + constant with rational coefficients, the slope not zero. */
function linearIn(
  value: Expression,
  name: string,
): { slope: Expression; constant: Expression; rising: boolean } | undefined {
  const at = (x: number) => exactValue(substitute(value, new Map([[name, number(x)]])));
  const [zero, one, two, three] = [at(0), at(1), at(2), at(-5)];
  if (zero === undefined || one === undefined || two === undefined || three === undefined) return undefined;
  const slope = minus(one, zero);
  const expected = (x: bigint) => ({
    num: zero.num * slope.den + x * slope.num * zero.den,
    den: zero.den * slope.den,
  });
  const same = (a: { num: bigint; den: bigint }, b: { num: bigint; den: bigint }) =>
    a.num * b.den === b.num * a.den;
  if (slope.num === 0n || !same(two, expected(2n)) || !same(three, expected(-5n))) return undefined;
  return { slope: number(slope), constant: number(zero), rising: slope.num > 0n };
}

function minus(
  a: { num: bigint; den: bigint },
  b: { num: bigint; den: bigint },
): { num: bigint; den: bigint } {
  const [num, den] = [a.num * b.den - b.num * a.den, a.den * b.den];
  let [x, y] = [num < 0n ? -num : num, den];
  while (y !== 0n) [x, y] = [y, x % y];
  return { num: num / x, den: den / x };
}

/** a = b = c: a name and the last side; of calculations the last side alone. */
function equalities(sides: readonly Node[]): Answer {
  const first = sides[0] as Node;
  const last = sides.at(-1) as Node;
  const right = typed(last);
  if (first.kind === 'tuple') return tupleEquation(first, last, right);
  const name = nameOf(first);
  const left = first.kind === 'value' ? first.value : undefined;
  if (left !== undefined && symbolsOf(left).size === 0 && !hasUnknownCall(left)) {
    // 2 + 3 = 5; 1 = x
    const other = nameOf(last);
    if (other !== undefined && sides.length === 2 && symbolsOf(valueOfNode(last)).size > 0)
      return equationOf(valueOfNode(last), typed(first), other);
    if (right.kind === 'value' && symbolsOf(right.value).size === 0) return right;
  }
  if (left === undefined && name === undefined) throw new Unreadable('an equation of no expressions');
  return equationOf(left, right, name);
}

function valueOfNode(node: Node): Expression {
  return node.kind === 'value' ? node.value : symbol('?');
}

function equationOf(left: Expression | undefined, right: Answer, label: Label | undefined): Answer {
  if (right.kind === 'list') {
    if (label === undefined) throw new Unreadable('an equation with several right sides');
    return { ...right, label };
  }
  const difference =
    left !== undefined && right.kind === 'value' && right.units.length === 0 && right.percent === undefined
      ? subtract(left, right.value)
      : undefined;
  const own =
    label !== undefined &&
    difference !== undefined &&
    right.kind === 'value' &&
    label.parameters.length === 0 &&
    symbolsOf(right.value).has(label.name)
      ? undefined
      : label;
  return { kind: 'equation', left, right, label: own, difference };
}

function tupleEquation(first: Extract<Node, { kind: 'tuple' }>, last: Node, right: Answer): Answer {
  const names = first.items.map(nameOf);
  const label = {
    name: `(${names.map((name) => name?.name ?? '?').join(',')})`,
    parameters: names.flatMap((name) => name?.parameters ?? []),
  };
  if (names.includes(undefined)) throw new Unreadable('a tuple of no names');
  const items = last.kind === 'tuple' && last.items.length === first.items.length ? last.items : [];
  const parts = items.map((item, at) => {
    const name = names[at] as Label;
    return {
      kind: 'equation',
      left: undefined,
      right: typed(item),
      label: name,
      difference: undefined,
    } satisfies Equation;
  });
  if (right.kind === 'list') return { ...right, label };
  return {
    kind: 'equation',
    left: undefined,
    right,
    label,
    difference: undefined,
    ...(parts.length > 0 ? { parts } : {}),
  };
}

function hasUnknownCall(value: Expression): boolean {
  if (value.op === 'call' && unknownCall(value.name)) return true;
  return 'args' in value && value.args.some(hasUnknownCall);
}

function unknownCall(name: string): boolean {
  return /^(?:[A-Za-z]|\\)(?:[_'{^].*)?$/.test(name);
}

/** The name that the left side of an equation is, if it is one. */
function nameOf(node: Node): Label | undefined {
  if (node.kind === 'ratio') {
    return node.parts.every((part) => isName(part))
      ? { name: node.parts.map(structureOf).join(':'), parameters: [] }
      : undefined;
  }
  if (node.kind !== 'value') return undefined;
  const { value } = node;
  if (value.op === 'symbol') return { name: value.name, parameters: [] };
  if (value.op === 'constant' && (value.name === 'e' || value.name === 'i'))
    return { name: value.name, parameters: [] };
  if (value.op === 'call' && unknownCall(value.name)) {
    const parameters = value.args.flatMap((arg) => (arg.op === 'symbol' ? [arg.name] : []));
    // f(2) = 3 names a value, f(x) = … a function.
    return parameters.length === value.args.length
      ? { name: value.name, parameters }
      : { name: structureOf(value), parameters: [] };
  }
  return isName(value) ? { name: structureOf(value), parameters: [] } : undefined;
}

/** Lengths, areas, ratios of them: AB, |AB|, AB/CD, ∠ABC, sin θ. */
function isName(value: Expression): boolean {
  switch (value.op) {
    case 'symbol':
      return true;
    case 'multiply':
      return value.args.every((arg) => arg.op === 'symbol' && /^[A-Z\\]/.test(arg.name));
    case 'divide':
      return value.args.every((arg) => isName(arg) || isDifferential(arg));
    case 'call':
      return (
        value.args.every((arg) => isName(arg)) && (value.name !== 'abs' || value.args[0]?.op === 'multiply')
      );
    default:
      return false;
  }
}

/** The `dy` of dy/dx. */
function isDifferential(value: Expression): boolean {
  const [d, name] = value.op === 'multiply' && value.args.length === 2 ? value.args : [];
  return d?.op === 'symbol' && d.name === 'd' && name?.op === 'symbol';
}
