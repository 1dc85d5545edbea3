/**
 * Whether two answers say the same under a policy. Symmetric. First by their keys (exact equality), then by type with the
 * conversions that mathematicians make without a word, then by the policy's conventions; `rule` says what decided.
 */
import {
  type Answer,
  asRange,
  type Equation,
  type Label,
  type Matrix,
  type ReadAnswer,
  type Sequence,
  type Value,
} from './answer.ts';
import { keyOfAnswer } from './classes.ts';
import { canonicalUnits } from './conversion.ts';
import { countersOf, hasEllipsis, unroll } from './ellipsis.ts';
import {
  compareExpressions,
  compareUpToFactor,
  type Expression,
  exactValue,
  substitute,
  symbolsOf,
} from './expression/index.ts';
import type { Policy } from './policy.ts';
import type { Piece, Range } from './ranges.ts';
import { divide, multiply, number, subtract, symbol, unknownBase } from './read/build.ts';
import { roundsTo } from './rounding.ts';

export interface Comparison {
  readonly outcome: 'equal' | 'unequal' | 'undecided';
  /** What decided, for people. */
  readonly rule: string;
  /** Of what is undecided: the two expressions that a computer algebra system may decide on. */
  readonly open?: readonly [Expression, Expression];
}

const equal = (rule: string): Comparison => ({ outcome: 'equal', rule });
const unequal = (rule: string): Comparison => ({ outcome: 'unequal', rule });

export interface Context {
  readonly policy: Policy;
  /** Symbols that notes bind on either side. */
  readonly bound: ReadonlySet<string>;
  /** The right side of a function's definition is compared: its other symbols are parameters. */
  readonly defined?: boolean;
}

/** Compares a reference answer with an answer, notes and all. */
export function compareAnswers(gold: ReadAnswer, answer: ReadAnswer, policy: Policy): Comparison {
  if (gold.condition !== '' && answer.condition !== '' && gold.condition !== answer.condition) {
    return unequal('another condition');
  }
  return compare(gold.answer, answer.answer, { policy, bound: new Set([...gold.bound, ...answer.bound]) });
}

/** The rule that found two answers equal by their keys. */
const sameRule: Record<Answer['kind'], string> = {
  value: 'equal values',
  equation: 'equal equations',
  inequality: 'equal inequalities',
  range: 'equal sets of reals',
  list: 'equal lists',
  set: 'equal sets',
  tuple: 'equal tuples',
  matrix: 'equal matrices',
  ratio: 'equal ratios',
  text: 'equal texts',
};

export function compare(a: Answer, b: Answer, context: Context): Comparison {
  const { policy } = context;
  // Keys see symbols at positive values only: x and |x| share one.
  if (isConstant(a) && isConstant(b) && keyOfAnswer(a) === keyOfAnswer(b)) {
    if (a.kind === 'text' && b.kind === 'text' && policy.case === 'kept' && a.exactKey !== b.exactKey)
      return unequal('another case');
    return equal(sameRule[a.kind]);
  }
  return dispatch(a, b, context);
}

const constants = new WeakMap<Answer, boolean>();

/** Whether there is no symbol in it. */
function isConstant(answer: Answer): boolean {
  const known = constants.get(answer);
  if (known !== undefined) return known;
  const result = expressionsOf(answer).every((value) => symbolsOf(value).size === 0);
  constants.set(answer, result);
  return result;
}

/** All expressions of an answer. */
function expressionsOf(answer: Answer): readonly Expression[] {
  switch (answer.kind) {
    case 'value':
      return [answer.value];
    case 'equation':
      return answer.difference === undefined ? expressionsOf(answer.right) : [answer.difference];
    case 'inequality':
      return answer.sides;
    case 'range':
      return answer.pieces.flatMap(({ lo, hi }) => [lo, hi]);
    case 'list':
    case 'set':
    case 'tuple':
      return answer.items.flatMap(expressionsOf);
    case 'matrix':
      return answer.rows.flat();
    case 'ratio':
      return answer.parts;
    case 'text':
      return [];
  }
}

function dispatch(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'equation' || b.kind === 'equation') return withEquation(a, b, context);
  if (a.kind === 'text' || b.kind === 'text') return withText(a, b);
  if (a.kind === 'value' && b.kind === 'value') return compareValues(a, b, context);
  if (a.kind === 'range' || b.kind === 'range') return withRange(a, b, context);
  if (a.kind === 'inequality' || b.kind === 'inequality') return withInequality(a, b);
  if (a.kind === 'matrix' || b.kind === 'matrix') return withMatrix(a, b, context);
  if (a.kind === 'ratio' || b.kind === 'ratio') return withRatio(a, b, context);
  const [x, y] = [asSequence(a), asSequence(b)];
  if (isSequence(a) || isSequence(b)) {
    // 1,22 is 1.22 where the policy says so.
    if (context.policy.comma === 'either') {
      const commas = decimalComma(a, b) ?? decimalComma(b, a);
      if (commas !== undefined) return commas;
    }
    return compareSequences(x, y, context);
  }
  return unequal('another kind of answer');
}

// ---- values ----

function compareValues(a: Value, b: Value, context: Context): Comparison {
  const { policy } = context;
  const [unitsA, unitsB] = [canonicalUnits(a.units), canonicalUnits(b.units)];
  if (
    unitsA.name !== '' &&
    unitsB.name !== '' &&
    unitsA.name !== unitsB.name &&
    !within(unitsA.name, unitsB.name)
  )
    return unequal('another unit');
  if (policy.units === 'required' && (unitsA.name === '') !== (unitsB.name === ''))
    return unequal('a unit is missing');
  const both = unitsA.name !== '' && unitsA.name === unitsB.name;
  const [x, y] = both ? [scaled(a, unitsA.factor), scaled(b, unitsB.factor)] : [a.value, b.value];
  if (a.percent && b.percent) return expressions(x, y, context, 'equal percentages');
  if (a.percent || b.percent) return percentages(a.percent ? x : y, a.percent ? y : x, context);
  const result = expressions(x, y, context, 'equal values');
  if (result.outcome === 'equal') return result;
  if ((a.degrees === undefined) !== (b.degrees === undefined) && policy.degrees === 'either') {
    const count = (a.degrees ?? b.degrees) as Expression;
    const other = a.degrees === undefined ? x : y;
    if (!mentionsPi(other) && expressions(count, other, context, '').outcome === 'equal')
      return equal('equal as degrees');
  } else if (a.degrees !== undefined && b.degrees !== undefined) {
    const counts = expressions(a.degrees, b.degrees, context, 'equal angles');
    if (counts.outcome === 'equal') return counts;
  }
  return result;
}

/** `dollar s` (per hour) against `dollar`: one says more than the other. */
function within(a: string, b: string): boolean {
  const [x, y] = [a.split(' '), b.split(' ')];
  return x.every((word) => y.includes(word)) || y.every((word) => x.includes(word));
}

function scaled({ value }: Value, factor: { num: bigint; den: bigint }): Expression {
  return factor.num === 1n && factor.den === 1n ? value : multiply(value, number(factor));
}

function mentionsPi(value: Expression): boolean {
  if (value.op === 'constant') return value.name === 'pi';
  return 'args' in value && value.args.some(mentionsPi);
}

function percentages(percent: Expression, other: Expression, context: Context): Comparison {
  const share = expressions(hundredth(percent), other, context, 'equal as percentage');
  if (share.outcome === 'equal' || context.policy.percent === 'value') return share;
  const count = expressions(percent, other, context, 'equal as percentage');
  return count.outcome === 'equal' ? equal('equal with the percent sign left out') : share;
}

/** A numeral of percents as a decimal: rounding sees its digits. */
function hundredth(value: Expression): Expression {
  if (value.op !== 'number') return divide(value, number(100));
  const { num, den } = value.value;
  return value.places === undefined
    ? divide(value, number(100))
    : number(reduced(num, den * 100n), value.places + 2);
}

function reduced(num: bigint, den: bigint): { num: bigint; den: bigint } {
  let [x, y] = [num < 0n ? -num : num, den];
  while (y !== 0n) [x, y] = [y, x % y];
  return { num: num / x, den: den / x };
}

/** Two expressions, with what the policy makes of decimals, of logarithms without base and of bound names. */
function expressions(a: Expression, b: Expression, context: Context, rule: string): Comparison {
  if (hasEllipsis(a) || hasEllipsis(b)) {
    const result = withEllipses(a, b);
    if (result !== undefined) return result;
  }
  const decision = compareExpressions(a, b);
  if (decision.outcome === 'equal') return equal(`${rule} (${decision.rule})`);
  if (roundsTo(a, b, context.policy.rounding)) return equal('equal when rounded');
  const based = withBase(a, b);
  if (based !== undefined && compareExpressions(...based).outcome === 'equal')
    return equal('equal with the base of the other logarithm');
  const renamed = context.policy.renaming === 'bound' ? renamings(a, b, context) : [];
  if (renamed.some((each) => compareExpressions(a, each).outcome === 'equal'))
    return equal('equal up to the name of a parameter');
  if (decision.outcome === 'undecided') return { outcome: 'undecided', rule: decision.rule, open: [a, b] };
  return unequal(`another value (${decision.rule})`);
}

/** What the counters of ellipses are set to: terms that agree for both are taken to agree. */
const counts = [5, 7];

function withEllipses(a: Expression, b: Expression): Comparison | undefined {
  const [inA, inB] = [countersOf(a), countersOf(b)];
  if (inA === undefined || inB === undefined) return undefined;
  const counters = new Set([...inA, ...inB]);
  if (counters.size > 2) return undefined;
  for (const count of counts) {
    const [x, y] = [unroll(a, counters, count), unroll(b, counters, count)];
    if (x === undefined || y === undefined) return undefined;
    const { outcome } = compareExpressions(x, y);
    if (outcome === 'undecided') return undefined;
    if (outcome === 'unequal') return unequal('another value when written out');
  }
  return equal('equal when written out');
}

/** `log` without base takes the base that the other side has, else e or 10. */
function withBase(a: Expression, b: Expression): [Expression, Expression] | undefined {
  const [inA, inB] = [symbolsOf(a).has(unknownBase), symbolsOf(b).has(unknownBase)];
  if (inA === inB) return undefined;
  const bases: Expression[] = [{ op: 'constant', name: 'e' }, number(10)];
  for (const base of bases) {
    const to = new Map([[unknownBase, base]]);
    const pair: [Expression, Expression] = inA ? [substitute(a, to), b] : [a, substitute(b, to)];
    if (compareExpressions(...pair).outcome === 'equal') return pair;
  }
  return undefined;
}

/** Names that parameters of a family go by. */
const parameterNames = /^(?:[klmnptCK]|\\lambda|n_\{.*\})$/;

/**
 * `b` with its parameter under the name that `a` has for its own: symbols that notes bind, and the integer of a
 * periodic family (π/6 + πk).
 */
function renamings(a: Expression, b: Expression, { bound, defined }: Context): Expression[] {
  const [inA, inB] = [symbolsOf(a), symbolsOf(b)];
  const onlyA = [...inA].filter((name) => !inB.has(name));
  const onlyB = [...inB].filter((name) => !inA.has(name));
  if (onlyA.length !== 1 || onlyB.length !== 1) return [];
  const [from, to] = [onlyB[0] as string, onlyA[0] as string];
  const isBound = bound.has(from) || bound.has(to) || (defined && from.toLowerCase() === to.toLowerCase());
  const isPeriodic = parameterNames.test(from) && parameterNames.test(to) && mentionsPi(a) && mentionsPi(b);
  return isBound || isPeriodic ? [substitute(b, new Map([[from, symbol(to)]]))] : [];
}

// ---- equations ----

function withEquation(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'equation' && b.kind === 'equation') return compareEquations(a, b, context);
  const [equation, other] = a.kind === 'equation' ? [a, b] : [b as Equation, a];
  if (other.kind === 'list' || other.kind === 'set') {
    if (
      equation.parts !== undefined &&
      other.items.length === equation.parts.length &&
      other.items.every((item) => item.kind === 'equation')
    ) {
      return compareSequences({ kind: 'list', items: equation.parts }, other, context);
    }
    if (other.items.length === 1) return compare(equation, other.items[0] as Answer, context);
  }
  if (context.policy.equations === 'whole') return unequal('an equation where a value is expected');
  if (
    other.kind === 'range' &&
    other.subject !== undefined &&
    equation.label !== undefined &&
    other.subject !== equation.label.name
  )
    return unequal('another unknown');
  if (equation.label !== undefined) {
    const right = compare(equation.right, other, {
      ...context,
      defined: equation.label.parameters.length > 0,
    });
    if (right.outcome !== 'unequal') return right;
  }
  if (other.kind === 'value' && solves(equation, other)) return equal('the equation solved');
  return unequal(
    equation.label === undefined ? 'an equation where a value is expected' : 'another right side',
  );
}

/** The value is what the equation gives for the one symbol that the value does not have, in which it is linear. */
function solves({ difference }: Equation, { value, units, percent }: Value): boolean {
  if (difference === undefined || units.length > 0 || percent) return false;
  const inValue = symbolsOf(value);
  const unknown = [...symbolsOf(difference)].filter((name) => !inValue.has(name));
  const [name] = unknown;
  if (unknown.length !== 1 || name === undefined) return false;
  if (compareExpressions(substitute(difference, new Map([[name, value]])), number(0)).outcome !== 'equal')
    return false;
  // Linear: the slope is the same everywhere, and not zero.
  const at = (x: number) => substitute(difference, new Map([[name, number(x)]]));
  const [first, second] = [subtract(at(2), at(1)), subtract(at(12), at(11))];
  return (
    compareExpressions(first, second).outcome === 'equal' &&
    compareExpressions(first, number(0)).outcome === 'unequal'
  );
}

function compareEquations(a: Equation, b: Equation, context: Context): Comparison {
  const named = a.label !== undefined && b.label !== undefined;
  if (named) {
    const [labelA, labelB] = [a.label as Label, b.label as Label];
    const renamed =
      labelA.parameters.length === labelB.parameters.length && context.policy.renaming === 'bound'
        ? renameParameters(b, labelA, labelB)
        : b;
    const sameName =
      labelA.name === labelB.name ||
      parts(labelA, labelB) ||
      numbered(labelA, labelB) ||
      numbered(labelB, labelA);
    if (sameName) {
      const right = compare(a.right, renamed.right, context);
      if (right.outcome === 'equal') return right;
      if (a.difference === undefined || b.difference === undefined || labelA.parameters.length > 0)
        return right;
    }
  }
  if (a.difference !== undefined && b.difference !== undefined) {
    const decision = compareUpToFactor(a.difference, b.difference);
    if (decision.outcome === 'equal') return equal('equations equal up to a factor');
    if (decision.outcome === 'undecided') return { outcome: 'undecided', rule: decision.rule };
    return unequal('another equation');
  }
  return unequal(named ? 'another name' : 'another equation');
}

/** Tuples of functions: (f(x), g(x)). */
function parts(a: Label, b: Label): boolean {
  return a.parameters.length > 0 && a.parameters.length === b.parameters.length && a.name === b.name;
}

/** x₁ = … among roots, and x = …. */
function numbered(a: Label, b: Label): boolean {
  return (
    a.parameters.length === 0 &&
    b.parameters.length === 0 &&
    /^[a-z]_\{\d\}$/.test(a.name) &&
    a.name.startsWith(`${b.name}_`)
  );
}

function renameParameters(equation: Equation, to: Label, from: Label): Equation {
  const names = new Map<string, Expression>();
  for (const [at, name] of from.parameters.entries()) {
    const other = to.parameters[at] as string;
    if (name !== other) names.set(name, symbol(other));
  }
  if (names.size === 0) return equation;
  return { ...equation, right: substituted(equation.right, names) };
}

function substituted(answer: Answer, names: ReadonlyMap<string, Expression>): Answer {
  switch (answer.kind) {
    case 'value':
      return { ...answer, value: substitute(answer.value, names as Map<string, Expression>) };
    case 'list':
    case 'set':
    case 'tuple':
      return { ...answer, items: answer.items.map((item) => substituted(item, names)) };
    default:
      return answer;
  }
}

// ---- sets of reals ----

function withRange(a: Answer, b: Answer, context: Context): Comparison {
  const [rangeA, rangeB] = [a, b].map((answer) =>
    answer.kind === 'value' && answer.units.length === 0
      ? asRange({ kind: 'set', items: [answer] })
      : answer.kind === 'list'
        ? asRange({ kind: 'set', items: answer.items })
        : asRange(answer),
  ) as [Range | undefined, Range | undefined];
  if (rangeA === undefined || rangeB === undefined) return unequal('a set of reals where none is expected');
  if (rangeA.subject !== undefined && rangeB.subject !== undefined && rangeA.subject !== rangeB.subject) {
    return unequal('another unknown');
  }
  if (context.policy.equations === 'whole' && rangeA.subject !== rangeB.subject)
    return unequal('a condition where a set is expected');
  return compareRanges(rangeA, rangeB, context);
}

function compareRanges(a: Range, b: Range, context: Context): Comparison {
  if (a.pieces.length !== b.pieces.length) return unequal('another set of reals');
  if (a.unordered || b.unordered) {
    const left = [...b.pieces];
    for (const piece of a.pieces) {
      const at = left.findIndex((other) => comparePieces(piece, other, context).outcome === 'equal');
      if (at < 0) return unequal('another set of reals');
      left.splice(at, 1);
    }
    return equal('equal sets of reals');
  }
  return all(
    a.pieces.map((piece, at) => () => comparePieces(piece, b.pieces[at] as Piece, context)),
    'equal sets of reals',
  );
}

function comparePieces(a: Piece, b: Piece, context: Context): Comparison {
  if (a.loClosed !== b.loClosed || a.hiClosed !== b.hiClosed) return unequal('a bound is in one set only');
  return all(
    [
      () => expressions(a.lo, b.lo, context, 'equal bounds'),
      () => expressions(a.hi, b.hi, context, 'equal bounds'),
    ],
    'equal bounds',
  );
}

/** Equal when all are; the first that is not decides, unequal before undecided. */
function all(comparisons: readonly (() => Comparison)[], rule: string): Comparison {
  let undecided: Comparison | undefined;
  let weaker: string | undefined;
  for (const each of comparisons) {
    const result = each();
    if (result.outcome === 'unequal') return result;
    if (result.outcome === 'undecided') undecided ??= { outcome: 'undecided', rule: result.rule };
    else if (/rounded|left out|degrees|parameter|base of/.test(result.rule)) weaker ??= result.rule;
  }
  return undecided ?? equal(weaker ?? rule);
}

// ---- inequalities ----

function withInequality(a: Answer, b: Answer): Comparison {
  if (a.kind !== 'inequality' || b.kind !== 'inequality')
    return unequal('an inequality where none is expected');
  if (
    a.sides.length !== b.sides.length ||
    a.unequal !== b.unequal ||
    a.closed.some((closed, at) => closed !== b.closed[at])
  )
    return unequal('another relation');
  if (a.sides.length === 2) {
    const [x, y] = [a, b].map(({ sides }) => subtract(sides[0] as Expression, sides[1] as Expression)) as [
      Expression,
      Expression,
    ];
    const decision = compareUpToFactor(x, y);
    if (decision.outcome === 'undecided') return { outcome: 'undecided', rule: decision.rule };
    return decision.outcome === 'equal' && (a.unequal || decision.sign === 1)
      ? equal('inequalities equal up to a factor')
      : unequal('another inequality');
  }
  return all(
    a.sides.map((side, at) => () => {
      const decision = compareExpressions(side, b.sides[at] as Expression);
      return { outcome: decision.outcome, rule: `${decision.outcome} sides (${decision.rule})` };
    }),
    'equal chains',
  );
}

// ---- matrices and ratios ----

function withMatrix(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'matrix' && b.kind === 'matrix') {
    if (a.rows.length !== b.rows.length || a.rows[0]?.length !== b.rows[0]?.length)
      return unequal('another shape');
    return all(
      a.rows.flatMap((row, i) =>
        row.map(
          (entry, j) => () => expressions(entry, b.rows[i]?.[j] as Expression, context, 'equal entries'),
        ),
      ),
      'equal matrices',
    );
  }
  const [matrix, other] = a.kind === 'matrix' ? [a, b] : [b as Matrix, a];
  const vector =
    matrix.rows.length === 1
      ? matrix.rows[0]
      : matrix.rows[0]?.length === 1
        ? matrix.rows.map((row) => row[0] as Expression)
        : undefined;
  if (vector === undefined || (other.kind !== 'tuple' && other.kind !== 'list' && other.kind !== 'value'))
    return unequal('a matrix where none is expected');
  const items = vector.map((value): Value => ({ kind: 'value', value, units: [] }));
  if (other.kind === 'value')
    return items.length === 1
      ? compare(items[0] as Value, other, context)
      : unequal('a matrix where a value is expected');
  return ordered(items, other.items, context, 'equal vectors');
}

function withRatio(a: Answer, b: Answer, context: Context): Comparison {
  if (a.kind === 'ratio' && b.kind === 'ratio') {
    if (a.clock !== undefined && b.clock !== undefined) return unequal('another time');
    if (a.parts.length !== b.parts.length) return unequal('another number of parts');
    const [firstA, firstB] = [a.parts[0] as Expression, b.parts[0] as Expression];
    return all(
      a.parts
        .slice(1)
        .map(
          (part, at) => () =>
            expressions(
              divide(part, firstA),
              divide(b.parts[at + 1] as Expression, firstB),
              context,
              'equal ratios',
            ),
        ),
      'equal ratios',
    );
  }
  const [ratio, other] = a.kind === 'ratio' ? [a, b] : [b, a];
  if (ratio.kind !== 'ratio' || ratio.parts.length !== 2 || other.kind !== 'value')
    return unequal('a ratio where none is expected');
  return expressions(
    divide(ratio.parts[0] as Expression, ratio.parts[1] as Expression),
    other.value,
    context,
    'equal as quotient',
  );
}

// ---- words ----

function withText(a: Answer, b: Answer): Comparison {
  if (a.kind !== 'text' || b.kind !== 'text') {
    const [text, other] = a.kind === 'text' ? [a, b] : [b, a];
    if (text.kind === 'text' && other.kind === 'set' && other.items.length === 0 && nothing.test(text.key))
      return equal('no solution');
    if (text.kind === 'text' && isChoice(text.key, other)) return equal('the same choice');
    if (text.kind === 'text' && other.kind === 'value' && lettersOf(other.value)?.toLowerCase() === text.key)
      return equal('equal words');
    return unequal(text.kind === 'text' ? 'words where a formula is expected' : 'another kind of answer');
  }
  if (nothing.test(a.key) && nothing.test(b.key)) return equal('no solution');
  const [x, y] = [words(a.key), words(b.key)];
  if (x === y && x !== '') return equal('equal words');
  return isSubject(a.exactKey, b.exactKey) || isSubject(b.exactKey, a.exactKey)
    ? equal('the subject of the sentence')
    : unequal('other words');
}

/** A name alone for a sentence that says of it what was asked (`Anna`, `Anna will win the match`). */
function isSubject(name: string, sentence: string): boolean {
  return (
    /^\p{Lu}\p{Ll}{2,}$/u.test(name) &&
    new RegExp(`^${name} \\p{Ll}`, 'u').test(sentence) &&
    sentence.split(' ').length >= 4 &&
    !/\b(?:not?|never|cannot|nor|and|or|neither|n't)\b/.test(sentence)
  );
}

/** Ways to say that there is nothing. */
const nothing =
  /^(?:there (?:is|are) )?(?:no (?:real |such |integer )?(?:solutions?|roots?|values?|answer)|none|no such .{1,40}|does not exist|dne|undefined|impossible|empty ?set|nosolutions?)$/;

/** `C Cecile` chooses C. */
function isChoice(text: string, other: Answer): boolean {
  if (other.kind !== 'value' || other.value.op !== 'symbol' || !/^[A-J]$/.test(other.value.name))
    return false;
  return new RegExp(`^(?:option |choice |answer )?\\(?${other.value.name.toLowerCase()}(?:[).:]| |$)`).test(
    text,
  );
}

/** A word that was read as a product of its letters. */
function lettersOf(value: Expression): string | undefined {
  if (value.op !== 'multiply') return undefined;
  const names = value.args.map((arg) => (arg.op === 'symbol' || arg.op === 'constant' ? arg.name : ' '));
  return names.every((name) => /^[A-Za-z]$/.test(name)) ? names.join('') : undefined;
}

/** Words that matter. */
function words(key: string): string {
  return key
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .split(' ')
    .filter(
      (word) =>
        word !== '' && word !== 'the' && word !== 'a' && word !== 'an' && word !== 'and' && word !== 'text',
    )
    .join(' ');
}

// ---- sequences ----

function isSequence(answer: Answer): answer is Sequence {
  return answer.kind === 'list' || answer.kind === 'set' || answer.kind === 'tuple';
}

function asSequence(answer: Answer): Sequence {
  return isSequence(answer) ? answer : { kind: 'list', items: [answer] };
}

/** 1,22 as 1.22, where the other side is a number. */
function decimalComma(a: Answer, b: Answer): Comparison | undefined {
  if (a.kind !== 'list' || a.items.length !== 2 || b.kind !== 'value') return undefined;
  const [whole, part] = a.items.map((item) =>
    item.kind === 'value' &&
    item.value.op === 'number' &&
    item.value.places === undefined &&
    item.value.value.den === 1n
      ? String(item.value.value.num)
      : undefined,
  );
  if (whole === undefined || part === undefined || part.startsWith('-')) return undefined;
  const value = exactValue(b.value);
  if (value === undefined) return undefined;
  for (const zeros of ['', '0', '00', '000']) {
    const digits = `${zeros}${part}`;
    const num = BigInt(whole.replace('-', '') + digits) * (whole.startsWith('-') ? -1n : 1n);
    if (num * value.den === value.num * 10n ** BigInt(digits.length))
      return equal('equal with a decimal comma');
  }
  return undefined;
}

/** Whether items are in an order: those of tuples, and values that the other side names one by one. */
function isOrdered(a: Sequence, b: Sequence, { policy }: Context): boolean {
  if (a.kind === 'tuple' || b.kind === 'tuple') return true;
  if (a.kind === 'set' || b.kind === 'set') return false;
  if (policy.order === 'lists') return true;
  return distinctNames(a) !== distinctNames(b);
}

/** The items are x = …, y = … with names of their own. */
function distinctNames({ items }: Sequence): boolean {
  const names = items.map((item) => (item.kind === 'equation' ? item.label?.name : undefined));
  const letters = new Set(names.map((name) => name?.replace(/_\{.*\}$/, '')));
  return !names.includes(undefined) && names.length > 1 && letters.size === names.length;
}

function compareSequences(a: Sequence, b: Sequence, context: Context): Comparison {
  const { policy } = context;
  if (a.label !== undefined && b.label !== undefined && a.label.name !== b.label.name)
    return unequal('another unknown');
  if (policy.brackets === 'required') {
    if (
      a.kind === 'tuple' &&
      b.kind === 'tuple' &&
      (a.open !== b.open || a.close !== b.close) &&
      a.items.length === b.items.length
    )
      return unequal('other brackets');
    if ((a.kind === 'set' && b.kind === 'tuple') || (a.kind === 'tuple' && b.kind === 'set'))
      return unequal('a set against a tuple');
  }
  const [x, y] = [unwrapped(a, b), unwrapped(b, a)];
  if ([...x.items, ...y.items].some((item) => item.kind === 'value' && item.value.op === 'opaque'))
    return progressions(x, y, context);
  if (isOrdered(x, y, context)) return ordered(x.items, y.items, context, 'equal tuples');
  return unordered(x, y, context);
}

/** The one tuple in a list, where the other side is a tuple of several. */
function unwrapped(a: Sequence, other: Sequence): Sequence {
  const [only] = a.items;
  return a.kind === 'list' &&
    a.items.length === 1 &&
    only !== undefined &&
    isSequence(only) &&
    other.items.length !== 1
    ? only
    : a;
}

function ordered(a: readonly Answer[], b: readonly Answer[], context: Context, rule: string): Comparison {
  if (a.length !== b.length) return unequal('another number of items');
  return all(
    a.map((item, at) => () => compare(item, b[at] as Answer, context)),
    rule,
  );
}

/** Most items without a partner that are compared one with another. */
const maxUnmatched = 40;

/** 1, 2, …, n: what stands before the dots may be written out further on one side. */
function progressions(a: Sequence, b: Sequence, context: Context): Comparison {
  const dots = (item: Answer) => item.kind === 'value' && item.value.op === 'opaque';
  const [atA, atB] = [a.items.findIndex(dots), b.items.findIndex(dots)];
  if (atA < 0 || atB < 0) return unequal('an ellipsis on one side only');
  const head = Math.min(atA, atB);
  const tails = [a.items.slice(atA + 1), b.items.slice(atB + 1)] as const;
  if (head === 0 || tails[0].length !== tails[1].length) return unequal('another sequence');
  const pairs = [
    ...a.items.slice(0, head).map((item, at) => [item, b.items[at] as Answer] as const),
    ...tails[0].map((item, at) => [item, tails[1][at] as Answer] as const),
  ];
  return all(
    pairs.map(
      ([x, y]) =>
        () =>
          compare(x, y, context),
    ),
    'equal sequences',
  );
}

function unordered(a: Sequence, b: Sequence, context: Context): Comparison {
  const set = a.kind === 'set' || b.kind === 'set';
  const [x, y] = [a, b].map((sequence) => {
    // Solutions that are tuples are as good once as twice; values may be double roots.
    const solutions = sequence.items.every(({ kind }) => kind === 'tuple');
    return (set && sequence.kind === 'set') || solutions ? distinct(sequence.items) : [...sequence.items];
  }) as [Answer[], Answer[]];
  if (x.length !== y.length) return unequal('another number of items');
  const rest = new Map<string, Answer[]>();
  for (const item of y) {
    const key = keyOfAnswer(item);
    const same = rest.get(key);
    if (same === undefined) rest.set(key, [item]);
    else same.push(item);
  }
  const unmatched = x.filter((item) => {
    const same = rest.get(keyOfAnswer(item));
    const at =
      same?.findIndex(
        (other) =>
          (isConstant(item) && isConstant(other)) || compare(item, other, context).outcome === 'equal',
      ) ?? -1;
    return at < 0 || same?.splice(at, 1) === undefined;
  });
  const left = [...rest.values()].flat();
  if (unmatched.length > maxUnmatched) return unequal('other items');
  let undecided: Comparison | undefined;
  let rule = 'equal items';
  for (const item of unmatched) {
    let found = -1;
    for (const [at, other] of left.entries()) {
      const result = compare(item, other, context);
      if (result.outcome === 'equal') {
        rule = result.rule;
        found = at;
        break;
      }
      if (result.outcome === 'undecided') undecided ??= { outcome: 'undecided', rule: result.rule };
    }
    if (found < 0) return undecided ?? unequal('another item');
    left.splice(found, 1);
  }
  return equal(rule);
}

function distinct(items: readonly Answer[]): Answer[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOfAnswer(item);
    return !seen.has(key) && seen.add(key);
  });
}
